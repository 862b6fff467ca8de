import core.ids
import datetime
import django.contrib.auth.models
import django.contrib.auth.validators
import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='User',
            fields=[
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('username', models.CharField(error_messages={'unique': 'A user with that username already exists.'}, help_text='Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.', max_length=150, unique=True, validators=[django.contrib.auth.validators.UnicodeUsernameValidator()], verbose_name='username')),
                ('first_name', models.CharField(blank=True, max_length=150, verbose_name='first name')),
                ('last_name', models.CharField(blank=True, max_length=150, verbose_name='last name')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='email address')),
                ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('language', models.CharField(default='en', max_length=10)),
                ('administering_until', models.DateTimeField(editable=False, help_text='End of her last opened session', null=True)),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'verbose_name': 'user',
                'verbose_name_plural': 'users',
                'abstract': False,
            },
            managers=[
                ('objects', django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name='Programme',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('code', models.CharField(max_length=8, unique=True)),
                ('name', models.CharField(max_length=120)),
                ('country', models.CharField(help_text='ISO 3166-1 alpha-2', max_length=2)),
                ('time_zone', models.CharField(max_length=64)),
                ('languages', models.JSONField(default=list, help_text='BCP 47 codes, the binding one first')),
                ('weekend', models.JSONField(default=list, help_text='ISO weekdays nobody works, 1 = Monday')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'permissions': [('administer', 'Administer'), ('advise', 'Advise'), ('assess', 'Assess'), ('edit_checklists', 'Edit checklists'), ('edit_content', 'Edit content'), ('lead_assessments', 'Lead assessments'), ('manage_factories', 'Manage factories'), ('open_zero_tolerance', 'Open zero tolerance'), ('plan_visits', 'Plan visits'), ('publish_disclosure', 'Publish disclosure'), ('read_aggregates', 'Read aggregates'), ('read_reports', 'Read reports'), ('take_extracts', 'Take extracts'), ('translate_checklists', 'Translate checklists'), ('translate_words', 'Translate words')],
                'constraints': [models.CheckConstraint(condition=models.Q(('code__regex', '^[A-Z]{2,8}$')), name='programme_code_is_capitals'), models.CheckConstraint(condition=models.Q(('country__regex', '^[A-Z]{2}$')), name='programme_country_is_iso')],
            },
        ),
        migrations.CreateModel(
            name='AuditRecord',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                ('verb', models.CharField(max_length=60)),
                ('subject_type', models.CharField(max_length=80)),
                ('subject_id', models.CharField(max_length=64)),
                ('programme_id', models.UUIDField(null=True)),
                ('actor_id', models.UUIDField(null=True)),
                ('actor_system', models.CharField(blank=True, max_length=60)),
                ('facts', models.JSONField(default=dict)),
            ],
            options={
                'indexes': [models.Index(fields=['subject_type', 'subject_id'], name='core_auditr_subject_2a1dc0_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('actor_id', None), ('actor_system', ''), _connector='XOR'), name='audit_person_or_named_system')],
            },
        ),
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=80)),
                ('arguments', models.JSONField(default=dict)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('running', 'Running'), ('done', 'Done'), ('dead', 'Dead')], default='waiting', max_length=8)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('due_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('leased_until', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('error', models.CharField(blank=True, help_text='The kind of error, never its text', max_length=200)),
            ],
            options={
                'indexes': [models.Index(fields=['state', 'due_at'], name='core_job_state_456d01_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('leased_until__isnull', False), ('state', 'running')), models.Q(('state', 'running'), _negated=True), _connector='OR'), name='running_job_has_a_lease'), models.CheckConstraint(condition=models.Q(models.Q(('finished_at__isnull', False), ('state__in', ['done', 'dead'])), models.Q(('finished_at', None), ('state__in', ['waiting', 'running'])), _connector='OR'), name='finished_job_has_a_time')],
            },
        ),
        migrations.CreateModel(
            name='Periodic',
            fields=[
                ('name', models.CharField(max_length=80, primary_key=True, serialize=False)),
                ('due_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='ProgrammeSetting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='settings', to='core.programme')),
                ('key', models.CharField(max_length=60)),
                ('value', models.JSONField()),
                ('in_force_from', models.DateField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('programme', 'key', 'in_force_from'), name='setting_once_a_day')],
            },
        ),
        migrations.CreateModel(
            name='ProgrammeGrant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('permission', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='auth.permission')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL)),
                ('until', models.DateTimeField(blank=True, null=True)),
                ('content_object', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='core.programme')),
            ],
            options={
                'unique_together': {('user', 'permission', 'content_object')},
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='RoleAssignment',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='roles', to=settings.AUTH_USER_MODEL)),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='role_assignments', to='core.programme')),
                ('role', models.CharField(choices=[('assessor', 'assessor'), ('lead-assessor', 'lead-assessor'), ('adviser', 'adviser'), ('programme-manager', 'programme-manager'), ('checklist-editor', 'checklist-editor'), ('translator', 'translator'), ('content-editor', 'content-editor'), ('factory-manager', 'factory-manager'), ('worker-member', 'worker-member'), ('management-member', 'management-member'), ('union-reader', 'union-reader'), ('buyer', 'buyer'), ('government-officer', 'government-officer'), ('advisory-member', 'advisory-member'), ('analyst', 'analyst'), ('administrator', 'administrator')], max_length=30)),
                ('since', models.DateTimeField(default=django.utils.timezone.now)),
                ('until', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('until', None), ('until__gte', models.F('since')), _connector='OR'), name='role_ends_after'), models.UniqueConstraint(condition=models.Q(('until', None)), fields=('user', 'programme', 'role'), name='role_held_once')],
            },
        ),
        migrations.CreateModel(
            name='Session',
            fields=[
                ('session_key', models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name='session key')),
                ('session_data', models.TextField(verbose_name='session data')),
                ('expire_date', models.DateTimeField(db_index=True, verbose_name='expire date')),
                ('handle', models.UUIDField(db_index=True, default=uuid.uuid4)),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='open_sessions', to=settings.AUTH_USER_MODEL)),
                ('device', models.CharField(blank=True, max_length=60)),
                ('first_seen_at', models.DateTimeField(null=True)),
                ('last_seen_at', models.DateTimeField(null=True)),
            ],
            options={
                'verbose_name': 'session',
                'verbose_name_plural': 'sessions',
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to='core.programme')),
                ('role', models.CharField(blank=True, choices=[('assessor', 'assessor'), ('lead-assessor', 'lead-assessor'), ('adviser', 'adviser'), ('programme-manager', 'programme-manager'), ('checklist-editor', 'checklist-editor'), ('translator', 'translator'), ('content-editor', 'content-editor'), ('factory-manager', 'factory-manager'), ('worker-member', 'worker-member'), ('management-member', 'management-member'), ('union-reader', 'union-reader'), ('buyer', 'buyer'), ('government-officer', 'government-officer'), ('advisory-member', 'advisory-member'), ('analyst', 'analyst'), ('administrator', 'administrator')], max_length=30)),
                ('email', models.EmailField(max_length=254)),
                ('language', models.CharField(default='en', max_length=10)),
                ('token_digest', models.CharField(max_length=64, unique=True)),
                ('invited_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('expires_at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('accepted_at', models.DateTimeField(blank=True, null=True)),
                ('accepted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('accepted_at', None), ('accepted_by', None)), models.Q(('accepted_at__isnull', False), ('accepted_by__isnull', False), ('withdrawn_at', None)), _connector='OR'), name='invitation_accepted_by_somebody'), models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('created_at'))), name='invitation_lasts'), models.UniqueConstraint(condition=models.Q(('accepted_at', None), ('withdrawn_at', None)), fields=('programme', 'email', 'role'), name='invitation_open_once')],
            },
        ),
        migrations.CreateModel(
            name='MemberCode',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='member_code', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='member_codes', to='core.programme')),
                ('code', models.CharField(help_text='Such as K7-43-RT', max_length=8, unique=True)),
                ('phone_digest', models.CharField(blank=True, max_length=64)),
                ('pin', models.CharField(blank=True, help_text='Hashed; empty until chosen, and after a reset', max_length=128)),
                ('wrong', models.PositiveSmallIntegerField(default=0, help_text='Wrong PINs since the last right one')),
                ('locked_at', models.DateTimeField(blank=True, null=True)),
                ('paper_digest', models.CharField(blank=True, help_text='Of the one-time code on the paper', max_length=64)),
                ('paper_until', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('code__regex', '^[A-Z2-9]{2}-[A-Z2-9]{2}-[A-Z2-9]{2}$')), name='member_code_has_its_form'), models.CheckConstraint(condition=models.Q(('wrong__lte', 5)), name='member_code_five_wrong_pins'), models.CheckConstraint(condition=models.Q(('locked_at', None), ('pin', ''), _connector='OR'), name='member_code_locked_has_no_pin'), models.CheckConstraint(condition=models.Q(models.Q(('paper_digest', ''), ('paper_until', None)), models.Q(models.Q(('paper_digest', ''), _negated=True), ('paper_until__isnull', False)), _connector='OR'), name='member_code_paper_has_an_end'), models.UniqueConstraint(condition=models.Q(('phone_digest', ''), _negated=True), fields=('phone_digest',), name='member_code_phone_once'), models.UniqueConstraint(condition=models.Q(('paper_digest', ''), _negated=True), fields=('paper_digest',), name='member_code_paper_once')],
            },
        ),
        migrations.CreateModel(
            name='Counter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='core.programme')),
                ('series', models.CharField(max_length=40)),
                ('value', models.PositiveIntegerField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('programme', 'series'), name='one_counter_a_series')],
            },
        ),
        migrations.CreateModel(
            name='Redaction',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('subject_type', models.CharField(max_length=80)),
                ('subject_id', models.CharField(max_length=64)),
                ('reason', models.CharField(max_length=30)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('agreed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('asked_by', models.F('agreed_by')), _negated=True), name='redaction_takes_two_people')],
            },
        ),
        migrations.CreateModel(
            name='RemovalAsk',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='removal_asks', to='core.programme')),
                ('subject_type', models.CharField(max_length=80)),
                ('subject_id', models.CharField(max_length=64)),
                ('reason', models.CharField(max_length=30)),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('subject_type', 'subject_id'), name='removal_asked_once')],
            },
        ),
        migrations.CreateModel(
            name='AdministratorSession',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='administrator_sessions', to=settings.AUTH_USER_MODEL)),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='administrator_sessions', to='core.programme')),
                ('reason', models.CharField(max_length=30)),
                ('request', models.CharField(help_text='The number of the request it serves', max_length=40)),
                ('since', models.DateTimeField(default=django.utils.timezone.now)),
                ('until', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['user', 'until'], name='core_admini_user_id_e59a15_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('until__gt', models.F('since')), ('until__lte', django.db.models.expressions.CombinedExpression(models.F('since'), '+', models.Value(datetime.timedelta(seconds=7200))))), name='administrator_session_is_short'), models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('user', 'programme'), name='administrator_session_open_once')],
            },
        ),
    ]
