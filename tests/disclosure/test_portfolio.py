"""A buyer's portfolio: what it shows, to whom, and above all what nobody learns from it."""

import re
from datetime import date, timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from compliance import actions as compliance
from core.audit import System
from core.errors import Denied, WrongState
from core.home import places_for
from core.models import AuditRecord
from disclosure.actions import agree_to_withhold, ask_to_withhold
from disclosure.portfolio import actions, queries
from disclosure.portfolio.imports import Named
from disclosure.portfolio.models import Followed, FollowedChange, PortfolioReader
from disclosure.portfolio.rules import changes
from factories import actions as factories
from factories import queries as factory_queries
from factories.models import BuyerRelation, Consent, ConsentRequest, ForeignId
from factories.rules import SiteRow
from improvement_plans import actions as plans
from improvement_plans.models import PlanItem
from tests import people
from tests.disclosure.past import publish, regime, usual, visits
from tests.world import SETUP

LONG_AGO = date(2025, 1, 1)
PROGRAM = System("portfolio")
HOME = "/app/portfolio/"


@pytest.fixture
def buyer(world):
    return factories.create_buyer(name="Marmalade Outfitters", by=SETUP)


@pytest.fixture
def iris(world, buyer):
    person = world.person("Iris")
    factories.add_buyer_member(buyer=buyer, user=person, since=LONG_AGO, by=SETUP)
    return person


@pytest.fixture
def published(world):
    """Paper Heron is public, by two visits; the exits stand open on its page."""
    regime(world)
    usual(world)
    publish(world)
    return world


def named(site, code="V-1", **words):
    return Named(**{"code": code, "name": site.name, "country": site.country, "address": site.address} | words)


def follow(buyer, iris, *rows):
    actions.follow(buyer=buyer, rows=rows, by=iris)
    return [Followed.objects.get(buyer=buyer, code=row.code) for row in rows]


def line(buyer, followed):
    followed.refresh_from_db()
    return queries.lines(buyer.pk, [followed])[0]


def page(client, user, address=HOME, **data):
    client.force_login(user)
    if address == HOME:
        address = client.get(HOME)["Location"]
    response = client.get(address, data)
    assert response.status_code == 200
    return response.content.decode()


def address(name, *args):
    return reverse(f"portfolio:{name}", args=args)


# --- which factory a row speaks of -------------------------------------------------------------------------------


def test_a_public_factory_is_found_by_name_and_address_and_shown_as_its_release_says(client, published, buyer, iris):
    actions.follow(buyer=buyer, rows=[named(published.site, name="PAPER HERON Sewing Co., Ltd")], by=iris)
    followed = Followed.objects.get()
    assert (followed.site, followed.taken_by) == (published.site, "rules")
    html = page(client, iris)
    assert "Violation found: 1" in html and "No violation found" not in html, "not without its day"
    assert "/disclosure/paper-heron-sewing/" in html
    assert "Not asked yet" in html
    assert "14 May 2025" in html or "1 July 2026" in html


def test_one_that_only_looks_alike_waits_for_a_person_of_the_buyer(client, published, buyer, iris):
    followed = follow(buyer, iris, named(published.site, address=""))[0]
    assert (followed.site, followed.likely) == (None, published.site)
    html = page(client, iris)
    assert "1 row waits for you" in html
    assert "Violation found:" not in html, "nothing is told of a factory nobody said yes to"
    client.post(address("one", followed.pk), {"do": "same"})
    followed.refresh_from_db()
    assert (followed.site, followed.taken_by, followed.likely) == (published.site, "person", None)
    assert "Violation found: 1" in page(client, iris)
    with pytest.raises(WrongState):
        actions.decide(followed=followed, same=True, by=iris)


def test_a_no_is_not_asked_again_and_a_wrong_match_is_parted(published, buyer, iris):
    asked = follow(buyer, iris, named(published.site, address=""))[0]
    actions.decide(followed=asked, same=False, by=iris)
    sure = follow(buyer, iris, named(published.site, code="V-2"))[0]
    actions.part(followed=sure, by=iris)
    actions.look_through(buyer_id=buyer.pk, by=PROGRAM)
    for followed in (asked, sure):
        followed.refresh_from_db()
        assert (followed.site, followed.likely, followed.another) == (None, None, published.site)


