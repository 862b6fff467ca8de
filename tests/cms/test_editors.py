"""Editors write pages in /cms/ while they hold the role, and nobody else does."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone
from wagtail.models import Page, Site

from cms.models import HomePage, TextPage
from core import actions as core
from core.audit import System
from core.models import AuditRecord, ProgrammeGrant
from tests.world import PASSWORD, SETUP

GROUP = "Content editors"


@pytest.fixture
def editor(world):
    return world.person("Nary", "content-editor")


def in_group(user):
    return user.groups.filter(name=GROUP).exists()


def test_wagtails_welcome_page_is_gone_and_ours_is_the_site(db):
    home = HomePage.objects.get()
    assert Site.objects.get(is_default_site=True).root_page_id == home.pk
    assert not Page.objects.filter(title__contains="Wagtail").exists()
    assert [page.slug for page in home.get_children().live()] == ["how-to-read", "news", "guidance"]
    assert Page.find_problems() == ([], [], [], [], [])


def test_the_role_makes_an_editor_and_ending_it_ends_that(world, editor):
    assert in_group(editor)
    assert not in_group(world.sokha)
    core.end_role(assignment=editor.roles.get(), by=SETUP)
    assert not in_group(editor)
    verbs = AuditRecord.objects.filter(subject_id=str(editor.pk)).values_list("verb", flat=True)
    assert {"editor.joined", "editor.left"} <= set(verbs)


def test_a_right_that_ran_out_ends_at_the_next_sign_in(client, editor):
    ProgrammeGrant.objects.filter(user=editor).update(until=timezone.now() - timedelta(days=1))
    assert in_group(editor)
    client.login(username="nary", password=PASSWORD)
    assert not in_group(editor)
    assert client.get("/cms/").status_code in (302, 403)


def test_an_editor_writes_a_page_and_the_world_reads_it(client, editor):
    client.force_login(editor)
    assert client.get("/cms/").status_code == 200
    home = HomePage.objects.get()
    body = {"body-count": "1", "body-0-deleted": "", "body-0-order": "0", "body-0-type": "heading", "body-0-id": ""}
    response = client.post(
        f"/cms/pages/add/cms/textpage/{home.pk}/",
        {"title": "About us", "slug": "about", "intro": "Short.", "body-0-value": "A new heading", **body,
         "action-publish": "1", "comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0"},
    )  # fmt: skip
    assert response.status_code == 302
    assert TextPage.objects.get(slug="about").live
    client.logout()
    assert "<h2>A new heading</h2>" in client.get("/about/").content.decode()


def test_others_have_no_way_in(client, world):
    client.force_login(world.chanthou)
    assert client.get("/cms/").status_code in (302, 403)
    client.logout()
    assert client.get("/cms/").status_code == 302


def test_the_group_may_touch_pages_only(db):
    group = Group.objects.get(name=GROUP)
    rights = set(group.permissions.values_list("codename", flat=True))
    assert "access_admin" in rights
    # Wagtail lets every editor choose.
    assert rights <= {"access_admin", "choose_image", "choose_document", "submit_translation"}
    allowed = group.page_permissions.values_list("permission__codename", flat=True)
    assert set(allowed) == {"add_page", "change_page", "publish_page"}


def test_keeping_in_step_is_repeatable(world, editor):
    from cms.actions import keep_editor

    before = AuditRecord.objects.count()
    assert keep_editor(user=editor, by=System("cms"))
    assert AuditRecord.objects.count() == before
