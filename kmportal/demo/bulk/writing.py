"""Write titles, abstracts and lessons about a topic that stays the same through one text (no Django)."""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from kmportal.demo.bulk.chance import pick, pick_several
from kmportal.demo.bulk.vocabulary import Subject, Template, vocabulary

# The parts of an abstract and how many sentences each has, from and to: about a kilobyte in all.
ABSTRACT = (("opening", 1, 3), ("method", 3, 5), ("result", 4, 6), ("conclusion", 1, 2))
LABELS = {"opening": "BACKGROUND: ", "method": "METHODS: ", "result": "RESULTS: ", "conclusion": "CONCLUSION: "}
KINDS = ("condition", "intervention", "population", "setting", "method")

_A_BEFORE_VOWEL = re.compile(r"\b([Aa]) (?=[aeiou])")


@dataclass(frozen=True)
class Topic:
    """What one text is about: for each of KINDS the subject that it returns to, and another to mention."""

    subjects: dict[str, Subject]
    outcomes: list[str]

    @cached_property
    def slots(self) -> dict[str, str]:
        """The words that stand for the topic in a template; {condition2} is one beside the topic's own."""
        return {name: subject.words for name, subject in self.subjects.items()} | dict(
            zip(("outcome", "outcome2", "outcome3"), self.outcomes, strict=True)
        )


class Writer:
    """Writes texts from the vocabulary with one source of chance: the same source gives the same texts."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._vocabulary = vocabulary()
        numbers: dict[str, Callable[[], str]] = {
            "n": lambda: f"{int(10 ** rng.uniform(1.5, 4)):,}",
            "small": lambda: str(rng.randint(3, 29)),
            "percent": lambda: f"{rng.randint(2, 98)}%",
            "ratio": lambda: f"{rng.uniform(0.4, 2.2):.2f}",
            "score": lambda: f"{rng.uniform(1, 90):.1f}",
            "weeks": lambda: str(rng.choice((2, 4, 6, 8, 12, 16, 26, 52))),
            "year": lambda: str(rng.randint(1988, 2025)),
        }
        words: dict[str, Callable[[], str]] = {
            name: self._drawing(items, shift=8 if name == "rare" else 3)
            for name, items in self._vocabulary.words.items()
        }
        self._drawn = numbers | words

    def topic(self) -> Topic:
        """Draw what a text is about."""
        rng = self._rng
        subjects = {}
        for kind in KINDS:
            subjects[kind], subjects[f"{kind}2"] = pick_several(rng, self._vocabulary.subjects[f"{kind}s"], 2)
        return Topic(subjects, pick_several(rng, self._vocabulary.words["outcome"], 3))

    def sentence(self, part: str, topic: Topic) -> str:
        """Write one sentence, drawn from a part's templates."""
        return self._fill(self._rng.choice(self._vocabulary.templates[part]), topic)

    def abstract(self, topic: Topic) -> str:
        """Write an abstract of about a kilobyte; every third has labelled parts."""
        rng = self._rng
        labelled = rng.random() < 0.33
        paragraphs = []
        for part, fewest, most in ABSTRACT:
            templates = rng.sample(self._vocabulary.templates[part], rng.randint(fewest, most))
            sentences = " ".join(self._fill(template, topic) for template in templates)
            paragraphs.append(LABELS[part] + sentences if labelled else sentences)
        return ("\n\n" if labelled else " ").join(paragraphs)

    def _drawing(self, items: list[str], *, shift: float) -> Callable[[], str]:
        return lambda: pick(self._rng, items, shift)

    def _fill(self, template: Template, topic: Topic) -> str:
        pieces = []
        for literal, slot in template:
            pieces.append(literal)
            if slot:
                name = slot.lower()
                word = topic.slots.get(name) or self._drawn[name.rstrip("23")]()
                pieces.append(word if slot == name else word[0].upper() + word[1:])
        return _A_BEFORE_VOWEL.sub(r"\1n ", "".join(pieces))
