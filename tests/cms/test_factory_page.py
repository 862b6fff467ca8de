"""The factory's page: who it is, what the law is, how sure the record is, what was put right, who else stands there."""

import re
from datetime import date, timedelta

import pytest

from core.actions import set_programme_setting
from disclosure import actions
from factories import actions as factories
from improvement_plans import actions as plans
from improvement_plans.models import PlanItem
from tests.compliance.test_actions import jpeg
from tests.disclosure.past import AS_OF, publish, regime, usual, visits
from tests.world import SETUP

PAGE = "/disclosure/paper-heron-sewing/"
BLOCKED = {"emergency-exits-clear": "non_compliant"}


def words_of(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def page(client, address=PAGE, **more):
    return client.get(address, **more).content.decode()


def concerns(world, **value):
    set_programme_setting(
        programme=world.programme, key="concerns", value=value, in_force_from=date(2026, 1, 1), by=SETUP
    )


def test_it_says_who_the_factory_is_and_was_and_by_which_numbers(client, world):
    regime(world)
    usual(world)
    factories.record_foreign_id(site=world.site, scheme="os-id", code="KH2020AAAA", since=date(2020, 1, 1), by=SETUP)
    buyer = factories.create_buyer(name="Northern Jackets", by=SETUP)
    factories.record_foreign_id(site=world.site, scheme="buyer", code="VENDOR-77", buyer=buyer, by=SETUP)
    publish(world)
    factories.rename_site(site=world.site, name="Paper Heron Group", on=date(2026, 8, 1), by=SETUP)
    publish(world, AS_OF + timedelta(days=1))
    html = page(client)
    said = words_of(html)
    assert "Paper Heron Sewing until 1 August 2026" in said and "Paper Heron Group since 1 August 2026" in said
    assert "OS ID KH2020AAAA , since 1 January 2020" in said
    assert 'itemprop="alternateName" content="Paper Heron Sewing"' in html
    assert 'itemprop="identifier" content="KH2020AAAA"' in html
    for told in (html, page(client, PAGE[:-1] + ".json")):
        assert "VENDOR-77" not in told and "Northern Jackets" not in told


def test_a_release_for_an_earlier_day_calls_it_as_it_was_called_then(client, world):
    regime(world)
    usual(world)
    factories.rename_site(site=world.site, name="Paper Heron Group", on=AS_OF + timedelta(days=1), by=SETUP)
    publish(world)
    assert '<h1><bdi itemprop="name">Paper Heron Sewing</bdi></h1>' in page(client)
    publish(world, AS_OF + timedelta(days=1))
    assert '<h1><bdi itemprop="name">Paper Heron Group</bdi></h1>' in page(client)


def test_words_of_the_checklist_say_in_which_language_they_are(client, world):
    regime(world)
    usual(world)
    publish(world)
    html = page(client, headers={"accept-language": "km"})
    assert '<html lang="km"' in html
    issues = re.findall(r"<h3><bdi([^>]*)>", html) + re.findall(r"<td><bdi([^>]*)>", html)
    assert len(issues) > 2 and set(issues) == {' lang="en" dir="ltr"'}


def test_it_cites_the_law_and_says_what_nobody_compared_and_which_checklist_each_visit_used(client, world):
    regime(world)
    usual(world)
    publish(world)
    said = words_of(page(client))
    assert "Law:" in said and "( unchecked )" in said.replace("(unchecked)", "( unchecked )")
    assert "Visit 2 · 6 June 2023 · small, 1" in said and "Visit 4 · 1 July 2026 · small, 1" in said


def test_what_makes_a_record_less_sure_is_said_in_classes_only(client, world):
    regime(world)
    less = [("@reliability", "value", ["coaching"]), ("@reliability", "report_text", "Sophea told us so.")]
    for on in (date(2024, 2, 2), date(2025, 5, 14)):
        plans.follow_report(report=world.report({"emergency-exits-clear": "compliant"}, on=on, extra=less), by=SETUP)
    publish(world)
    html = page(client)
    assert "Answers seemed prepared beforehand" in html and "Sophea" not in html


@pytest.fixture
def fixed(world):
    """A violation, reported fixed, with three photos: one looked at, one not, one looked at and of a day to come."""
    regime(world)
    _, second = visits(world, (date(2024, 2, 2), {}), (date(2025, 5, 14), BLOCKED))
    item = PlanItem.objects.get(finding__report=second)
    plans.report_done(item=item, text="Cleared.", by=world.mony, on=date(2025, 6, 2))
    kept = [plans.add_evidence(item=item, moment="after", data=jpeg(width), by=world.mony) for width in (40, 41)]
    plans.mark_no_person(evidence=kept[0], shows_no_person=True, by=world.dara)
    return kept


def test_a_photo_is_public_once_it_was_looked_at_and_ends_the_moment_it_shows_somebody(client, world, fixed):
    today = fixed[0].on
    publish(world, today)
    html = page(client)
    address = re.search(r'<img src="([^"]+)"', html)[1]
    assert html.count("<img") == 1 and str(fixed[0].pk) in address and "nobody has checked yet" in html
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert client.get(address.replace(str(fixed[0].pk), str(fixed[1].pk))).status_code == 404
    plans.mark_no_person(evidence=fixed[0], shows_no_person=False, by=world.dara)
    assert client.get(address).status_code == 404


def test_a_photo_later_than_the_release_and_one_of_an_issue_withheld_are_not_shown(client, world, fixed):
    publish(world, AS_OF)
    assert "<img" not in page(client)
    publish(world, fixed[0].on)
    address = re.search(r'<img src="([^"]+)"', page(client))[1]
    thida = world.person("Thida", "programme-manager")
    ask = actions.ask_to_withhold(
        slug="paper-heron-sewing", question_key="emergency-exits-clear", reason="court-order", by=world.sokha
    )
    actions.agree_to_withhold(ask=ask, by=thida)
    assert "<img" not in page(client) and client.get(address).status_code == 404


def test_a_buyer_is_named_only_while_both_sides_say_yes(client, world):
    regime(world)
    usual(world)
    publish(world)
    iris = world.person("Iris")
    buyer = factories.create_buyer(name="Northern Jackets", by=SETUP)
    factories.add_buyer_member(buyer=buyer, user=iris, since=date(2020, 1, 1), by=SETUP)
    row = factories.say_name(site=world.site, buyer=buyer, side="site", by=world.mony)
    assert "Northern Jackets" not in page(client)
    factories.say_name(site=world.site, buyer=buyer, side="buyer", by=iris)
    assert "Northern Jackets" in page(client)
    factories.end_naming(naming=row, by=world.mony)
    assert "Northern Jackets" not in page(client)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"name": "Workers’ Line", "phone": "000 0199", "answer_days": 3}, True),
        ({"name": "Workers’ Line", "address": "https://line.example/", "answer_days": 3}, True),
        ({"name": "Workers’ Line", "phone": "000 0199"}, False),  # nobody says when they answer
        ({"name": "Workers’ Line", "answer_days": 3}, False),  # nobody can reach them
        ({"phone": "000 0199", "answer_days": 3}, False),  # nobody knows who they are
        ({"name": "Workers’ Line", "address": "javascript:alert(1)", "answer_days": 3}, False),
    ],
)
def test_how_to_raise_a_concern_stands_there_only_where_somebody_answers_in_a_set_time(client, world, value, said):
    regime(world)
    usual(world)
    publish(world)
    assert "You work here?" not in page(client)
    concerns(world, **value)
    html = page(client)
    assert ("You work here?" in html) == said and "javascript:" not in html
    if said:
        assert "They answer within 3 days." in html


