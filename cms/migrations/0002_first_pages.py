"""The home page in place of Wagtail's welcome page, the page «How to read this», the two index pages, and the group of
content editors."""

import json
import uuid

from django.db import migrations, models

HOME = {
    "title": "What was found in factories, and what was put right",
    "intro": (
        "Assessors visit factories without notice. What they find on the issues that matter most becomes public here, "
        "with its day and with what was done about it."
    ),
    "body": [
        ("heading", "What you can do here"),
        (
            "paragraph",
            "<ul>"
            '<li>Look up a factory by its name, its number or its place in the <a href="/disclosure/">register</a>.</li>'
            '<li>See <a href="/how-to-read/">what each status means</a>, and what it does not mean.</li>'
            '<li>Take <a href="/data/">all of it as files</a>, and check that nothing was changed.</li>'
            "</ul>",
        ),
        ("heading", "What this record does not do"),
        (
            "paragraph",
            "<p>It ranks no factory and gives no score. It names no worker. A factory without a violation is not proven "
            "safe: it is one where assessors asked and found none on the days they were there.</p>",
        ),
    ],
}

HOW_TO_READ = {
    "title": "How to read this",
    "intro": "Every status has a day, and every claim has a speaker. Read both before you draw a conclusion.",
    "body": [
        ("heading", "What each status means"),
        ("statuses", None),
        ("heading", "Nothing found is not praise"),
        (
            "paragraph",
            "<p>Two assessors, a day or two, some of the workers: that is what stands behind “No violation found”. Some "
            "abuses are rarely seen that way. Workers may be told what to say, and what happens at night is not seen by "
            "day.</p>",
        ),
        ("heading", "Said is not checked"),
        (
            "paragraph",
            "<p>A fix is four facts, each with its own day: the factory reports it, workers and managers agree, an "
            "adviser verifies it, and the next visit confirms it. We never add them up. Until somebody has checked, "
            "the page says so.</p>",
        ),
        ("heading", "How old a violation is"),
        (
            "paragraph",
            "<p>“Open for” counts from the first public visit that found it to the day of the release. A visit that did "
            "not ask, or could not tell, ends nothing. Only a visit that looked and found none does.</p>",
        ),
        ("heading", "Why some things are not here, or not yet"),
        (
            "paragraph",
            "<p>A rule with a date says which issues are public, from which visit on, and how many days after a report "
            "is issued; each factory’s page names its rule. The first visit of a factory gives it time to improve. "
            "Issues of the most serious kind wait longer, at every factory alike, so that a gap tells nothing about "
            "anybody. Factories that are not here are counted, with the reasons, on the register.</p>",
        ),
        ("heading", "What is never here"),
        (
            "paragraph",
            "<p>Names of workers or assessors, what somebody said in an interview, the words of a report, photographs, "
            "and counts of fewer than five people.</p>",
        ),
        ("heading", "How to check that nothing was changed"),
        (
            "paragraph",
            "<p>Each release has a list of its files with a fingerprint (SHA-256) of every one, and the fingerprint of "
            "the release before. The fingerprint of that list is printed at the foot of every factory’s page. Take a "
            'file and the list from <a href="/data/">the data page</a> and compute it yourself.</p>',
        ),
    ],
}

INDEXES = (
    ("NewsIndexPage", "news", "News and reports", "What happened, and longer texts with figures of the record."),
    ("GuidanceIndexPage", "guidance", "Guidance", "What to know and do, by topic of the checklists."),
)

EDITORS = "Content editors"


def make(apps, schema_editor):
    Page = apps.get_model("wagtailcore", "Page")
    Site = apps.get_model("wagtailcore", "Site")
    root = Page.objects.get(depth=1)
    welcome = Page.objects.filter(depth=2, slug="home", content_type__model="page").first()
    if welcome is None:
        return  # somebody's own pages are here already
    site = Site.objects.filter(root_page_id=welcome.pk).first()
    home = page_of(apps, "HomePage", HOME, slug="home", path=welcome.path, depth=2, url_path="/home/", parent=welcome)
    page_of(
        apps, "TextPage", HOW_TO_READ, slug="how-to-read", path=welcome.path + "0001", depth=3,
        url_path="/home/how-to-read/",
    )  # fmt: skip
    Page.objects.filter(pk=home.pk).update(numchild=1)
    if site is None:
        Site.objects.create(hostname="localhost", port=80, root_page_id=home.pk, is_default_site=True)
    Site.objects.filter(root_page_id=home.pk, site_name="").update(site_name="Openfloor")
    home.refresh_from_db()
    for model, slug, title, intro in INDEXES:
        place_below(apps, home, model, slug=slug, title=title, intro=intro)
    editors(apps)
    assert Page.objects.get(pk=root.pk).numchild == 1


