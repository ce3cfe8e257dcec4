"""Name the folders of this checkout; all local state lies under one of them, ignored by git."""

import os
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent.parent
# The same rule as in settings.py, which cannot be asked here: it needs the database that this package starts.
DATA_DIR = Path(os.environ.get("DATA_DIR", "").strip() or CHECKOUT / ".data").absolute()
