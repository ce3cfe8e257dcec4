"""Put what waits for review since before there were submissions into the pool."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [("repository", "0002_deposit_review_access")]

    operations = [
        migrations.RunSQL(
            """
            INSERT INTO repository_submission (record_id, sent_by_id, sent_at, outcome)
            SELECT id, depositor_id, changed_at, '' FROM repository_record WHERE status = 'submitted'
            """,
            migrations.RunSQL.noop,
        )
    ]
