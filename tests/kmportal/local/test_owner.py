"""Who runs Postgres: the person, or where that is root, somebody who may do less."""

import os
import pwd

import pytest

from kmportal.local import owner as owner_module
from kmportal.local.binaries import find_binaries
from kmportal.local.errors import CannotStart
from kmportal.local.owner import Owner, find_owner

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has to choose another user")


def test_an_ordinary_user_runs_it_as_themselves(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1234)
    monkeypatch.setattr(os, "getegid", lambda: 567)
    assert find_owner(find_binaries(), tmp_path / "pg") == Owner(1234, 567)


@as_root
def test_root_has_it_run_by_the_first_who_can_reach_it(tmp_path, monkeypatch):
    tried = []

    def only_nobody(owner, binaries, folder):
        tried.append(pwd.getpwuid(owner.uid).pw_name)
        return tried[-1] == "nobody"

    monkeypatch.setattr(Owner, "reaches", only_nobody)
    nobody = pwd.getpwnam("nobody")
    assert find_owner(find_binaries(), tmp_path / "pg") == Owner(nobody.pw_uid, nobody.pw_gid)
    assert tried[-1] == "nobody"


@as_root
def test_root_has_an_ordinary_users_folder_run_by_that_user(tmp_path, monkeypatch):
    nobody = pwd.getpwnam("nobody")
    os.chown(tmp_path, nobody.pw_uid, nobody.pw_gid)
    monkeypatch.setattr(Owner, "reaches", lambda owner, binaries, folder: True)
    assert find_owner(find_binaries(), tmp_path / "pg") == Owner(nobody.pw_uid, nobody.pw_gid)


@as_root
def test_root_falls_back_on_a_user_namespace(tmp_path, monkeypatch):
    monkeypatch.setattr(Owner, "reaches", lambda owner, binaries, folder: bool(owner.prefix))
    monkeypatch.setattr(owner_module.shutil, "which", lambda name: f"/usr/bin/{name}")
    found = find_owner(find_binaries(), tmp_path / "pg")
    assert (found.uid, found.gid, found.prefix[:2]) == (0, 0, ("unshare", "--user"))


@as_root
def test_root_without_any_way_is_told_so(tmp_path, monkeypatch):
    monkeypatch.setattr(Owner, "reaches", lambda owner, binaries, folder: False)
    with pytest.raises(CannotStart, match="does not run as root, and no other user can reach"):
        find_owner(find_binaries(), tmp_path / "pg")


def test_reach_is_tried_and_not_guessed(tmp_path):
    owner, binaries = Owner(os.geteuid(), os.getegid()), find_binaries()
    assert owner.reaches(binaries, tmp_path)
    assert not owner.reaches(binaries, tmp_path / "not there")
    assert not Owner(owner.uid, owner.gid, ("no-such-program",)).reaches(binaries, tmp_path)


@as_root
def test_a_closed_folder_is_out_of_reach_for_another_user(tmp_path):
    nobody = pwd.getpwnam("nobody")
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    assert not Owner(nobody.pw_uid, nobody.pw_gid).reaches(find_binaries(), closed)


@as_root
def test_files_are_handed_over_whole(tmp_path):
    nobody = pwd.getpwnam("nobody")
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "c").write_text("")
    (tmp_path / "a" / "away").symlink_to("/")
    Owner(nobody.pw_uid, nobody.pw_gid).take(tmp_path / "a")
    owners = {path.lstat().st_uid for path in [tmp_path / "a", *(tmp_path / "a").rglob("*")]}
    assert (owners, os.stat("/").st_uid) == ({nobody.pw_uid}, 0)


def test_settings_for_other_servers_do_not_reach_it(monkeypatch):
    monkeypatch.setenv("PGPORT", "9999")
    monkeypatch.setenv("OTHER", "kept")
    seen = Owner(os.geteuid(), os.getegid()).run(["sh", "-c", 'echo "$PGPORT/$OTHER/$LC_ALL"']).stdout
    assert seen == "/kept/C\n"
