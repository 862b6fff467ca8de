"""Where it is asked."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class Factories(AppConfig):
    name = "factories"

    def ready(self):
        from core.actions.invitations import follow_acceptance
        from core.home import register_place, register_section
        from factories import home, removals, tasks  # noqa: F401
        from factories.models.dated import forbid_overlaps, index_for_search

        post_migrate.connect(forbid_overlaps, sender=self)
        post_migrate.connect(index_for_search, sender=self)
        follow_acceptance(tasks.name_invited)
        register_section(home.asked_by_buyers)
        register_section(home.ending_consents)
        register_section(home.ending_permits)
        register_section(home.open_doubts)
        register_section(home.unanswered)
        register_place(home.factories_place)
        register_place(home.own_factory_place)
        register_place(home.opened_place)
