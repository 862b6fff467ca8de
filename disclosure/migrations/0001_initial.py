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
        ('factories', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Followed',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('buyer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='factories.buyer')),
                ('code', models.CharField(max_length=80)),
                ('name', models.CharField(max_length=255)),
                ('country', models.CharField(max_length=2)),
                ('address', models.CharField(blank=True, max_length=1000)),
                ('os_id', models.CharField(blank=True, max_length=80)),
                ('added_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('site', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='factories.site')),
                ('taken_by', models.CharField(blank=True, choices=[('rules', 'by its name and address'), ('person', 'by one of your people')], max_length=6)),
                ('likely', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='factories.site')),
                ('another', models.ForeignKey(help_text='A person said that it is not this one: not offered again', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='factories.site')),
                ('seen', models.JSONField(default=dict)),
            ],
            options={
                'indexes': [models.Index(fields=['buyer', 'name'], name='disclosure__buyer_i_6a9395_idx')],
                'constraints': [models.UniqueConstraint(fields=('buyer', 'code'), name='followed_once_a_code'), models.CheckConstraint(condition=models.Q(models.Q(('code', ''), _negated=True), models.Q(('name', ''), _negated=True)), name='followed_has_code_and_name'), models.CheckConstraint(condition=models.Q(models.Q(('site', None), ('taken_by', '')), models.Q(('likely', None), ('site__isnull', False), models.Q(('taken_by', ''), _negated=True)), _connector='OR'), name='followed_is_taken_or_open'), models.CheckConstraint(condition=models.Q(models.Q(('site', models.F('another')), _negated=True), models.Q(('likely', models.F('another')), _negated=True)), name='followed_is_not_the_other')],
            },
        ),
        migrations.CreateModel(
            name='PortfolioReader',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='+', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('letters', models.BooleanField(default=True)),
                ('written_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='PortfolioList',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=200)),
                ('size', models.PositiveIntegerField()),
                ('stored', models.CharField(blank=True, max_length=64)),
                ('uploaded_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('uploaded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('encoding', models.CharField(blank=True, max_length=40)),
                ('mapping', models.JSONField(null=True)),
                ('accept_partial', models.BooleanField(default=False)),
                ('state', models.CharField(choices=[('checking', 'Being looked through'), ('checked', 'Looked through'), ('taking', 'Being taken'), ('done', 'Taken'), ('dropped', 'Dropped')], default='checking', max_length=10)),
                ('told', models.JSONField(default=dict)),
                ('buyer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='factories.buyer')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['done', 'dropped']), ('stored', '')), models.Q(models.Q(('stored', ''), _negated=True), models.Q(('state__in', ['done', 'dropped']), _negated=True)), _connector='OR'), name='portfolio_list_file_is_kept_while_needed')],
            },
        ),
        migrations.CreateModel(
            name='Regime',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='regimes', to='core.programme')),
                ('name', models.CharField(max_length=80)),
                ('in_force_from', models.DateField()),
                ('until', models.DateField(blank=True, null=True)),
                ('rule', models.JSONField(help_text='tag, from_visit, delay_days, zero_tolerance_delay_days; perhaps low_compliance, other_parties')),
            ],
            options={
                'ordering': ['in_force_from'],
                'constraints': [models.CheckConstraint(condition=models.Q(('until', None), ('until__gte', models.F('in_force_from')), _connector='OR'), name='regime_ends_after'), models.UniqueConstraint(fields=('programme', 'in_force_from'), name='regime_begins_once_a_day'), models.UniqueConstraint(condition=models.Q(('until', None)), fields=('programme',), name='one_regime_without_end')],
            },
        ),
        migrations.CreateModel(
            name='ReleaseAsk',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='release_asks', to='core.programme')),
                ('as_of', models.DateField()),
                ('publish_on', models.DateField(help_text='None: as soon as the second person agrees', null=True)),
                ('contents', models.CharField(max_length=64)),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('publish_on', None), ('publish_on__gte', models.F('as_of')), _connector='OR'), name='released_after_its_day')],
            },
        ),
        migrations.CreateModel(
            name='Address',
            fields=[
                ('slug', models.SlugField(max_length=120, primary_key=True, serialize=False)),
                ('site_id', models.UUIDField(db_index=True)),
                ('given_on', models.DateField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='WithholdingAsk',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='withholding_asks', to='core.programme')),
                ('site_id', models.UUIDField(db_index=True)),
                ('slug', models.SlugField(help_text='As the page was called on that day', max_length=120)),
                ('question_key', models.CharField(blank=True, help_text='Empty: the whole page', max_length=80)),
                ('reason', models.CharField(choices=[('person-at-risk', 'person-at-risk'), ('court-order', 'court-order'), ('wrong-factory', 'wrong-factory'), ('under-review', 'under-review')], max_length=30)),
                ('lifts', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='lifting', to='disclosure.withholdingask')),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='FollowedChange',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('followed', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='disclosure.followed')),
                ('kind', models.CharField(choices=[('found', 'It was found among the factories that are public'), ('public', 'What is public changed'), ('given', 'The factory gave its permission'), ('refused', 'The factory refused'), ('ended', 'The permission ended'), ('behind', 'Its plan fell behind schedule')], max_length=8)),
                ('at', models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name='Release',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='releases', to='core.programme')),
                ('number', models.PositiveIntegerField()),
                ('regime', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='releases', to='disclosure.regime')),
                ('rule', models.JSONField(help_text='The regime as it was applied')),
                ('as_of', models.DateField()),
                ('published_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('published_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('previous', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='next', to='disclosure.release')),
                ('ask', models.OneToOneField(help_text='None: made by a command', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='release', to='disclosure.releaseask')),
                ('coverage', models.JSONField(help_text='How many factories are here, and why the others are not')),
                ('record', models.JSONField(help_text='threshold of the wider list, regimes in force so far, kinds of change', null=True)),
                ('corrections', models.JSONField(help_text='The log of corrections, disputes and withholdings, up to now', null=True)),
                ('changes', models.JSONField(help_text='What this release changed of the one before, line by line', null=True)),
                ('manifest', models.JSONField()),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('signature', models.CharField(blank=True, help_text='Ed25519 over the manifest, hexadecimal', max_length=128)),
            ],
            options={
                'ordering': ['programme', 'number'],
                'constraints': [models.UniqueConstraint(fields=('programme', 'number'), name='release_number_once'), models.UniqueConstraint(condition=models.Q(('previous', None)), fields=('programme',), name='one_first_release'), models.CheckConstraint(condition=models.Q(models.Q(('number', 1), ('previous', None)), models.Q(('number__gt', 1), ('previous__isnull', False)), _connector='OR'), name='release_is_in_the_chain')],
            },
        ),
        migrations.CreateModel(
            name='ReleaseAgreement',
            fields=[
                ('ask', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='agreement', serialize=False, to='disclosure.releaseask')),
                ('agreed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('agreed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('asked_by', models.F('agreed_by')), _negated=True), name='release_takes_two_people')],
            },
        ),
        migrations.CreateModel(
            name='WithholdingAgreement',
            fields=[
                ('ask', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='agreement', serialize=False, to='disclosure.withholdingask')),
                ('on', models.DateField(help_text="The programme's day")),
                ('agreed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('agreed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('asked_by', models.F('agreed_by')), _negated=True), name='withholding_takes_two_people')],
            },
        ),
        migrations.CreateModel(
            name='Forwarding',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('release', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='forwardings', to='disclosure.release')),
                ('slug', models.SlugField(max_length=120)),
                ('old_site_id', models.UUIDField()),
                ('site_id', models.UUIDField(db_index=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('release', 'slug'), name='forwarded_once'), models.CheckConstraint(condition=models.Q(('old_site_id', models.F('site_id')), _negated=True), name='forwarded_elsewhere')],
            },
        ),
        migrations.CreateModel(
            name='RenamedQuestion',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('release', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='renamed', to='disclosure.release')),
                ('old_key', models.CharField(max_length=80)),
                ('question_key', models.CharField(max_length=80)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('release', 'old_key', 'question_key'), name='renamed_once')],
            },
        ),
        migrations.CreateModel(
            name='ReleasedFactory',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('release', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='factories', to='disclosure.release')),
                ('position', models.PositiveIntegerField(help_text='Its place in the files of the release')),
                ('site_id', models.UUIDField(db_index=True)),
                ('slug', models.SlugField(max_length=120)),
                ('name', models.CharField(max_length=255)),
                ('number', models.CharField(max_length=20)),
                ('country', models.CharField(max_length=2)),
                ('region', models.CharField(max_length=120)),
                ('products', models.CharField(max_length=200)),
                ('workers_band', models.CharField(max_length=20)),
                ('status', models.CharField(max_length=10)),
                ('document', models.JSONField()),
                ('digest', models.CharField(max_length=64)),
            ],
            options={
                'ordering': ['position'],
                'indexes': [models.Index(fields=['release', 'name'], name='disclosure__release_338a48_idx')],
                'constraints': [models.UniqueConstraint(fields=('release', 'slug'), name='released_slug_once'), models.UniqueConstraint(fields=('release', 'site_id'), name='released_site_once')],
            },
        ),
        migrations.CreateModel(
            name='IssueCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('release', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='disclosure.release')),
                ('country', models.CharField(max_length=2)),
                ('sector', models.CharField(max_length=120)),
                ('question_key', models.CharField(max_length=80)),
                ('cluster', models.CharField(max_length=60)),
                ('issue', models.CharField(max_length=120)),
                ('explain', models.TextField(blank=True)),
                ('status', models.CharField(max_length=20)),
                ('n', models.PositiveIntegerField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('release', 'country', 'sector', 'question_key', 'status'), name='issue_counted_once')],
            },
        ),
        migrations.CreateModel(
            name='DataFile',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('release', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='data_files', to='disclosure.release')),
                ('name', models.CharField(max_length=40)),
                ('withheld', models.CharField(blank=True, max_length=12)),
                ('size', models.PositiveBigIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('release', 'name'), name='data_file_once')],
            },
        ),
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('released_factory', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='disclosure.releasedfactory')),
                ('question_key', models.CharField(max_length=80)),
                ('register', models.CharField(choices=[('critical', 'critical'), ('low-compliance', 'low-compliance'), ('other-party', 'other-party')], default='critical', max_length=14)),
                ('party', models.CharField(blank=True, choices=[('union', 'union'), ('employers-association', 'employers-association')], help_text="Empty: the factory's duty", max_length=24)),
                ('cluster', models.CharField(max_length=60)),
                ('issue', models.CharField(max_length=120)),
                ('explain', models.TextField(blank=True)),
                ('status', models.CharField(choices=[('violation_found', 'violation_found'), ('found_again', 'found_again'), ('reported_fixed', 'reported_fixed'), ('verified_fixed', 'verified_fixed'), ('no_violation_found', 'no_violation_found'), ('withheld', 'withheld'), ('not_asked', 'not_asked'), ('undetermined', 'undetermined'), ('not_applicable', 'not_applicable')], max_length=20)),
                ('found_on', models.DateField(help_text='The public visit the status stands on')),
                ('since', models.DateField(help_text='First public visit of the unbroken run of a violation', null=True)),
                ('extent', models.JSONField(null=True)),
                ('reported_on', models.DateField(null=True)),
                ('agreed_on', models.DateField(null=True)),
                ('verified_on', models.DateField(null=True)),
                ('confirmed_on', models.DateField(null=True)),
                ('cycles', models.JSONField(help_text='Public visits only, oldest first: visit, on, status, extent')),
                ('position', models.PositiveSmallIntegerField()),
            ],
            options={
                'ordering': ['released_factory__position', 'position'],
                'indexes': [models.Index(fields=['question_key', 'status'], name='disclosure__questio_75994c_idx'), models.Index(fields=['released_factory', 'status'], name='entry_factory_status')],
                'constraints': [models.UniqueConstraint(fields=('released_factory', 'question_key'), name='entry_once'), models.UniqueConstraint(fields=('released_factory', 'position'), name='entry_position_once'), models.CheckConstraint(condition=models.Q(('status__in', ('violation_found', 'found_again', 'reported_fixed', 'verified_fixed', 'no_violation_found', 'withheld', 'not_asked', 'undetermined', 'not_applicable'))), name='entry_status_is_a_public_word'), models.CheckConstraint(condition=models.Q(models.Q(('register', 'other-party'), models.Q(('party', ''), _negated=True)), models.Q(models.Q(('register', 'other-party'), _negated=True), ('party', '')), _connector='OR'), name='entry_of_another_party_names_it'), models.CheckConstraint(condition=models.Q(models.Q(('since__isnull', False), ('since__lte', models.F('found_on')), ('status__in', ('violation_found', 'found_again', 'reported_fixed', 'verified_fixed'))), models.Q(models.Q(('status__in', ('violation_found', 'found_again', 'reported_fixed', 'verified_fixed')), _negated=True), ('since', None)), _connector='OR'), name='violation_has_an_age'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'verified_fixed'), _negated=True), ('verified_on__isnull', False), _connector='OR'), name='verified_has_a_day'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'reported_fixed'), _negated=True), ('reported_on__isnull', False), _connector='OR'), name='reported_has_a_day')],
            },
        ),
        migrations.CreateModel(
            name='RegisterLine',
            fields=[
                ('factory', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='line', serialize=False, to='disclosure.releasedfactory')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.programme')),
                ('sorts_as', models.CharField(max_length=255)),
                ('latin', models.TextField(help_text='Every name, number and place in Latin letters, one a line')),
                ('country', models.CharField(max_length=2)),
                ('region', models.CharField(max_length=120)),
                ('sector', models.CharField(max_length=120)),
                ('products', models.CharField(max_length=300)),
                ('size', models.CharField(max_length=20)),
                ('standing', models.CharField(max_length=10)),
                ('last_on', models.DateField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['sorts_as', 'factory'], name='register_in_name_order')],
            },
        ),
        migrations.CreateModel(
            name='DataPart',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='disclosure.datafile')),
                ('position', models.PositiveIntegerField()),
                ('size', models.PositiveIntegerField()),
                ('stored', models.CharField(max_length=64)),
            ],
            options={
                'ordering': ['position'],
                'constraints': [models.UniqueConstraint(fields=('file', 'position'), name='data_part_once')],
            },
        ),
    ]
