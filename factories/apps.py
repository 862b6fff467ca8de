"""Where it is asked."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class Factories(AppConfig):
    name = "factories"

    def ready(self):
        from core.home import register_place, register_section
        from factories import home
        from factories.models.dated import forbid_overlaps

        post_migrate.connect(forbid_overlaps, sender=self)
        register_section(home.ending_consents)
        register_place(home.factories_place)
        register_place(home.own_factory_place)
        register_place(home.opened_place)
