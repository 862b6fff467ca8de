import core.ids
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('core', '0001_initial'),
        ('core', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Checklist',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('key', models.SlugField(max_length=60, unique=True)),
                ('title', models.CharField(max_length=200)),
                ('subject', models.CharField(choices=[('factory', 'factory'), ('programme', 'programme')], max_length=10)),
            ],
        ),
        migrations.CreateModel(
            name='QuestionMapping',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('programme', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='question_mappings', to='core.programme')),
                ('name', models.SlugField(max_length=60, unique=True)),
                ('document', models.JSONField()),
                ('saved_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('saved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='LawRecord',
            fields=[
                ('checked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('checked_on', models.DateField(null=True)),
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('country', models.CharField(blank=True, help_text='ISO alpha-2, or INT', max_length=3)),
                ('instrument', models.CharField(max_length=30)),
                ('title', models.CharField(max_length=200)),
                ('number', models.CharField(blank=True, max_length=40)),
                ('year', models.CharField(blank=True, max_length=4)),
                ('article', models.CharField(blank=True, max_length=40)),
                ('in_force_from', models.DateField(null=True)),
                ('in_force_to', models.DateField(help_text='Its last day; empty while it is in force', null=True)),
                ('link', models.CharField(blank=True, max_length=300)),
            ],
            options={
                'ordering': ['country', 'title', 'number', 'year', 'article'],
                'constraints': [models.UniqueConstraint(fields=('country', 'instrument', 'title', 'number', 'year', 'article'), name='law_recorded_once'), models.CheckConstraint(condition=models.Q(models.Q(('checked_by', None), ('checked_on', None)), models.Q(('checked_by__isnull', False), ('checked_on__isnull', False)), _connector='OR'), name='law_checked_by_and_on'), models.CheckConstraint(condition=models.Q(('in_force_from', None), ('in_force_to', None), ('in_force_to__gte', models.F('in_force_from')), _connector='OR'), name='law_ends_after_it_begins')],
            },
        ),
        migrations.CreateModel(
            name='DraftRevision',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('checklist', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='revisions', to='checklists.checklist')),
                ('version', models.CharField(max_length=20)),
                ('document', models.JSONField()),
                ('based_on', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='checklists.draftrevision')),
                ('saved_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('saved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['checklist', 'version'], name='checklists__checkli_0344e1_idx')],
            },
        ),
        migrations.CreateModel(
            name='ChecklistVersion',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('checklist', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='checklists.checklist')),
                ('version', models.CharField(max_length=20)),
                ('parent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='editions', to='checklists.checklistversion')),
                ('country', models.CharField(blank=True, help_text='Empty: for every country', max_length=2)),
                ('title', models.CharField(max_length=200)),
                ('about', models.TextField(blank=True)),
                ('language', models.CharField(max_length=10)),
                ('licence', models.CharField(blank=True, max_length=40)),
                ('in_force_from', models.DateField()),
                ('content_hash', models.CharField(max_length=64, unique=True)),
                ('published_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('published_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('checklist', 'version'), name='version_named_once'), models.UniqueConstraint(fields=('checklist', 'country', 'in_force_from'), name='one_version_a_day'), models.CheckConstraint(condition=models.Q(('parent', None), models.Q(('country', ''), _negated=True), _connector='OR'), name='edition_has_its_country')],
            },
        ),
        migrations.CreateModel(
            name='LawParameter',
            fields=[
                ('checked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('checked_on', models.DateField(null=True)),
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('country', models.CharField(max_length=2)),
                ('key', models.SlugField(max_length=60)),
                ('zone', models.CharField(blank=True, max_length=60)),
                ('grade', models.CharField(blank=True, max_length=60)),
                ('value', models.DecimalField(decimal_places=4, max_digits=16)),
                ('unit', models.CharField(blank=True, max_length=30)),
                ('since', models.DateField()),
                ('until', models.DateField(help_text='The last day; empty while it holds', null=True)),
                ('law', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='parameters', to='checklists.lawrecord')),
                ('note', models.TextField(blank=True)),
            ],
            options={
                'ordering': ['country', 'key', 'zone', 'grade', 'since'],
                'constraints': [models.UniqueConstraint(fields=('country', 'key', 'zone', 'grade', 'since'), name='parameter_begins_once'), models.CheckConstraint(condition=models.Q(('until', None), ('until__gte', models.F('since')), _connector='OR'), name='parameter_ends_later'), models.CheckConstraint(condition=models.Q(models.Q(('checked_by', None), ('checked_on', None)), models.Q(('checked_by__isnull', False), ('checked_on__isnull', False)), _connector='OR'), name='parameter_checked_by_and_on')],
            },
        ),
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('checklist', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='drafts', to='checklists.checklist')),
                ('version', models.CharField(max_length=20)),
                ('state', models.CharField(choices=[('draft', 'draft'), ('in_review', 'in_review'), ('published', 'published'), ('retired', 'retired')], default='draft', max_length=10)),
                ('head', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='checklists.draftrevision')),
                ('sent_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('sent_at', models.DateTimeField(null=True)),
                ('note', models.TextField(blank=True, help_text='What the second person said when she returned it')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('checklist', 'version'), name='draft_once'), models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'in_review', 'published', 'retired'])), name='draft_state'), models.CheckConstraint(condition=models.Q(('sent_at', None), ('state', 'in_review'), _negated=True), name='draft_in_review_was_sent')],
            },
        ),
        migrations.CreateModel(
            name='PublishedText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='text', to='checklists.checklistversion')),
                ('document', models.JSONField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Retirement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='retirement', to='checklists.checklistversion')),
                ('on', models.DateField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Translation',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='translations', to='checklists.checklistversion')),
                ('language', models.CharField(max_length=10)),
                ('status', models.CharField(choices=[('unreviewed', 'unreviewed'), ('reviewed', 'reviewed')], max_length=10)),
                ('as_of', models.DateField()),
                ('document', models.JSONField()),
                ('content_hash', models.CharField(max_length=64, unique=True)),
                ('added_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('added_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['language', '-as_of', '-id'],
            },
        ),
        migrations.CreateModel(
            name='Bridge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='bridge', to='checklists.checklistversion')),
                ('earlier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bridges_on', to='checklists.checklistversion')),
                ('confirmed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('confirmed_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Cluster',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='clusters', to='checklists.checklistversion')),
                ('key', models.SlugField(max_length=60)),
                ('title', models.CharField(max_length=120)),
                ('kinds', models.JSONField(default=list)),
                ('optional', models.BooleanField(default=False, help_text='May be out of scope for one assessment')),
                ('number', models.PositiveSmallIntegerField(help_text='Its number in the tool, where that is no order', null=True)),
                ('group', models.CharField(blank=True, max_length=60)),
                ('position', models.PositiveSmallIntegerField()),
            ],
            options={
                'ordering': ['position'],
                'constraints': [models.UniqueConstraint(fields=('version', 'key'), name='cluster_key_once')],
            },
        ),
        migrations.CreateModel(
            name='SamplingPlan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sampling_plans', to='checklists.checklistversion')),
                ('of', models.CharField(choices=[('records', 'records'), ('interviews', 'interviews')], max_length=10)),
                ('key', models.SlugField(blank=True, max_length=60)),
                ('title', models.CharField(blank=True, max_length=120)),
                ('bands', models.JSONField()),
                ('months', models.JSONField(default=list)),
                ('spread', models.JSONField(default=list)),
                ('notes', models.JSONField(default=list)),
                ('position', models.PositiveSmallIntegerField()),
            ],
            options={
                'ordering': ['position'],
                'constraints': [models.UniqueConstraint(fields=('version', 'of', 'key'), name='sampling_plan_once')],
            },
        ),
        migrations.CreateModel(
            name='Check',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='checks', to='checklists.checklistversion')),
                ('key', models.SlugField(max_length=60)),
                ('when', models.TextField()),
                ('says', models.TextField()),
                ('questions', models.JSONField()),
                ('position', models.PositiveSmallIntegerField()),
            ],
            options={
                'ordering': ['position'],
                'constraints': [models.UniqueConstraint(fields=('version', 'key'), name='check_key_once')],
            },
        ),
        migrations.CreateModel(
            name='BridgeRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('bridge', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rows', to='checklists.bridge')),
                ('relation', models.CharField(choices=[('same', 'same'), ('reworded', 'reworded'), ('split', 'split'), ('merged', 'merged'), ('new', 'new'), ('dropped', 'dropped')], max_length=8)),
                ('old_key', models.CharField(blank=True, max_length=80)),
                ('new_key', models.CharField(blank=True, max_length=80)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('bridge', 'old_key', 'new_key'), name='bridge_pair_once'), models.CheckConstraint(condition=models.Q(models.Q(('old_key', ''), ('relation', 'new'), models.Q(('new_key', ''), _negated=True)), models.Q(('new_key', ''), ('relation', 'dropped'), models.Q(('old_key', ''), _negated=True)), models.Q(models.Q(('relation__in', ['new', 'dropped']), _negated=True), models.Q(('old_key', ''), _negated=True), models.Q(('new_key', ''), _negated=True)), _connector='OR'), name='bridge_names_both_ends')],
            },
        ),
        migrations.CreateModel(
            name='SentFile',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=200)),
                ('data', models.BinaryField(null=True)),
                ('sent_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('sent_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('version', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='checklists.checklistversion')),
                ('encoding', models.CharField(blank=True, max_length=40)),
                ('mapping', models.JSONField(null=True)),
                ('given', models.JSONField(default=dict)),
                ('state', models.CharField(choices=[('reading', 'Being read'), ('read', 'Read'), ('taken', 'Taken'), ('dropped', 'Thrown away')], default='reading', max_length=10)),
                ('told', models.JSONField(default=dict)),
                ('document', models.JSONField(null=True)),
                ('based_on', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='checklists.draftrevision')),
                ('draft', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='checklists.draft')),
            ],
            options={
                'indexes': [models.Index(fields=['sent_by', 'state'], name='checklists__sent_by_df9c89_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('data', None), ('state__in', ['taken', 'dropped'])), models.Q(('data__isnull', False), ('state__in', ['reading', 'read'])), _connector='OR'), name='sent_file_is_kept_while_needed'), models.CheckConstraint(condition=models.Q(('draft', None), ('state', 'taken'), _connector='OR'), name='sent_file_becomes_a_draft_once')],
            },
        ),
        migrations.CreateModel(
            name='CompliancePoint',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='points', to='checklists.checklistversion')),
                ('cluster', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='points', to='checklists.cluster')),
                ('key', models.SlugField(max_length=80)),
                ('title', models.CharField(max_length=160)),
                ('position', models.PositiveSmallIntegerField(help_text='Over the whole version')),
            ],
            options={
                'ordering': ['position'],
                'constraints': [models.UniqueConstraint(fields=('version', 'key'), name='point_key_once')],
            },
        ),
        migrations.CreateModel(
            name='Question',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='questions', to='checklists.checklistversion')),
                ('point', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='questions', to='checklists.compliancepoint')),
                ('key', models.SlugField(max_length=80)),
                ('kind', models.CharField(choices=[('choice', 'choice'), ('date', 'date'), ('finding', 'finding'), ('information', 'information'), ('many_choice', 'many_choice'), ('money', 'money'), ('number', 'number'), ('percent', 'percent'), ('table', 'table'), ('text', 'text'), ('yes_no', 'yes_no')], max_length=12)),
                ('text', models.TextField()),
                ('issue', models.CharField(blank=True, max_length=120)),
                ('explain', models.TextField(blank=True)),
                ('guidance', models.TextField(blank=True)),
                ('sources', models.JSONField(default=list)),
                ('tags', models.JSONField(default=list)),
                ('level', models.CharField(choices=[('enterprise', 'enterprise'), ('national', 'national')], max_length=10)),
                ('polarity', models.CharField(choices=[('yes', 'yes'), ('no', 'no')], default='yes', max_length=3)),
                ('unit', models.CharField(blank=True, max_length=30)),
                ('extent', models.CharField(blank=True, help_text='The noun of «n of N»', max_length=40)),
                ('choices', models.JSONField(default=list)),
                ('required', models.BooleanField(default=True)),
                ('required_when', models.TextField(blank=True)),
                ('visible_when', models.TextField(blank=True)),
                ('compute', models.TextField(blank=True)),
                ('suggest', models.JSONField(default=list)),
                ('constraint', models.JSONField(default=dict)),
                ('columns', models.JSONField(default=list)),
                ('rows', models.JSONField(default=dict)),
                ('sample', models.SlugField(blank=True, help_text='Key of the sampling plan of its records', max_length=60)),
                ('phrases', models.JSONField(default=dict)),
                ('position', models.PositiveSmallIntegerField(help_text='Over the whole version')),
            ],
            options={
                'ordering': ['position'],
                'constraints': [models.UniqueConstraint(fields=('version', 'key'), name='question_key_once'), models.CheckConstraint(condition=models.Q(('issue', ''), ('kind', 'finding'), _negated=True), name='finding_names_its_issue'), models.CheckConstraint(condition=models.Q(('polarity__in', ['yes', 'no'])), name='question_polarity')],
            },
        ),
        migrations.CreateModel(
            name='Citation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('question', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='citations', to='checklists.question')),
                ('law', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='citations', to='checklists.lawrecord')),
                ('country', models.CharField(help_text='ISO alpha-2, or INT', max_length=3)),
                ('instrument', models.CharField(max_length=30)),
                ('title', models.CharField(max_length=200)),
                ('number', models.CharField(blank=True, max_length=40)),
                ('year', models.CharField(blank=True, max_length=4)),
                ('article', models.CharField(blank=True, max_length=40)),
                ('link', models.CharField(blank=True, max_length=300)),
                ('status', models.CharField(choices=[('unchecked', 'unchecked'), ('checked', 'checked')], max_length=10)),
                ('position', models.PositiveSmallIntegerField()),
            ],
            options={
                'ordering': ['position'],
            },
        ),
    ]
