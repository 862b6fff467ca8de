"""What meetings promise and what becomes of it, of a factory's committee and of an advisory one alike: each promise is
on every agenda until a meeting says that it was kept. Called by the writers of minutes, in their transaction.
"""

from django.utils.translation import gettext as _

from core.errors import Invalid


def make_promises(meeting, promises, *, who, language) -> int:
    """Write down what the minutes of a meeting promise, each once. Returns how many are new.

    `promises`: mappings of text, due_on and `who`, the column that says who does it.
    """
    rows = meeting.commitments
    ways = dict(rows.model._meta.get_field(who).choices)
    known, made = set(rows.values_list("text", who)), 0
    for one in promises:
        text = " ".join(one["text"].split())
        if not 1 <= len(text) <= 300 or one[who] not in ways:
            raise Invalid(_("Say what is promised, in at most 300 characters, and who does it."))
        if (text, one[who]) not in known:
            facts = {"text": text, who: one[who], "due_on": one.get("due_on"), "language": language}
            rows.create(committee=meeting.committee, **facts)
            known.add((text, one[who]))
            made += 1
    return made


def close_promises(meeting, kept) -> int:
    """A meeting says of promises that they were kept. Returns how many were open until now."""
    still_open = meeting.committee.commitments.filter(pk__in=[one.pk for one in kept], closed_in=None)
    return still_open.update(closed_in=meeting)
