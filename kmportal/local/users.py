"""Count the processes that use a thing, by file locks, so that the last to leave can put it away.

The kernel drops a lock when its process ends, however it ends: a process that was killed counts no more.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Users:
    """The processes that use the thing at a path; its two lock files stand beside it."""

    def __init__(self, path: Path) -> None:
        self._door = path.with_name(path.name + ".door")
        self._inside = path.with_name(path.name + ".users")
        self._fd: int | None = None

    @contextmanager
    def door(self) -> Iterator[None]:
        """Let one process at a time come or go; the others wait."""
        fd = _locked(self._door, fcntl.LOCK_EX)
        try:
            yield
        finally:
            os.close(fd)

    def join(self) -> None:
        """Count this process in; call it at the door."""
        self._fd = _locked(self._inside, fcntl.LOCK_SH)

    def leave(self) -> None:
        """Count this process out."""
        if self._fd is not None:
            # Unlocked by name, because a process forked from this one may hold the same file open.
            fcntl.flock(self._fd, fcntl.LOCK_UN)
            os.close(self._fd)
            self._fd = None

    def nobody(self) -> bool:
        """Tell whether no process is counted; call it at the door, for the answer to stay true."""
        try:
            os.close(_locked(self._inside, fcntl.LOCK_EX | fcntl.LOCK_NB))
        except BlockingIOError:
            return False
        return True


def _locked(path: Path, how: int) -> int:
    """Return a lock on the file that bears the name now: it may have been removed while we waited."""
    while True:
        fd = os.open(path, os.O_RDONLY | os.O_CREAT, 0o600)
        try:
            fcntl.flock(fd, how)
            if os.fstat(fd).st_ino == path.stat().st_ino:
                return fd
        except FileNotFoundError:
            pass
        except BaseException:
            os.close(fd)
            raise
        os.close(fd)