def test_a_page_from_before_there_were_names_law_and_photos_still_stands(client, world, monkeypatch):
    from disclosure import drafts

    whole = drafts.draft

    def older(programme, as_of):
        made = whole(programme, as_of)
        for document in made.documents:
            for name in ("names", "ids", "sector"):
                document.pop(name)
            document["visits"].pop("held")
            for entry in document["entries"]:
                entry.pop("law")
                entry.pop("photos")
        return made

    monkeypatch.setattr(actions, "draft", older)
    regime(world)
    usual(world)
    publish(world)
    for address in (
        "/disclosure/",
        PAGE,
        "/disclosure/?q=heron",
        "/disclosure/countries/kh/",
        "/disclosure/countries/",
    ):
        assert client.get(address).status_code == 200
    assert "2 of 9 exits" in words_of(page(client))


def test_every_page_names_itself_for_who_shares_it(client, world):
    regime(world)
    usual(world)
    publish(world)
    for address in (PAGE, "/disclosure/", "/disclosure/issues/", "/disclosure/countries/", "/disclosure/method/"):
        html = page(client, address)
        assert html.count('property="og:title"') == 1 == html.count('name="description"'), address


def test_a_page_is_drawn_once_and_again_when_anything_it_is_made_of_changes(client, world, monkeypatch):
    from cms import presenting

    drawn = []
    whole = presenting.factory_page
    monkeypatch.setattr(presenting, "factory_page", lambda *args: drawn.append(1) or whole(*args))
    regime(world)
    usual(world)
    publish(world)

    def times():
        drawn.clear()
        html = page(client)
        page(client)
        return len(drawn), html

    assert times()[0] == 1 and times()[0] == 0
    factories.close_site(site=world.site, status="closed", by=SETUP)
    publish(world, AS_OF + timedelta(days=1))
    assert (times()[0], "closed, page kept" in times()[1]) == (1, True)
    concerns(world, name="Workers’ Line", phone="000 0199", answer_days=3)
    assert times()[0] == 1
    thida = world.person("Thida", "programme-manager")
    ask = actions.ask_to_withhold(slug="paper-heron-sewing", reason="court-order", by=world.sokha)
    actions.agree_to_withhold(ask=ask, by=thida)
    assert times()[1].count("This page is withheld") == 1
    arabic = [page(client, headers={"accept-language": language}) for language in ("ar", "en", "ar")]
    assert arabic[0] == arabic[2] != arabic[1]
    # Who is signed in may see a strip of her own: nothing of it is kept for others.
    client.force_login(world.sokha)
    assert times()[0] == 2
