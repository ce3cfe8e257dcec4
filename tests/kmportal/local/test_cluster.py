"""One Postgres for many processes: started by the first, stopped by the last, whoever is killed in between."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import dj_database_url
import psycopg
import pytest

from kmportal.local import cluster as cluster_module
from kmportal.local.binaries import Binaries, find_binaries
from kmportal.local.cluster import Cluster
from kmportal.local.errors import CannotStart
from kmportal.local.postmaster import find_postmaster
from tests.kmportal.local.conftest import attached, is_running, leave


def kill_server(directory: Path) -> int:
    server = find_postmaster(directory)
    os.kill(server.pid, signal.SIGKILL)
    while server.alive():
        time.sleep(0.01)
    return server.pid


def ask(address: str, question: str) -> object:
    with psycopg.connect(address) as connection:
        return connection.execute(question).fetchone()[0]


def test_the_first_starts_it_and_the_last_stops_it(directory):
    first, second = Cluster(directory, durable=False), Cluster(directory, durable=False)
    first.attach()
    server = find_postmaster(directory)
    second.attach()
    assert find_postmaster(directory) == server
    first.detach()
    assert is_running(directory)
    second.detach()
    assert not is_running(directory)
    second.detach()  # a second time does nothing


def test_it_listens_on_a_socket_that_only_its_owner_can_reach(directory):
    cluster = Cluster(directory, durable=False)
    cluster.attach()
    try:
        assert ask(cluster.url("postgres"), "SHOW listen_addresses") == ""
        assert find_postmaster(directory).socket_folder == directory
        assert oct(directory.stat().st_mode & 0o777) == "0o700"
    finally:
        cluster.detach()


def test_its_address_is_read_as_django_reads_it(directory):
    cluster = Cluster(directory, durable=False)
    cluster.attach()
    try:
        read = dj_database_url.parse(cluster.url("Übersicht /x"))
        assert {name: read[name] for name in ("HOST", "PORT", "USER", "NAME")} == {
            "HOST": str(directory),
            "PORT": 5432,
            "USER": "postgres",
            "NAME": "Übersicht /x",
        }
    finally:
        cluster.detach()
    with pytest.raises(RuntimeError):
        cluster.url("postgres")


def test_a_database_is_made_once(directory):
    cluster = Cluster(directory, durable=False)
    cluster.attach()
    try:
        cluster.create_database("Portal & co")
        cluster.create_database("Portal & co")
        assert ask(cluster.url("Portal & co"), "SELECT current_database()") == "Portal & co"
    finally:
        cluster.detach()


def test_a_process_that_was_killed_counts_no_more(directory, hold):
    killed, other = hold(directory), hold(directory)
    attached(killed)
    attached(other)
    killed.kill()
    killed.wait()
    assert is_running(directory)
    leave(other)
    assert not is_running(directory)


def test_a_server_that_was_killed_is_started_again(directory, hold):
    holder = hold(directory)
    attached(holder)
    dead = kill_server(directory)
    cluster = Cluster(directory, durable=False)
    cluster.attach()
    assert find_postmaster(directory).pid != dead
    assert ask(cluster.url("postgres"), "SELECT 1") == 1
    cluster.detach()
    assert is_running(directory)  # the holder uses it still
    leave(holder)
    assert not is_running(directory)


def test_a_process_that_stays_can_have_a_killed_server_started_again(directory):
    cluster = Cluster(directory, durable=False)
    cluster.attach()
    try:
        assert not cluster.restart_if_dead()
        kill_server(directory)
        assert cluster.restart_if_dead()
        assert ask(cluster.url("postgres"), "SELECT 1") == 1
    finally:
        cluster.detach()


def test_a_dead_servers_number_may_belong_to_another_program(directory, hold):
    holder = hold(directory)
    attached(holder)
    holder.kill()
    holder.wait()
    dead = kill_server(directory)
    stranger = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        for name in ("postmaster.pid", ".s.PGSQL.5432.lock"):
            path = directory / name
            path.write_text(path.read_text().replace(str(dead), str(stranger.pid), 1))
        cluster = Cluster(directory, durable=False)
        cluster.attach()
        cluster.detach()
        assert stranger.poll() is None
    finally:
        stranger.communicate()


def test_two_that_start_it_at_once_share_one_server(place, hold):
    directory = place / "at once"
    first, second = hold(directory), hold(directory)
    assert attached(first) == attached(second)
    leave(first)
    assert is_running(directory)
    leave(second)
    assert not is_running(directory)


def test_an_initdb_that_was_cut_short_is_begun_anew(place):
    directory = place / "cut short"
    unfinished = place / "cut short.unfinished"
    unfinished.mkdir()
    (unfinished / "PG_VERSION").write_text("18\n")
    cluster = Cluster(directory, durable=False)
    cluster.attach()
    assert ask(cluster.url("postgres"), "SELECT 1") == 1
    cluster.detach()
    assert not unfinished.exists()


@pytest.mark.parametrize("name", ["l" * 107, "comma, then more"], ids=["too long", "comma"])
def test_a_path_that_no_socket_can_have_gets_a_short_folder_for_it(place, name):
    long = place / name
    cluster = Cluster(long, durable=False)
    cluster.attach()
    folder = find_postmaster(long).socket_folder
    assert folder.parent != long
    assert len(os.fsencode(folder / ".s.PGSQL.5432")) <= cluster_module.SOCKET_PATH_LIMIT
    assert oct(folder.stat().st_mode & 0o777) == "0o700"
    kill_server(long)
    cluster.restart_if_dead()
    assert find_postmaster(long).socket_folder == folder  # programs that run know this address
    assert ask(cluster.url("postgres"), "SELECT 1") == 1
    cluster.detach()
    assert not folder.exists()


def test_a_start_that_fails_quotes_the_log(place, directory, monkeypatch):
    monkeypatch.setitem(cluster_module.FAST, "max_connections", "many")
    with pytest.raises(CannotStart) as caught:
        Cluster(directory, durable=False).attach()
    assert 'invalid value for parameter "max_connections": "many"' in str(caught.value)
    assert not is_running(directory)


def test_another_users_folder_is_a_sentence(place, monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(place))

    monkeypatch.setattr(cluster_module, "find_postmaster", refuse)
    with pytest.raises(CannotStart, match="belongs to another user"):
        Cluster(place / "theirs", durable=False).attach()


def every_postgres() -> list[Binaries]:
    folders = {find_binaries().folder, *(each / "bin" for each in Path("/usr/lib/postgresql").glob("*"))}
    return [
        Binaries(folder, int(version.split()[2].split(".")[0]))
        for folder in sorted(folders)
        if (folder / "initdb").exists()
        for version in [subprocess.check_output([folder / "postgres", "--version"], text=True)]
        if int(version.split()[2].split(".")[0]) >= 15
    ]


@pytest.mark.parametrize("binaries", every_postgres(), ids=lambda binaries: f"postgres{binaries.major}")
def test_text_is_treated_alike_on_every_version(place, binaries):
    cluster = Cluster(place / f"pg{binaries.major}", durable=False, binaries=binaries)
    cluster.attach()
    try:
        address = cluster.url("postgres")
        assert int(ask(address, "SHOW server_version_num")) // 10_000 == binaries.major
        assert ask(address, "SELECT to_tsvector('english', '“frail” patients – falls')::text") == (
            "'fall':3 'frail':1 'patient':2"
        )
        assert ask(address, "SELECT lower('HÔPITAL ZOË')") == "hôpital zoë"
        assert ask(address, "SELECT string_agg(word, ' ' ORDER BY word) FROM unnest('{b,a,Z,é}'::text[]) word") == (
            "Z a b é"
        )
    finally:
        cluster.detach()
