"""Evidence of a fix: who sees a photo, what of it is kept, how it is removed; and links that say nothing at their end."""

from datetime import date
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from core import queue, retention, storage
from core.actions.removals import agree_to_remove, ask_to_remove
from core.audit import System
from core.errors import Denied, Invalid, WrongState
from core.models import AuditRecord
from improvement_plans import actions
from improvement_plans.models import ItemEvidence, TaskLink
from improvement_plans.permissions import evidence_visible_to
from tests.improvement_plans.conftest import TODAY

pytestmark = pytest.mark.django_db


def photo(colour="red", exif=True) -> bytes:
    """A picture as a phone makes it, with the place and the person's name in its EXIF."""
    picture, out = Image.new("RGB", (64, 48), colour), BytesIO()
    facts = picture.getexif()
    if exif:
        facts[0x9286] = "Sentinel of Phnom Penh"
        facts[0x013B] = "Sentinel Sok"
    picture.save(out, "JPEG", exif=facts)
    return out.getvalue()


def upload(colour="red"):
    return SimpleUploadedFile("sok-sentinel.jpg", photo(colour), content_type="image/jpeg")


def added(floor, colour="red", moment="after", by=None):
    item = floor.item() or floor.planned()
    return actions.add_evidence(item=item, moment=moment, data=photo(colour), by=by or floor.world.mony)


def address(name, *args):
    return reverse(f"improvement_plans:{name}", args=args)


# --- what is kept -------------------------------------------------------------------------------------------------


def test_a_photo_is_drawn_anew_and_lies_where_the_backup_looks(floor):
    """No EXIF, no file name: nothing says who took it where."""
    kept = added(floor)
    data = storage.store().get(kept.stored)
    assert b"entinel" not in data
    assert not Image.open(BytesIO(data)).getexif()
    assert (kept.media_type, kept.on, kept.moment) == ("image/jpeg", TODAY, "after")
    assert kept.stored in list(storage.store().keys())
    record = AuditRecord.objects.get(verb="item.evidence-kept")
    assert record.facts["stored"] == kept.stored


def test_the_same_photo_twice_is_one(floor):
    """A phone that lost the answer sends again."""
    assert added(floor).pk == added(floor).pk
    assert ItemEvidence.objects.count() == 1
    assert added(floor, moment="before").pk != added(floor).pk


@pytest.mark.parametrize("data", [b"<svg onload=alert(1)>", b"%PDF-1.4 <script>x</script> %%EOF", b""])
def test_what_is_no_photo_and_no_document_is_refused(floor, data):
    with pytest.raises(Invalid):
        actions.add_evidence(item=floor.planned(), moment="after", data=data, by=floor.world.mony)
    assert not ItemEvidence.objects.exists()


def test_an_item_that_is_over_takes_none(floor):
    old = floor.planned()
    floor.report({"emergency-exits-clear": "non_compliant"}, on=date(2026, 11, 2), issued_on=date(2026, 11, 20))
    with pytest.raises(WrongState):
        actions.add_evidence(item=old, moment="after", data=photo(), by=floor.world.mony)


def test_there_is_an_end_to_files(floor, monkeypatch):
    monkeypatch.setattr(actions.evidence, "MOST", 2)
    added(floor, "red")
    added(floor, "blue")
    with pytest.raises(WrongState):
        added(floor, "green")
    assert added(floor, "red").pk, "what is there is not refused"


def test_the_database_keeps_its_promises(floor):
    kept = added(floor)
    for change in ({"by": None}, {"moment": "during"}, {"no_person_on": TODAY}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ItemEvidence.objects.filter(pk=kept.pk).update(**change)


# --- who sees it --------------------------------------------------------------------------------------------------


def test_who_may_add(floor):
    item = floor.planned()
    for person in (floor.sreymom, floor.vuthy, floor.world.mony, floor.world.dara, floor.world.vannak):
        actions.add_evidence(item=item, moment="after", data=photo(), by=person)
    for person in (floor.buyer_reader, floor.world.chanthou, floor.world.layla):
        with pytest.raises(Denied):
            actions.add_evidence(item=item, moment="after", data=photo(), by=person)


def test_a_buyer_sees_a_photo_only_once_the_programme_says_it_shows_no_person(floor, client):
    kept = added(floor)
    people = {
        "yes": (floor.sreymom, floor.vuthy, floor.world.mony, floor.world.dara, floor.world.sokha),
        "no": (floor.buyer_reader, floor.world.chanthou, floor.world.layla),
    }

    def asks(person):
        client.force_login(person)
        return client.get(address("evidence", kept.pk)).status_code

    for person in people["yes"]:
        assert asks(person) == 200, person
        assert evidence_visible_to(person).exists()
    for person in people["no"]:
        assert asks(person) == 404, person
        assert not evidence_visible_to(person).exists()
    client.force_login(floor.buyer_reader)
    page = client.get(address("item", kept.item_id)).content.decode()
    assert str(kept.pk) not in page
    assert "1 photo or document is not shown to you." in page
    for person in (floor.sreymom, floor.vuthy, floor.world.mony, floor.buyer_reader):
        with pytest.raises(Denied):
            actions.mark_no_person(evidence=kept, shows_no_person=True, by=person)
    client.force_login(floor.world.dara)
    client.post(address("mark-no-person", kept.pk), {"shows_no_person": "yes"})
    assert asks(floor.buyer_reader) == 200
    assert asks(floor.world.layla) == 404
    actions.mark_no_person(evidence=kept, shows_no_person=False, by=floor.world.dara)
    assert asks(floor.buyer_reader) == 404


def test_a_file_is_served_so_that_nothing_runs(floor, client):
    kept = added(floor)
    client.force_login(floor.sreymom)
    answer = client.get(address("evidence", kept.pk))
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]


