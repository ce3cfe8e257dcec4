"""Things have parts with an audience of their own, such as the texts of files."""

import django.contrib.postgres.fields
from django.db import migrations, models

AUDIENCES = [
    (0, "Everybody"),
    (1, "Signed-in colleagues"),
    (2, "Named groups"),
    (3, "Those who look after this kind of thing"),
]


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial")]
    operations = [
        migrations.AddField("searchdocument", "part", models.SmallIntegerField(default=0)),
        migrations.AddField("searchdocument", "found_in", models.TextField(blank=True, default=""), preserve_default=False),
        migrations.AddField(
            "searchdocument",
            "groups",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), default=list, size=None
            ),
        ),
        migrations.AlterField("searchdocument", "audience", models.SmallIntegerField(choices=AUDIENCES)),
        migrations.RemoveConstraint("searchdocument", "thing_is_found_once"),
        migrations.AddConstraint(
            "searchdocument",
            models.UniqueConstraint(fields=("kind", "object_id", "part"), name="part_of_a_thing_is_found_once"),
        ),
    ]