def test_the_same_code_takes_new_words_and_what_a_person_said_stands(published, buyer, iris):
    followed = follow(buyer, iris, named(published.site, address=""))[0]
    actions.decide(followed=followed, same=True, by=iris)
    outcome = actions.follow(buyer=buyer, rows=[named(published.site, name="Somebody else")], by=iris)
    assert (outcome.created, outcome.updated, outcome.unchanged) == (0, 1, 0)
    followed.refresh_from_db()
    assert (followed.name, followed.site) == ("Somebody else", published.site)
    again = actions.follow(buyer=buyer, rows=[named(published.site, name="Somebody else")], by=iris)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 1)


def test_a_dry_run_says_what_it_would_do_and_leaves_nothing(published, buyer, iris):
    rows = [named(published.site), named(published.site, code="V-2", address=""), Named("V-3", "Nowhere", "KH", "Road")]
    outcome = actions.follow(buyer=buyer, rows=rows, dry_run=True, by=iris)
    assert (outcome.created, outcome.sure, outcome.decide, outcome.none) == (3, 1, 1, 1)
    assert not Followed.objects.exists()
    assert not AuditRecord.objects.filter(verb="portfolio.followed").exists()


def test_an_os_id_finds_a_public_factory_whatever_its_name(published, buyer, iris):
    ForeignId.objects.create(site=published.site, scheme="os-id", code="KH2026001ABCDEF")
    followed = follow(buyer, iris, Named("V-1", "Quite another name", "KH", os_id="KH2026001ABCDEF"))[0]
    assert followed.site == published.site


# --- what nobody learns ------------------------------------------------------------------------------------------

SENTINELS = ("sentinel-case", "sentinel-plan", "forced-labour")


def secrets(world):
    """{what is true of a factory that is not public: the factory}; None is one that nobody knows."""
    regime(world)
    cases = {"in the programme": world.new_site("Tin Kite"), "planned": world.new_site("Wet Lantern")}
    world.planned(site=cases["planned"], on=date(2026, 12, 14))
    cases["assessed once"] = world.new_site("Low Fiddle")
    found = {"emergency-exits-clear": "non_compliant"}
    visits(world, (date(2026, 11, 2), found), site=cases["assessed once"])
    cases["assessed, not due"] = world.new_site("Tall Button")
    visits(world, (date(2026, 10, 5), {}), (date(2026, 11, 3), found), site=cases["assessed, not due"])
    cases["with a case"] = world.new_site("Grey Spindle")
    visit = world.planned(site=cases["with a case"], on=date(2026, 11, 4))
    compliance.open_case(
        programme=world.programme, cycle=visit.cycle, kind="forced-labour", text="sentinel-case", readers=[],
        by=world.sokha,
    )  # fmt: skip
    cases["with a plan"] = world.new_site("Odd Thimble")
    visits(world, (date(2026, 11, 5), found), site=cases["with a plan"])
    PlanItem.objects.filter(plan__site=cases["with a plan"]).update(
        issue="sentinel-plan", due_on=date(2026, 11, 6), first_due_on=date(2026, 11, 6)
    )
    publish(world, as_of=date(2026, 11, 27))
    factories.import_sites(rows=[SiteRow("list.csv", "", 2, "KH", "Wooden Moon", "Road 9, Wooden Moon")], by=SETUP)
    return cases


def shown(client, iris, followed):
    """What page, row and file say of a factory, without the buyer's own words."""
    html = page(client, iris) + page(client, iris, address("one", followed.pk))
    for word in SENTINELS:
        assert word not in html
    item = re.search(rf"<li[^>]*>(?:(?!</li>).)*{followed.pk}.*?</li>", page(client, iris), re.S).group()
    row = page(client, iris, address("one", followed.pk)).split("<main")[1]
    cells = next(
        text for text in client.get(address("csv", followed.buyer_id)).getvalue().decode().splitlines()
        if text.startswith(followed.code)
    )  # fmt: skip
    for own in filter(None, (followed.address, followed.name, followed.code, str(followed.pk))):
        item, row, cells = (text.replace(own, "…") for text in (item, row, cells))
    return [re.sub(r'value="[A-Za-z0-9]{64}"', "", text) for text in (item, row, cells)]


