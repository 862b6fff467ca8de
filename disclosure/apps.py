from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


class Disclosure(AppConfig):
    name = "disclosure"

    def ready(self):
        from core.home import register_place, register_section

        register_place(_releases)
        register_section(_waiting)


def _waiting(user):
    """Today's line, before all others: a page somebody asked to withhold waits for a second person."""
    from core.home import Line
    from disclosure.queries import withholdings_for

    n = withholdings_for(user)[0].exclude(asked_by=user.pk).count()
    if not n:
        return []
    words = ngettext("%(n)d page waits to be withheld or shown", "%(n)d pages wait to be withheld or shown", n)
    return [Line(words % {"n": n}, reverse("disclosure:withhold"), order=5)]


def _releases(user, held):
    """The menu's entry, for whoever publishes for a programme."""
    from core.home import Place
    from core.roles import Right

    if held.any(Right.PUBLISH_DISCLOSURE):
        return Place(_("Releases"), reverse("disclosure:releases"), order=70)
    return None
