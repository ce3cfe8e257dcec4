"""Make .venv and install what the lock files name, with their hashes; runs before anything is installed.

Usage: python3 install.py [dev]. Only what changed since the last time is done: each lock file leaves its fingerprint
in .venv. This file must be readable by older Pythons, to tell their users what is missing.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys

CHECKOUT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
VENV = os.path.join(CHECKOUT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
OLDEST = (3, 11)
NEWER_PYTHONS = ("python3.14", "python3.13", "python3.12", "python3.11")


def main() -> None:
    if sys.version_info < OLDEST:
        use_newer_python()
    locks = ["requirements.lock", "requirements-dev.lock"] if "dev" in sys.argv[1:] else ["requirements.lock"]
    with open(os.path.join(CHECKOUT, "requirements.lock")) as door:
        # `make run` and `make test` may be started at once in a new checkout.
        fcntl.flock(door, fcntl.LOCK_EX)
        waiting = [lock for lock in locks if read(stamp(lock)) != fingerprint(lock)]
        if not waiting and works(PYTHON):
            return
        if not works(PYTHON):
            make_venv()
            waiting = locks
        for lock in waiting:
            say(f"Installing what {lock} names …")
            install(lock)
            with open(stamp(lock), "w") as file:
                file.write(fingerprint(lock))
        name_checkout()


def use_newer_python() -> None:
    for name in NEWER_PYTHONS:
        path = shutil.which(name)
        if path and recent(path):
            os.execv(path, [path, *sys.argv])  # noqa: S606
    sys.exit(
        f"The portal needs Python 3.11 or newer; {sys.executable} is {version()}. Install a newer one, or name one "
        "that is there: make run PYTHON=/path/to/python3.11"
    )


def make_venv() -> None:
    say(f"Making .venv with Python {version()} …")
    if shutil.which("uv"):
        run(["uv", "venv", "--quiet", "--clear", "--python", sys.executable, VENV])
        return
    try:
        import ensurepip  # noqa: F401 - Debian leaves it out of the plain python3
        import venv  # noqa: F401
    except ImportError:
        sys.exit(
            "This Python cannot make virtual environments. Install its venv module (Debian and Ubuntu: "
            "apt-get install python3-venv) and try again."
        )
    run([sys.executable, "-m", "venv", "--clear", VENV])


def install(lock: str) -> None:
    options = ["--require-hashes", "--no-deps", "-r", os.path.join(CHECKOUT, lock)]
    if shutil.which("uv"):
        run(["uv", "pip", "install", "--quiet", "--python", PYTHON, *options])
    else:
        run([PYTHON, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-input", *options])


def name_checkout() -> None:
    """Put the checkout on the path of .venv's programs, so that bare `pytest` finds the portal."""
    folder = subprocess.check_output(
        [PYTHON, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], universal_newlines=True
    ).strip()
    with open(os.path.join(folder, "kmportal.pth"), "w") as file:
        file.write(CHECKOUT + "\n")


def works(python: str) -> bool:
    """Tell whether .venv is whole: its base may have been removed since, or its making cut short."""
    if not os.path.exists(os.path.join(VENV, "pyvenv.cfg")):
        return False
    return recent(python, "" if shutil.which("uv") else "pip")


def recent(python: str, with_package: str = "") -> bool:
    """Tell whether a Python runs and is new enough; some version managers leave names that do not run."""
    script = "import sys; sys.exit(sys.version_info < (3, 11))"
    if with_package:
        script = f"import {with_package}; {script}"
    try:
        return subprocess.call([python, "-c", script], stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def run(command: list) -> None:
    environment = dict(os.environ, UV_PYTHON_DOWNLOADS="never", PYTHONNOUSERSITE="1")
    code = subprocess.call(command, env=environment)
    if code:
        sys.exit(f"{command[0]} ended with code {code}, so the portal's packages are not installed.")


def stamp(lock: str) -> str:
    return os.path.join(VENV, lock + ".sha256")


def fingerprint(lock: str) -> str:
    with open(os.path.join(CHECKOUT, lock), "rb") as file:
        return hashlib.sha256(file.read() + VENV.encode()).hexdigest()


def read(path: str) -> str:
    try:
        with open(path) as file:
            return file.read()
    except OSError:
        return ""


def version() -> str:
    return sys.version.split()[0]


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
