"""News, reports, guidance and the helpdesk; the two index pages; editors may write in every language's tree."""

import uuid

import cms.blocks
import cms.figures
import core.ids
import django.db.models.deletion
import django.utils.timezone
import modelcluster.fields
import wagtail.fields
from django.conf import settings
from django.db import migrations, models

EDITORS = "Content editors"
INDEXES = (
    ("NewsIndexPage", "news", "News and reports", "What happened, and longer texts with figures of the record."),
    ("GuidanceIndexPage", "guidance", "Guidance", "What to know and do, by topic of the checklists."),
)


def make(apps, schema_editor):
    HomePage = apps.get_model("cms", "HomePage")
    Page = apps.get_model("wagtailcore", "Page")
    home = HomePage.objects.order_by("path").first()
    if home is None:
        return  # somebody's own pages are here
    taken = set(Page.objects.filter(path__startswith=home.path, depth=home.depth + 1).values_list("slug", flat=True))
    for model, slug, title, intro in INDEXES:
        if slug not in taken:
            place_below(apps, home, model, slug=slug, title=title, intro=intro)
    editors(apps, home)


def place_below(apps, home, model, *, slug, title, intro):
    """A live page as the last child of the home page."""
    Page = apps.get_model("wagtailcore", "Page")
    ContentType = apps.get_model("contenttypes", "ContentType")
    kind, _ = ContentType.objects.get_or_create(app_label="cms", model=model.lower())
    last = Page.objects.filter(path__startswith=home.path, depth=home.depth + 1).order_by("path").last()
    step = int(last.path[-4:], 36) + 1 if last else 1
    apps.get_model("cms", model).objects.create(
        title=title, draft_title=title, slug=slug, intro=intro, content_type_id=kind.pk, locale_id=home.locale_id,
        translation_key=uuid.uuid4(), live=True, depth=home.depth + 1, path=home.path + in_base_36(step),
        url_path=f"{home.url_path}{slug}/",
    )
    Page.objects.filter(pk=home.pk).update(numchild=models.F("numchild") + 1)


