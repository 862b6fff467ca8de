import cms.blocks
import cms.figures
import core.ids
import django.db.models.deletion
import django.utils.timezone
import modelcluster.fields
import wagtail.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('core', '0001_initial'),
        ('core', '__first__'),
        ('wagtailcore', '0098_apitoken'),
    ]

    operations = [
        migrations.CreateModel(
            name='Enquiry',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enquiries', to='core.programme')),
                ('topic', models.SlugField(blank=True, help_text='Key of a cluster; empty: something else', max_length=60)),
                ('language', models.CharField(max_length=10)),
                ('received_on', models.DateField(help_text="The programme's day")),
            ],
            options={
                'indexes': [models.Index(fields=['programme', 'received_on'], name='cms_enquiry_program_d491c0_idx')],
            },
        ),
        migrations.CreateModel(
            name='HomePage',
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
            name='TextPage',
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
            name='Watch',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('address', models.EmailField(max_length=254)),
                ('country', models.CharField(blank=True, max_length=2)),
                ('factory', models.SlugField(blank=True, help_text='Its public address; with the country empty: all', max_length=120)),
                ('language', models.CharField(max_length=8)),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('confirmed_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('address', 'country', 'factory'), name='watched_once'), models.CheckConstraint(condition=models.Q(('country', ''), ('factory', ''), _connector='OR'), name='one_thing_is_watched')],
            },
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
        migrations.CreateModel(
            name='EnquiryAnswer',
            fields=[
                ('enquiry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='answer', serialize=False, to='cms.enquiry')),
                ('set_aside', models.BooleanField(default=False)),
                ('answered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('answered_at', models.DateTimeField(default=django.utils.timezone.now)),
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
                ('page', modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='topics', to='cms.guidancepage')),
                ('about', models.CharField(db_index=True, max_length=100, verbose_name='Topic')),
            ],
            options={
                'ordering': ['sort_order'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('about__startswith', 'cluster/'), ('about__startswith', 'point/'), ('about__startswith', 'question/'), _connector='OR'), name='guidance_topic_has_a_kind')],
            },
        ),
        migrations.CreateModel(
            name='WatchLetter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('watch', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='letters', to='cms.watch')),
                ('release_id', models.UUIDField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('watch', 'release_id'), name='told_once')],
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
                'constraints': [models.CheckConstraint(condition=models.Q(('redacted_at', None), models.Q(('body', None), ('salt', '')), _connector='OR'), name='answerwords_redacted_is_empty')],
            },
        ),
        migrations.CreateModel(
            name='PublishedAnswer',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('answer', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='published', to='cms.enquiryanswer')),
                ('topic', models.SlugField(blank=True, max_length=60)),
                ('language', models.CharField(max_length=10)),
                ('published_on', models.DateField(help_text="The programme's day")),
                ('answered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('published_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('digest', models.CharField(max_length=64)),
            ],
            options={
                'indexes': [models.Index(fields=['topic', 'published_on'], name='cms_publish_topic_8f0e50_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('answered_by', models.F('published_by')), _negated=True), name='published_answer_takes_two')],
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
                'constraints': [models.CheckConstraint(condition=models.Q(('redacted_at', None), models.Q(('body', None), ('salt', '')), _connector='OR'), name='publishedwords_redacted_is_empty')],
            },
        ),
    ]