def page_of(apps, model, words, *, parent=None, **place):
    """A live page of ours. `parent`: the plain page it grows out of (its row is kept, so what points at it still does)."""
    ContentType = apps.get_model("contenttypes", "ContentType")
    Model = apps.get_model("cms", model)
    kind, _ = ContentType.objects.get_or_create(app_label="cms", model=model.lower())
    Locale = apps.get_model("wagtailcore", "Locale")
    body = [{"type": block, "value": value, "id": str(uuid.uuid4())} for block, value in words["body"]]
    page = Model(
        title=words["title"],
        draft_title=words["title"],
        content_type_id=kind.pk,
        locale_id=Locale.objects.order_by("pk").first().pk,
        intro=words["intro"],
        body=json.dumps(body),
        live=True,
        **place,
    )
    if parent is not None:
        page.page_ptr_id = parent.pk
        page.translation_key = parent.translation_key
    page.save()
    return page


def place_below(apps, home, model, *, slug, title, intro):
    """A live page as the last child of the home page."""
    Page = apps.get_model("wagtailcore", "Page")
    ContentType = apps.get_model("contenttypes", "ContentType")
    kind, _ = ContentType.objects.get_or_create(app_label="cms", model=model.lower())
    last = Page.objects.filter(path__startswith=home.path, depth=home.depth + 1).order_by("path").last()
    step = int(last.path[-4:], 36) + 1 if last else 1
    apps.get_model("cms", model).objects.create(
        title=title,
        draft_title=title,
        slug=slug,
        intro=intro,
        content_type_id=kind.pk,
        locale_id=home.locale_id,
        translation_key=uuid.uuid4(),
        live=True,
        depth=home.depth + 1,
        path=home.path + in_base_36(step),
        url_path=f"{home.url_path}{slug}/",
    )
    Page.objects.filter(pk=home.pk).update(numchild=models.F("numchild") + 1)


def in_base_36(number):
    """Four digits of a tree's path."""
    digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return "".join(digits[number // 36**place % 36] for place in (3, 2, 1, 0))


def editors(apps):
    """The group that may write, publish and translate pages in every language's tree, and use pictures.

    Who is in it follows from roles (cms.actions.keep_editor).
    """
    Page, Collection = apps.get_model("wagtailcore", "Page"), apps.get_model("wagtailcore", "Collection")
    group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=EDITORS)
    group.permissions.add(permission(apps, "wagtailadmin", "admin", "access_admin", "Can access Wagtail admin"))
    group.permissions.add(apps.get_model("auth", "Permission").objects.get(codename="submit_translation"))
    for verb, name in (("add", "Can add page"), ("change", "Can change page"), ("publish", "Can publish any page")):
        apps.get_model("wagtailcore", "GroupPagePermission").objects.get_or_create(
            group=group, page=Page.objects.get(depth=1),
            permission=permission(apps, "wagtailcore", "page", f"{verb}_page", name),
        )  # fmt: skip
    for verb in ("add", "choose"):
        apps.get_model("wagtailcore", "GroupCollectionPermission").objects.get_or_create(
            group=group, collection=Collection.objects.get(depth=1),
            permission=permission(apps, "wagtailimages", "image", f"{verb}_image", f"Can {verb} image"),
        )  # fmt: skip


def permission(apps, app, model, codename, name):
    kind, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(app_label=app, model=model)
    found, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=kind, codename=codename, defaults={"name": name}
    )
    return found


class Migration(migrations.Migration):
    dependencies = [
        ("cms", "0001_initial"),
        ("wagtailcore", "0098_apitoken"),
        ("wagtailadmin", "0001_create_admin_access_permissions"),
        ("wagtailimages", "0027_image_description"),
        ("wagtail_localize", "0006_create_submit_translation_permission"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
