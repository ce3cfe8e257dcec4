"""The search index, and the text search configuration that reads what goes into it."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.contrib.postgres.operations import TrigramExtension, UnaccentExtension
from django.db import migrations, models

# English with accents taken off first: "Zoë" is found by "zoe", and a snippet still marks it as it is written.
CONFIGURATION = """
CREATE TEXT SEARCH CONFIGURATION portal (COPY = pg_catalog.english);
ALTER TEXT SEARCH CONFIGURATION portal
    ALTER MAPPING FOR hword, hword_part, word WITH unaccent, english_stem;
"""

# For each search the counts of thousands of rows are read, and the texts of twenty. So the long texts stand outside the
# row whatever its size, and the counts inside it.
STORAGE = """
ALTER TABLE search_searchdocument SET (toast_tuple_target = 1024);
ALTER TABLE search_searchdocument ALTER COLUMN counts SET STORAGE MAIN;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        UnaccentExtension(),
        TrigramExtension(),
        migrations.RunSQL(CONFIGURATION, "DROP TEXT SEARCH CONFIGURATION portal"),
        migrations.CreateModel(
            name="SearchTerm",
            fields=[
                ("lexeme", models.TextField(primary_key=True, serialize=False)),
                ("documents", models.IntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="SearchCorpus",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("documents", models.IntegerField()),
                ("title_length", models.FloatField()),
                ("body_length", models.FloatField()),
                ("counted_at", models.DateTimeField(auto_now=True)),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("pk", 1)), name="corpus_is_counted_once")]
            },
        ),
        migrations.CreateModel(
            name="SearchDocument",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=20)),
                ("object_id", models.PositiveBigIntegerField()),
                ("title", models.TextField()),
                ("body", models.TextField(blank=True)),
                (
                    "people",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
                ),
                ("label", models.TextField()),
                ("detail", models.TextField(blank=True)),
                ("url", models.TextField()),
                ("year", models.SmallIntegerField(null=True)),
                ("date", models.DateField(null=True)),
                ("audience", models.SmallIntegerField(choices=[(0, "Everybody"), (1, "Signed-in colleagues")])),
                ("vector", django.contrib.postgres.search.SearchVectorField()),
                ("counts", models.BinaryField()),
                ("title_length", models.IntegerField()),
                ("body_length", models.IntegerField()),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["vector"], gin_pending_list_limit=1024, name="search_words"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "object_id"), name="thing_is_found_once")
                ],
            },
        ),
        migrations.RunSQL(STORAGE, migrations.RunSQL.noop),
    ]
