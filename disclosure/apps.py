from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext as _


class Disclosure(AppConfig):
    name = "disclosure"

    def ready(self):
        from core.home import register_place

        register_place(_releases)


def _releases(user):
    """The menu's entry, for whoever publishes for a programme."""
    from core import access
    from core.home import Place
    from core.models import Programme
    from core.roles import Right

    if access.has_anywhere(user, Right.PUBLISH_DISCLOSURE, Programme):
        return Place(_("Releases"), reverse("disclosure:releases"), order=70)
    return None
