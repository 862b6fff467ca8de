"""What the screens of compliance share."""

from contextlib import contextmanager
from zoneinfo import ZoneInfo

from django.core.paginator import Paginator
from django.http import Http404
from django.utils import timezone

from core.errors import NOTHING_HERE

PAGE = 50


def or_absent(thing):
    """The thing, or the words of absence."""
    if thing is None or thing is False:
        raise Http404(NOTHING_HERE)
    return thing


@contextmanager
def in_time_of(programme):
    """Moments are said in the programme's time."""
    with timezone.override(ZoneInfo(programme.time_zone)):
        yield


def page_of(request, rows):
    return Paginator(rows, PAGE).get_page(request.GET.get("page"))
