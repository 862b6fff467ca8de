from django.apps import AppConfig


class ImprovementPlans(AppConfig):
    name = "improvement_plans"

    def ready(self):
        # Sections of the home page and jobs are known by being imported.
        from compliance.queries import register_part, register_progress
        from improvement_plans import home, issued, removals, retention, tasks  # noqa: F401
        from improvement_plans.queries import progress

        register_part("plan-items", issued.open_items_of_visit)
        register_progress(progress.came, progress.addresses)
