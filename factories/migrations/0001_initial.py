import core.ids
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('core', '0001_initial'),
        ('core', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Enterprise',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=255)),
                ('country', models.CharField(max_length=2)),
            ],
        ),
        migrations.CreateModel(
            name='Buyer',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=255, unique=True)),
            ],
            options={
                'permissions': [('act_for_buyer', 'Act for buyer')],
            },
        ),
        migrations.CreateModel(
            name='SiteImport',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('programme', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='site_imports', to='core.programme')),
                ('files', models.JSONField(default=list)),
                ('created', models.PositiveIntegerField()),
                ('updated', models.PositiveIntegerField()),
                ('unchanged', models.PositiveIntegerField()),
                ('duplicate', models.PositiveIntegerField()),
                ('refused', models.PositiveIntegerField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ColumnMapping',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('programme', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='column_mappings', to='core.programme')),
                ('name', models.SlugField(max_length=60, unique=True)),
                ('document', models.JSONField()),
                ('saved_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('saved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Site',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('programme', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='sites', to='core.programme')),
                ('number', models.CharField(blank=True, help_text='Such as KH-F-0117, given at enrolment', max_length=20)),
                ('enterprise', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='sites', to='factories.enterprise')),
                ('name', models.CharField(max_length=255)),
                ('address', models.TextField()),
                ('country', models.CharField(help_text='ISO 3166-1 alpha-2', max_length=2)),
                ('region', models.CharField(blank=True, max_length=120)),
                ('sector', models.CharField(blank=True, max_length=120)),
                ('isic', models.CharField(blank=True, help_text='Code of ISIC Rev.4, two to four digits', max_length=4)),
                ('products', models.CharField(blank=True, max_length=200)),
                ('latitude', models.FloatField(blank=True, null=True)),
                ('longitude', models.FloatField(blank=True, null=True)),
                ('workers', models.PositiveIntegerField(blank=True, null=True)),
                ('workers_on', models.DateField(blank=True, null=True)),
                ('size_band', models.CharField(blank=True, choices=[('u50', 'under 50'), ('50-249', '50–249'), ('250-999', '250–999'), ('1000-4999', '1,000–4,999'), ('5000', '5,000 or more')], max_length=10)),
                ('status', models.CharField(choices=[('active', 'Active'), ('seasonal', 'Stopped for the season'), ('suspended', 'Suspended'), ('closed', 'Closed'), ('left', 'Left')], default='active', max_length=10)),
                ('status_since', models.DateField(blank=True, help_text='Empty until a programme has said something', null=True)),
                ('match_key', models.CharField(max_length=700, unique=True)),
                ('survivor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='stands_for', to='factories.site')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'permissions': [('manage_factory', 'Manage factory'), ('read_for_workers', 'Read for workers'), ('sit_management_side', 'Sit management side'), ('sit_worker_side', 'Sit worker side')],
                'indexes': [models.Index(fields=['programme', 'name'], name='factories_s_program_464e31_idx'), models.Index(fields=['country'], name='factories_s_country_7236d8_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('country__regex', '^[A-Z]{2}$')), name='site_country_is_iso'), models.CheckConstraint(condition=models.Q(models.Q(('latitude', None), ('longitude', None)), models.Q(('latitude__isnull', False), ('longitude__isnull', False), ('latitude__gte', -90), ('latitude__lte', 90), ('longitude__gte', -180), ('longitude__lte', 180)), _connector='OR'), name='site_coordinates_on_earth'), models.CheckConstraint(condition=models.Q(models.Q(('workers', None), ('workers_on', None)), models.Q(('workers__isnull', False), ('workers_on__isnull', False)), _connector='OR'), name='site_workers_have_a_day'), models.UniqueConstraint(condition=models.Q(('number', ''), _negated=True), fields=('number',), name='site_number_once'), models.CheckConstraint(condition=models.Q(models.Q(('number', ''), ('programme', None)), models.Q(('programme__isnull', False), models.Q(('number', ''), _negated=True)), _connector='OR'), name='site_in_programme_has_number'), models.CheckConstraint(condition=models.Q(('isic', ''), ('isic__regex', '^[0-9]{2,4}$'), _connector='OR'), name='site_isic_is_code'), models.CheckConstraint(condition=models.Q(('survivor', None), models.Q(('survivor', models.F('id')), _negated=True), _connector='OR'), name='site_does_not_survive_itself')],
            },
        ),
        migrations.CreateModel(
            name='BuyerGrant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('permission', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='auth.permission')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL)),
                ('until', models.DateTimeField(blank=True, null=True)),
                ('content_object', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='factories.buyer')),
            ],
            options={
                'unique_together': {('user', 'permission', 'content_object')},
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='BuyerMember',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='buyers', to=settings.AUTH_USER_MODEL)),
                ('buyer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='members', to='factories.buyer')),
                ('since', models.DateField()),
                ('until', models.DateField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('until', None), ('until__gte', models.F('since')), _connector='OR'), name='buyer_member_ends_after'), models.UniqueConstraint(condition=models.Q(('until', None)), fields=('user', 'buyer'), name='buyer_member_once')],
            },
        ),
        migrations.CreateModel(
            name='UploadedList',
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
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='uploaded_lists', to='core.programme')),
                ('result', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='uploaded', to='factories.siteimport')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('result__isnull', False), ('state', 'done')), models.Q(models.Q(('state', 'done'), _negated=True), ('result', None)), _connector='OR'), name='list_taken_has_its_import'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['done', 'dropped']), ('stored', '')), models.Q(models.Q(('stored', ''), _negated=True), models.Q(('state__in', ['done', 'dropped']), _negated=True)), _connector='OR'), name='list_file_is_kept_while_needed')],
            },
        ),
        migrations.CreateModel(
            name='SiteGrant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('permission', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='auth.permission')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL)),
                ('until', models.DateTimeField(blank=True, null=True)),
                ('content_object', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='factories.site')),
            ],
            options={
                'unique_together': {('user', 'permission', 'content_object')},
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SiteManager',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='managed_sites', to=settings.AUTH_USER_MODEL)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='managers', to='factories.site')),
                ('since', models.DateField()),
                ('until', models.DateField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('until', None), ('until__gte', models.F('since')), _connector='OR'), name='manager_ends_after'), models.UniqueConstraint(condition=models.Q(('until', None)), fields=('user', 'site'), name='manager_once')],
            },
        ),
        migrations.CreateModel(
            name='Cycle',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cycles', to='core.programme')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cycles', to='factories.site')),
                ('number', models.PositiveSmallIntegerField()),
                ('opened_on', models.DateField()),
                ('known_on', models.DateField(blank=True, help_text='Since when outside the programme one may know of it; empty: not yet', null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('site', 'number'), name='cycle_number_once'), models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='cycle_from_one')],
            },
        ),
        migrations.CreateModel(
            name='Invited',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('invitation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.invitation')),
                ('site', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='invited', to='factories.site')),
                ('buyer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='invited', to='factories.buyer')),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('named_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('buyer__isnull', False), ('site', None)), models.Q(('buyer', None), ('site__isnull', False)), _connector='OR'), name='invited_to_one_thing'), models.UniqueConstraint(fields=('invitation', 'site'), name='invited_once_a_site'), models.UniqueConstraint(fields=('invitation', 'buyer'), name='invited_once_a_buyer')],
            },
        ),
        migrations.CreateModel(
            name='BuyerRelation',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='buyer_relations', to='factories.site')),
                ('buyer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='relations', to='factories.buyer')),
                ('since', models.DateField()),
                ('until', models.DateField(blank=True, null=True)),
                ('exit_reason', models.CharField(blank=True, choices=[('orders-ended', 'No more orders'), ('price', 'Price or quality'), ('conditions', 'Working conditions were not put right'), ('factory', 'The factory ended it'), ('other', 'Another reason')], max_length=12)),
                ('announced_on', models.DateField(blank=True, null=True)),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('until', None), ('until__gte', models.F('since')), _connector='OR'), name='relation_ends_after'), models.CheckConstraint(condition=models.Q(models.Q(('announced_on', None), ('exit_reason', ''), ('until', None)), models.Q(('until__isnull', False), models.Q(('exit_reason', ''), _negated=True)), _connector='OR'), name='relation_exit_has_its_reason'), models.UniqueConstraint(condition=models.Q(('until', None)), fields=('site', 'buyer'), name='relation_once')],
            },
        ),
        migrations.CreateModel(
            name='NamingConsent',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='naming_consents', to='factories.site')),
                ('buyer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='naming_consents', to='factories.buyer')),
                ('site_said_at', models.DateTimeField(null=True)),
                ('site_said_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('buyer_said_at', models.DateTimeField(null=True)),
                ('buyer_said_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('site', 'buyer'), name='naming_once'), models.CheckConstraint(condition=models.Q(models.Q(('site_said_at', None), ('site_said_by', None)), models.Q(('site_said_at__isnull', False), ('site_said_by__isnull', False)), _connector='OR'), name='naming_site_said_who_and_when'), models.CheckConstraint(condition=models.Q(models.Q(('buyer_said_at', None), ('buyer_said_by', None)), models.Q(('buyer_said_at__isnull', False), ('buyer_said_by__isnull', False)), _connector='OR'), name='naming_buyer_said_who_and_when'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('ended_by', None)), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False)), _connector='OR'), name='naming_ended_who_and_when'), models.CheckConstraint(condition=models.Q(('site_said_at__isnull', False), ('buyer_said_at__isnull', False), _connector='OR'), name='naming_has_a_yes')],
            },
        ),
        migrations.CreateModel(
            name='SiteName',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='factories.site')),
                ('since', models.DateField(blank=True, null=True)),
                ('until', models.DateField(blank=True, null=True)),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('kind', models.CharField(choices=[('official', 'Official name'), ('also', 'Also known as')], default='official', max_length=10)),
                ('text', models.CharField(max_length=255)),
                ('language', models.CharField(blank=True, help_text='BCP 47', max_length=10)),
                ('folded', models.CharField(db_index=True, max_length=300)),
                ('latin', models.CharField(help_text='In Latin letters whatever its script: what searching compares', max_length=300)),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('since', None), ('until', None), ('until__gte', models.F('since')), _connector='OR'), name='sitename_ends_after'), models.UniqueConstraint(condition=models.Q(('kind', 'also')), fields=('site', 'folded'), name='other_name_once')],
            },
        ),
        migrations.CreateModel(
            name='SiteAddress',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='factories.site')),
                ('since', models.DateField(blank=True, null=True)),
                ('until', models.DateField(blank=True, null=True)),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('kind', models.CharField(choices=[('official', 'Official name'), ('also', 'Also known as')], default='official', max_length=10)),
                ('text', models.TextField()),
                ('folded', models.TextField()),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('since', None), ('until', None), ('until__gte', models.F('since')), _connector='OR'), name='siteaddress_ends_after')],
            },
        ),
        migrations.CreateModel(
            name='SiteOwner',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='factories.site')),
                ('since', models.DateField(blank=True, null=True)),
                ('until', models.DateField(blank=True, null=True)),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('enterprise', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='owned', to='factories.enterprise')),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('since', None), ('until', None), ('until__gte', models.F('since')), _connector='OR'), name='siteowner_ends_after')],
            },
        ),
        migrations.CreateModel(
            name='SiteLicence',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='factories.site')),
                ('since', models.DateField(blank=True, null=True)),
                ('until', models.DateField(blank=True, null=True)),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('kind', models.CharField(choices=[('business', 'Business licence'), ('export', 'Export licence'), ('tax', 'Tax registration'), ('other', 'Other licence')], max_length=10)),
                ('number', models.CharField(max_length=80)),
                ('authority', models.CharField(blank=True, max_length=160)),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('since', None), ('until', None), ('until__gte', models.F('since')), _connector='OR'), name='sitelicence_ends_after')],
            },
        ),
        migrations.CreateModel(
            name='ForeignId',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='factories.site')),
                ('since', models.DateField(blank=True, null=True)),
                ('until', models.DateField(blank=True, null=True)),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('scheme', models.CharField(choices=[('os-id', 'OS ID'), ('national', 'National register'), ('buyer', 'Buyer’s vendor code')], max_length=10)),
                ('issuer', models.CharField(blank=True, max_length=60)),
                ('buyer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='vendor_codes', to='factories.buyer')),
                ('code', models.CharField(db_index=True, max_length=80)),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('since', None), ('until', None), ('until__gte', models.F('since')), _connector='OR'), name='foreignid_ends_after'), models.CheckConstraint(condition=models.Q(models.Q(('buyer__isnull', False), ('scheme', 'buyer')), models.Q(models.Q(('scheme', 'buyer'), _negated=True), ('buyer', None)), _connector='OR'), name='vendor_code_has_its_buyer'), models.CheckConstraint(condition=models.Q(('code', ''), _negated=True), name='foreign_id_is_not_empty')],
            },
        ),
        migrations.CreateModel(
            name='Building',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='factories.site')),
                ('since', models.DateField(blank=True, null=True)),
                ('until', models.DateField(blank=True, null=True)),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('kind', models.CharField(choices=[('production', 'Production'), ('dormitory', 'Dormitory'), ('store', 'Store'), ('canteen', 'Canteen'), ('office', 'Office'), ('other', 'Other')], max_length=10)),
                ('name', models.CharField(max_length=120)),
                ('address', models.TextField(blank=True, help_text='Empty: at the factory’s address')),
                ('floors', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('beds', models.PositiveIntegerField(blank=True, null=True)),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('since', None), ('until', None), ('until__gte', models.F('since')), _connector='OR'), name='building_ends_after'), models.CheckConstraint(condition=models.Q(('beds', None), ('kind', 'dormitory'), _connector='OR'), name='beds_stand_in_dormitories')],
            },
        ),
        migrations.CreateModel(
            name='Season',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='factories.site')),
                ('since', models.DateField(blank=True, null=True)),
                ('until', models.DateField(blank=True, null=True)),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('kind', models.CharField(choices=[('peak', 'Peak season'), ('slack', 'Slack season')], max_length=5)),
                ('first_month', models.PositiveSmallIntegerField()),
                ('last_month', models.PositiveSmallIntegerField()),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('since', None), ('until', None), ('until__gte', models.F('since')), _connector='OR'), name='season_ends_after'), models.CheckConstraint(condition=models.Q(('first_month__range', (1, 12)), ('last_month__range', (1, 12))), name='season_in_months'), models.UniqueConstraint(condition=models.Q(('until', None)), fields=('site', 'kind', 'first_month'), name='season_once')],
            },
        ),
        migrations.CreateModel(
            name='Workforce',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='workforces', to='factories.site')),
                ('counted_on', models.DateField()),
                ('total', models.PositiveIntegerField(blank=True, null=True)),
                ('band', models.CharField(choices=[('u50', 'under 50'), ('50-249', '50–249'), ('250-999', '250–999'), ('1000-4999', '1,000–4,999'), ('5000', '5,000 or more')], max_length=10)),
                ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('site', 'counted_on'), name='workforce_once_a_day'), models.CheckConstraint(condition=models.Q(('band__in', ['u50', '50-249', '250-999', '1000-4999', '5000'])), name='workforce_band_is_one')],
            },
        ),
        migrations.CreateModel(
            name='SiteKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=700, unique=True)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='keys', to='factories.site')),
                ('seen_in', models.UUIDField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='SiteBlock',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='blocks', to='factories.site')),
                ('block', models.CharField(max_length=60)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('block', 'site'), name='block_once_a_site')],
            },
        ),
        migrations.CreateModel(
            name='ImportDoubt',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('known', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='factories.site')),
                ('newer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='doubts', to='factories.site')),
                ('score', models.PositiveSmallIntegerField()),
                ('because', models.JSONField(default=dict)),
                ('raised_in', models.UUIDField(help_text='The import', null=True)),
                ('raised_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('decision', models.CharField(blank=True, choices=[('same', 'The same factory'), ('different', 'Two factories')], max_length=10)),
                ('decided_at', models.DateTimeField(null=True)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('known', 'newer'), name='doubt_once'), models.CheckConstraint(condition=models.Q(('known', models.F('newer')), _negated=True), name='doubt_is_about_two'), models.CheckConstraint(condition=models.Q(('score__lte', 100)), name='doubt_score_of_100'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('decided_by', None), ('decision', '')), models.Q(models.Q(('decision', ''), _negated=True), ('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='doubt_decision_has_who_and_when')],
            },
        ),
        migrations.CreateModel(
            name='ImportMatch',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='matches', to='factories.site')),
                ('key', models.CharField(max_length=700)),
                ('said', models.JSONField(help_text='Facts of the row')),
                ('before', models.JSONField(default=dict, help_text='Facts of the place that the row changed')),
                ('codes', models.JSONField(default=list, help_text='Foreign ids the row brought: scheme, issuer, code')),
                ('enrolled', models.BooleanField(default=False, help_text="Only this row took the place into the list's programme")),
                ('raised_in', models.UUIDField(help_text='The import')),
                ('raised_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('made', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='factories.site')),
                ('parted_at', models.DateTimeField(null=True)),
                ('parted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('made', None), ('parted_at', None), ('parted_by', None)), models.Q(('made__isnull', False), ('parted_at__isnull', False), ('parted_by__isnull', False)), _connector='OR'), name='match_parted_has_who_and_when')],
            },
        ),
        migrations.CreateModel(
            name='Permit',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='permits', to='factories.site')),
                ('kind', models.CharField(choices=[('fire', 'Fire safety'), ('building', 'Building'), ('boiler', 'Boiler and pressure vessels'), ('electrical', 'Electrical safety'), ('lift', 'Lifts and hoists'), ('environment', 'Environment'), ('hours', 'Working-time exemption'), ('other', 'Other permit')], max_length=12)),
                ('number', models.CharField(blank=True, max_length=80)),
                ('authority', models.CharField(blank=True, max_length=160)),
                ('issued_on', models.DateField()),
                ('expires_on', models.DateField(blank=True, help_text='Its last day; empty: it does not expire', null=True)),
                ('paper', models.CharField(blank=True, max_length=160)),
                ('paper_type', models.CharField(blank=True, max_length=80)),
                ('paper_sha256', models.CharField(blank=True, max_length=64)),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ended_on', models.DateField(blank=True, help_text='Withdrawn, or replaced by a newer one', null=True)),
                ('redacted_at', models.DateTimeField(editable=False, help_text='When two people removed the paper', null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['expires_on'], name='factories_p_expires_f4ca2f_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('expires_on', None), ('expires_on__gte', models.F('issued_on')), _connector='OR'), name='permit_expires_after'), models.CheckConstraint(condition=models.Q(('ended_on', None), ('ended_on__gte', models.F('issued_on')), _connector='OR'), name='permit_ends_after'), models.CheckConstraint(condition=models.Q(models.Q(('paper', ''), ('paper_type', '')), models.Q(models.Q(('paper', ''), _negated=True), models.Q(('paper_sha256', ''), _negated=True)), _connector='OR'), name='permit_paper_has_digest')],
            },
        ),
        migrations.CreateModel(
            name='SiteSuccession',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('merge', 'Merged: two records of one place'), ('split', 'Split: part of it became a factory of its own'), ('takeover', 'Taken over by another owner'), ('move', 'Moved to another address')], max_length=10)),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='successors', to='factories.site')),
                ('target', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='predecessors', to='factories.site')),
                ('on', models.DateField()),
                ('history_follows', models.BooleanField()),
                ('cycles_follow', models.BooleanField()),
                ('kept', models.JSONField(default=dict)),
                ('done_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('done_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('undone_at', models.DateTimeField(null=True)),
                ('undone_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('undone_at', None), ('undone_by', None)), ('undone_at__isnull', False), _connector='OR'), name='undo_has_its_time'), models.CheckConstraint(condition=models.Q(models.Q(('source', models.F('target')), _negated=True), ('kind__in', ['takeover', 'move']), _connector='OR'), name='succession_of_two'), models.CheckConstraint(condition=models.Q(('history_follows', True), ('cycles_follow', False), _connector='OR'), name='cycles_follow_history'), models.UniqueConstraint(condition=models.Q(('kind', 'merge'), ('undone_at', None)), fields=('source',), name='merged_into_one')],
            },
        ),
        migrations.CreateModel(
            name='Suspicion',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='suspicions', to='core.programme')),
                ('giver', models.ForeignKey(help_text='Who seems to give the work', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='factories.site')),
                ('taker', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='factories.site')),
                ('words', models.TextField(help_text='What was seen, and where')),
                ('redacted_at', models.DateTimeField(editable=False, help_text='When two people removed the words', null=True)),
                ('seen_on', models.DateField()),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('outcome', models.CharField(blank=True, choices=[('declared', 'It has been declared since'), ('unfounded', 'It was not so'), ('passed-on', 'Passed on to who must act')], max_length=10)),
                ('closed_at', models.DateTimeField(null=True)),
                ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('taker', None), models.Q(('taker', models.F('giver')), _negated=True), _connector='OR'), name='suspicion_is_about_two'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('closed_by', None), ('outcome', '')), models.Q(models.Q(('outcome', ''), _negated=True), ('closed_at__isnull', False), ('closed_by__isnull', False)), _connector='OR'), name='suspicion_outcome_has_who_and_when')],
            },
        ),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consents', to='factories.site')),
                ('buyer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consents', to='factories.buyer')),
                ('cycle', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='consents', to='factories.cycle')),
                ('scope', models.CharField(choices=[('report', 'The report'), ('progress', 'The progress of the plan'), ('both', 'The report and the progress of the plan')], default='both', max_length=10)),
                ('since', models.DateField()),
                ('until', models.DateField(blank=True, null=True)),
                ('given_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('until', None), ('until__gte', models.F('since')), _connector='OR'), name='consent_ends_after'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('ended_by', None)), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False)), _connector='OR'), name='consent_end_has_who_and_when'), models.CheckConstraint(condition=models.Q(('scope__in', ['report', 'progress', 'both'])), name='consent_scope_is_one')],
            },
        ),
        migrations.CreateModel(
            name='WorkforcePart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('workforce', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='parts', to='factories.workforce')),
                ('by', models.CharField(choices=[('sex', 'Sex'), ('nationality', 'Nationality'), ('language', 'Language'), ('contract', 'Contract')], max_length=12)),
                ('code', models.CharField(max_length=20)),
                ('count', models.PositiveIntegerField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('workforce', 'by', 'code'), name='workforce_part_once'), models.CheckConstraint(condition=models.Q(models.Q(('by', 'sex'), _negated=True), ('code__in', ('women', 'men', 'other')), _connector='OR'), name='workforce_sex_is_one'), models.CheckConstraint(condition=models.Q(models.Q(('by', 'contract'), _negated=True), ('code__in', ('permanent', 'fixed-term', 'seasonal', 'casual', 'apprentice', 'agency', 'home')), _connector='OR'), name='workforce_contract_is_one')],
            },
        ),
        migrations.CreateModel(
            name='PermitReminder',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('permit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reminders', to='factories.permit')),
                ('days_before', models.PositiveSmallIntegerField()),
                ('sent_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('letters', models.PositiveSmallIntegerField(help_text='To how many people')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('permit', 'days_before'), name='reminded_once')],
            },
        ),
        migrations.CreateModel(
            name='ConsentRequest',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('batch', models.UUIDField(help_text='Asked together')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consent_requests', to='factories.site')),
                ('buyer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consent_requests', to='factories.buyer')),
                ('scope', models.CharField(choices=[('report', 'The report'), ('progress', 'The progress of the plan'), ('both', 'The report and the progress of the plan')], default='both', max_length=10)),
                ('until', models.DateField()),
                ('words', models.CharField(blank=True, max_length=300)),
                ('redacted_at', models.DateTimeField(editable=False, help_text='When two people removed the words', null=True)),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('answer', models.CharField(blank=True, choices=[('allowed', 'Allowed'), ('part', 'Allowed in part'), ('refused', 'Refused')], max_length=10)),
                ('answered_at', models.DateTimeField(null=True)),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('consent', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='request', to='factories.consent')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('answer', '')), fields=('site', 'buyer'), name='one_request_waits'), models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at', None), ('answered_by', None)), models.Q(models.Q(('answer', ''), _negated=True), ('answered_at__isnull', False), ('answered_by__isnull', False)), _connector='OR'), name='request_answer_has_who_and_when'), models.CheckConstraint(condition=models.Q(models.Q(('answer__in', ['allowed', 'part']), ('consent__isnull', False)), models.Q(models.Q(('answer__in', ['allowed', 'part']), _negated=True), ('consent', None)), _connector='OR'), name='allowed_request_has_its_consent')],
            },
        ),
    ]