def test_before_stands_beside_after_and_a_removed_one_says_so(floor, client):
    before, after = added(floor, "red", "before"), added(floor, "green", "after")
    client.force_login(floor.sreymom)
    page = client.get(address("item", before.item_id)).content.decode()
    assert page.index(str(before.pk)) < page.index(str(after.pk))
    assert 'alt="Before, 27 November 2026"' in page
    remove(floor.world, before)
    page = client.get(address("item", before.item_id)).content.decode()
    assert "Removed by law on" in page
    assert str(before.pk) not in page


def test_the_form_on_a_phone(floor, client):
    """What was chosen is kept by the draft; a refusal leaves the words beside the field."""
    item = floor.planned()
    client.force_login(floor.sreymom)
    page = client.get(address("add-evidence", item.pk)).content.decode()
    assert f'data-draft="evidence-{item.pk}-0"' in page
    assert "phonebar" in page
    sent = client.post(address("add-evidence", item.pk), {"moment": "before", "file": upload()})
    assert sent.url.endswith("#evidence")
    assert item.evidence.get().moment == "before"
    bad = SimpleUploadedFile("a.jpg", b"no picture", content_type="image/jpeg")
    sent = client.post(address("add-evidence", item.pk), {"moment": "before", "file": bad})
    assert sent.status_code == 400
    assert "Only photos (JPEG, PNG, WebP) and PDF documents can be kept." in sent.content.decode()
    client.force_login(floor.buyer_reader)
    assert client.get(address("add-evidence", item.pk)).status_code == 403


# --- how it goes --------------------------------------------------------------------------------------------------


def remove(world, row):
    ask = ask_to_remove(kind=row._meta.label_lower, subject_id=row.pk, reason="identity-at-risk", by=world.sokha)
    agree_to_remove(ask=ask, by=world.vannak)


def test_two_people_remove_a_photo_and_it_does_not_come_back(floor):
    kept, other = added(floor), added(floor, moment="before")
    remove(floor.world, kept)
    queue.run_waiting()
    assert not storage.store().has(kept.stored)
    other.refresh_from_db()
    assert other.redacted_at, "the same bytes under another word"
    assert not evidence_visible_to(floor.sreymom).exists()
    with pytest.raises(Invalid):
        added(floor)


def test_it_is_kept_for_three_years_after_the_fix(floor, clock):
    kept = added(floor)
    actions.verify_item(item=floor.item(), how="visit", by=floor.world.dara)
    clock.forward(days=1090)
    assert retention.apply(by=System("retention"))["fix-evidence"] == 0
    clock.forward(days=10)
    assert retention.apply(by=System("retention"))["fix-evidence"] == 1
    queue.run_waiting()
    assert not storage.store().has(kept.stored)
    kept.refresh_from_db()
    assert kept.ended_at and not kept.redacted_at


def test_evidence_of_what_is_not_fixed_stays(floor, clock):
    added(floor)
    actions.report_done(item=floor.item(), text="Cleared.", by=floor.world.mony)
    clock.forward(days=4000)
    assert retention.apply(by=System("retention"))["fix-evidence"] == 0


# --- by a link ----------------------------------------------------------------------------------------------------


@pytest.fixture
def link(floor):
    return actions.make_link(item=floor.planned(), days=3, by=floor.world.mony)


def by_link(client, link, **facts):
    client.logout()
    return client.post(address("send", actions.token_of(link)), {"moment": "after", "file": upload()} | facts)


