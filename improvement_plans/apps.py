from django.apps import AppConfig


class ImprovementPlans(AppConfig):
    name = "improvement_plans"

    def ready(self):
        # Sections of the home page and jobs are known by being imported.
        from improvement_plans import home, removals, tasks  # noqa: F401
