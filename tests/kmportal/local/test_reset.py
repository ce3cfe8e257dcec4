"""Putting the portal back to its beginning: all of its data, but not under a portal that runs."""

import pytest

from kmportal.local.errors import CannotStart
from kmportal.local.postmaster import find_postmaster
from kmportal.local.reset import reset
from kmportal.local.users import Users
from tests.kmportal.local.conftest import attached, is_running, leave


def test_nothing_is_removed_while_it_is_used(directory, hold):
    holder = hold(directory)
    attached(holder)
    with pytest.raises(CannotStart, match="is running"):
        reset(directory.parent)
    assert is_running(directory)
    leave(holder)


def test_a_portal_on_another_database_counts_too(tmp_path):
    portal = Users(tmp_path / "portal")
    portal.join()
    with pytest.raises(CannotStart, match="is running"):
        reset(tmp_path)
    portal.leave()
    reset(tmp_path)
    assert not tmp_path.exists()


def test_what_a_killed_portal_left_is_stopped_and_removed(directory, hold):
    holder = hold(directory)
    attached(holder)
    holder.kill()
    holder.wait()
    server = find_postmaster(directory)
    reset(directory.parent)
    assert (server.alive(), directory.parent.exists()) == (False, False)