def test_a_factory_nobody_may_know_of_looks_as_one_that_does_not_exist(client, world, buyer, iris):
    """The truth table: whatever is true of a factory that is not public, the buyer sees the same."""
    cases = secrets(world)
    nobody = follow(buyer, iris, Named("V-00", "Nowhere At All", "KH", "National Road 4, Nowhere"))[0]
    told = {"nobody knows it": shown(client, iris, nobody)}
    rows = {what: named(site, code=f"V-{n:02}") for n, (what, site) in enumerate(cases.items(), start=1)}
    rows["of a register"] = Named("V-40", "Wooden Moon", "KH", "Road 9, Wooden Moon")
    for what, row in rows.items():
        followed = follow(buyer, iris, row)[0]
        assert (followed.site, followed.likely) == (None, None), what
        told[what] = shown(client, iris, followed)
        actions.unfollow(followed=followed, by=iris)
        bare = follow(buyer, iris, Named(row.code, row.name, row.country))[0]
        assert (bare.site, bare.likely) == (None, None), f"{what}, by its name alone"
        actions.unfollow(followed=bare, by=iris)
    for what, said in told.items():
        assert said == told["nobody knows it"], what


def test_a_dry_run_counts_no_factory_it_may_not_tell_of(world, buyer, iris):
    rows = [named(site, code=str(n)) for n, site in enumerate(secrets(world).values())]
    outcome = actions.follow(buyer=buyer, rows=rows, dry_run=True, by=iris)
    assert (outcome.sure, outcome.decide, outcome.none) == (0, 0, len(rows))


def test_where_it_orders_the_buyer_learns_no_more_than_that(client, world, buyer, iris):
    """The factory or the programme wrote down that it orders there; of the rest it still learns nothing."""
    told = {}
    for what, site in secrets(world).items():
        factories.record_relation(site=site, buyer=buyer, since=LONG_AGO, by=world.sokha)
        followed = follow(buyer, iris, named(site, code="V-1"))[0]
        assert followed.site == site
        item, row, cells = shown(client, iris, followed)
        for own in (site.name, site.number, str(site.pk)):
            item, row, cells = (text.replace(own, "…") for text in (item, row, cells))
        told[what] = (item, row, cells)
        assert "Nothing is public" in item
        actions.unfollow(followed=followed, by=iris)
    assert len(set(told.values())) == 1


def test_what_two_people_withhold_is_gone_at_once(client, published, buyer, iris):
    follow(buyer, iris, named(published.site))
    thida = published.person("Thida", "programme-manager")
    ask = ask_to_withhold(slug="paper-heron-sewing", reason="under-review", by=published.sokha)
    agree_to_withhold(ask=ask, by=thida)
    html = page(client, iris)
    assert "Violation found:" not in html and "Withheld: 1" in html
    assert "May 2025" not in html and "July 2026" not in html
    assert page(client, iris, public="open").count("No factory of your portfolio is like this.") == 1


def test_an_address_of_a_factory_is_not_told(client, published, buyer, iris):
    """The release names its region only."""
    followed = follow(buyer, iris, named(published.site, address=""))[0]
    html = page(client, iris, address("one", followed.pk))
    assert "Paper Heron Sewing" in html and "Kandal" in html
    assert "National Road 4" not in html


# --- who reads it ------------------------------------------------------------------------------------------------


