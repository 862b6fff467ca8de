from django.apps import AppConfig


class Factories(AppConfig):
    name = "factories"
