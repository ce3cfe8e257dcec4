"""/healthz tells a monitor whether the database answers, also where it does not."""

import json
import os
import subprocess
import sys

import psycopg_pool
import pytest
from django.db import connection

from kmportal import health

ASK = """
import django
django.setup()
from django.test import Client
answer = Client(raise_request_exception=False).get("/healthz", headers={"host": "localhost"})
print(answer.status_code, answer.content.decode())
"""


@pytest.mark.django_db
def test_it_says_that_the_database_answers(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "database": "ok"})
    assert "no-store" in answer["Cache-Control"]


def test_it_answers_where_nothing_listens_at_the_databases_address():
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "kmportal.settings", "DEBUG": "true", "HTTPS": "false"}
    environment["DATABASE_URL"] = "postgresql://portal@127.0.0.1:1/none"
    asked = subprocess.run([sys.executable, "-c", ASK], env=environment, capture_output=True, text=True, check=True)
    status, answer = asked.stdout.split(" ", 1)
    assert (status, json.loads(answer)) == ("503", {"status": "unavailable", "database": "unavailable"})


@pytest.mark.django_db
def test_it_does_not_wait_for_a_connection_as_long_as_other_pages_do(client, monkeypatch):
    waited = []

    def all_in_use(timeout):
        waited.append(timeout)
        raise psycopg_pool.PoolTimeout("all are in use")

    monkeypatch.setattr(connection.pool, "connection", all_in_use)
    assert (client.get("/healthz").status_code, waited) == (503, [health.PATIENCE])
    assert connection.pool.timeout > health.PATIENCE
