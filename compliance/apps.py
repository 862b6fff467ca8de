from django.apps import AppConfig


class Compliance(AppConfig):
    name = "compliance"