def test_only_the_buyers_own_people_read_and_keep_it(client, published, buyer, iris):
    followed = follow(buyer, iris, named(published.site, code="SECRET-77"))[0]
    own = [address(name, buyer.pk) for name in ("portfolio", "add", "decide", "news", "csv", "xlsx")]
    own.append(address("one", followed.pk))
    for what, person in people.everybody(published).items():
        if what == "anonymous":
            client.logout()
        else:
            client.force_login(person)
        for one in own:
            response = client.get(one)
            assert response.status_code in (302, 404), (what, one)
            assert "SECRET-77" not in response.content.decode()
        assert client.post(address("one", followed.pk), {"do": "unfollow"}).status_code in (302, 403, 404)
        if person.is_authenticated:
            assert not queries.portfolio(person, buyer.pk).exists()
            for act in (
                lambda who: actions.follow(buyer=buyer, rows=[], by=who),
                lambda who: actions.decide(followed=followed, same=True, by=who),
                lambda who: actions.part(followed=followed, by=who),
                lambda who: actions.unfollow(followed=followed, by=who),
            ):
                with pytest.raises(Denied):
                    act(person)
            assert ("Portfolio" in {str(place.title) for place in places_for(person)}) == what.startswith("buyer")
    with pytest.raises(Denied):
        actions.follow(buyer=buyer, rows=[], by=SETUP)
    assert Followed.objects.count() == 1


def test_who_no_longer_acts_for_the_buyer_reads_it_no_more(client, published, buyer, iris):
    follow(buyer, iris, named(published.site))
    factories.end_buyer_member(member=buyer.members.get(user=iris), by=iris)
    client.force_login(iris)
    for one in (HOME, address("portfolio", buyer.pk), address("csv", buyer.pk)):
        assert client.get(one).status_code == 404


def test_a_vendor_code_is_told_to_nobody(client, published, buyer, iris):
    """Not to the factory, not to the programme, not to another buyer, not to the record of who did what."""
    followed = follow(buyer, iris, named(published.site, code="SECRET-77"))[0]
    actions.part(followed=followed, by=iris)
    factories.give_consent(site=published.site, buyer=buyer, since=LONG_AGO, by=published.mony)
    other = factories.create_buyer(name="North Pier", by=SETUP)
    lars = published.person("Lars")
    factories.add_buyer_member(buyer=other, user=lars, since=LONG_AGO, by=SETUP)
    assert not ForeignId.objects.filter(code="SECRET-77").exists()
    assert "SECRET-77" not in str(list(AuditRecord.objects.values_list("facts", "subject_id")))
    for person in (published.mony, published.sokha, lars):
        client.force_login(person)
        for one in (
            reverse("factories:site", args=[published.site.ref]), reverse("factories:history", args=[published.site.ref]),
            reverse("factories:consents"),
        ):  # fmt: skip
            assert "SECRET-77" not in client.get(one).content.decode(), one
        if person != lars:
            assert not factory_queries.sites(person, "SECRET-77").exists()


# --- what a consent opens ----------------------------------------------------------------------------------------


def test_consent_is_shown_as_it_stands_today(published, buyer, iris):
    followed = follow(buyer, iris, named(published.site))[0]
    assert line(buyer, followed).consent is None
    factories.record_relation(site=published.site, buyer=buyer, since=LONG_AGO, by=iris)
    asked = factories.request_consents(buyer=buyer, sites=[published.site], until=date(2099, 1, 1), by=iris)[0]
    assert line(buyer, followed).consent.state == "asked"
    assert not line(buyer, followed).can_be_asked
    factories.answer_request(request=asked, allow=False, by=published.mony)
    assert line(buyer, followed).consent.state == "refused"
    consent = factories.give_consent(
        site=published.site, buyer=buyer, since=LONG_AGO, until=date(2099, 1, 1), by=published.mony
    )
    fact = line(buyer, followed).consent
    assert (fact.state, fact.until, fact.report, fact.progress) == ("given", date(2099, 1, 1), True, True)
    factories.end_consent(consent=consent, by=published.mony)
    assert line(buyer, followed).consent.state == "ended"
    assert line(buyer, followed).can_be_asked
    Consent.objects.update(ended_at=None, ended_by=None, until=timezone.now().date() - timedelta(days=3))
    assert line(buyer, followed).consent.state == "refused", "the no came later than the day it lapsed"


