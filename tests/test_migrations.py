"""The migrations say what the models say, and take along what is there."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from repository.models import Record, RecordFile, StoredContent, Submission


@pytest.mark.django_db
def test_no_migration_is_missing(capsys):
    call_command("makemigrations", check_changes=True, dry_run=True)
    assert capsys.readouterr().out == "No changes detected\n"


@pytest.mark.django_db(transaction=True)
def test_files_and_waiting_records_of_an_earlier_portal_come_along():
    before = [("repository", "0001_initial")]
    executor = MigrationExecutor(connection)
    latest = executor.loader.graph.leaf_nodes()
    try:
        executor.migrate(before)
        old = executor.loader.project_state(before).apps
        waiting = old.get_model("repository", "Record").objects.create(type="poster", title="Falls", status="submitted")
        published = old.get_model("repository", "Record").objects.create(
            type="poster", title="Sleep", status="published"
        )
        files = old.get_model("repository", "RecordFile").objects
        for record, name in ((waiting, "a.pdf"), (published, "b.pdf")):
            files.create(record=record, name=name, sha256="f" * 64, size=7, content_type="application/pdf")
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(latest)
    assert list(RecordFile.objects.order_by("name").values_list("name", "content__sha256", "content__size")) == [
        ("a.pdf", "f" * 64, 7),
        ("b.pdf", "f" * 64, 7),
    ]
    assert list(StoredContent.objects.values_list("sha256", "extraction")) == [("f" * 64, "waiting")]
    assert [row.record_id for row in Submission.objects.waiting()] == [waiting.pk]
    assert Record.objects.get(pk=published.pk).audience == "open"
