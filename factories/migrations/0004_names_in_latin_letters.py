from django.db import migrations, models

from factories.matching import latin


def write_them_in_latin(apps, schema_editor):
    """Every name kept so far gets the form in which searching compares it."""
    names = apps.get_model("factories", "SiteName").objects
    held = []
    for name in names.only("text").iterator(chunk_size=2000):
        name.latin = latin(name.text)[:300]
        held.append(name)
        if len(held) == 2000:
            names.bulk_update(held, ["latin"])
            held.clear()
    names.bulk_update(held, ["latin"])


class Migration(migrations.Migration):

    dependencies = [
        ("factories", "0003_union_readers"),
    ]

    operations = [
        migrations.AddField(
            model_name="sitename",
            name="latin",
            field=models.CharField(
                default="", help_text="In Latin letters whatever its script: what searching compares", max_length=300
            ),
            preserve_default=False,
        ),
        migrations.RunPython(write_them_in_latin, migrations.RunPython.noop),
    ]
