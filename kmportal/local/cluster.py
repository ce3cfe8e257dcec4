"""The embedded Postgres: one server for a data directory, shared by the processes that attach to it.

The first process to attach makes the data directory and starts the server, the last to detach stops it. The server
listens on a Unix socket only, in a folder that nobody but its owner and root can enter.
"""

import os
import shlex
import shutil
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from kmportal.local.binaries import Binaries, find_binaries
from kmportal.local.errors import CannotStart
from kmportal.local.making import make_data_directory
from kmportal.local.owner import Owner, find_owner
from kmportal.local.places import DATA_DIR
from kmportal.local.postmaster import PORT, Postmaster, disown_dead_pid, find_postmaster
from kmportal.local.users import Users

# The longest path of a socket in bytes: the size of sun_path less its closing zero.
SOCKET_PATH_LIMIT = 107 if sys.platform.startswith("linux") else 103
SHORT_FOLDER_PREFIX = "kmportal-"
SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0777",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",  # compiling costs more than it saves on queries of some milliseconds
    "shared_buffers": "128MB",
    "random_page_cost": "1.1",
}
DURABLE = {"work_mem": "16MB", "maintenance_work_mem": "256MB", "max_wal_size": "2GB"}
# For tests: the data may be lost with the machine's power.
FAST = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
}


