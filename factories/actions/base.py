"""What the actions of factories share."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.errors import Invalid


def valid(thing):
    """The thing, or Invalid with each field that cannot be kept as it is."""
    try:
        # What only a later step fills is empty in the database, and no form leaves it blank.
        fields = thing._meta.fields
        thing.full_clean(
            exclude={one.name for one in fields if one.null and not one.blank and getattr(thing, one.attname) is None}
        )
    except ValidationError as error:
        problems = [
            {"place": place, "reason": reason} for place, found in error.message_dict.items() for reason in found
        ]
        raise Invalid(" ".join(f"{p['place']}: {p['reason']}" for p in problems), problems) from None
    return thing


def begun(since, now):
    """A grant means "now": what begins later is named when its day has come."""
    if since > now:
        raise Invalid(_("The day lies in the future. Name the person when it has come."))
