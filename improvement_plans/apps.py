from django.apps import AppConfig


class ImprovementPlans(AppConfig):
    name = "improvement_plans"

    def ready(self):
        # Sections of the home page and jobs are known by being imported.
        from compliance.queries import register_part
        from improvement_plans import home, issued, removals, retention, tasks  # noqa: F401

        register_part("plan-items", issued.open_items_of_visit)
