"""What the database promises of the numbers a law sets."""

from django.db import migrations

from core.promises import RefuseRow

# Two values of one parameter, zone and grade on one day.
OVERLAPS = (
    'EXISTS (SELECT 1 FROM checklists_lawparameter other WHERE other.id <> NEW.id AND other.country = NEW.country '
    'AND other.key = NEW.key AND other.zone = NEW.zone AND other.grade = NEW.grade '
    "AND other.since <= COALESCE(NEW.until, '9999-12-31') AND NEW.since <= COALESCE(other.until, '9999-12-31'))"
)


class Migration(migrations.Migration):
    dependencies = [("checklists", "0001_initial")]
    operations = [RefuseRow("checklists_lawparameter", "parameter_holds_alone", OVERLAPS)]
