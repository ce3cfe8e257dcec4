"""Start the portal's processes so that they end with the one that started them, and wait for signals and for them."""

import ctypes
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from types import FrameType

from kmportal.local.places import CHECKOUT

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PR_SET_PDEATHSIG = 1  # Linux: <sys/prctl.h>


def end_with_parent(parent: int) -> None:
    """Let the kernel end this process when its parent (a process number) ends, however that comes about.

    Linux only. Elsewhere a process whose parent was killed has to be ended by hand.
    """
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)


def start(command: Sequence[str], *, pass_fds: Sequence[int] = ()) -> subprocess.Popen[bytes]:
    """Start a program in the checkout, in a session of its own: Ctrl-C reaches this process, which then stops it."""
    parent = os.getpid()
    return subprocess.Popen(
        command,
        cwd=CHECKOUT,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        pass_fds=pass_fds,
        # Safe, because this process has no threads.
        preexec_fn=lambda: end_with_parent(parent),
    )


def stop(processes: Iterable[subprocess.Popen[bytes]], *, within: float) -> None:
    """Ask the processes to end, and end those that have not after so many seconds, with all they started."""
    running = [process for process in processes if process.poll() is None]
    for process in running:
        process.terminate()
    until = time.monotonic() + within
    for process in running:
        try:
            process.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


class Watch:
    """Notes what asks this process to stop, and sleeps until that comes or a child ends."""

    def __init__(self) -> None:
        self.asked_to_stop = False
        self._woken, wake = os.pipe()
        os.set_blocking(self._woken, False)
        os.set_blocking(wake, False)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        on_stop_signals(self._note)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)  # only to be woken
        self._poll = select.poll()
        self._poll.register(self._woken, select.POLLIN)
        # When a terminal closes, the kernel tells only the terminal's first process. A shell passes that on, but
        # `ssh host make run` has no shell, and make does not. Linux only: elsewhere terminals may not be polled.
        self._terminal = -1
        if sys.platform.startswith("linux") and _has_terminal() and not _ignores(signal.SIGHUP):
            self._terminal = sys.stdin.fileno()
            self._poll.register(self._terminal, 0)  # no input is waited for, only the end

    def wait(self, seconds: float, *readable: int) -> list[int]:
        """Sleep until something happens or a file is readable, but no longer; return the files that are."""
        for fd in readable:
            self._poll.register(fd, select.POLLIN)
        events = dict(self._poll.poll(seconds * 1000))
        for fd in readable:
            self._poll.unregister(fd)
        if self._woken in events:
            os.read(self._woken, 1024)
        if events.get(self._terminal, 0) & select.POLLHUP:
            self.asked_to_stop = True
        return [fd for fd in readable if fd in events]

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.asked_to_stop = True


def on_stop_signals(handler: Callable[[int, FrameType | None], object]) -> None:
    """Answer Ctrl-C, SIGTERM and a closed terminal with a handler.

    A shell lets its background jobs ignore SIGINT; it is answered all the same. What nohup lets them ignore stays so.
    """
    for number in STOP_SIGNALS:
        if number is not signal.SIGHUP or not _ignores(number):
            signal.signal(number, handler)


def _ignores(number: signal.Signals) -> bool:
    return signal.getsignal(number) is signal.SIG_IGN


def _has_terminal() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()
