import core.ids
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('compliance', '0001_initial'),
        ('core', '0001_initial'),
        ('core', '__first__'),
        ('factories', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='AdvisoryCommittee',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('programme', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='advisory_committee', to='core.programme')),
                ('formed_on', models.DateField()),
            ],
        ),
        migrations.CreateModel(
            name='Committee',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='committees', to='factories.site')),
                ('kind', models.CharField(choices=[('bipartite', 'Bipartite committee'), ('sme-team', 'Improvement team'), ('osh', 'Safety and health committee'), ('harassment', 'Harassment complaints committee')], max_length=12)),
                ('formed_on', models.DateField()),
                ('dissolved_on', models.DateField(blank=True, help_text='The last day on which it can decide', null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('dissolved_on', None), ('dissolved_on__gte', models.F('formed_on')), _connector='OR'), name='committee_ends_after'), models.CheckConstraint(condition=models.Q(('kind__in', ['bipartite', 'sme-team', 'osh', 'harassment'])), name='committee_kind_is_known'), models.UniqueConstraint(condition=models.Q(('dissolved_on', None)), fields=('site', 'kind'), name='committee_kind_once')],
            },
        ),
        migrations.CreateModel(
            name='Reminder',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('about', models.CharField(max_length=60)),
                ('sent', models.BooleanField()),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'about'), name='reminder_once')],
            },
        ),
        migrations.CreateModel(
            name='PlanList',
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
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='plan_lists', to='core.programme')),
                ('kind', models.CharField(choices=[('members', 'Committees and who sits in them'), ('items', 'Items of plans')], max_length=8)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['done', 'dropped']), ('stored', '')), models.Q(models.Q(('stored', ''), _negated=True), models.Q(('state__in', ['done', 'dropped']), _negated=True)), _connector='OR'), name='plan_list_file_is_kept_while_needed'), models.CheckConstraint(condition=models.Q(('kind__in', ['members', 'items'])), name='plan_list_kind_is_known')],
            },
        ),
        migrations.CreateModel(
            name='AdvisorySeat',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('committee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='seats', to='improvement_plans.advisorycommittee')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='advisory_seats', to=settings.AUTH_USER_MODEL)),
                ('group', models.CharField(choices=[('government', 'Government'), ('employers', 'Employers'), ('workers', 'Workers')], max_length=10)),
                ('organisation', models.CharField(help_text='The ministry, federation or union that named her', max_length=120)),
                ('since', models.DateField()),
                ('until', models.DateField(blank=True, help_text='The last day in office', null=True)),
            ],
            options={
                'ordering': ['since', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('until', None), ('until__gte', models.F('since')), _connector='OR'), name='advisory_seat_ends_after'), models.CheckConstraint(condition=models.Q(('group__in', ['government', 'employers', 'workers'])), name='advisory_seat_has_a_group'), models.CheckConstraint(condition=models.Q(('organisation', ''), _negated=True), name='advisory_seat_has_an_organisation'), models.UniqueConstraint(condition=models.Q(('until', None)), fields=('committee', 'user'), name='one_open_advisory_seat_a_person')],
            },
        ),
        migrations.CreateModel(
            name='AdvisoryMeeting',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('committee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='meetings', to='improvement_plans.advisorycommittee')),
                ('planned_on', models.DateField()),
                ('begins_at', models.TimeField(blank=True, null=True)),
                ('place', models.CharField(blank=True, max_length=80)),
            ],
            options={
                'ordering': ['-planned_on', '-id'],
                'constraints': [models.UniqueConstraint(fields=('committee', 'planned_on'), name='advisory_meeting_once_a_day')],
            },
        ),
        migrations.CreateModel(
            name='Member',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('committee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='members', to='improvement_plans.committee')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='committee_seats', to=settings.AUTH_USER_MODEL)),
                ('side', models.CharField(choices=[('worker', 'Worker side'), ('management', 'Management side')], max_length=10)),
                ('sex', models.CharField(choices=[('f', 'Woman'), ('m', 'Man'), ('x', 'Not said')], max_length=1)),
                ('chosen_by', models.CharField(choices=[('election', 'Elected by workers'), ('union', 'Named by the union'), ('employer', 'Named by the employer')], max_length=8)),
                ('since', models.DateField()),
                ('until', models.DateField(blank=True, help_text='The last day in office', null=True)),
                ('co_chair', models.BooleanField(default=False)),
            ],
            options={
                'ordering': ['since', 'id'],
                'indexes': [models.Index(fields=['user', 'committee'], name='improvement_user_id_f8df95_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('until', None), ('until__gte', models.F('since')), _connector='OR'), name='seat_ends_after'), models.CheckConstraint(condition=models.Q(('side__in', ['worker', 'management'])), name='seat_has_a_side'), models.CheckConstraint(condition=models.Q(('sex__in', ['f', 'm', 'x'])), name='seat_sex_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('chosen_by__in', ['election', 'union', 'employer']), ('side', 'worker')), models.Q(('chosen_by', 'employer'), ('side', 'management')), _connector='OR'), name='seat_chosen_by_its_side'), models.UniqueConstraint(condition=models.Q(('until', None)), fields=('committee', 'user'), name='one_open_seat_a_person')],
            },
        ),
        migrations.CreateModel(
            name='Plan',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='plans', to='factories.site')),
                ('cycle', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='plan', to='factories.cycle')),
                ('committee', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='plans', to='improvement_plans.committee')),
                ('opened_on', models.DateField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('cycle__isnull', False), ('committee__isnull', False), _connector='OR'), name='plan_has_cycle_or_committee')],
            },
        ),
        migrations.CreateModel(
            name='Election',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('committee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='elections', to='improvement_plans.committee')),
                ('held_on', models.DateField()),
                ('seats', models.PositiveSmallIntegerField()),
                ('eligible', models.PositiveIntegerField(help_text='Who could vote')),
                ('voted', models.PositiveIntegerField(help_text='Papers in the box')),
                ('invalid', models.PositiveIntegerField(default=0, help_text='Papers that could not be counted')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'ordering': ['-held_on', '-id'],
                'constraints': [models.UniqueConstraint(fields=('committee', 'held_on'), name='election_once_a_day'), models.CheckConstraint(condition=models.Q(('invalid__lte', models.F('voted')), ('seats__gte', 1), ('voted__lte', models.F('eligible'))), name='election_counts_are_possible')],
            },
        ),
        migrations.CreateModel(
            name='Meeting',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('committee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='meetings', to='improvement_plans.committee')),
                ('planned_on', models.DateField()),
                ('begins_at', models.TimeField(blank=True, null=True)),
                ('place', models.CharField(blank=True, max_length=80)),
            ],
            options={
                'ordering': ['-planned_on', '-id'],
                'constraints': [models.UniqueConstraint(fields=('committee', 'planned_on'), name='meeting_once_a_day')],
            },
        ),
        migrations.CreateModel(
            name='AdvisoryName',
            fields=[
                ('body', models.JSONField(null=True)),
                ('salt', models.CharField(blank=True, max_length=32)),
                ('redacted_at', models.DateTimeField(null=True)),
                ('seat', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='own_name', serialize=False, to='improvement_plans.advisoryseat')),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('redacted_at', None), models.Q(('body', None), ('salt', '')), _connector='OR'), name='advisoryname_redacted_is_empty')],
            },
        ),
        migrations.CreateModel(
            name='AdvisoryCommitment',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('text', models.CharField(max_length=300)),
                ('language', models.CharField(blank=True, max_length=12)),
                ('redacted_at', models.DateTimeField(editable=False, help_text='When two people removed the words', null=True)),
                ('due_on', models.DateField(null=True)),
                ('committee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='commitments', to='improvement_plans.advisorycommittee')),
                ('made_in', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='commitments', to='improvement_plans.advisorymeeting')),
                ('group', models.CharField(choices=[('government', 'Government'), ('employers', 'Employers'), ('workers', 'Workers'), ('programme', 'The programme')], max_length=10)),
                ('closed_in', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='closed', to='improvement_plans.advisorymeeting')),
            ],
            options={
                'ordering': ['id'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='advisory_commitment_says_what'), models.CheckConstraint(condition=models.Q(('group__in', ['government', 'employers', 'workers', 'programme'])), name='advisory_commitment_says_who')],
            },
        ),
        migrations.CreateModel(
            name='AdvisoryPaper',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='papers', to='improvement_plans.advisorymeeting')),
                ('title', models.CharField(max_length=160)),
                ('language', models.CharField(blank=True, max_length=12)),
                ('link', models.URLField(blank=True, max_length=500)),
                ('stored', models.CharField(blank=True, max_length=64)),
                ('size', models.PositiveIntegerField(default=0)),
                ('media_type', models.CharField(blank=True, max_length=100)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('on', models.DateField(help_text="The programme's day")),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('redacted_at', models.DateTimeField(editable=False, help_text='When two people removed it', null=True)),
            ],
            options={
                'ordering': ['at', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('link', ''), models.Q(('stored', ''), _negated=True)), models.Q(models.Q(('link', ''), _negated=True), ('stored', '')), ('redacted_at__isnull', False), _connector='OR'), name='advisory_paper_is_a_file_or_a_link'), models.CheckConstraint(condition=models.Q(('title', ''), _negated=True), name='advisory_paper_has_a_title')],
            },
        ),
        migrations.CreateModel(
            name='AdvisoryMinutes',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='minutes', to='improvement_plans.advisorymeeting')),
                ('edition', models.PositiveSmallIntegerField()),
                ('held_on', models.DateField()),
                ('present', models.JSONField(help_text='Ids of the seats that were there')),
                ('counted', models.JSONField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('digest', models.CharField(max_length=64)),
            ],
            options={
                'ordering': ['edition'],
                'constraints': [models.UniqueConstraint(fields=('meeting', 'edition'), name='advisory_minutes_edition_once'), models.CheckConstraint(condition=models.Q(('edition__gte', 1)), name='advisory_minutes_count_from_one')],
            },
        ),
        migrations.CreateModel(
            name='MemberName',
            fields=[
                ('body', models.JSONField(null=True)),
                ('salt', models.CharField(blank=True, max_length=32)),
                ('redacted_at', models.DateTimeField(null=True)),
                ('member', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='own_name', serialize=False, to='improvement_plans.member')),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('redacted_at', None), models.Q(('body', None), ('salt', '')), _connector='OR'), name='membername_redacted_is_empty')],
            },
        ),
        migrations.CreateModel(
            name='PlanItem',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='improvement_plans.plan')),
                ('finding', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='compliance.finding')),
                ('question_key', models.CharField(blank=True, max_length=80)),
                ('issue', models.CharField(max_length=160)),
                ('origin', models.CharField(choices=[('report', 'Found in a report'), ('self', 'Found by the factory itself'), ('visit', 'Seen on an adviser’s visit'), ('idea', 'Committee’s own idea')], max_length=6)),
                ('cause', models.CharField(blank=True, choices=[('nobody_named', 'Nobody was named to do it'), ('rule_unknown', 'The rule was not known'), ('not_trained', 'People were not trained'), ('equipment', 'Equipment or building'), ('time_or_people', 'Too little time or too few people'), ('cost', 'Cost'), ('orders', 'Orders or deadlines'), ('habit', 'It was always done so'), ('other', 'Something else')], max_length=14)),
                ('steps', models.TextField(blank=True, help_text='What will change, a step on each line')),
                ('steps_done', models.JSONField(blank=True, default=dict, help_text='{number of a step: the day it was said to be done}')),
                ('expected', models.CharField(blank=True, help_text='What will show that it is fixed', max_length=200)),
                ('languages', models.JSONField(blank=True, default=dict, help_text='{typed field: the language it is written in}')),
                ('cost', models.DecimalField(decimal_places=2, help_text='Once, in `currency`', max_digits=14, null=True)),
                ('saving', models.DecimalField(decimal_places=2, help_text='In a year, in `currency`', max_digits=14, null=True)),
                ('currency', models.CharField(blank=True, help_text='ISO 4217', max_length=3)),
                ('priority', models.CharField(blank=True, choices=[('high', 'First'), ('medium', 'Soon'), ('low', 'When there is time')], max_length=6)),
                ('due_on', models.DateField(blank=True, null=True)),
                ('first_due_on', models.DateField(blank=True, null=True)),
                ('slips', models.PositiveSmallIntegerField(default=0, help_text='How often the day was moved to a later one')),
                ('responsible', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='answers_for', to='improvement_plans.member')),
                ('witness', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='witnesses', to='improvement_plans.member')),
                ('duty', models.BooleanField(default=False)),
                ('duty_since', models.DateField(null=True)),
                ('edition', models.PositiveSmallIntegerField(default=1)),
                ('round', models.PositiveSmallIntegerField(default=1)),
                ('continues', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='continued_by', to='improvement_plans.planitem')),
                ('added_on', models.DateField()),
                ('position', models.PositiveSmallIntegerField(default=0, help_text='Its place on the committee’s board, from 1; 0: nobody put it anywhere yet')),
            ],
            options={
                'ordering': ['added_on', 'id'],
                'indexes': [models.Index(fields=['question_key'], name='improvement_questio_9ef8af_idx')],
                'constraints': [models.UniqueConstraint(fields=('plan', 'finding'), name='item_once_a_finding'), models.CheckConstraint(condition=models.Q(models.Q(('duty', False), ('duty_since', None)), models.Q(('duty', True), ('duty_since__isnull', False), ('origin', 'report')), _connector='OR'), name='item_duty_has_a_finding_and_a_day'), models.CheckConstraint(condition=models.Q(models.Q(('finding__isnull', False), ('origin', 'report')), ('origin', 'self'), models.Q(('origin__in', ['visit', 'idea']), ('finding', None)), _connector='OR'), name='item_of_a_report_has_a_finding'), models.CheckConstraint(condition=models.Q(models.Q(('due_on', None), ('first_due_on', None)), models.Q(('due_on__isnull', False), ('first_due_on__isnull', False)), _connector='OR'), name='item_days_go_together'), models.CheckConstraint(condition=models.Q(('issue', ''), _negated=True), name='item_names_its_issue'), models.CheckConstraint(condition=models.Q(('edition__gte', 1), ('round__gte', 1)), name='item_counts_from_one'), models.CheckConstraint(condition=models.Q(('continues', models.F('id')), _negated=True), name='item_continues_another'), models.CheckConstraint(condition=models.Q(models.Q(('cost', None), ('saving', None)), ('currency__regex', '^[A-Z]{3}$'), _connector='OR'), name='item_money_has_a_currency'), models.CheckConstraint(condition=models.Q(models.Q(('cost', None), ('cost__gte', 0), _connector='OR'), models.Q(('saving', None), ('saving__gte', 0), _connector='OR')), name='item_money_is_not_owed')],
            },
        ),
        migrations.CreateModel(
            name='Candidate',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('election', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='candidates', to='improvement_plans.election')),
                ('votes', models.PositiveIntegerField()),
                ('sex', models.CharField(choices=[('f', 'Woman'), ('m', 'Man'), ('x', 'Not said')], max_length=1)),
                ('digest', models.CharField(max_length=64)),
            ],
            options={
                'ordering': ['-votes', 'id'],
            },
        ),
        migrations.CreateModel(
            name='ElectionWord',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('election', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='words', to='improvement_plans.election')),
                ('kind', models.CharField(choices=[('contested', 'Contested'), ('upheld', 'Looked into: it stands'), ('annulled', 'Looked into: it does not stand')], max_length=9)),
                ('on', models.DateField()),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('digest', models.CharField(max_length=64)),
            ],
            options={
                'ordering': ['at', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['contested', 'upheld', 'annulled'])), name='election_word_is_known')],
            },
        ),
        migrations.CreateModel(
            name='SeatOrigin',
            fields=[
                ('member', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='origin', serialize=False, to='improvement_plans.member')),
                ('election', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='seated', to='improvement_plans.election')),
                ('union', models.CharField(blank=True, max_length=80)),
                ('outside', models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name='Commitment',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('text', models.CharField(max_length=300)),
                ('language', models.CharField(blank=True, max_length=12)),
                ('redacted_at', models.DateTimeField(editable=False, help_text='When two people removed the words', null=True)),
                ('due_on', models.DateField(null=True)),
                ('committee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='commitments', to='improvement_plans.committee')),
                ('made_in', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='commitments', to='improvement_plans.meeting')),
                ('side', models.CharField(choices=[('worker', 'Worker side'), ('management', 'Management side')], max_length=10)),
                ('closed_in', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='closed', to='improvement_plans.meeting')),
            ],
            options={
                'ordering': ['id'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='commitment_says_what'), models.CheckConstraint(condition=models.Q(('side__in', ['worker', 'management'])), name='commitment_has_a_side')],
            },
        ),
        migrations.CreateModel(
            name='Minutes',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='minutes', to='improvement_plans.meeting')),
                ('edition', models.PositiveSmallIntegerField()),
                ('held_on', models.DateField()),
                ('present', models.JSONField(help_text='Ids of the seats that were there')),
                ('parity', models.JSONField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('digest', models.CharField(max_length=64)),
            ],
            options={
                'ordering': ['edition'],
                'constraints': [models.UniqueConstraint(fields=('meeting', 'edition'), name='minutes_edition_once'), models.CheckConstraint(condition=models.Q(('edition__gte', 1)), name='minutes_count_from_one')],
            },
        ),
        migrations.CreateModel(
            name='Statement',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='statements', to='improvement_plans.member')),
                ('readers', models.CharField(choices=[('programme', 'Me and the programme'), ('union', 'My union'), ('workers', 'The worker side of my committee')], max_length=9)),
                ('answer_by', models.DateField(help_text='The day by which somebody answers')),
                ('on', models.DateField()),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('digest', models.CharField(max_length=64)),
            ],
            options={
                'ordering': ['-at', '-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('answer_by__gte', models.F('on'))), name='statement_is_answered_later'), models.CheckConstraint(condition=models.Q(('readers__in', ['programme', 'union', 'workers'])), name='statement_has_readers')],
            },
        ),
        migrations.CreateModel(
            name='ProgressReport',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='progress_reports', to='improvement_plans.plan')),
                ('number', models.PositiveSmallIntegerField()),
                ('edition', models.PositiveSmallIntegerField()),
                ('dialogue', models.CharField(choices=[('on_track', 'On track'), ('moderate', 'Moderate progress'), ('none', 'No progress')], max_length=8)),
                ('facts', models.JSONField()),
                ('on', models.DateField(help_text="The programme's day")),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('digest', models.CharField(max_length=64)),
            ],
            options={
                'ordering': ['number', 'edition'],
                'constraints': [models.UniqueConstraint(fields=('plan', 'number', 'edition'), name='progress_edition_once'), models.CheckConstraint(condition=models.Q(('edition__gte', 1), ('number__in', [1, 2])), name='progress_is_first_or_second'), models.CheckConstraint(condition=models.Q(('dialogue__in', ['on_track', 'moderate', 'none'])), name='progress_dialogue_is_on_the_scale')],
            },
        ),
        migrations.CreateModel(
            name='Pledge',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pledges', to='improvement_plans.plan')),
                ('buyer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='factories.buyer')),
                ('kind', models.CharField(choices=[('price', 'Price'), ('lead_time', 'Time between order and delivery'), ('training', 'Training'), ('share', 'A share of the cost')], max_length=9)),
                ('due_on', models.DateField(null=True)),
                ('on', models.DateField(help_text="The programme's day")),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('digest', models.CharField(max_length=64)),
            ],
            options={
                'ordering': ['at', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['price', 'lead_time', 'training', 'share'])), name='pledge_kind_is_known'), models.CheckConstraint(condition=models.Q(('due_on', None), ('due_on__gte', models.F('on')), _connector='OR'), name='pledge_is_due_later')],
            },
        ),
        migrations.CreateModel(
            name='AdvisoryMinutesWords',
            fields=[
                ('body', models.JSONField(null=True)),
                ('salt', models.CharField(blank=True, max_length=32)),
                ('redacted_at', models.DateTimeField(null=True)),
                ('minutes', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='words', serialize=False, to='improvement_plans.advisoryminutes')),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('redacted_at', None), models.Q(('body', None), ('salt', '')), _connector='OR'), name='advisoryminuteswords_redacted_is_empty')],
            },
        ),
        migrations.CreateModel(
            name='StepMark',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='step_marks', to='improvement_plans.planitem')),
                ('edition', models.PositiveSmallIntegerField()),
                ('number', models.PositiveSmallIntegerField()),
                ('done', models.BooleanField()),
                ('side', models.CharField(blank=True, choices=[('worker', 'Worker side'), ('management', 'Management side')], help_text='Empty: the programme', max_length=10)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('on', models.DateField(help_text="The programme's day")),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'ordering': ['at', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='step_counts_from_one')],
            },
        ),
        migrations.CreateModel(
            name='ItemWriting',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='writings', to='improvement_plans.planitem')),
                ('edition', models.PositiveSmallIntegerField()),
                ('redacted_at', models.DateTimeField(help_text='When two people removed the words', null=True)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='ItemChange',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='improvement_plans.planitem')),
                ('edition', models.PositiveSmallIntegerField(help_text='The edition this change made')),
                ('fields', models.JSONField(help_text='Codes of what changed')),
                ('from_on', models.DateField(null=True)),
                ('to_on', models.DateField(null=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('by_system', models.CharField(blank=True, max_length=60)),
                ('on', models.DateField(help_text="The programme's day")),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('digest', models.CharField(max_length=64)),
            ],
            options={
                'ordering': ['edition'],
                'constraints': [models.UniqueConstraint(fields=('item', 'edition'), name='item_edition_once'), models.CheckConstraint(condition=models.Q(('by', None), ('by_system', ''), _connector='XOR'), name='change_person_or_system')],
            },
        ),
        migrations.CreateModel(
            name='Agreement',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='agreements', to='improvement_plans.planitem')),
                ('about', models.CharField(choices=[('plan', 'the plan'), ('fix', 'the fix')], max_length=4)),
                ('edition', models.PositiveSmallIntegerField(help_text='Of the plan, or the round of the fix')),
                ('side', models.CharField(choices=[('worker', 'Worker side'), ('management', 'Management side')], max_length=10)),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signatures', to='improvement_plans.member')),
                ('decision', models.CharField(choices=[('agreed', 'Agreed'), ('agreed_with_remark', 'Agreed, with a remark'), ('declined', 'Did not agree')], max_length=18)),
                ('on', models.DateField(help_text="The programme's day")),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('parity', models.JSONField()),
                ('digest', models.CharField(blank=True, help_text='Proves the remark, which lies apart', max_length=64)),
            ],
            options={
                'ordering': ['at', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('decision', 'agreed'), ('digest', '')), models.Q(('decision', 'agreed_with_remark'), models.Q(('digest', ''), _negated=True)), ('decision', 'declined'), _connector='OR'), name='signature_with_remark_has_one'), models.CheckConstraint(condition=models.Q(('about__in', ['plan', 'fix'])), name='signature_is_about_plan_or_fix'), models.CheckConstraint(condition=models.Q(('side__in', ['worker', 'management'])), name='signature_has_a_side')],
            },
        ),
        migrations.CreateModel(
            name='ItemFact',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='facts', to='improvement_plans.planitem')),
                ('round', models.PositiveSmallIntegerField()),
                ('kind', models.CharField(max_length=9)),
                ('on', models.DateField()),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('by_system', models.CharField(blank=True, max_length=60)),
                ('how', models.CharField(blank=True, choices=[('document', 'by documents'), ('visit', 'by a visit')], max_length=8)),
                ('report', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='compliance.report')),
                ('digest', models.CharField(blank=True, help_text='Proves the words, which lie apart', max_length=64)),
            ],
            options={
                'ordering': ['round', 'at', 'id'],
                'indexes': [models.Index(fields=['kind', 'round', 'item'], name='facts_of_a_kind')],
                'constraints': [models.UniqueConstraint(fields=('item', 'round', 'kind'), name='fact_once_a_round'), models.CheckConstraint(condition=models.Q(('by', None), ('by_system', ''), _connector='XOR'), name='fact_person_or_system'), models.CheckConstraint(condition=models.Q(models.Q(('by__isnull', False), ('how', ''), ('kind__in', ['reported', 'agreed']), ('report', None)), models.Q(('by__isnull', False), ('how__in', ['document', 'visit']), ('kind', 'verified'), ('report', None)), models.Q(('how', ''), ('kind__in', ['confirmed', 'withdrawn']), ('report__isnull', False)), models.Q(('how', ''), ('kind', 'reopened'), models.Q(('report__isnull', False), models.Q(('by__isnull', False), models.Q(('digest', ''), _negated=True)), _connector='OR')), _connector='OR'), name='fact_has_what_its_kind_needs')],
            },
        ),
        migrations.CreateModel(
            name='CandidateName',
            fields=[
                ('body', models.JSONField(null=True)),
                ('salt', models.CharField(blank=True, max_length=32)),
                ('redacted_at', models.DateTimeField(null=True)),
                ('candidate', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='own_name', serialize=False, to='improvement_plans.candidate')),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('redacted_at', None), models.Q(('body', None), ('salt', '')), _connector='OR'), name='candidatename_redacted_is_empty')],
            },
        ),
        migrations.CreateModel(
            name='ElectionWordText',
            fields=[
                ('body', models.JSONField(null=True)),
                ('salt', models.CharField(blank=True, max_length=32)),
                ('redacted_at', models.DateTimeField(null=True)),
                ('word', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='words', serialize=False, to='improvement_plans.electionword')),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('redacted_at', None), models.Q(('body', None), ('salt', '')), _connector='OR'), name='electionwordtext_redacted_is_empty')],
            },
        ),
        migrations.CreateModel(
            name='AgendaLine',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='agenda', to='improvement_plans.meeting')),
                ('position', models.PositiveSmallIntegerField()),
                ('item', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='improvement_plans.planitem')),
                ('commitment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='improvement_plans.commitment')),
                ('topic', models.CharField(blank=True, max_length=160)),
                ('language', models.CharField(blank=True, help_text='Of the topic', max_length=12)),
                ('redacted_at', models.DateTimeField(editable=False, help_text='When two people removed the words', null=True)),
            ],
            options={
                'ordering': ['position'],
                'constraints': [models.UniqueConstraint(fields=('meeting', 'position'), name='agenda_place_once'), models.CheckConstraint(condition=models.Q(models.Q(('commitment', None), ('item__isnull', False), ('topic', '')), models.Q(('commitment__isnull', False), ('item', None), ('topic', '')), models.Q(('commitment', None), ('item', None), models.Q(('topic', ''), _negated=True)), _connector='OR'), name='agenda_line_is_one_thing')],
            },
        ),
        migrations.CreateModel(
            name='MinutesWords',
            fields=[
                ('body', models.JSONField(null=True)),
                ('salt', models.CharField(blank=True, max_length=32)),
                ('redacted_at', models.DateTimeField(null=True)),
                ('minutes', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='words', serialize=False, to='improvement_plans.minutes')),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('redacted_at', None), models.Q(('body', None), ('salt', '')), _connector='OR'), name='minuteswords_redacted_is_empty')],
            },
        ),
        migrations.CreateModel(
            name='MinutesSignature',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('minutes', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signatures', to='improvement_plans.minutes')),
                ('side', models.CharField(choices=[('worker', 'Worker side'), ('management', 'Management side')], max_length=10)),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='improvement_plans.member')),
                ('decision', models.CharField(choices=[('signed', 'Signed'), ('reserved', 'Signed, with a reservation'), ('refused', 'Did not sign')], max_length=8)),
                ('on', models.DateField()),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('digest', models.CharField(blank=True, max_length=64)),
            ],
            options={
                'ordering': ['at', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('side__in', ['worker', 'management'])), name='minutes_signed_for_a_side'), models.CheckConstraint(condition=models.Q(models.Q(('decision', 'signed'), ('digest', '')), models.Q(('decision__in', ['reserved', 'refused']), models.Q(('digest', ''), _negated=True)), _connector='OR'), name='minutes_reason_is_given')],
            },
        ),
        migrations.CreateModel(
            name='StatementWords',
            fields=[
                ('body', models.JSONField(null=True)),
                ('salt', models.CharField(blank=True, max_length=32)),
                ('redacted_at', models.DateTimeField(null=True)),
                ('statement', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='words', serialize=False, to='improvement_plans.statement')),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('redacted_at', None), models.Q(('body', None), ('salt', '')), _connector='OR'), name='statementwords_redacted_is_empty')],
            },
        ),
        migrations.CreateModel(
            name='StatementAnswer',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('statement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='improvement_plans.statement')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('on', models.DateField()),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('digest', models.CharField(max_length=64)),
            ],
            options={
                'ordering': ['at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Translation',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('item', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='translations', to='improvement_plans.planitem')),
                ('meeting', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='translations', to='improvement_plans.meeting')),
                ('statement', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='translations', to='improvement_plans.statement')),
                ('into', models.CharField(max_length=12)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('done_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('done_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['asked_at', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('item__isnull', False), ('meeting', None), ('statement', None)), models.Q(('item', None), ('meeting__isnull', False), ('statement', None)), models.Q(('item', None), ('meeting', None), ('statement__isnull', False)), _connector='OR'), name='translation_of_one_thing'), models.CheckConstraint(condition=models.Q(models.Q(('done_at', None), ('done_by', None)), models.Q(('done_at__isnull', False), ('done_by__isnull', False)), _connector='OR'), name='translation_done_by_somebody'), models.UniqueConstraint(fields=('item', 'into'), name='translation_once_a_language_item'), models.UniqueConstraint(fields=('meeting', 'into'), name='translation_once_a_language_meeting'), models.UniqueConstraint(fields=('statement', 'into'), name='translation_once_a_language_statement')],
            },
        ),
        migrations.CreateModel(
            name='LadderStep',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ladder', to='improvement_plans.planitem')),
                ('round', models.PositiveSmallIntegerField()),
                ('told', models.CharField(max_length=9)),
                ('slips', models.PositiveSmallIntegerField()),
                ('on', models.DateField()),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'ordering': ['at', 'id'],
                'constraints': [models.UniqueConstraint(fields=('item', 'round', 'told'), name='ladder_step_once'), models.CheckConstraint(condition=models.Q(('told__in', ['committee', 'factory', 'programme', 'buyers'])), name='ladder_step_is_known')],
            },
        ),
        migrations.CreateModel(
            name='TaskLink',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='task_links', to='improvement_plans.planitem')),
                ('token_digest', models.CharField(max_length=64, unique=True)),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('expires_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(null=True)),
                ('revoked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-made_at', '-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('made_at'))), name='task_link_lasts'), models.CheckConstraint(condition=models.Q(models.Q(('revoked_at', None), ('revoked_by', None)), models.Q(('revoked_at__isnull', False), ('revoked_by__isnull', False)), _connector='OR'), name='task_link_revoked_by_somebody')],
            },
        ),
        migrations.CreateModel(
            name='ProgressWords',
            fields=[
                ('body', models.JSONField(null=True)),
                ('salt', models.CharField(blank=True, max_length=32)),
                ('redacted_at', models.DateTimeField(null=True)),
                ('report', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='words', serialize=False, to='improvement_plans.progressreport')),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('redacted_at', None), models.Q(('body', None), ('salt', '')), _connector='OR'), name='progresswords_redacted_is_empty')],
            },
        ),
        migrations.CreateModel(
            name='PledgeWords',
            fields=[
                ('body', models.JSONField(null=True)),
                ('salt', models.CharField(blank=True, max_length=32)),
                ('redacted_at', models.DateTimeField(null=True)),
                ('pledge', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='words', serialize=False, to='improvement_plans.pledge')),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('redacted_at', None), models.Q(('body', None), ('salt', '')), _connector='OR'), name='pledgewords_redacted_is_empty')],
            },
        ),
        migrations.CreateModel(
            name='PledgeFact',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('pledge', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='fact', to='improvement_plans.pledge')),
                ('kind', models.CharField(choices=[('done', 'Done, as the buyer says'), ('withdrawn', 'Taken back by the buyer')], max_length=9)),
                ('on', models.DateField(help_text="The programme's day")),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('digest', models.CharField(max_length=64)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['done', 'withdrawn'])), name='pledge_fact_is_known')],
            },
        ),
        migrations.CreateModel(
            name='ItemChangeWords',
            fields=[
                ('body', models.JSONField(null=True)),
                ('salt', models.CharField(blank=True, max_length=32)),
                ('redacted_at', models.DateTimeField(null=True)),
                ('change', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='words', serialize=False, to='improvement_plans.itemchange')),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('redacted_at', None), models.Q(('body', None), ('salt', '')), _connector='OR'), name='itemchangewords_redacted_is_empty')],
            },
        ),
        migrations.CreateModel(
            name='AgreementRemark',
            fields=[
                ('body', models.JSONField(null=True)),
                ('salt', models.CharField(blank=True, max_length=32)),
                ('redacted_at', models.DateTimeField(null=True)),
                ('agreement', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='words', serialize=False, to='improvement_plans.agreement')),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('redacted_at', None), models.Q(('body', None), ('salt', '')), _connector='OR'), name='agreementremark_redacted_is_empty')],
            },
        ),
        migrations.CreateModel(
            name='FactWords',
            fields=[
                ('body', models.JSONField(null=True)),
                ('salt', models.CharField(blank=True, max_length=32)),
                ('redacted_at', models.DateTimeField(null=True)),
                ('fact', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='words', serialize=False, to='improvement_plans.itemfact')),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('redacted_at', None), models.Q(('body', None), ('salt', '')), _connector='OR'), name='factwords_redacted_is_empty')],
            },
        ),
        migrations.CreateModel(
            name='MinutesSignatureWords',
            fields=[
                ('body', models.JSONField(null=True)),
                ('salt', models.CharField(blank=True, max_length=32)),
                ('redacted_at', models.DateTimeField(null=True)),
                ('signature', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='words', serialize=False, to='improvement_plans.minutessignature')),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('redacted_at', None), models.Q(('body', None), ('salt', '')), _connector='OR'), name='minutessignaturewords_redacted_is_empty')],
            },
        ),
        migrations.CreateModel(
            name='StatementAnswerWords',
            fields=[
                ('body', models.JSONField(null=True)),
                ('salt', models.CharField(blank=True, max_length=32)),
                ('redacted_at', models.DateTimeField(null=True)),
                ('answer', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='words', serialize=False, to='improvement_plans.statementanswer')),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('redacted_at', None), models.Q(('body', None), ('salt', '')), _connector='OR'), name='statementanswerwords_redacted_is_empty')],
            },
        ),
        migrations.CreateModel(
            name='TranslationWords',
            fields=[
                ('body', models.JSONField(null=True)),
                ('salt', models.CharField(blank=True, max_length=32)),
                ('redacted_at', models.DateTimeField(null=True)),
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('translation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='words', to='improvement_plans.translation')),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('redacted_at', None), models.Q(('body', None), ('salt', '')), _connector='OR'), name='translationwords_redacted_is_empty'), models.UniqueConstraint(condition=models.Q(('redacted_at', None)), fields=('translation',), name='translation_has_one_text')],
            },
        ),
        migrations.CreateModel(
            name='ItemEvidence',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='improvement_plans.planitem')),
                ('moment', models.CharField(choices=[('before', 'Before'), ('after', 'After')], max_length=6)),
                ('stored', models.CharField(help_text='Of the bytes we keep: pictures are made anew', max_length=64)),
                ('size', models.PositiveIntegerField()),
                ('media_type', models.CharField(max_length=100)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('link', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='sent', to='improvement_plans.tasklink')),
                ('on', models.DateField(help_text="The programme's day")),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('no_person_on', models.DateField(null=True)),
                ('no_person_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ended_at', models.DateTimeField(help_text='Kept long enough: the file was destroyed', null=True)),
                ('redacted_at', models.DateTimeField(help_text='Two people removed it: the file was destroyed', null=True)),
            ],
            options={
                'ordering': ['at', 'id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None), ('redacted_at', None)), fields=('item', 'moment', 'stored'), name='evidence_once_an_item'), models.CheckConstraint(condition=models.Q(('by', None), ('link', None), _connector='XOR'), name='evidence_from_person_or_link'), models.CheckConstraint(condition=models.Q(models.Q(('no_person_by', None), ('no_person_on', None)), models.Q(('no_person_by__isnull', False), ('no_person_on__isnull', False)), _connector='OR'), name='evidence_cleared_by_somebody'), models.CheckConstraint(condition=models.Q(('moment__in', ['before', 'after'])), name='evidence_moment_is_known')],
            },
        ),
        migrations.CreateModel(
            name='PledgeFactWords',
            fields=[
                ('body', models.JSONField(null=True)),
                ('salt', models.CharField(blank=True, max_length=32)),
                ('redacted_at', models.DateTimeField(null=True)),
                ('fact', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='words', serialize=False, to='improvement_plans.pledgefact')),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('redacted_at', None), models.Q(('body', None), ('salt', '')), _connector='OR'), name='pledgefactwords_redacted_is_empty')],
            },
        ),
    ]