@pytest.mark.parametrize("scope", ["report", "progress"])
def test_plan_and_visit_are_shown_only_where_the_consent_opens_them_today(client, world, buyer, iris, scope):
    """The newest visit is not public. The plan is behind schedule."""
    found = {"emergency-exits-clear": "non_compliant"}
    visits(world, (date(2026, 11, 5), found))
    PlanItem.objects.update(due_on=date(2026, 11, 6), first_due_on=date(2026, 11, 6))
    factories.record_relation(site=world.site, buyer=buyer, since=LONG_AGO, by=iris)
    followed = follow(buyer, iris, named(world.site))[0]
    assert line(buyer, followed).progress is line(buyer, followed).last_visit is None
    consent = factories.give_consent(site=world.site, buyer=buyer, scope=scope, since=LONG_AGO, by=world.mony)
    told = line(buyer, followed)
    assert told.last_visit == (date(2026, 11, 5) if scope == "report" else None)
    assert told.progress == ({"behind_schedule": 1} if scope == "progress" else None)
    html = page(client, iris)
    assert ("Behind schedule: 1" in html) == (scope == "progress")
    assert ("5 November 2026" in html) == (scope == "report")
    behind = queries.portfolio(iris, buyer.pk, plan="behind")
    assert behind.exists() == (scope == "progress")
    factories.end_consent(consent=consent, by=world.mony)
    told = line(buyer, followed)
    assert told.progress is told.last_visit is None
    assert not queries.portfolio(iris, buyer.pk, plan="behind").exists()
    assert "Behind schedule: 1" not in page(client, iris)


def test_a_consent_for_one_cycle_opens_the_plan_of_that_cycle_only(world, buyer, iris):
    found = {"emergency-exits-clear": "non_compliant"}
    first = world.report(found, on=date(2025, 3, 2))
    second = world.report(found, on=date(2026, 3, 2))
    for report in (first, second):
        plans.follow_report(report=report, by=SETUP)
    factories.give_consent(
        site=world.site, buyer=buyer, cycle=first.assessment.cycle, since=LONG_AGO, by=world.mony
    )  # fmt: skip
    followed = follow(buyer, iris, named(world.site))[0]
    assert line(buyer, followed).last_visit == date(2025, 3, 2)
    items = PlanItem.objects.filter(plan__cycle=first.assessment.cycle, continued_by=None).count()
    assert sum((line(buyer, followed).progress or {}).values()) == items


# --- asking ------------------------------------------------------------------------------------------------------


def test_many_are_asked_at_once_and_their_answers_come_back(client, published, buyer, iris):
    other = published.new_site("Blue Kettle")
    factories.record_relation(site=other, buyer=buyer, since=LONG_AGO, by=published.sokha)
    follow(buyer, iris, named(published.site), named(other, code="V-2"), Named("V-3", "Nowhere", "KH", "Road"))
    html = page(client, iris, mark="all")
    ids = re.findall(r'name="sites" value="([\w-]+)" checked', html)
    assert set(ids) == {str(published.site.pk), str(other.pk)}
    back = address("portfolio", buyer.pk)
    said = {"buyer": buyer.pk, "orders": "yes", "sites": ids, "scope": "both", "until": "2099-01-01", "back": back}
    response = client.post(reverse("factories:ask"), said)
    assert (response.status_code, response["Location"]) == (302, back)
    assert "Asked: 2." in page(client, iris)
    assert BuyerRelation.objects.filter(buyer=buyer, site=published.site, until=None).exists()
    assert page(client, iris, consent="asked").count("Asked, no answer yet <") == 2
    assert 'name="sites"' not in page(client, iris)
    factories.answer_request(request=ConsentRequest.objects.get(site=published.site), allow=True, by=published.mony)
    html = page(client, iris, consent="given")
    assert "Paper Heron" in html and "Blue Kettle" not in html
    assert "until 1 January 2099" in html


