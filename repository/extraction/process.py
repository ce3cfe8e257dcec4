"""Start the process that opens a file of unknown intent, wait for it so long and no longer, and read what it says.

Parsers of such files have had endless loops, gigabytes from kilobytes, and worse. The process has an end to its memory,
its time and the length of a file that it writes, and none of the portal's variables; all that comes back is a text of
limited length. It is no sandbox: it may write files and reach the network as the portal's account may.
"""

import json
import logging
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from repository.extraction.limits import MOST_OUTPUT, WALL_SECONDS

log = logging.getLogger(__name__)

_ROOT = Path(__file__).resolve().parent.parent.parent
# Isolated Python (-I) looks at no variable and no folder of its caller; it finds our modules by this alone.
_START = "import sys; sys.path.append(sys.argv.pop(1)); from repository.extraction.child import main; main()"


@dataclass
class Answer:
    """What the process said of a file before it ended; `is_whole` tells that it came to the end of its task.

    `problem` is why it stopped, in a sentence for whoever sent the file, where it knew.
    """

    is_whole: bool = False
    problem: str = ""
    said: dict[str, Any] = field(default_factory=dict)


def ask(task: str, path: Path, ending: str) -> Answer:
    """Have the file at the path, of a name with that ending, looked into. Never raises for what is in the file.

    `task` is check (is it what its ending says, and can it be opened?), read (its text, its number of pages, a
    thumbnail) or activity (can it do things by itself when it is opened?).
    """
    command = [sys.executable, "-I", "-X", "utf8", "-c", _START, str(_ROOT), task, ending, str(path)]
    with tempfile.TemporaryFile() as output:
        child = subprocess.Popen(  # noqa: S603  # nothing in the command comes from people
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.DEVNULL, cwd="/", env={}
        )
        try:
            code: int | None = child.wait(timeout=WALL_SECONDS[task])
        except subprocess.TimeoutExpired:
            code = None
        finally:
            child.kill()
            child.wait()
        output.seek(0)
        answer = _read(output.read(MOST_OUTPUT + 1))
    if not answer.is_whole and not answer.problem:
        log.warning("Task “%s” of %s broke off with code %s.", task, path.name, code)
    return answer


def _read(output: bytes) -> Answer:
    """Read lines of JSON, the last of which may be cut off. Texts of several lines are one text."""
    answer = Answer()
    for line in output.split(b"\n")[:-1]:
        try:
            (key, value), *_ = json.loads(line).items()
        except (ValueError, AttributeError):
            break
        if key == "done":
            answer.is_whole = not answer.problem
        elif key == "problem":
            answer.problem = str(value)[:300]
        elif key == "text":
            answer.said["text"] = answer.said.get("text", "") + str(value)
        else:
            answer.said[key] = value
    return answer
