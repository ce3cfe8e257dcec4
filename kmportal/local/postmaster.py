"""Look at the Postgres server of a data directory through its postmaster.pid, and stop it."""

import os
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from psycopg.conninfo import make_conninfo
from psycopg.pq import PGconn, Ping

from kmportal.local.errors import CannotStart

PORT = 5432  # only a part of the socket's name: no network port is opened


@dataclass(frozen=True)
class Postmaster:
    """One server: its process, its data directory, and the folder of its socket."""

    pid: int
    directory: Path
    socket_folder: Path

    def alive(self) -> bool:
        """Tell whether the process is there and is this server, not another that was given the same number."""
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            pass
        if not sys.platform.startswith("linux"):
            return True
        try:
            return Path(f"/proc/{self.pid}/cwd").samefile(self.directory)  # a postmaster lives in its data directory
        except OSError:
            return False

    def answers(self) -> bool:
        """Wait while the server starts or recovers, at most a minute; tell whether it takes connections."""
        where = make_conninfo(host=str(self.socket_folder), port=PORT, user="postgres", dbname="postgres")
        until = time.monotonic() + 60
        while (ping := PGconn.ping(os.fsencode(where))) == Ping.REJECT and time.monotonic() < until:
            time.sleep(0.05)
        return ping == Ping.OK

    def stop(self) -> None:
        """Shut the server down, ending its connections, and wait; raise CannotStart where it stays."""
        until = time.monotonic() + 60
        os.kill(self.pid, signal.SIGINT)  # Postgres' "fast shutdown"
        while self.alive():
            if time.monotonic() > until:
                raise CannotStart(f"Postgres (process {self.pid}) does not stop; see {self.directory / 'server.log'}.")
            time.sleep(0.01)


def find_postmaster(directory: Path) -> Postmaster | None:
    """Return the server that the directory's postmaster.pid names, alive or not; None where it names none."""
    try:
        # Line 1 is the process, line 5 the folder of the socket (PostgreSQL: src/include/utils/pidfile.h).
        lines = (directory / "postmaster.pid").read_text(errors="surrogateescape").splitlines()
        return Postmaster(int(lines[0]), directory, Path(lines[4]))
    except (FileNotFoundError, IndexError, ValueError):
        return None


def disown_dead_pid(directory: Path) -> None:
    """Let Postgres start although a dead server's process number may belong to another program by now.

    Postgres passes over its own parent's number in the file, and still sees by the file's last lines whether the dead
    server left processes behind that use the data. So the file must not simply be removed.
    """
    path = directory / "postmaster.pid"
    _, rest = path.read_text(errors="surrogateescape").split("\n", 1)
    path.write_text(f"{os.getpid()}\n{rest}", errors="surrogateescape")