def in_base_36(number):
    """Four digits of a tree's path."""
    digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return "".join(digits[number // 36**place % 36] for place in (3, 2, 1, 0))


def editors(apps, home):
    """The editors' group: all trees of pages, whatever their language; translations; pictures."""
    ContentType = apps.get_model("contenttypes", "ContentType")
    Permission = apps.get_model("auth", "Permission")
    Page = apps.get_model("wagtailcore", "Page")
    Collection = apps.get_model("wagtailcore", "Collection")
    GroupPagePermission = apps.get_model("wagtailcore", "GroupPagePermission")
    GroupCollectionPermission = apps.get_model("wagtailcore", "GroupCollectionPermission")
    group = apps.get_model("auth", "Group").objects.filter(name=EDITORS).first()
    if group is None:
        return
    GroupPagePermission.objects.filter(group=group, page_id=home.pk).update(page=Page.objects.get(depth=1))
    group.permissions.add(Permission.objects.get(codename="submit_translation"))
    image, _ = ContentType.objects.get_or_create(app_label="wagtailimages", model="image")
    for verb in ("add", "choose"):
        permission, _ = Permission.objects.get_or_create(
            content_type=image, codename=f"{verb}_image", defaults={"name": f"Can {verb} image"}
        )
        GroupCollectionPermission.objects.get_or_create(
            group=group, collection=Collection.objects.get(depth=1), permission=permission
        )


class Migration(migrations.Migration):

    dependencies = [
        ('cms', '0003_watches'),
        ('core', '0007_translations_of_typed_words'),
        ('wagtailcore', '0098_apitoken'),
        ('wagtailimages', '0027_image_description'),
        ('wagtail_localize', '0006_create_submit_translation_permission'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Enquiry',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('topic', models.SlugField(blank=True, help_text='Key of a cluster; empty: something else', max_length=60)),
                ('language', models.CharField(max_length=10)),
                ('received_on', models.DateField(help_text="The programme's day")),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enquiries', to='core.programme')),
            ],
        ),
        migrations.CreateModel(
            name='GuidanceIndexPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('intro', models.TextField(blank=True)),
            ],
            options={
                'abstract': False,
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='GuidancePage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('intro', models.TextField(blank=True)),
                ('body', wagtail.fields.StreamField([('heading', 0), ('paragraph', 1), ('statuses', 2), ('picture', 6), ('figure', 10)], blank=True, block_lookup={0: ('wagtail.blocks.CharBlock', (), {'icon': 'title', 'max_length': 120, 'template': 'cms/blocks/heading.html'}), 1: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'link', 'ol', 'ul'], 'icon': 'pilcrow'}), 2: ('wagtail.blocks.static_block.StaticBlock', (), {'admin_text': 'Every status with its shape and what it means.', 'icon': 'list-ul', 'label': 'List of statuses', 'template': 'cms/blocks/statuses.html'}), 3: ('wagtail.images.blocks.ImageChooserBlock', (), {'label': 'Picture'}), 4: ('wagtail.blocks.CharBlock', (), {'help_text': 'For whoever cannot see it.', 'label': 'What it shows', 'max_length': 250}), 5: ('wagtail.blocks.CharBlock', (), {'label': 'Words under it', 'max_length': 250, 'required': False}), 6: ('wagtail.blocks.StructBlock', [[('image', 3), ('alt', 4), ('caption', 5)]], {}), 7: ('wagtail.blocks.ChoiceBlock', [], {'choices': cms.figures.choices, 'label': 'What it shows'}), 8: ('wagtail.blocks.ChoiceBlock', [], {'choices': cms.blocks.release_choices, 'help_text': 'It stays this one when a later release appears.', 'label': 'Release'}), 9: ('wagtail.blocks.ChoiceBlock', [], {'choices': cms.blocks.issue_choices, 'help_text': 'Where it shows one.', 'label': 'Issue', 'required': False}), 10: ('wagtail.blocks.StructBlock', [[('shows', 7), ('release', 8), ('issue', 9)]], {})})),
            ],
            options={
                'abstract': False,
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='NewsIndexPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('intro', models.TextField(blank=True)),
            ],
            options={
                'abstract': False,
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='NewsPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('intro', models.TextField(blank=True)),
                ('body', wagtail.fields.StreamField([('heading', 0), ('paragraph', 1), ('statuses', 2), ('picture', 6), ('figure', 10)], blank=True, block_lookup={0: ('wagtail.blocks.CharBlock', (), {'icon': 'title', 'max_length': 120, 'template': 'cms/blocks/heading.html'}), 1: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'link', 'ol', 'ul'], 'icon': 'pilcrow'}), 2: ('wagtail.blocks.static_block.StaticBlock', (), {'admin_text': 'Every status with its shape and what it means.', 'icon': 'list-ul', 'label': 'List of statuses', 'template': 'cms/blocks/statuses.html'}), 3: ('wagtail.images.blocks.ImageChooserBlock', (), {'label': 'Picture'}), 4: ('wagtail.blocks.CharBlock', (), {'help_text': 'For whoever cannot see it.', 'label': 'What it shows', 'max_length': 250}), 5: ('wagtail.blocks.CharBlock', (), {'label': 'Words under it', 'max_length': 250, 'required': False}), 6: ('wagtail.blocks.StructBlock', [[('image', 3), ('alt', 4), ('caption', 5)]], {}), 7: ('wagtail.blocks.ChoiceBlock', [], {'choices': cms.figures.choices, 'label': 'What it shows'}), 8: ('wagtail.blocks.ChoiceBlock', [], {'choices': cms.blocks.release_choices, 'help_text': 'It stays this one when a later release appears.', 'label': 'Release'}), 9: ('wagtail.blocks.ChoiceBlock', [], {'choices': cms.blocks.issue_choices, 'help_text': 'Where it shows one.', 'label': 'Issue', 'required': False}), 10: ('wagtail.blocks.StructBlock', [[('shows', 7), ('release', 8), ('issue', 9)]], {})})),
                ('on', models.DateField(default=django.utils.timezone.localdate, verbose_name='Date')),
            ],
            options={
                'abstract': False,
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='PublishedAnswer',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('topic', models.SlugField(blank=True, max_length=60)),
                ('language', models.CharField(max_length=10)),
                ('published_on', models.DateField(help_text="The programme's day")),
                ('digest', models.CharField(max_length=64)),
                ('answered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('published_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='ReportPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('intro', models.TextField(blank=True)),
                ('body', wagtail.fields.StreamField([('heading', 0), ('paragraph', 1), ('statuses', 2), ('picture', 6), ('figure', 10)], blank=True, block_lookup={0: ('wagtail.blocks.CharBlock', (), {'icon': 'title', 'max_length': 120, 'template': 'cms/blocks/heading.html'}), 1: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'link', 'ol', 'ul'], 'icon': 'pilcrow'}), 2: ('wagtail.blocks.static_block.StaticBlock', (), {'admin_text': 'Every status with its shape and what it means.', 'icon': 'list-ul', 'label': 'List of statuses', 'template': 'cms/blocks/statuses.html'}), 3: ('wagtail.images.blocks.ImageChooserBlock', (), {'label': 'Picture'}), 4: ('wagtail.blocks.CharBlock', (), {'help_text': 'For whoever cannot see it.', 'label': 'What it shows', 'max_length': 250}), 5: ('wagtail.blocks.CharBlock', (), {'label': 'Words under it', 'max_length': 250, 'required': False}), 6: ('wagtail.blocks.StructBlock', [[('image', 3), ('alt', 4), ('caption', 5)]], {}), 7: ('wagtail.blocks.ChoiceBlock', [], {'choices': cms.figures.choices, 'label': 'What it shows'}), 8: ('wagtail.blocks.ChoiceBlock', [], {'choices': cms.blocks.release_choices, 'help_text': 'It stays this one when a later release appears.', 'label': 'Release'}), 9: ('wagtail.blocks.ChoiceBlock', [], {'choices': cms.blocks.issue_choices, 'help_text': 'Where it shows one.', 'label': 'Issue', 'required': False}), 10: ('wagtail.blocks.StructBlock', [[('shows', 7), ('release', 8), ('issue', 9)]], {})})),
                ('on', models.DateField(default=django.utils.timezone.localdate, verbose_name='Date')),
                ('authors', models.CharField(blank=True, max_length=200, verbose_name='Written by')),
            ],
            options={
                'abstract': False,
            },
            bases=('wagtailcore.page',),
        ),
        migrations.AlterField(
            model_name='homepage',
            name='body',
            field=wagtail.fields.StreamField([('heading', 0), ('paragraph', 1), ('statuses', 2), ('picture', 6), ('figure', 10)], blank=True, block_lookup={0: ('wagtail.blocks.CharBlock', (), {'icon': 'title', 'max_length': 120, 'template': 'cms/blocks/heading.html'}), 1: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'link', 'ol', 'ul'], 'icon': 'pilcrow'}), 2: ('wagtail.blocks.static_block.StaticBlock', (), {'admin_text': 'Every status with its shape and what it means.', 'icon': 'list-ul', 'label': 'List of statuses', 'template': 'cms/blocks/statuses.html'}), 3: ('wagtail.images.blocks.ImageChooserBlock', (), {'label': 'Picture'}), 4: ('wagtail.blocks.CharBlock', (), {'help_text': 'For whoever cannot see it.', 'label': 'What it shows', 'max_length': 250}), 5: ('wagtail.blocks.CharBlock', (), {'label': 'Words under it', 'max_length': 250, 'required': False}), 6: ('wagtail.blocks.StructBlock', [[('image', 3), ('alt', 4), ('caption', 5)]], {}), 7: ('wagtail.blocks.ChoiceBlock', [], {'choices': cms.figures.choices, 'label': 'What it shows'}), 8: ('wagtail.blocks.ChoiceBlock', [], {'choices': cms.blocks.release_choices, 'help_text': 'It stays this one when a later release appears.', 'label': 'Release'}), 9: ('wagtail.blocks.ChoiceBlock', [], {'choices': cms.blocks.issue_choices, 'help_text': 'Where it shows one.', 'label': 'Issue', 'required': False}), 10: ('wagtail.blocks.StructBlock', [[('shows', 7), ('release', 8), ('issue', 9)]], {})}),
        ),
        migrations.AlterField(
            model_name='textpage',
            name='body',
            field=wagtail.fields.StreamField([('heading', 0), ('paragraph', 1), ('statuses', 2), ('picture', 6), ('figure', 10)], blank=True, block_lookup={0: ('wagtail.blocks.CharBlock', (), {'icon': 'title', 'max_length': 120, 'template': 'cms/blocks/heading.html'}), 1: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'link', 'ol', 'ul'], 'icon': 'pilcrow'}), 2: ('wagtail.blocks.static_block.StaticBlock', (), {'admin_text': 'Every status with its shape and what it means.', 'icon': 'list-ul', 'label': 'List of statuses', 'template': 'cms/blocks/statuses.html'}), 3: ('wagtail.images.blocks.ImageChooserBlock', (), {'label': 'Picture'}), 4: ('wagtail.blocks.CharBlock', (), {'help_text': 'For whoever cannot see it.', 'label': 'What it shows', 'max_length': 250}), 5: ('wagtail.blocks.CharBlock', (), {'label': 'Words under it', 'max_length': 250, 'required': False}), 6: ('wagtail.blocks.StructBlock', [[('image', 3), ('alt', 4), ('caption', 5)]], {}), 7: ('wagtail.blocks.ChoiceBlock', [], {'choices': cms.figures.choices, 'label': 'What it shows'}), 8: ('wagtail.blocks.ChoiceBlock', [], {'choices': cms.blocks.release_choices, 'help_text': 'It stays this one when a later release appears.', 'label': 'Release'}), 9: ('wagtail.blocks.ChoiceBlock', [], {'choices': cms.blocks.issue_choices, 'help_text': 'Where it shows one.', 'label': 'Issue', 'required': False}), 10: ('wagtail.blocks.StructBlock', [[('shows', 7), ('release', 8), ('issue', 9)]], {})}),
        ),
        migrations.CreateModel(
            name='EnquiryAnswer',
            fields=[
                ('enquiry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='answer', serialize=False, to='cms.enquiry')),
                ('set_aside', models.BooleanField(default=False)),
                ('answered_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('answered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='GuidanceTopic',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sort_order', models.IntegerField(blank=True, editable=False, null=True)),
                ('about', models.CharField(db_index=True, max_length=100, verbose_name='Topic')),
                ('page', modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='topics', to='cms.guidancepage')),
            ],
            options={
                'ordering': ['sort_order'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='PublishedWords',
            fields=[
                ('body', models.JSONField(null=True)),
                ('salt', models.CharField(blank=True, max_length=32)),
                ('redacted_at', models.DateTimeField(null=True)),
                ('published', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='words', serialize=False, to='cms.publishedanswer')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='AnswerWords',
            fields=[
                ('body', models.JSONField(null=True)),
                ('salt', models.CharField(blank=True, max_length=32)),
                ('redacted_at', models.DateTimeField(null=True)),
                ('answer', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='words', serialize=False, to='cms.enquiryanswer')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='publishedanswer',
            name='answer',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='published', to='cms.enquiryanswer'),
        ),
        migrations.CreateModel(
            name='EnquiryWords',
            fields=[
                ('body', models.JSONField(null=True)),
                ('salt', models.CharField(blank=True, max_length=32)),
                ('redacted_at', models.DateTimeField(null=True)),
                ('enquiry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='words', serialize=False, to='cms.enquiry')),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('redacted_at', None), models.Q(('body', None), ('salt', '')), _connector='OR'), name='enquirywords_redacted_is_empty')],
            },
        ),
        migrations.AddIndex(
            model_name='enquiry',
            index=models.Index(fields=['programme', 'received_on'], name='cms_enquiry_program_d491c0_idx'),
        ),
        migrations.AddConstraint(
            model_name='guidancetopic',
            constraint=models.CheckConstraint(condition=models.Q(('about__startswith', 'cluster/'), ('about__startswith', 'point/'), ('about__startswith', 'question/'), _connector='OR'), name='guidance_topic_has_a_kind'),
        ),
        migrations.AddConstraint(
            model_name='publishedwords',
            constraint=models.CheckConstraint(condition=models.Q(('redacted_at', None), models.Q(('body', None), ('salt', '')), _connector='OR'), name='publishedwords_redacted_is_empty'),
        ),
        migrations.AddConstraint(
            model_name='answerwords',
            constraint=models.CheckConstraint(condition=models.Q(('redacted_at', None), models.Q(('body', None), ('salt', '')), _connector='OR'), name='answerwords_redacted_is_empty'),
        ),
        migrations.AddIndex(
            model_name='publishedanswer',
            index=models.Index(fields=['topic', 'published_on'], name='cms_publish_topic_8f0e50_idx'),
        ),
        migrations.AddConstraint(
            model_name='publishedanswer',
            constraint=models.CheckConstraint(condition=models.Q(('answered_by', models.F('published_by')), _negated=True), name='published_answer_takes_two'),
        ),
        migrations.RunPython(make, migrations.RunPython.noop),
    ]
