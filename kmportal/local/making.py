"""Make a Postgres data directory whose text behaves the same on every machine."""

import locale
import shutil
from pathlib import Path

from kmportal.local.binaries import Binaries
from kmportal.local.errors import CannotStart
from kmportal.local.owner import Owner


def make_data_directory(directory: Path, binaries: Binaries, owner: Owner, *, durable: bool) -> None:
    """Run initdb for a directory that is not there or empty; raise CannotStart where that fails.

    It is made under another name and renamed when whole, so an initdb that was killed is begun anew the next time.
    """
    unfinished = directory.with_name(directory.name + ".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    owner.take(unfinished)
    options = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-instructions"]
    if not durable:
        options.append("--no-sync")
    made = owner.run(
        [binaries.program("initdb"), *options, *locale_options(binaries.major, unicode_locale()), "-D", unfinished]
    )
    if made.returncode != 0:
        words = (made.stderr or made.stdout).strip()
        raise CannotStart(f"Postgres could not make its data directory {directory}:\n{words}")
    unfinished.rename(directory)


def locale_options(major: int, ctype: str) -> list[str]:
    """Return initdb's options for Unicode letters and code point order, by the version of Postgres.

    From version 17 the rules are Postgres' own; before, they are the system's C.UTF-8. The full-text parser asks the
    system's locale in each version: without a Unicode one it takes curly quotes and dashes for letters.
    """
    own_rules = {17: "C.UTF-8"}.get(major, "PG_UNICODE_FAST")
    provider = ["--locale-provider=builtin", f"--builtin-locale={own_rules}"] if major >= 17 else []
    return [*provider, f"--locale={ctype}", "--lc-messages=C"]


def unicode_locale() -> str:
    """Return the name of a Unicode locale without a country's habits that this system has, or else "C"."""
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        for name in ("C.UTF-8", "en_US.UTF-8"):
            try:
                locale.setlocale(locale.LC_CTYPE, name)
            except locale.Error:
                continue
            return name
        return "C"
    finally:
        locale.setlocale(locale.LC_CTYPE, before)
