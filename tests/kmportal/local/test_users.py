"""Counting the users of a thing by file locks."""

import os
import subprocess
import sys

from kmportal.local.places import CHECKOUT
from kmportal.local.users import Users

USE = """
import sys
from pathlib import Path
from kmportal.local.users import Users
users = Users(Path(sys.argv[1]))
users.join()
print("in", flush=True)
sys.stdin.read()
"""


def test_each_is_counted_until_it_leaves_or_is_killed(tmp_path):
    thing = tmp_path / "thing"
    ours = Users(thing)
    assert ours.nobody()
    ours.join()
    assert not Users(thing).nobody()
    other = subprocess.Popen(
        [sys.executable, "-c", USE, thing], cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert other.stdout.readline() == b"in\n"
    ours.leave()
    assert not ours.nobody()
    other.kill()
    other.communicate()
    assert ours.nobody()


def test_one_who_left_counts_no_more_though_its_fork_lives(tmp_path):
    users = Users(tmp_path / "thing")
    users.join()
    waiting, release = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(release)
        os.read(waiting, 1)
        os._exit(0)
    users.leave()
    assert users.nobody()
    os.close(release)
    os.close(waiting)
    os.waitpid(child, 0)


def test_a_lock_file_that_was_removed_is_made_anew(tmp_path):
    users = Users(tmp_path / "thing")
    with users.door():
        for lock in tmp_path.iterdir():
            lock.unlink()
        with users.door():  # the one at the old door does not hold this one up
            assert users.nobody()
