from importlib import import_module

from django.db import migrations, models

# SQLite makes the table of items anew, which drops the promises on it and stumbles over those that read it.
_before = import_module("improvement_plans.migrations.0005_cost_priority_proof")
PROMISES, Release = _before.PROMISES, _before.Release


class Migration(migrations.Migration):
    dependencies = [("improvement_plans", "0010_advisory_committee_lists_and_steps")]

    operations = [
        *(Release(promise) for promise in PROMISES),
        migrations.AddField(
            model_name="planitem",
            name="position",
            field=models.PositiveSmallIntegerField(
                default=0, help_text="Its place on the committee’s board, from 1; 0: nobody put it anywhere yet"
            ),
        ),
        *PROMISES,
    ]
