"""Put the portal of this checkout back to its beginning: remove its database, its files and its settings."""

import os
import shutil
import sys
from contextlib import ExitStack
from pathlib import Path

from kmportal.local.errors import CannotStart
from kmportal.local.places import CHECKOUT, DATA_DIR
from kmportal.local.postmaster import find_postmaster
from kmportal.local.users import Users


def reset(data_dir: Path) -> None:
    """Remove a data directory, with a server that a killed portal left in it; raise CannotStart where it is used."""
    with ExitStack() as doors:
        for lock in sorted(data_dir.glob("*.users")):
            place = lock.with_suffix("")
            users = Users(place)
            doors.enter_context(users.door())
            if not users.nobody():
                raise CannotStart("The portal, its tests or a command is running. Stop it first, then reset.")
            server = find_postmaster(place)
            if server is not None and server.alive():
                server.stop()
        shutil.rmtree(data_dir)


def main() -> None:
    if DATA_DIR != CHECKOUT / ".data":
        sys.exit(f"DATA_DIR names {DATA_DIR}, which may hold other things too. Remove it by hand.")
    if os.environ.get("DATABASE_URL", "").strip():
        print("The database that DATABASE_URL names is left as it is; only the files here are removed.")
    if not DATA_DIR.exists():
        print("There is nothing to remove.")
        return
    if sys.stdin.isatty() and os.environ.get("CONFIRM") != "1":
        answer = input(f"This removes {DATA_DIR} with all records, people and files in it. Type yes to go on: ")
        if answer.strip().lower() != "yes":
            sys.exit("Nothing is removed.")
    try:
        reset(DATA_DIR)
    except CannotStart as error:
        sys.exit(str(error))
    print("The portal is as new. `make run` starts it with the demonstration, `make run DEMO=false` empty.")


if __name__ == "__main__":
    main()
