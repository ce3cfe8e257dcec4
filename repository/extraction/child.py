"""What runs inside the limited process: look into one file, and say in lines of JSON what was found. No Django here."""

import json
import os
import resource
import sys
from collections.abc import Callable, Iterator
from typing import Any

from repository.extraction import images, office, pdf, texts
from repository.extraction.limits import CPU_SECONDS, MEMORY, MOST_OUTPUT, Unreadable

Found = Iterator[tuple[str, Any]]

_MODULES: dict[str, Any] = {
    ".pdf": pdf,
    **dict.fromkeys((".docx", ".pptx", ".xlsx"), office),
    **dict.fromkeys((".csv", ".txt"), texts),
    **dict.fromkeys((".png", ".jpg", ".jpeg"), images),
}


def main() -> None:
    """Do the task (see process.ask) that the command line names: TASK ENDING PATH."""
    task, ending, path = sys.argv[1:]
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]  # half a character is no reason to lose the rest
    _limit(task)
    look: Callable[[str, str], Found] = getattr(_MODULES[ending], task)
    try:
        for key, value in look(path, ending):
            _say(key, value)
    except Unreadable as problem:
        _say("problem", str(problem))
    _say("done", True)


def _limit(task: str) -> None:
    """Give up, for good, the right to more memory and time, to longer or many files, and to a core dump.

    Nothing else is limited: the process may read, write and reach over the network what its account may.
    """
    for limit, value in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU_SECONDS[task]),
        (resource.RLIMIT_FSIZE, MOST_OUTPUT),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (value, value))
    if task != "check":
        os.nice(10)


def _say(key: str, value: Any) -> None:
    sys.stdout.write(json.dumps({key: value}, ensure_ascii=False) + "\n")
    sys.stdout.flush()
