"""The reader's language, doors that refuse by default, and refusals that become pages."""

import pytest
from django.http import HttpResponse
from django.urls import path
from django.utils import translation

from config.urls import urlpatterns as real
from core import access
from core.errors import Denied, Invalid, Refusal, WrongState
from core.middleware import Refusals, status_of
from tests.world import PASSWORD

SENTENCE = "This is not possible <today>."
KINDS = {"denied": Denied, "wrong-state": WrongState, "invalid": Invalid}


def refuse(request, kind):
    raise KINDS[kind](SENTENCE)


def say_language(request):
    return HttpResponse(translation.get_language())


urlpatterns = [
    path("app/refuse/<kind>/", refuse, name="test-refuse"),
    path("app/language/", say_language, name="test-language"),
    path("public/language/", say_language, name="test-public-language"),
    path("api/closed/", say_language, name="test-api"),
    path("app/nobody-named-a-door/", say_language, name="test-no-door"),
    *real,
]


@pytest.fixture(autouse=True)
def own_addresses(settings, monkeypatch):
    settings.ROOT_URLCONF = __name__
    for name in ("test-refuse", "test-language", "test-api"):
        monkeypatch.setitem(access.TABLE, name, access.signed_in("only in this test"))
    monkeypatch.setitem(access.TABLE, "test-public-language", access.public("only in this test"))


@pytest.fixture
def reader(client, world):
    """Signed in, reads Khmer, on a shared machine whose browser asks for English."""
    user = world.person("Sreymom", language="km")
    client.force_login(user)
    return client


class TestReaderLanguage:
    def test_the_person_decides_and_not_the_browser(self, reader):
        assert reader.get("/app/language/", HTTP_ACCEPT_LANGUAGE="en").content == b"km"

    def test_a_stranger_is_answered_in_the_browsers_language(self, client, db):
        assert client.get("/public/language/", HTTP_ACCEPT_LANGUAGE="ar,en;q=0.5").content == b"ar"

    def test_one_readers_language_does_not_stay_for_the_next(self, reader, client, db):
        reader.get("/app/language/")
        reader.logout()
        assert client.get("/public/language/", HTTP_ACCEPT_LANGUAGE="en").content == b"en"

    def test_without_a_cookie_nobody_is_asked_for_and_the_answer_varies_by_none(
        self, client, db, django_assert_num_queries
    ):
        with django_assert_num_queries(0):
            answer = client.get("/public/language/", HTTP_ACCEPT_LANGUAGE="en")
        assert "Cookie" not in answer.get("Vary", "")


class TestDoor:
    def test_an_address_that_names_no_door_does_not_exist(self, reader):
        assert reader.get("/app/nobody-named-a-door/").status_code == 404

    def test_a_stranger_is_sent_to_sign_in_and_back(self, client, db):
        answer = client.get("/app/language/?page=2")
        assert answer.status_code == 302
        assert answer["Location"] == "/app/sign-in/?next=/app/language/%3Fpage%3D2"

    def test_a_program_is_told_in_its_own_form(self, client, db):
        answer = client.get("/api/closed/")
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "sign-in")

    @pytest.mark.parametrize("address", ["/app/language/", "/app/refuse/denied/", "/app/nobody-named-a-door/"])
    def test_nothing_under_app_is_kept_by_a_shared_browser(self, reader, address):
        assert "no-store" in reader.get(address)["Cache-Control"]

    def test_also_not_the_way_to_sign_in(self, client, db):
        assert "no-store" in client.get("/app/language/")["Cache-Control"]

    def test_public_pages_may_be_kept(self, client, db):
        assert "no-store" not in client.get("/public/language/").get("Cache-Control", "")


class TestRefusals:
    @pytest.mark.parametrize(("kind", "status"), [("denied", 403), ("wrong-state", 409), ("invalid", 400)])
    def test_a_refusal_is_a_page_with_its_sentence(self, reader, kind, status):
        answer = reader.get(f"/app/refuse/{kind}/")
        assert answer.status_code == status
        assert "This is not possible &lt;today&gt;." in answer.content.decode()

    def test_a_refusal_of_any_other_kind_is_the_askers_mistake(self):
        assert status_of(Refusal("No.")) == 400

    def test_what_is_no_refusal_is_left_to_django(self, rf):
        assert Refusals(None).process_exception(rf.get("/"), ValueError("x")) is None

    @pytest.mark.parametrize(
        ("referer", "back"),
        [
            ("http://testserver/app/plans/", "/app/plans/"),
            ("http://elsewhere.example/app/plans/", "/app/"),
            ("http://testserver.elsewhere.example/", "/app/"),
            ("javascript:alert(1)", "/app/"),
            ("", "/app/"),
        ],
    )
    def test_the_way_back_stays_on_this_site(self, reader, referer, back):
        page = reader.get("/app/refuse/denied/", HTTP_REFERER=referer).content.decode()
        assert f'{back}"' in page
        assert "elsewhere.example" not in page and "javascript:" not in page


def test_signing_in_says_the_same_whether_the_name_exists_or_not(client, world):
    pages = [
        client.post("/app/sign-in/", {"username": name, "password": "not the password"}).content.decode()
        for name in ("sokha", "nobody")
    ]
    assert pages[0].replace("sokha", "nobody").split("csrf")[0] == pages[1].split("csrf")[0]
    assert client.post("/app/sign-in/", {"username": "sokha", "password": PASSWORD}).status_code == 302
