"""Where it is asked."""

from django.apps import AppConfig


class Factories(AppConfig):
    name = "factories"

    def ready(self):
        from core.home import register_place, register_section
        from factories import home

        register_section(home.ending_consents)
        register_place(home.factories_place)
        register_place(home.own_factory_place)
        register_place(home.opened_place)
