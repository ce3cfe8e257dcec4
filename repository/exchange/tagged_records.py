"""Collect the fields of one record of a tagged format, line by line, within bounds."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

LARGEST_RECORD = 5_000_000  # characters; the largest real ones, with all their references, stay below 1 million
_MOST_PROBLEMS = 20  # for each record, so that a file of rubbish needs no memory


class Field(NamedTuple):
    """One field of a record: its tag, the number of its first line, and its lines; blank ones are empty texts."""

    tag: str
    line: int
    parts: Sequence[str]

    @property
    def text(self) -> str:
        """Its lines as one line."""
        text = self.parts[0] if len(self.parts) == 1 else " ".join(self.parts)
        return " ".join(text.split())

    @property
    def lines(self) -> list[str]:
        """Its lines that are not blank."""
        return [" ".join(part.split()) for part in self.parts if part and not part.isspace()]

    @property
    def paragraphs(self) -> str:
        """Its text with a blank line between paragraphs, and the other line breaks taken out."""
        paragraphs: list[list[str]] = [[]]
        for part in self.parts:
            if part.strip():
                paragraphs[-1].append(part)
            elif paragraphs[-1]:
                paragraphs.append([])
        return "\n\n".join(" ".join(" ".join(lines).split()) for lines in paragraphs if lines)


@dataclass(slots=True)
class Record:
    """The fields of one record as they are read, and what was wrong with its lines."""

    line: int
    fields: list[Field] = field(default_factory=list)
    tags: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)
    size: int = 0
    has_end: bool = False
    _open: list[str] | None = None  # the lines of the field that a continuation goes on with

    def add(self, tag: str, line: int, text: str) -> None:
        """Begin a field."""
        self.tags.add(tag)
        self.size += len(text)
        if self.size <= LARGEST_RECORD:
            self._open = [text]
            self.fields.append(Field(tag, line, self._open))
        else:
            self._open = None

    def leave_out(self, tag: str) -> None:
        """Begin a field that is not kept: what goes on with it is dropped as well."""
        self.tags.add(tag)
        self._open = None

    def continue_with(self, text: str) -> None:
        """Go on with the field that was begun last; a blank line is an empty text."""
        if self._open is not None:
            self.size += len(text)
            if self.size <= LARGEST_RECORD:
                self._open.append(text)

    def note(self, problem: str) -> None:
        """Keep a sentence on what could not be read."""
        if len(self.problems) < _MOST_PROBLEMS:
            self.problems.append(problem)
        elif len(self.problems) == _MOST_PROBLEMS:
            self.problems.append("There are more lines in this record that could not be read.")

    def first(self, *tags: str) -> str:
        """Return the text of the first field with the first of the tags that has one, or an empty text."""
        for tag in tags:
            for item in self.fields:
                if item.tag == tag and (text := item.text):
                    return text
        return ""
