from django.apps import AppConfig


class Disclosure(AppConfig):
    name = "disclosure"
