"""Name the folders of this checkout; all local state lies under one of them, ignored by git."""

import os
from pathlib import Path

from kmportal.local.errors import CannotStart

CHECKOUT = Path(__file__).resolve().parent.parent.parent
# The same rule as in settings.py, which cannot be asked here: it needs the database that this package starts.
DATA_DIR = Path(os.environ.get("DATA_DIR", "").strip() or CHECKOUT / ".data").absolute()


def make_data_dir() -> None:
    """Make the folder of all local state; raise CannotStart where that cannot be."""
    try:
        DATA_DIR.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotStart(f"DATA_DIR cannot be used: {DATA_DIR}: {error.strerror}.") from error
