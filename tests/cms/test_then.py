"""The record of long ago: a release, and a factory's page in it, as they were, less what was withheld since."""

from datetime import timedelta

import pytest

from disclosure import actions
from improvement_plans import actions as plans
from improvement_plans.models import PlanItem
from tests.disclosure.past import AS_OF, publish, regime, usual

PAGE = "/disclosure/paper-heron-sewing/"
THEN = f"{PAGE}releases/kh-1/"
EXITS = "emergency-exits-clear"


@pytest.fixture
def twice(world):
    """Two releases: in the first the exits are blocked, in the second their fix is verified."""
    regime(world)
    reports = usual(world)
    first = publish(world)
    item = PlanItem.objects.get(finding__report=reports[-1], question_key=EXITS)
    plans.verify_item(item=item, how="visit", by=world.dara, on=AS_OF + timedelta(days=2))
    return first, publish(world, AS_OF + timedelta(days=10))


def page(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def issue(html):
    return html.split(f'id="{EXITS}"')[1].split("</article>")[0]


def test_a_page_is_read_as_each_release_showed_it(client, twice):
    assert 'data-s="fixed"' in issue(page(client, PAGE)) or "verified" in issue(page(client, PAGE)).lower()
    then = page(client, THEN)
    assert "verified" not in issue(then).lower() and "Violation found" in issue(then)
    assert "This is what was public on 5 October 2026" in then and f'href="{PAGE}"' in then
    assert '<meta name="robots" content="noindex">' in then and "noindex" not in page(client, PAGE)
    assert "This is what was public on 15 October 2026" in page(client, f"{PAGE}releases/kh-2/")


def test_the_history_and_the_release_lead_there(client, twice):
    assert f'href="{PAGE}releases/"' in page(client, PAGE)
    history = page(client, f"{PAGE}releases/")
    assert history.index("releases/kh-2/") < history.index("releases/kh-1/")
    assert 'href="/disclosure/releases/kh-1/"' in page(client, "/disclosure/releases/")
    release = page(client, "/disclosure/releases/kh-1/")
    assert f'href="{THEN}"' in release and "Paper Heron" in release and "5 October 2026" in release


@pytest.mark.parametrize(
    "address",
    [f"{PAGE}releases/kh-3/", f"{PAGE}releases/xx-1/", "/disclosure/nobody/releases/kh-1/",
     "/disclosure/nobody/releases/", "/disclosure/releases/kh-9/"],
)  # fmt: skip
def test_what_was_never_published_is_not_there(client, twice, address):
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("address", [f"{PAGE}releases/KH-1/", "/disclosure/releases/KH-1/"])
def test_one_address_for_each(client, twice, address):
    answer = client.get(address)
    assert answer.status_code == 301 and answer["Location"] == address.replace("KH", "kh")


def test_what_is_withheld_now_is_withheld_then(client, world, twice):
    ask = actions.ask_to_withhold(
        slug="paper-heron-sewing", question_key=EXITS, reason="person-at-risk", by=world.sokha
    )
    actions.agree_to_withhold(ask=ask, by=world.person("Thida", "programme-manager"))
    then = page(client, THEN)
    assert "a person could be harmed" in then and "2 of 9" not in then
    ask = actions.ask_to_withhold(slug="paper-heron-sewing", reason="person-at-risk", by=world.sokha)
    actions.agree_to_withhold(ask=ask, by=world.person("Bopha", "programme-manager"))
    assert "This page is withheld" in page(client, THEN)
    assert "Withheld" in page(client, "/disclosure/releases/kh-1/")


def test_a_release_asks_as_few_questions_for_twelve_factories_as_for_two(client, world, django_assert_max_num_queries):
    regime(world)
    for n in range(12):
        usual(world, site=world.new_site(f"Crane {n}"))
        if n == 1:
            publish(world)
    publish(world, AS_OF + timedelta(days=1))
    for number in (1, 2):
        with django_assert_max_num_queries(5):
            html = page(client, f"/disclosure/releases/kh-{number}/")
        assert html.count("<h3>") == (2, 12)[number - 1]