@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", ""])
def test_after_asking_nobody_is_sent_elsewhere(client, published, buyer, iris, back):
    client.force_login(iris)
    said = {"orders": "yes", "sites": [published.site.pk], "scope": "both", "until": "2099-01-01", "back": back}
    assert client.post(reverse("factories:ask"), said)["Location"] == reverse("factories:consents")


def test_a_place_in_no_programme_cannot_be_asked_and_is_as_if_it_did_not_exist(client, world, buyer, iris):
    factories.import_sites(rows=[SiteRow("list.csv", "", 2, "KH", "Wooden Moon", "Road 9")], by=SETUP)
    moon = factories_site("Wooden Moon")
    client.force_login(iris)
    said = {"orders": "yes", "scope": "both", "until": "2099-01-01"}
    answers = [client.post(reverse("factories:ask"), said | {"sites": [pk]}) for pk in (moon.pk, Followed().pk)]
    assert [one.status_code for one in answers] == [400, 400]
    assert not BuyerRelation.objects.exists()


def factories_site(name):
    from factories.models import Site

    return Site.objects.get(name=name)


# --- what changed ------------------------------------------------------------------------------------------------


def look(**change):
    return {"site": "1", "public": None, "consent": "none", "last_day": "", "behind": False} | change


@pytest.mark.parametrize(
    ("before", "after", "kinds"),
    [
        ({}, look(), []),
        (look(), look(), []),
        (look(site=""), look(public={}), ["found"]),
        (look(site="2"), look(consent="given"), []),
        (look(), look(public={"statuses": {}}), ["public"]),
        (look(), look(consent="asked"), []),
        (look(consent="asked"), look(consent="given"), ["given"]),
        (look(consent="given"), look(consent="given", last_day="2027-01-01"), ["given"]),
        (look(consent="asked"), look(consent="refused"), ["refused"]),
        (look(consent="given", behind=True), look(consent="ended"), ["ended"]),
        (look(), look(behind=True), ["behind"]),
        (look(behind=True), look(behind=True), []),
    ],
)
def test_what_counts_as_a_change(before, after, kinds):
    assert changes(before, after) == kinds


def kinds():
    return list(FollowedChange.objects.order_by("at", "pk").values_list("kind", flat=True))


def look_through(buyer):
    return actions.look_through(buyer_id=buyer.pk, by=PROGRAM)


def test_a_release_a_consent_and_its_end_are_told_once(client, world, buyer, iris):
    regime(world)
    usual(world)
    follow(buyer, iris, named(world.site))
    assert look_through(buyer) == 0
    publish(world)
    assert (look_through(buyer), look_through(buyer)) == (1, 0)
    consent = factories.give_consent(site=world.site, buyer=buyer, since=LONG_AGO, by=world.mony)
    look_through(buyer)
    factories.end_consent(consent=consent, by=world.mony)
    look_through(buyer)
    look_through(buyer)
    assert kinds()[0] == "found" and kinds()[-1] == "ended" and "given" in kinds()
    assert "The permission ended" in page(client, iris)


def test_a_late_plan_is_told_only_while_the_consent_opens_it(client, world, buyer, iris):
    world.report()
    plans.follow_report(report=PlanItem and world.report(on=date(2026, 9, 1)), by=SETUP)
    consent = factories.give_consent(site=world.site, buyer=buyer, since=LONG_AGO, by=world.mony)
    PlanItem.objects.update(due_on=date(2099, 1, 1), first_due_on=date(2099, 1, 1))
    follow(buyer, iris, named(world.site))
    PlanItem.objects.update(due_on=date(2026, 10, 1))
    look_through(buyer)
    assert kinds() == ["behind"]
    assert "fell behind schedule" in page(client, iris)
    factories.end_consent(consent=consent, by=world.mony)
    look_through(buyer)
    html = page(client, iris) + page(client, iris, address("news", buyer.pk))
    assert "fell behind schedule" not in html and "The permission ended" in html


