from django.apps import AppConfig


class Checklists(AppConfig):
    name = "checklists"
