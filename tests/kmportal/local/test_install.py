"""Installing: only what changed, from the lock files, with pip or with uv."""

import sys
from pathlib import Path

import pytest

from kmportal.local import install


@pytest.fixture
def checkout(tmp_path, monkeypatch) -> Path:
    """Give a checkout with two lock files, where commands are noted and not run."""
    for lock in ("requirements.lock", "requirements-dev.lock"):
        (tmp_path / lock).write_text(f"{lock}==1")
    monkeypatch.setattr(install, "CHECKOUT", str(tmp_path))
    monkeypatch.setattr(install, "VENV", str(tmp_path / ".venv"))
    monkeypatch.setattr(install, "PYTHON", str(tmp_path / ".venv" / "bin" / "python"))
    monkeypatch.setattr(install, "name_checkout", lambda: None)
    monkeypatch.setattr(install.shutil, "which", lambda name: None)
    return tmp_path


@pytest.fixture
def commands(checkout, monkeypatch) -> list[list[str]]:
    noted: list[list[str]] = []

    def note(command: list[str]) -> None:
        noted.append([part.replace(str(checkout), "HERE") for part in command])
        if "venv" in command:
            (checkout / ".venv" / "bin").mkdir(parents=True, exist_ok=True)
            (checkout / ".venv" / "pyvenv.cfg").write_text("")
            (checkout / ".venv" / "bin" / "python").unlink(missing_ok=True)
            (checkout / ".venv" / "bin" / "python").symlink_to(sys.executable)

    monkeypatch.setattr(install, "run", note)
    return noted


def run(monkeypatch, *arguments: str) -> None:
    monkeypatch.setattr(sys, "argv", ["install.py", *arguments])
    install.main()


PIP = ["HERE/.venv/bin/python", "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-input"]
HASHED = ["--require-hashes", "--no-deps", "-r"]


def test_each_lock_is_installed_once_and_again_when_it_changes(checkout, commands, monkeypatch):
    run(monkeypatch)
    assert commands == [
        [sys.executable, "-m", "venv", "--clear", "HERE/.venv"],
        [*PIP, *HASHED, "HERE/requirements.lock"],
    ]
    commands.clear()
    run(monkeypatch)
    assert commands == []
    run(monkeypatch, "dev")
    assert commands == [[*PIP, *HASHED, "HERE/requirements-dev.lock"]]
    commands.clear()
    (checkout / "requirements.lock").write_text("requirements.lock==2")
    run(monkeypatch, "dev")
    assert commands == [[*PIP, *HASHED, "HERE/requirements.lock"]]


def test_a_venv_whose_python_went_is_made_anew(checkout, commands, monkeypatch):
    run(monkeypatch, "dev")
    commands.clear()
    (checkout / ".venv" / "bin" / "python").unlink()
    run(monkeypatch, "dev")
    assert [command[-1] for command in commands] == [
        "HERE/.venv",
        "HERE/requirements.lock",
        "HERE/requirements-dev.lock",
    ]


def test_uv_does_it_where_it_is_there(checkout, commands, monkeypatch):
    monkeypatch.setattr(install.shutil, "which", lambda name: f"/bin/{name}")
    run(monkeypatch)
    assert commands == [
        ["uv", "venv", "--quiet", "--clear", "--python", sys.executable, "HERE/.venv"],
        ["uv", "pip", "install", "--quiet", "--python", "HERE/.venv/bin/python", *HASHED, "HERE/requirements.lock"],
    ]


def test_a_failed_install_is_tried_again_the_next_time(checkout, commands, monkeypatch):
    def fail(lock: str) -> None:
        sys.exit("pip ended with code 1")

    with monkeypatch.context() as broken:
        broken.setattr(install, "install", fail)
        with pytest.raises(SystemExit):
            run(monkeypatch)
    commands.clear()
    run(monkeypatch)
    assert commands == [[*PIP, *HASHED, "HERE/requirements.lock"]]


def test_an_old_python_without_a_newer_one_is_a_sentence(checkout, monkeypatch):
    monkeypatch.setattr(install, "OLDEST", (99, 0))
    with pytest.raises(SystemExit, match=r"The portal needs Python 3.11 or newer; .*make run PYTHON="):
        run(monkeypatch)


def test_a_command_that_fails_is_named():
    with pytest.raises(SystemExit, match="false ended with code 1"):
        install.run(["false"])
