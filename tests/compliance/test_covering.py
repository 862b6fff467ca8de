"""A part of a photo is covered at the desk: everybody sees it so, and nothing of what lay beneath is in the file."""

import random
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from compliance import actions, permissions, queries
from core import covering, queue, storage
from core.errors import Denied, Invalid, WrongState
from core.ids import new_id
from core.models import AuditRecord
from tests.compliance.test_permissions import table
from tests.core.test_removals import remove
from tests.people import everybody

SIZE = (203, 119)


def dots(seed, size):
    """Dots by chance, so that whatever is left of one would show."""
    return Image.frombytes("RGB", size, random.Random(seed).randbytes(size[0] * size[1] * 3))


def noise(beneath=()):
    """A photo; beneath: [(box, seed)] of parts with dots of their own."""
    picture = dots(1, SIZE)
    for box, seed in beneath:
        left, top, right, bottom = edges(box, SIZE)
        picture.paste(dots(seed, (right - left, bottom - top)), (left, top))
    out = BytesIO()
    picture.save(out, "JPEG", quality=90)
    return out.getvalue()


def edges(box, size):
    """A box in dots, outward."""
    (left, top, width, height), (wide, high) = box, size
    right, bottom = -(-(left + width) * wide // 100), -(-(top + height) * high // 100)
    return left * wide // 100, top * high // 100, right, bottom


def inside(data, box):
    """The dots of a picture under a box."""
    with Image.open(BytesIO(data)) as picture:
        return picture.convert("RGB").crop(edges(box, picture.size))


boxes = st.tuples(st.integers(0, 99), st.integers(0, 99)).flatmap(
    lambda at: st.tuples(st.just(at[0]), st.just(at[1]), st.integers(1, 100 - at[0]), st.integers(1, 100 - at[1])).map(
        list
    )
)


@settings(max_examples=40, deadline=None)
@given(st.lists(boxes, min_size=1, max_size=4))
def test_two_photos_that_differ_under_the_covers_only_are_the_same_under_them(chosen):
    """Nothing is recoverable: the covered photo is the same to the last byte, whatever lay beneath."""
    one, other = (covering.covered(noise(beneath=[(box, seed) for box in chosen]), chosen) for seed in (2, 3))
    assert one == other


def test_the_rest_of_the_photo_stays_and_no_metadata_does():
    data = covering.covered(noise(), [[0, 0, 20, 20]])
    with Image.open(BytesIO(data)) as picture:
        assert picture.size == SIZE and not picture.getexif() and "comment" not in picture.info
    spread = [high - low for low, high in inside(data, [60, 60, 40, 40]).getextrema()]
    assert min(spread) > 100


@pytest.mark.parametrize(
    "wrong",
    [[[0, 0, 0, 5]], [[-1, 0, 5, 5]], [[90, 0, 20, 5]], [[0, 90, 5, 20]], [[0, 0, 5]], [[0, 0, 5, None]],
     [[0, 0, 5, True]], [[0, 0, 1, 1]] * 13],
)  # fmt: skip
def test_a_part_lies_within_the_photo(wrong):
    with pytest.raises(Invalid):
        covering.checked(wrong)


@pytest.fixture
def photo(world):
    assessment, data = world.planned(), noise()
    return actions.keep_evidence(
        assessment=assessment, evidence_id=new_id(), kind="photo", data=data, sha256=storage.sha256_of(data),
        taken_at="", by=world.chanthou,
    )  # fmt: skip


BOX = [10, 10, 40, 40]
FORM = {"left_0": "10", "top_0": "10", "width_0": "40", "height_0": "40"}


def at(photo, end=""):
    return f"/app/assessments/evidence/{photo.pk}/{end}"


def test_without_a_script_and_everybody_sees_it_covered(client, world, photo):
    client.force_login(world.rith)
    before = client.get(at(photo))
    assert client.post(at(photo, "cover/"), FORM).status_code == 302
    after = client.get(at(photo), headers={"if-none-match": before["ETag"]})
    assert after.status_code == 200, "a browser that kept the photo is given the covered one"
    assert client.get(at(photo), headers={"if-none-match": after["ETag"]}).status_code == 304
    assert all(high < 40 for _low, high in inside(after.content, BOX).getextrema())
    assert 'value="40"' in client.get(at(photo, "cover/")).content.decode()
    client.force_login(world.sokha)
    assert client.get(at(photo)).content == after.content
    assert client.get(at(photo, "original/")).status_code == client.get(at(photo, "cover/")).status_code == 404
    client.force_login(world.vannak)
    assert client.get(at(photo, "original/")).content == before.content
    opened = AuditRecord.objects.get(verb="evidence.original-opened")
    assert opened.actor_id == world.vannak.pk


def test_half_a_row_or_a_part_outside_is_refused_beside_the_form(client, world, photo):
    client.force_login(world.rith)
    for wrong in ({"left_0": "10"}, FORM | {"width_0": "95"}, FORM | {"left_0": "x"}):
        assert client.post(at(photo, "cover/"), wrong).status_code == 400
    assert not photo.covers.exists()


def test_a_cover_is_taken_back_and_what_was_covered_stays_known(world, photo):
    actions.cover_photo(evidence=photo, boxes=[BOX], by=world.rith)
    assert queries.boxes_of(photo) == [BOX] and queries.shown_file(photo) != photo.stored
    actions.cover_photo(evidence=photo, boxes=[], by=world.vannak)
    assert queries.boxes_of(photo) == [] and queries.shown_file(photo) == photo.stored
    assert [cover.made_by for cover in photo.covers.all()] == [world.rith, world.vannak]


def test_who_covers_and_sees_what_lies_beneath(world, photo):
    people = everybody(world)
    may = {"its lead", "its assessor", "lead assessor"}
    for rule in (permissions.can_see_original, permissions.check_can_see_original):
        assert table(people, lambda who, rule=rule: rule(who, photo.assessment) in (True, None)) == may
    for who, person in people.items():
        if who not in may and person.is_authenticated:
            with pytest.raises(Denied):
                actions.cover_photo(evidence=photo, boxes=[BOX], by=person)
            with pytest.raises(Denied):
                actions.open_original(evidence=photo, by=person)


def test_what_is_removed_leaves_no_covered_picture_behind(world, photo):
    cover = actions.cover_photo(evidence=photo, boxes=[BOX], by=world.rith)
    remove(world, photo)
    queue.run_waiting()
    assert {photo.stored, cover.stored} & set(storage.store().keys()) == set()
    photo.refresh_from_db()
    with pytest.raises(WrongState):
        actions.cover_photo(evidence=photo, boxes=[BOX], by=world.rith)
