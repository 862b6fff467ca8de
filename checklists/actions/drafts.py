"""Drafts: each save a revision, made from one that is named; then review by a second person."""

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from checklists import rules
from checklists.actions.common import move, person, refuse, whole
from checklists.models import Checklist, Draft, DraftRevision
from checklists.permissions import check_can_edit
from core import audit
from core.errors import Invalid, WrongState


@transaction.atomic
def save_draft(*, document: dict, by, based_on=None) -> Draft:
    """Keep a document as a new revision of the draft of its version. Records checklist.draft-saved.

    `based_on` is the revision it was made from, None for a version nobody began. Where a newer one was saved since,
    WrongState (code "newer") says whose and when, and nothing is overwritten. Invalid names every problem and place.
    """
    check_can_edit(by)
    refuse(rules.problems_of(document), _("This checklist"))
    if document["format"] not in (rules.FORMAT, rules.EDITION_FORMAT):
        raise Invalid(_("Only a checklist or an edition of one is a draft."))
    made, parent = whole(document)
    checklist, _made = Checklist.objects.get_or_create(
        key=made["key"], defaults={"title": made["title"], "subject": made["subject"]}
    )
    if checklist.subject != made["subject"]:
        raise Invalid(_("The subject of a checklist never changes."))
    version = str(document["version"])
    if checklist.versions.filter(version=version).exists():
        raise WrongState(_("This version is published. Give the new text a new version."), code="published")
    draft = (
        Draft.objects.select_for_update(of=["self"])
        .select_related("head__saved_by")
        .filter(checklist=checklist, version=version)
        .first()
    )
    _refuse_older(draft, based_on)
    row = move(draft or Draft(checklist=checklist, version=version), "save")
    revision = DraftRevision.objects.create(
        checklist=checklist, version=version, document=document, based_on=based_on, saved_by=person(by)
    )
    if draft:
        draft.head = revision
        draft.save(update_fields=["head", "state"])
    else:
        draft = Draft.objects.create(checklist=checklist, version=version, head=revision)
    audit.record(row.audit, revision, by=by, checklist=checklist.key, version=version)
    return draft


def _refuse_older(draft, based_on):
    """A save made from an older revision would overwrite what somebody else wrote since."""
    head = draft.head if draft else None
    if (head and head.pk) == (based_on and based_on.pk):
        return
    if head is None:
        raise WrongState(_("There is no draft of this version any more. Save it as a new one."), code="newer")
    who = head.saved_by.name if head.saved_by else _("An import")
    when = date_format(timezone.localtime(head.saved_at), "j F Y, H:i")
    words = _(
        "%(who)s saved a newer revision of this version on %(when)s. Nothing of yours was saved. Open the page anew in "
        "another window, and bring your words over."
    )
    raise WrongState(words % {"who": who, "when": when}, code="newer")


def locked(draft):
    """The draft as it is now, held until the transaction ends."""
    return Draft.objects.select_for_update(of=["self"]).select_related("checklist", "head").get(pk=draft.pk)


@transaction.atomic
def send_to_review(*, draft: Draft, by) -> Draft:
    """The text is ready for a second person. Records checklist.sent."""
    check_can_edit(by)
    draft = locked(draft)
    row = move(draft, "send")
    draft.sent_by, draft.sent_at, draft.note = person(by), timezone.now(), ""
    draft.save(update_fields=["state", "sent_by", "sent_at", "note"])
    audit.record(row.audit, draft, by=by, checklist=draft.checklist.key, version=draft.version)
    return draft


@transaction.atomic
def return_to_draft(*, draft: Draft, by, note: str = "") -> Draft:
    """Back to be written on, with the words of who looked at it. Records checklist.returned."""
    check_can_edit(by)
    draft = locked(draft)
    row = move(draft, "return")
    draft.note = note.strip()
    draft.save(update_fields=["state", "note"])
    audit.record(row.audit, draft, by=by, checklist=draft.checklist.key, version=draft.version)
    return draft
