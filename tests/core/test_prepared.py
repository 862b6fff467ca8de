"""Queries turned into SQL once: the same rows as from the queryset, whatever they are asked with, on either database."""

import pytest
from django.db import models

from core.models import Programme, ProgrammeSetting
from core.prepared import prepared

pytestmark = pytest.mark.django_db
COLUMNS = ("pk", "programme_id", "in_force_from", "value")


def of_programme(programme):
    return ProgrammeSetting.objects.filter(programme=programme).order_by("key").values_list(*COLUMNS)


def of_key(key):
    return ProgrammeSetting.objects.filter(models.Q(key=key) | models.Q(key=key)).values_list(*COLUMNS)


def test_rows_are_those_of_the_queryset_for_every_value(world):
    by_id = prepared(Programme._meta.pk)(of_programme)
    by_key = prepared(ProgrammeSetting._meta.get_field("key"))(of_key)
    other = Programme.objects.create(code="JO", name="Other", country="JO", time_zone="Asia/Amman")
    for n, programme in enumerate((world.programme, other)):
        ProgrammeSetting.objects.create(
            programme=programme, key="concerns", in_force_from=f"2026-01-0{n + 1}", value={"name": f"Line {n}"}
        )
    for pk in (world.programme.pk, other.pk, world.site.pk, world.programme.pk):
        assert by_id(pk) == list(of_programme(pk))
    for key in ("concerns", "calendar", "' OR 1=1", "%s", "concerns"):
        assert by_key(key) == list(of_key(key))
    assert len(by_id(other.pk)) == 1 and len(by_key("concerns")) == 2 and by_id(world.site.pk) == []


def test_one_query_and_no_value_where_none_is_asked_for(world, django_assert_num_queries):
    codes = prepared()(lambda: Programme.objects.order_by("code").values_list("code"))
    with django_assert_num_queries(1):
        before = codes()
    Programme.objects.create(code="ZZ", name="Last", country="JO", time_zone="Asia/Amman")
    assert codes() == [*before, ("ZZ",)]
