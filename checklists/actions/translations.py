"""Translations: dated sets, added to a published version at any time."""

import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from checklists import rules
from checklists.actions.common import person, refuse
from checklists.models import ChecklistVersion, Translation
from checklists.permissions import check_can_translate
from core import audit
from core.errors import Invalid


@transaction.atomic
def add_translation(*, document: dict, by) -> tuple[Translation, bool]:
    """Add a set of translated texts to the version it names. Returns (set, created). Records translation.added.

    The same set again changes nothing. Refused with every place where it does not fit the published text.
    """
    check_can_translate(by)
    refuse(rules.problems_of(document), _("This translation"))
    if document.get("format") != rules.TRANSLATION_FORMAT:
        raise Invalid(_("This is not a translation."))
    content_hash = rules.content_hash(document)
    earlier = Translation.objects.filter(content_hash=content_hash).first()
    if earlier:
        return earlier, False
    version = (
        ChecklistVersion.objects.filter(checklist__key=document["checklist"], version=str(document["version"]))
        .select_related("text")
        .first()
    )
    if version is None:
        refuse([(("version",), _("This version is not published here."))], _("This translation"))
    if document["language"] == version.language:
        refuse([(("language",), _("The checklist itself is in this language."))], _("This translation"))
    refuse(rules.unfit(document, version.text.document), _("This translation"))
    translation = Translation.objects.create(
        version=version,
        language=document["language"],
        status=document["status"],
        as_of=datetime.date.fromisoformat(document["as_of"]),
        document=document,
        content_hash=content_hash,
        added_by=person(by),
    )
    audit.record(
        "translation.added", translation, by=by, version=version.pk, language=translation.language,
        content_hash=content_hash,
    )  # fmt: skip
    return translation, True
