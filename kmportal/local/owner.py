"""Decide which user runs Postgres, because Postgres refuses to run as root.

An ordinary user runs it as themselves. Root runs it as somebody who may do less: no user is made for it and no
folder's permissions are widened. Where no such user can reach the checkout (one under /root, say), Postgres runs in a
user namespace, in which root is an ordinary user.
"""

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kmportal.local.binaries import Binaries
from kmportal.local.errors import CannotStart

UNPRIVILEGED_USERS = ("postgres", "nobody")


@dataclass(frozen=True)
class Owner:
    """Whose the database files are (user and group number), and what stands before each command."""

    uid: int
    gid: int
    prefix: tuple[str, ...] = ()

    def run(self, command: Sequence[str | Path]) -> subprocess.CompletedProcess[str]:
        """Run a program as this user and return its outcome and its words; raise OSError where that cannot be done.

        It runs in a session of its own, so that Ctrl-C at the terminal does not cut it short.
        """
        # Settings meant for other servers, such as PGPORT or PGDATA, must not reach this one.
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        switch: dict[str, Any] = {}
        if self.uid != os.geteuid():
            switch = {"user": self.uid, "group": self.gid, "extra_groups": []}
        return subprocess.run(
            [*self.prefix, *command],
            cwd="/",
            env={**environment, "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            start_new_session=True,
            check=False,
            **switch,
        )

    def reaches(self, binaries: Binaries, folder: Path) -> bool:
        """Tell by trying whether this user can run the programs and enter the folder."""
        try:
            script = 'test -x "$0" && exec "$1" --version'
            return self.run(["sh", "-c", script, folder, binaries.program("postgres")]).returncode == 0
        except OSError:
            return False

    def take(self, path: Path) -> None:
        """Make a file or a whole folder this user's own; raise OSError where that cannot be done."""
        if os.geteuid() != 0 or path.stat().st_uid == self.uid:
            return
        os.chown(path, self.uid, self.gid)
        for folder, subfolders, files in os.walk(path):
            for name in subfolders + files:
                os.chown(os.path.join(folder, name), self.uid, self.gid, follow_symlinks=False)


def find_owner(binaries: Binaries, directory: Path) -> Owner:
    """Return the user who is to run Postgres on a data directory, which need not exist but whose parent must.

    Raises CannotStart where this process is root's and nobody else can be used.
    """
    if os.geteuid() != 0:
        return Owner(os.geteuid(), os.getegid())
    for owner in _owners_for_root(directory):
        if owner.reaches(binaries, directory.parent):
            return owner
    raise CannotStart(
        f"Postgres does not run as root, and no other user can reach {binaries.folder} and {directory.parent}. "
        "Run the portal as an ordinary user, or from a folder that the users postgres or nobody can enter, "
        "or name a database that is running in DATABASE_URL."
    )


def _owners_for_root(directory: Path) -> Iterator[Owner]:
    existing = directory if directory.exists() else directory.parent
    users = [_user(existing.stat().st_uid), *(_user(name) for name in UNPRIVILEGED_USERS)]
    for user in users:
        if user is not None and user.pw_uid != 0:
            yield Owner(user.pw_uid, user.pw_gid)
    if shutil.which("unshare"):
        inner = next((user.pw_uid for user in reversed(users) if user is not None and user.pw_uid != 0), 65534)
        yield Owner(0, 0, ("unshare", "--user", f"--map-user={inner}", "--"))


def _user(user: int | str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwuid(user) if isinstance(user, int) else pwd.getpwnam(user)
    except KeyError:
        return None  # Postgres wants a user with a name
