from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import post_delete, post_migrate, post_save
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


class Cms(AppConfig):
    name = "cms"

    def ready(self):
        from cms import removals, retention, tasks  # noqa: F401
        from core.home import register_place, register_section
        from core.models import ProgrammeGrant

        post_save.connect(_grant_changed, sender=ProgrammeGrant)
        post_delete.connect(_grant_changed, sender=ProgrammeGrant)
        user_logged_in.connect(_signed_in)
        post_migrate.connect(_migrated, sender=self)
        register_place(_helpdesk)
        register_section(_waiting)


def _grant_changed(instance, **kwargs):
    """A role was given or ended: Wagtail's group follows."""
    from cms.actions import keep_editor

    if instance.permission.codename == "edit_content" and not kwargs.get("raw"):
        keep_editor(user=instance.user)


def _signed_in(user, **kwargs):
    """A right that ran out since the last time ends here."""
    from cms.actions import EDITORS, keep_editor

    if user.groups.filter(name=EDITORS).exists():
        keep_editor(user=user)


def _migrated(**kwargs):
    """The settings may name a language more than last time."""
    from cms.actions import keep_languages

    keep_languages()


def _waiting(user):
    """Today's lines: what was asked and nobody answered, what was answered and another may publish."""
    from cms.queries import desk
    from core.home import Line

    lines = []
    waiting, answered = desk(user)
    if n := waiting.count():
        words = ngettext("%(n)d question to the helpdesk", "%(n)d questions to the helpdesk", n)
        lines.append(Line(words % {"n": n}, reverse("helpdesk:desk"), order=40))
    return lines


def _helpdesk(user, held):
    from cms.permissions import ANSWERERS
    from core.home import Place

    return Place(_("Helpdesk"), reverse("helpdesk:desk"), order=72) if held.any(*ANSWERERS) else None
