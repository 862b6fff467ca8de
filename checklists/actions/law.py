"""The law: records that published texts cite, who checked them, when they end; and dated parameters."""

import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from checklists import rules
from checklists.actions.common import refuse
from checklists.models import LawParameter, LawRecord
from checklists.permissions import check_can_check_law, check_can_edit
from core import audit
from core.errors import Invalid, WrongState


def record_laws(laws) -> dict:
    """{reference: its record} for laws as files write them; those nobody knew are recorded, unchecked.

    Three statements whatever their number. Called inside an action.
    """
    wanted = {rules.reference(law): law for law in reversed(laws)}
    known = _known(wanted)
    missing = [_record(reference, law) for reference, law in wanted.items() if reference not in known]
    LawRecord.objects.bulk_create(missing, ignore_conflicts=True)
    return known | _known(wanted) if missing else known


def _known(wanted):
    names = rules.Reference._fields
    rows = LawRecord.objects.filter(title__in={reference.title for reference in wanted})
    return {
        reference: row for row in rows
        if (reference := rules.Reference(*(getattr(row, name) for name in names))) in wanted
    }  # fmt: skip


def _record(reference, law):
    return LawRecord(
        **reference._asdict(),
        in_force_from=_day(law.get("in_force_from")),
        in_force_to=_day(law.get("in_force_to")),
        link=law.get("link") or "",
    )


def _day(text):
    return datetime.date.fromisoformat(text) if text else None


@transaction.atomic
def check_law(*, law: LawRecord, on, by, in_force_from=None, in_force_to=None, link=None) -> LawRecord:
    """A person with the right has looked the law up. What she found of its days and its link is kept with it.

    Published texts keep their citation; versions published from now on cite it as checked. Records law.checked.
    """
    check_can_check_law(by, law.country)
    law = LawRecord.objects.select_for_update().get(pk=law.pk)
    law.checked_by, law.checked_on = by, on
    law.in_force_from = in_force_from or law.in_force_from
    law.in_force_to = in_force_to or law.in_force_to
    law.link = law.link if link is None else link
    _refuse_reversed(law.in_force_from, law.in_force_to)
    law.save(update_fields=["checked_by", "checked_on", "in_force_from", "in_force_to", "link"])
    audit.record("law.checked", law, by=by, on=on)
    return law


@transaction.atomic
def end_law(*, law: LawRecord, on, by) -> LawRecord:
    """The law is repealed; `on` is its last day. Records law.ended. queries.repealed_but_cited says what cites it."""
    check_can_check_law(by, law.country)
    law = LawRecord.objects.select_for_update().get(pk=law.pk)
    _refuse_reversed(law.in_force_from, on)
    law.in_force_to = on
    law.save(update_fields=["in_force_to"])
    audit.record("law.ended", law, by=by, on=on)
    return law


def _refuse_reversed(begun, ended):
    if begun and ended and ended < begun:
        raise Invalid(_("The last day is before the first."))


@transaction.atomic
def set_parameter(
    *, country, key, value, since, by, until=None, zone="", grade="", unit="", law=None, note=""
) -> tuple[LawParameter, bool]:
    """The law sets this number from a day on. Returns (parameter, created). Unchecked. Records parameter.set.

    An open value before it ends on the day before; any other value on the same days is refused. The same again
    changes nothing.
    """
    check_can_edit(by)
    value = Decimal(str(value))
    _refuse_reversed(since, until)
    alike = LawParameter.objects.select_for_update().filter(country=country, key=key, zone=zone, grade=grade)
    same = alike.filter(since=since).first()
    if same and (same.value, same.until, same.unit) == (value, until, unit):
        return same, False
    open_one = alike.filter(until=None, since__lt=since).first()
    if open_one:
        open_one.until = since - datetime.timedelta(days=1)
        open_one.save(update_fields=["until"])
        audit.record("parameter.ended", open_one, by=by, until=open_one.until)
    overlap = alike.filter(Q(until=None) | Q(until__gte=since))
    if until:
        overlap = overlap.filter(since__lte=until)
    other = overlap.first()
    if other:
        words = _("%(key)s has another value on the same days: %(value)s from %(day)s.")
        raise WrongState(words % {"key": key, "value": f"{other.value.normalize():f}", "day": other.since})
    parameter = LawParameter.objects.create(
        country=country, key=key, zone=zone, grade=grade, value=value, unit=unit, since=since, until=until, law=law,
        note=note,
    )  # fmt: skip
    audit.record("parameter.set", parameter, by=by, country=country, key=key, since=since)
    return parameter, True


@transaction.atomic
def check_parameter(*, parameter: LawParameter, on, by) -> LawParameter:
    """A person with the right has looked the number up. Records parameter.checked."""
    check_can_check_law(by, parameter.country)
    parameter = LawParameter.objects.select_for_update().get(pk=parameter.pk)
    parameter.checked_by, parameter.checked_on = by, on
    parameter.save(update_fields=["checked_by", "checked_on"])
    audit.record("parameter.checked", parameter, by=by, on=on)
    return parameter


@transaction.atomic
def take_parameters(*, document: dict, by) -> list[tuple[LawParameter, bool]]:
    """All parameters of a file of law, or none: [(parameter, created)] in the file's order. Each records parameter.set.

    Invalid names every place that cannot be taken.
    """
    check_can_edit(by)
    refuse(rules.problems_of(document), _("This file of law"))
    if document.get("format") != rules.LAW_FORMAT:
        raise Invalid(_("This is not a file of law."))
    country = document["country"]
    laws = [({"country": country} | node["law"]) if node.get("law") else None for node in document["parameters"]]
    records = record_laws([law for law in laws if law])
    taken, refused = [], []
    numbered = list(enumerate(zip(document["parameters"], laws, strict=True)))
    for n, (node, law) in sorted(numbered, key=lambda each: each[1][0]["from"]):
        try:
            taken.append(
                (n, set_parameter(
                    country=country, key=node["key"], value=node["value"], since=_day(node["from"]),
                    until=_day(node.get("to")), law=records[rules.reference(law)] if law else None, by=by,
                    **{name: node.get(name) or "" for name in ("zone", "grade", "unit", "note")},
                ))
            )  # fmt: skip
        except WrongState as error:
            refused.append((("parameters", n), str(error.sentence)))
    refuse(refused, _("This file of law"))
    return [made for _, made in sorted(taken, key=lambda each: each[0])]
