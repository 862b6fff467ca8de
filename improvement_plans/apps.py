from django.apps import AppConfig


class ImprovementPlans(AppConfig):
    name = "improvement_plans"
