"""What a self-assessment found is the factory's own word: no duty by law, and no clock of one."""

from importlib import import_module

from django.db import migrations, models

# SQLite makes the table of items anew, which drops the promises on it and stumbles over those that read it.
_before = import_module("improvement_plans.migrations.0005_cost_priority_proof")
PROMISES, Release = _before.PROMISES, _before.Release


def relabel(apps, schema_editor):
    said = {"finding__report__assessment__kind": "self", "origin": "report"}
    apps.get_model("improvement_plans", "PlanItem").objects.filter(**said).update(
        origin="self", duty=False, duty_since=None
    )


class Migration(migrations.Migration):

    dependencies = [
        ('compliance', '0015_progress_lies_with_the_plan'),
        ('improvement_plans', '0008_translations_of_typed_words'),
    ]

    operations = [
        *(Release(promise) for promise in PROMISES),
        migrations.RemoveConstraint(
            model_name='planitem',
            name='item_duty_has_a_finding_and_a_day',
        ),
        migrations.RemoveConstraint(
            model_name='planitem',
            name='item_of_a_report_has_a_finding',
        ),
        migrations.RunPython(relabel, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='planitem',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('duty', False), ('duty_since', None)), models.Q(('duty', True), ('duty_since__isnull', False), ('origin', 'report')), _connector='OR'), name='item_duty_has_a_finding_and_a_day'),
        ),
        migrations.AddConstraint(
            model_name='planitem',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('finding__isnull', False), ('origin', 'report')), ('origin', 'self'), models.Q(('origin__in', ['visit', 'idea']), ('finding', None)), _connector='OR'), name='item_of_a_report_has_a_finding'),
        ),
        *PROMISES,
    ]
