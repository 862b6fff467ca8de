"""Whether a factory comments on a draft is said by the clock `comment`: the setting `comment-window` goes into it."""

from django.db import migrations

NONE = {"comment": [0, "working-days"]}


def fold(apps, schema_editor):
    setting = apps.get_model("core", "ProgrammeSetting")
    windows = setting.objects.filter(key="comment-window")
    for programme in set(windows.values_list("programme", flat=True)):
        own = setting.objects.filter(programme=programme)
        clocks = dict(own.filter(key="clocks").values_list("in_force_from", "value"))
        offered = {day: value.get("offered", True) for day, value in
                   own.filter(key="comment-window").values_list("in_force_from", "value")}  # fmt: skip
        for day in sorted({*clocks, *offered}):
            value = latest(clocks, day, {})
            if not latest(offered, day, True):
                value = value | NONE
            own.update_or_create(programme_id=programme, key="clocks", in_force_from=day, defaults={"value": value})
    windows.delete()


def latest(dated, day, otherwise):
    """What holds on a day."""
    days = [one for one in dated if one <= day]
    return dated[max(days)] if days else otherwise


class Migration(migrations.Migration):
    dependencies = [("compliance", "0012_visits_and_planning"), ("core", "0006_union_readers")]
    operations = [migrations.RunPython(fold, migrations.RunPython.noop)]
