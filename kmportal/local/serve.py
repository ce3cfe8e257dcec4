"""Serve the portal on this machine until told to stop: Postgres, the web server and the background worker."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress

from django.core.exceptions import ImproperlyConfigured

from kmportal import env
from kmportal.local.cluster import Cluster
from kmportal.local.errors import CannotStart
from kmportal.local.processes import Watch, end_with_parent, on_stop_signals, start, stop
from kmportal.local.trial import portal_users, trial_settings

HOST = "127.0.0.1"
WEB_PROCESSES = 2
LETTING_GO = 3.0  # seconds that a portal that was just killed is given to leave the port
LONGEST_PAUSE = 60.0  # seconds between two starts of a worker that keeps ending


def main() -> None:
    if "MAKELEVEL" in os.environ:
        end_with_parent(os.getppid())  # `make` cannot pass on a kill -9
    on_stop_signals(signal.default_int_handler)
    try:
        port = env.integer("PORT", default=8000, at_least=1, at_most=65_535)
        with listen(port) as listener, trial_settings() as cluster:
            users = portal_users()
            users.join()
            code = Portal(listener, cluster).serve()
    except (CannotStart, ImproperlyConfigured) as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        code = 0
    sys.exit(code)


def listen(port: int) -> socket.socket:
    """Return a socket that listens on the port of the loopback address; raise CannotStart where it is taken.

    It is held from the start and handed to the web server, so nothing else can take the port in between.
    """
    until = time.monotonic() + LETTING_GO
    while True:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
            listener.listen(128)
        except OSError as error:
            listener.close()
            if isinstance(error, PermissionError) or time.monotonic() > until:
                raise CannotStart(
                    f"Port {port} cannot be used: {error.strerror}. Is the portal running already? "
                    f"Choose another port with PORT, for example: make run PORT={port + 1 if port < 65_535 else 8000}"
                ) from None
            time.sleep(0.2)
            continue
        return listener


class Portal:
    """The processes of one serving portal, from preparing its database to their end."""

    def __init__(self, listener: socket.socket, cluster: Cluster | None) -> None:
        self._listener = listener
        self._cluster = cluster
        self._watch = Watch()
        self._processes: list[subprocess.Popen[bytes]] = []

    def serve(self) -> int:
        """Prepare, serve until a signal comes or the web server ends, stop everything; return the exit code."""
        try:
            code = self._prepare()
            if code == 0 and not self._watch.asked_to_stop:
                code = self._serve()
            return 0 if self._watch.asked_to_stop else code
        finally:
            self._listener.close()
            stop(self._processes, within=10)

    def _prepare(self) -> int:
        preparing = self._start(sys.executable, "-m", "kmportal.local.prepare")
        while preparing.poll() is None and not self._watch.asked_to_stop:
            self._watch.wait(1)
        return preparing.returncode or 0

    def _serve(self) -> int:
        web = self._start_web()
        if not self._announce_when_answering(web):
            return 0 if self._watch.asked_to_stop else 1
        worker, started, pause = self._start_worker(), time.monotonic(), 1.0
        while not self._watch.asked_to_stop:
            self._watch.wait(1)
            if web.poll() is not None:
                say(f"The web server ended by itself (code {web.returncode}), so the portal stops.")
                return 1
            if worker.poll() is not None and time.monotonic() > started + pause:
                ran_well = time.monotonic() - started > 2 * LONGEST_PAUSE
                pause = 1.0 if ran_well else min(pause * 2, LONGEST_PAUSE)
                say(f"The background worker ended by itself (code {worker.returncode}) and is started again.")
                worker, started = self._start_worker(), time.monotonic()
            if self._cluster is not None and self._cluster.restart_if_dead():
                say("Postgres was gone and is started again.")
                # The web server's pool makes new connections; the worker's listening one is gone for good.
                stop([worker], within=5)
                worker, started = self._start_worker(), time.monotonic()
        return 0

    def _start_web(self) -> subprocess.Popen[bytes]:
        options = {
            "bind": f"fd://{self._listener.fileno()}",
            "workers": str(WEB_PROCESSES),
            "threads": env.text("WEB_THREADS", "4"),
            "worker-class": "gthread",
            "graceful-timeout": "5",
            # gunicorn's own limit cannot be more than 8,190, and its page about it is not ours: the portal refuses
            # what is too long (kmportal/requests.py). Only this machine can reach this server.
            "limit-request-line": "0",
            "log-level": "warning",
        }
        arguments = [f"--{name}={value}" for name, value in options.items()]
        command = ["-m", "gunicorn", "kmportal.wsgi", "--preload", "--no-control-socket", *arguments]
        return self._start(sys.executable, *command, pass_fds=[self._listener.fileno()])

    def _start_worker(self) -> subprocess.Popen[bytes]:
        return self._start(sys.executable, "-m", "kmportal.local.worker")

    def _start(self, *command: str, pass_fds: list[int] | None = None) -> subprocess.Popen[bytes]:
        process = start(command, pass_fds=pass_fds or [])
        self._processes = [each for each in self._processes if each.poll() is None] + [process]
        return process

    def _announce_when_answering(self, web: subprocess.Popen[bytes]) -> bool:
        """Print the address once a first request is answered; tell whether it was."""
        with socket.create_connection(self._listener.getsockname()) as question:
            question.sendall(f"GET /healthz HTTP/1.0\r\nHost: {HOST}\r\n\r\n".encode())
            while not self._watch.wait(1, question.fileno()):
                if self._watch.asked_to_stop:
                    return False
                if web.poll() is not None:
                    say(f"The web server did not start (code {web.returncode}).")
                    return False
        say(announcement(self._listener.getsockname()[1]))
        return True


def announcement(port: int) -> str:
    """Return the line that tells where the portal is and, in a demonstration, how to sign in."""
    line = f"The portal is at http://{HOST}:{port}/"
    if env.boolean("DEMO", default=False):
        from kmportal.demo.accounts import ACCOUNTS, PASSWORD

        accounts = ", ".join(f"{account.email} ({account.role})" for account in ACCOUNTS)
        line += f" – sign in with the password {PASSWORD} as {accounts}"
    return line + " – Ctrl-C stops it"


def say(words: str) -> None:
    with suppress(OSError):  # the terminal may be gone
        print(words, flush=True)


if __name__ == "__main__":
    main()
