"""The words that seeded texts are made of, read once from words/*.toml (no Django)."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

WORDS = Path(__file__).resolve().parent / "words"

# How many invented names of scales, trials and devices there are: the long tail of a corpus.
RARE_NAMES = 60_000


@dataclass(frozen=True)
class Subject:
    """What a work can be about: in words, and as a MeSH heading."""

    words: str
    heading: str


# A template in pieces: the text before a slot, and the slot's name ("" after the last text).
Template = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Vocabulary:
    """Subjects by kind ("conditions"), templates by part ("titles"), and plain lists of words and names."""

    subjects: dict[str, list[Subject]]
    templates: dict[str, list[Template]]
    words: dict[str, list[str]]
    families: list[str]
    given: list[str]
    journals: list[str]
    job_titles: list[str]

    @property
    def headings(self) -> list[str]:
        return [subject.heading for subjects in self.subjects.values() for subject in subjects]

    @property
    def tags(self) -> list[str]:
        return [subject.words for kind in ("conditions", "interventions") for subject in self.subjects[kind]]


@cache
def vocabulary() -> Vocabulary:
    """Return all words."""
    subjects, phrases, names = (_toml(name) for name in ("subjects", "phrases", "names"))
    words = {key.removesuffix("s"): phrases.pop(key) for key in ("outcomes", "adjectives", "things", "verbs")}
    return Vocabulary(
        subjects={key: [Subject(*row) for row in rows] for key, rows in subjects.items()},
        templates={key: [_template(text) for text in texts] for key, texts in phrases.items()},
        words={
            **words,
            "surname": names["family"].split(),
            "place": names["places"].split(),
            "rare": _rare_names(*(names[f"rare_{part}"].split() for part in ("beginnings", "middles", "endings"))),
        },
        families=names["family"].split(),
        given=names["given"].split(),
        journals=names["journals"].strip().splitlines(),
        job_titles=names["job_titles"].strip().splitlines(),
    )


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((WORDS / f"{name}.toml").read_text(encoding="utf-8"))


def _template(text: str) -> Template:
    return tuple((literal, slot or "") for literal, slot, _, _ in Formatter().parse(text))


def _rare_names(beginnings: list[str], middles: list[str], endings: list[str]) -> list[str]:
    """Return RARE_NAMES invented names, the short ones first."""
    short = [b + m + e for m in middles for e in endings for b in beginnings]
    long = [b + m + n + e for m in middles for n in middles for e in endings for b in beginnings if m != n]
    return [name.capitalize() for name in dict.fromkeys([*short, *long])][:RARE_NAMES]