def test_the_one_letter_of_a_week_is_neutral_and_can_be_switched_off(client, published, buyer, iris):
    iris.email = "iris@buyer.example"
    iris.save()
    published.sokha.email = "sokha@programme.example"
    published.sokha.save()
    follow(buyer, iris, named(published.site, code="SECRET-77"))
    assert actions.write_letters(by=PROGRAM) == 0, "nothing changed"
    consent = factories.give_consent(site=published.site, buyer=buyer, since=LONG_AGO, by=published.mony)
    look_through(buyer)
    assert (actions.write_letters(by=PROGRAM), actions.write_letters(by=PROGRAM)) == (1, 0)
    factories.end_consent(consent=consent, by=published.mony)
    look_through(buyer)
    assert actions.write_letters(by=PROGRAM) == 0, "one in a week"
    assert [letter.to for letter in mail.outbox] == [["iris@buyer.example"]]
    said = mail.outbox[0].subject + mail.outbox[0].body
    for word in ("Paper Heron", "SECRET-77", "Marmalade", "permission", "Cambodia"):
        assert word not in said
    assert "/app/portfolio/" in said
    PortfolioReader.objects.update(written_at=timezone.now() - timedelta(days=8))
    client.force_login(iris)
    client.post(address("letters"), {"letters": "no"})
    assert actions.write_letters(by=PROGRAM) == 0
    client.post(address("letters"), {"letters": "yes"})
    FollowedChange.objects.update(at=timezone.now())
    assert actions.write_letters(by=PROGRAM) == 1
    for act in (actions.write_letters, lambda by: actions.look_through(buyer_id=buyer.pk, by=by)):
        with pytest.raises(Denied):
            act(by=iris)


# --- as a file ---------------------------------------------------------------------------------------------------


def test_the_file_holds_what_the_page_shows_and_no_formula(client, published, buyer, iris):
    nasty = Named("=1+1", '=HYPERLINK("x")', "KH", "@road")
    follow(buyer, iris, named(published.site), nasty)
    client.force_login(iris)
    response = client.get(address("csv", buyer.pk))
    assert response.streaming
    text = response.getvalue().decode()
    assert "'=1+1" in text and "'@road" in text
    assert "http://testserver/disclosure/paper-heron-sewing/" in text
    assert len(text.splitlines()) == 3
    assert "=1+1" not in client.get(address("csv", buyer.pk), {"public": "shown"}).getvalue().decode()
    book = client.get(address("xlsx", buyer.pk))
    assert book["Content-Disposition"] == 'attachment; filename="portfolio.xlsx"'
    assert book["Cache-Control"] == "private, no-store"
    assert book.getvalue().startswith(b"PK")


@pytest.mark.parametrize("words", ["%", "'; --", "<script>", "□" * 300])
def test_hostile_filters_do_no_harm(client, published, buyer, iris, words):
    follow(buyer, iris, named(published.site))
    html = page(client, iris, q=words, public=words, consent=words, plan=words, taken=words)
    assert "<script>" not in html


def test_two_or_twelve_factories_ask_the_same_number_of_questions(client, published, buyer, iris):
    counted = []
    for size in (2, 12):
        rows = []
        for n in range(size):
            site = published.new_site(f"Mill {size} {n}")
            report = published.report(site=site, on=date(2026, 9, 1))
            plans.follow_report(report=report, by=SETUP)
            Consent.objects.create(site=site, buyer=buyer, since=LONG_AGO, given_by=published.mony)
            rows.append(named(site, code=f"{size}-{n}"))
        Followed.objects.all().delete()
        with CaptureQueriesContext(connection) as asked:
            actions.follow(buyer=buyer, rows=rows, by=iris)
        counted.append([len(asked)])
        for one in (address("portfolio", buyer.pk), address("csv", buyer.pk), address("xlsx", buyer.pk)):
            client.force_login(iris)
            client.get(one)
            with CaptureQueriesContext(connection) as asked:
                response = client.get(one)
                b"".join(response)
            counted[-1].append(len(asked))
        with CaptureQueriesContext(connection) as asked:
            look_through(buyer)
        counted[-1].append(len(asked))
    assert counted[0] == counted[1]