class Cluster:
    """The server of one data directory; durable, or fast for tests."""

    def __init__(self, directory: Path, *, durable: bool, binaries: Binaries | None = None) -> None:
        self.directory = directory.absolute()
        self.durable = durable
        self._binaries = binaries
        self._users = Users(self.directory)
        self._socket_folder: Path | None = None
        self._attached_in: int | None = None

    def attach(self) -> None:
        """Start the server unless it runs, and count this process as its user; raise CannotStart."""
        try:
            self.directory.parent.mkdir(parents=True, exist_ok=True)
            with self._users.door():
                try:
                    self._socket_folder = self._running_server().socket_folder
                    self._users.join()
                except BaseException:
                    self._stop_if_unused()
                    raise
        except PermissionError as error:
            raise CannotStart(f"{self.directory.parent} belongs to another user: {error}.") from error
        self._attached_in = os.getpid()

    def detach(self) -> None:
        """Count this process out, and stop the server where it was the last. A second call does nothing."""
        if self._attached_in != os.getpid():
            return  # also in a process forked from the one that attached
        self._attached_in = self._socket_folder = None
        with self._users.door():
            self._users.leave()
            self._stop_if_unused()

    def restart_if_dead(self) -> bool:
        """Start the server again where it was killed while this process uses it; tell whether that was so."""
        server = find_postmaster(self.directory)
        if server is not None and server.alive():
            return False
        with self._users.door():
            self._socket_folder = self._running_server().socket_folder
        return True

    def url(self, database: str) -> str:
        """Return the address of a database for DATABASE_URL; raise RuntimeError where this process is not attached.

        The socket's folder stands in the host's place, percent-encoded, as libpq and dj-database-url both read it.
        """
        if self._socket_folder is None:
            raise RuntimeError("This process is not attached to the Postgres server.")
        return f"postgresql://postgres@{quote(str(self._socket_folder), safe='')}:{PORT}/{quote(database, safe='')}"

    def create_database(self, name: str) -> None:
        """Make a database unless it is there."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
                try:
                    connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
                except (psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
                    return  # another process has made it since

    def _running_server(self) -> Postmaster:
        server = find_postmaster(self.directory)
        if server is not None and server.alive():
            if server.answers():
                return server
            server.stop()
        return self._started(left_by_dead=server)

    def _started(self, *, left_by_dead: Postmaster | None) -> Postmaster:
        binaries = self._binaries or find_binaries()
        owner = find_owner(binaries, self.directory)
        if not (self.directory / "PG_VERSION").exists():
            make_data_directory(self.directory, binaries, owner, durable=self.durable)
        owner.take(self.directory)
        old_folder = None
        if left_by_dead is not None:
            old_folder = left_by_dead.socket_folder
            _remove_socket(old_folder)
            disown_dead_pid(self.directory)
        socket_folder = self._place_for_socket(owner, old_folder)
        self._start(binaries, owner, socket_folder)
        server = find_postmaster(self.directory)
        if server is None or not server.answers():
            raise CannotStart(f"Postgres started and went away again.{self._last_log_lines()}")
        return server

    def _start(self, binaries: Binaries, owner: Owner, socket_folder: Path) -> None:
        settings = SETTINGS | (DURABLE if self.durable else FAST)
        # A list of folders, in which a name with a comma needs its quotes.
        settings["unix_socket_directories"] = '"{}"'.format(str(socket_folder).replace('"', '""'))
        options = " ".join(f"-c {shlex.quote(f'{name}={value}')}" for name, value in settings.items())
        log = self.directory / "server.log"
        command: list[str | Path] = [binaries.program("pg_ctl"), "start", "-w", "-t", "60"]
        command += ["-D", self.directory, "-l", log, "-o", options]
        until = time.monotonic() + 20
        while True:
            log.unlink(missing_ok=True)
            started = owner.run(command)
            if started.returncode == 0:
                return
            words = self._last_log_lines()
            # A server that was killed may leave processes that are about to notice it.
            if "is still in use" not in words or time.monotonic() > until:
                _remove_short_folder(socket_folder)
                raise CannotStart(f"Postgres did not start: {started.stderr.strip()}{words}")
            time.sleep(0.2)

    def _place_for_socket(self, owner: Owner, old_folder: Path | None) -> Path:
        """Return the data directory, or a short folder in the system's temporary one where its path will not do.

        A dead server's short folder is taken again, because programs that run still know its address.
        """
        if _socket_fits(self.directory):
            return self.directory
        if old_folder is not None and old_folder.is_dir() and old_folder.stat().st_uid == owner.uid:
            return old_folder
        for temporary in (Path(tempfile.gettempdir()), Path("/tmp")):  # noqa: S108 - mkdtemp makes the safe name
            if _socket_fits(temporary / f"{SHORT_FOLDER_PREFIX}12345678"):
                folder = Path(tempfile.mkdtemp(prefix=SHORT_FOLDER_PREFIX, dir=temporary))
                owner.take(folder)
                return folder
        raise CannotStart(f"No folder has a path short enough for the socket of Postgres: {tempfile.gettempdir()}")

    def _stop_if_unused(self) -> None:
        server = find_postmaster(self.directory)
        if server is not None and self._users.nobody():
            if server.alive():
                server.stop()
            _remove_short_folder(server.socket_folder)

    def _last_log_lines(self) -> str:
        try:
            lines = (self.directory / "server.log").read_text(errors="replace").splitlines()
        except OSError:
            return ""
        return "\nThe last lines of its log:\n  " + "\n  ".join(lines[-8:])


def development_cluster() -> Cluster:
    """Return the cluster that holds the portal's data on this machine."""
    binaries = find_binaries()
    return Cluster(DATA_DIR / f"pg{binaries.major}", durable=True, binaries=binaries)


def test_cluster() -> Cluster:
    """Return the fast cluster that the tests use, beside the other."""
    binaries = find_binaries()
    return Cluster(DATA_DIR / f"pg{binaries.major}-test", durable=False, binaries=binaries)


def _socket_fits(folder: Path) -> bool:
    # libpq takes a comma for the end of one host's name and the beginning of another's.
    return "," not in str(folder) and len(os.fsencode(folder / f".s.PGSQL.{PORT}")) <= SOCKET_PATH_LIMIT


def _remove_socket(folder: Path) -> None:
    """Remove a dead server's socket with its lock, which may name a process number that another program has now."""
    for name in (f".s.PGSQL.{PORT}", f".s.PGSQL.{PORT}.lock"):
        (folder / name).unlink(missing_ok=True)


def _remove_short_folder(folder: Path) -> None:
    if folder.name.startswith(SHORT_FOLDER_PREFIX):
        shutil.rmtree(folder, ignore_errors=True)