def test_a_link_takes_a_photo_of_one_item_and_shows_a_title_and_nothing_else(floor, client, link):
    page = client.get(address("send", actions.token_of(link)))
    said = page.content.decode()
    assert link.item.issue in said
    for secret in ("Paper Heron", "Mony", "Vuthy", "Sreymom", "Both exits", "11 December", str(link.item_id)):
        assert secret not in said, secret
    assert by_link(client, link).status_code == 302
    kept = link.item.evidence.get()
    assert (kept.by, kept.link) == (None, link)
    assert AuditRecord.objects.get(verb="item.evidence-kept").actor_system == "task-link"
    assert client.get(address("evidence", kept.pk)).status_code == 302, "a sign-in is asked for"


def test_its_page_speaks_the_language_of_the_factory(floor, client, link):
    assert '<html lang="km"' in client.get(address("send", actions.token_of(link))).content.decode()


def test_a_token_is_nowhere_in_the_database(link):
    assert actions.token_of(link) not in str(list(TaskLink.objects.values()))


@pytest.mark.parametrize("end", ["expired", "revoked", "over", "maker left", "none"])
def test_a_link_says_nothing_after_its_end(floor, client, clock, link, end):
    """The very same page as for a link that never was."""
    token = actions.token_of(link)
    never = client.get(address("send", "0" * 64))
    assert never.status_code == 404
    assert client.get(address("send", token)).status_code == 200
    if end == "expired":
        clock.forward(days=3, minutes=1)
    elif end == "revoked":
        actions.revoke_link(link=link, by=floor.sreymom)
    elif end == "over":
        floor.report({"emergency-exits-clear": "non_compliant"}, on=date(2026, 11, 2), issued_on=date(2026, 11, 20))
    elif end == "maker left":
        floor.world.mony.is_active = False
        floor.world.mony.save()
    else:
        token = "1" * 64
    gone = client.get(address("send", token))
    assert (gone.status_code, gone.content) == (never.status_code, never.content)
    assert client.post(address("send", token), {"moment": "after", "file": upload()}).status_code == 404
    with pytest.raises(Denied):
        actions.send_evidence(token=token, moment="after", data=photo())
    assert not ItemEvidence.objects.exists()


def test_links_are_limited(floor, client, link, monkeypatch, settings):
    monkeypatch.setattr(actions.evidence, "MOST_BY_LINK", 2)
    by_link(client, link, file=upload("red"))
    by_link(client, link, file=upload("blue"))
    assert by_link(client, link, file=upload("green")).status_code == 409
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"task-link": "1/m/key"}
    assert [by_link(client, link).status_code for _ in range(2)][-1] == 429
    assert link.item.evidence.count() == 2


def test_what_is_too_large_is_not_read(client, link, settings):
    settings.EVIDENCE_MAX_BYTES = 100
    sent = by_link(client, link)
    assert sent.status_code == 400 and not ItemEvidence.objects.exists()


def test_links_are_listed_on_the_item_with_the_address_for_their_maker_only(floor, client, link):
    token = actions.token_of(link)
    client.force_login(floor.world.mony)
    assert token in client.get(address("add-evidence", link.item_id)).content.decode()
    client.force_login(floor.sreymom)
    page = client.get(address("add-evidence", link.item_id)).content.decode()
    assert token not in page and "Works until" in page
    client.post(address("revoke-link", link.pk))
    assert "Taken back on 27 November 2026" in client.get(address("add-evidence", link.item_id)).content.decode()
    client.force_login(floor.world.layla)
    assert client.post(address("revoke-link", link.pk)).status_code == 404
    assert client.post(address("make-link", link.item_id), {"days": "3"}).status_code == 404


def test_a_link_lasts_as_long_as_was_offered(floor, link):
    for days in (0, 2, 400):
        with pytest.raises(Invalid):
            actions.make_link(item=link.item, days=days, by=floor.world.mony)


def test_twelve_photos_cost_as_much_as_two(floor, client):
    colours = ["red", "blue", "green", "black", "white", "pink", "gold", "navy", "teal", "lime", "cyan", "gray"]

    def cost(name):
        client.force_login(floor.sreymom)
        client.get(address(name, floor.item().pk))
        with CaptureQueriesContext(connection) as seen:
            client.get(address(name, floor.item().pk))
        return len(seen)

    for colour in colours[:2]:
        added(floor, colour)
    few = [cost("item"), cost("add-evidence")]
    for colour in colours[2:]:
        added(floor, colour)
        actions.make_link(item=floor.item(), days=1, by=floor.world.mony)
    assert [cost("item"), cost("add-evidence")] == few
