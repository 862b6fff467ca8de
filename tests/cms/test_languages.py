"""Pages of the editors in several languages: one address, the reader's language, and a word where it is not there yet."""

from datetime import date

import pytest
from django.test import TestCase
from wagtail.models import Locale, Page
from wagtail_localize.models import StringSegment, StringTranslation, Translation
from wagtail_localize.operations import translate_object

from cms.models import GuidancePage, HomePage, NewsIndexPage, NewsPage
from cms.queries import guidance_for
from tests.cms.test_pages import text
from tests.cms.test_written_pages import ALL, EXITS, guidance, nothing_kept, released, report  # noqa: F401

TITLE = "سنة من الزيارات"


@pytest.fixture
def editor(world):
    return world.person("Nary", "content-editor")


def arabic():
    return Locale.objects.get(language_code="ar")


def submit(*pages):
    """What the editor's button "Translate this page" does."""
    for page in pages:
        translate_object(page, [arabic()])


def translate(page, words, user=None):
    """A translator types these words, and publishes."""
    translation = Translation.objects.get(source__object_id=page.translation_key, target_locale=arabic())
    for segment in StringSegment.objects.filter(source=translation.source).select_related("string", "context"):
        if segment.string.data in words:
            StringTranslation.objects.update_or_create(
                translation_of=segment.string, locale=arabic(), context=segment.context,
                defaults={"data": words[segment.string.data]},
            )  # fmt: skip
    with TestCase.captureOnCommitCallbacks(execute=True):  # the library publishes when all is written
        translation.save_target(user=user, publish=True)
    return page.get_translation(arabic())


def in_arabic(client, address):
    return text(client.get(address, headers={"accept-language": "ar"}))


@pytest.fixture
def translated(released):  # noqa: F811
    page = report(*ALL, intro="Words of the programme.")
    submit(page)  # its parents follow by themselves, as copies that say in which language they are written
    return page


def test_every_language_of_the_settings_can_be_written(db, settings):
    assert set(Locale.objects.values_list("language_code", flat=True)) == {code for code, _name in settings.LANGUAGES}


def test_a_page_nobody_translated_says_so_and_names_its_language(client, released):  # noqa: F811
    report(*ALL)
    html = in_arabic(client, "/news/a-year/")
    assert '<html lang="ar" dir="rtl"' in html
    assert '<h1 lang="en" dir="ltr">A year of visits</h1>' in html
    assert '<figure class="counted stack" lang="ar" dir="rtl">' in html
    assert "Not translated yet" not in text(client.get("/news/a-year/"))


def test_a_submitted_page_is_not_public_before_a_translator_publishes_it(client, translated):
    assert not translated.get_translation(arabic()).live
    assert '<h1 lang="en" dir="ltr">A year of visits</h1>' in in_arabic(client, "/news/a-year/")


def test_a_translated_page_has_the_same_address_and_the_same_figures(client, translated):
    translate(translated, {"A year of visits": TITLE, "Words of the programme.": "كلمات البرنامج."})
    html = in_arabic(client, "/news/a-year/")
    assert f"<h1>{TITLE}</h1>" in html and "كلمات البرنامج." in html and 'lang="en"' not in html.split("<main")[1]
    assert html.count('class="counted') == 3
    assert '<h1 lang="en" dir="ltr">A year of visits</h1>' in text(
        client.get("/news/a-year/", headers={"accept-language": "km"})
    )
    assert f"<h1>{TITLE}</h1>" in text(client.get("/news/a-year/?lang=ar", headers={"accept-language": "en"}))


def test_lists_show_each_page_once_in_the_readers_language(client, translated):
    translate(translated, {"A year of visits": TITLE})
    NewsIndexPage.objects.get(locale__language_code="en").add_child(
        instance=NewsPage(title="Only in English", slug="only", on=date(2026, 1, 1))
    )
    html = in_arabic(client, "/news/")
    assert html.count('href="/news/a-year/"') == 1 and TITLE in html
    assert '<a href="/news/only/" lang="en">' in html
    english = text(client.get("/news/"))
    assert TITLE not in english and "A year of visits" in english


def test_a_page_with_an_own_address_in_one_language_is_found_by_everybody(client, translated):
    page = translate(translated, {"A year of visits": TITLE})
    page.slug = "sana"
    page.save_revision().publish()
    assert TITLE in in_arabic(client, "/news/sana/")
    assert "<h1>A year of visits</h1>" in text(client.get("/news/sana/", headers={"accept-language": "en"}))
    assert client.get("/news/nothing/").status_code == 404
    assert client.get("/news/nothing/", headers={"accept-language": "ar"}).status_code == 404


def test_guidance_is_linked_by_its_title_in_the_readers_language(client, released, settings):  # noqa: F811
    from django.utils import translation

    from cms.models import GuidanceIndexPage

    page = guidance("keep-exits-clear", f"question/{EXITS}")
    home, index = HomePage.objects.get(), GuidanceIndexPage.objects.get()
    submit(home, index, page)
    translate(index, {index.title: "إرشاد"})
    translate(page, {page.title: "أبقوا المخارج مفتوحة"})
    entries = [{"question_key": EXITS, "cluster": "safety-and-health"}]
    with translation.override("ar"):
        assert [one["title"] for one in guidance_for(entries)[EXITS]] == ["أبقوا المخارج مفتوحة"]
    with translation.override("km"):
        assert [one["title"] for one in guidance_for(entries)[EXITS]] == [page.title]
    assert GuidancePage.objects.get(locale=arabic()).topics.get().about == f"question/{EXITS}"
    assert "أبقوا المخارج مفتوحة" in in_arabic(client, "/guidance/")


def test_an_editor_submits_and_publishes_a_translation_in_her_screens(client, editor, released):  # noqa: F811
    home = HomePage.objects.get()
    client.force_login(editor)
    assert client.get(f"/cms/localize/submit/page/{home.pk}/").status_code == 200
    client.post(f"/cms/localize/submit/page/{home.pk}/", {"locales": [arabic().pk]})
    target = home.get_translation(arabic())
    html = text(client.get(f"/cms/pages/{target.pk}/edit/"))
    assert "wagtail-localize" in html or "localize" in html
    assert not target.live
    with TestCase.captureOnCommitCallbacks(execute=True):
        client.post(f"/cms/pages/{target.pk}/edit/", {"action": "publish"})
    target.refresh_from_db()
    assert target.live
    assert Page.find_problems() == ([], [], [], [], [])


def test_others_translate_nothing(client, world, released):  # noqa: F811
    home = HomePage.objects.get()
    client.force_login(world.chanthou)
    assert client.get(f"/cms/localize/submit/page/{home.pk}/").status_code in (302, 403)
    client.logout()
    assert client.get(f"/cms/localize/submit/page/{home.pk}/").status_code == 302
