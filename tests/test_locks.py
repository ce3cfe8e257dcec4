"""The lock files hold what pyproject.toml asks for, each with its hashes, and name no place to fetch it from."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
ASKED = {
    "requirements.lock": [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["local"]],
    "requirements-dev.lock": [
        *PROJECT["dependencies"],
        *PROJECT["optional-dependencies"]["local"],
        *PROJECT["optional-dependencies"]["dev"],
    ],
}
PIN = re.compile(r"(?P<name>[\w.-]+)==(?P<version>[\w.+!-]+)(?: ; (?P<marker>[^\\]+))?")
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


def pins(lock: str) -> dict[str, list[tuple[str, list[str]]]]:
    """Return a lock's pins: the name -> its versions (more than one where a marker chooses), each with its hashes."""
    text = "\n".join(line for line in (ROOT / lock).read_text().splitlines() if not line.startswith("#"))
    found: dict[str, list[tuple[str, list[str]]]] = {}
    for entry in text.replace("\\\n", " ").splitlines():
        pin, *hashes = re.split(r"\s+(?=--hash)", entry.strip())
        match = PIN.fullmatch(pin.strip())
        assert match, f"{lock}: {entry[:80]!r} is no pin"
        found.setdefault(canonicalize_name(match["name"]), []).append((match["version"], hashes))
    return found


@pytest.mark.parametrize("lock", ASKED)
def test_everything_asked_for_is_pinned_within_its_range(lock):
    pinned = pins(lock)
    wrong = {
        str(asked)
        for asked in map(Requirement, ASKED[lock])
        if not pinned.get(canonicalize_name(asked.name))
        or not all(asked.specifier.contains(version) for version, _ in pinned[canonicalize_name(asked.name)])
    }
    assert wrong == set()


@pytest.mark.parametrize("lock", ASKED)
def test_every_pin_has_hashes(lock):
    without = {
        name
        for name, versions in pins(lock).items()
        for _, hashes in versions
        if not hashes or not all(HASH.fullmatch(each) for each in hashes)
    }
    assert without == set()


@pytest.mark.parametrize("lock", ASKED)
def test_no_place_to_fetch_from_is_named(lock):
    text = (ROOT / lock).read_text()
    assert re.findall(r"\w+://\S*|--(?!hash)\S+|@ \S+|\b[\w-]+\.(?:org|com|io|net)\b", text) == []


def test_people_and_tests_run_the_same_versions():
    development = pins("requirements-dev.lock")
    assert {
        name: versions for name, versions in pins("requirements.lock").items() if development.get(name) != versions
    } == {}
