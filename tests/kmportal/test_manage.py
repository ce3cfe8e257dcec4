"""manage.py says in one sentence which setting stops it."""

import os
import subprocess
import sys

import pytest

from kmportal.local.places import CHECKOUT

UNSET = {"DATABASE_URL", "DEBUG", "SECRET_KEY", "ALLOWED_HOSTS", "DJANGO_SETTINGS_MODULE"}


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"DEBUG": "false"}, "DATABASE_URL is not set."),
        ({"DEBUG": "perhaps"}, "DEBUG must be one of true, false"),
        ({"DATABASE_URL": "mysql://localhost/portal"}, "DATABASE_URL must name a Postgres database"),
        ({"DATABASE_URL": "postgresql://portal@db.example.org/kmportal"}, "SECRET_KEY is not set."),
        (
            {"DATABASE_URL": "postgresql:///none", "DEBUG": "true", "IMPORT_INBOX": "inbox"},
            "IMPORT_INBOX must be the whole path of a folder",
        ),
    ],
)
def test_a_bad_setting_is_a_sentence_and_no_traceback(variables, sentence):
    environment = {name: value for name, value in os.environ.items() if name not in UNSET} | variables
    command = [sys.executable, "manage.py", "check"]
    ended = subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True, text=True)
    assert (ended.returncode, len(ended.stderr.splitlines())) == (1, 1)
    assert ended.stderr.startswith(sentence)
