"""Dates of partial precision: 2020, February 2020, Winter 2019, November–December 2019, 14 February 2020."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Self

FIRST_YEAR, LAST_YEAR = 1000, 2999

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

# EDTF writes a part of the year that is no month in the month's place, with a number above 12
# (ISO 8601-2:2019, 4.8: 21 to 24 are the seasons, 33 to 36 the quarters).
_NAMES: dict[int, str] = {
    **dict(enumerate(_MONTHS, start=1)),
    21: "Spring", 22: "Summer", 23: "Autumn", 24: "Winter",
    33: "1st quarter", 34: "2nd quarter", 35: "3rd quarter", 36: "4th quarter",
}  # fmt: skip

# The month in which each begins. A journal's "Winter 2019" may be January or December: the codes' order puts it last.
_FIRST_MONTH = {21: 3, 22: 6, 23: 9, 24: 12, 33: 1, 34: 4, 35: 7, 36: 10}
_WINTER = 24

_UNREADABLE = "“{}” is not a date that we can read. Write it like 2020, Feb 2020, 14/02/2020 or Winter 2019."


@dataclass(frozen=True, slots=True)
class Moment:
    """A year, a part of one (a month, season or quarter) or a day. Raises ValueError for one that cannot be."""

    year: int
    part: int | None = None  # a key of _NAMES
    day: int | None = None

    def __post_init__(self) -> None:
        if not FIRST_YEAR <= self.year <= LAST_YEAR:
            raise ValueError(f"The year must be between {FIRST_YEAR} and {LAST_YEAR}.")
        if self.part is not None and self.part not in _NAMES:
            raise ValueError(f"There is no month {self.part}. Write it like 2020-02, Feb 2020 or 14/02/2020.")
        if self.day is not None:
            if self.part is None or self.part > 12:
                raise ValueError("A day needs its month.")
            try:
                date(self.year, self.part, self.day)
            except ValueError:
                raise ValueError(f"{_NAMES[self.part]} {self.year} has no day {self.day}.") from None

    @property
    def precision(self) -> str:
        """How exactly it is known: "year", "season", "quarter", "month" or "day"."""
        if self.part is None:
            return "year"
        if self.day is not None:
            return "day"
        return "month" if self.part <= 12 else "season" if self.part <= _WINTER else "quarter"

    @property
    def first_day(self) -> date:
        """The day on which it begins; seasons are those of the northern hemisphere."""
        part = self.part or 1
        return date(self.year, _FIRST_MONTH.get(part, part), self.day or 1)

    @property
    def edtf(self) -> str:
        """The form that is stored, such as 2019-24 (ISO 8601-2)."""
        return "-".join([f"{self.year}", *(f"{number:02}" for number in (self.part, self.day) if number is not None)])

    @property
    def _without_year(self) -> str:
        return " ".join(filter(None, (str(self.day or ""), _NAMES[self.part] if self.part else "")))

    def __str__(self) -> str:
        return f"{self._without_year} {self.year}".strip()


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date as exactly as it is known, or the span from one such date to a later one of the same precision.

    str() gives it in words, .edtf in the form that is stored. Raises ValueError for a span that runs backwards or
    whose ends differ in precision.
    """

    start: Moment
    end: Moment | None = None

    def __post_init__(self) -> None:
        if self.end is None:
            return
        if self.end.precision != self.start.precision:
            raise ValueError("Both ends of a span of time must be given alike, such as two months or two years.")
        if self.end.first_day <= self.start.first_day:
            raise ValueError("A span of time must end after it begins.")

    @classmethod
    def from_edtf(cls, text: str) -> Self:
        """Return the date from the form that is stored: 2020, 2020-02, 2020-02-14, 2019-24 or 2019-11/2019-12.

        Raises ValueError with a sentence for the form field.
        """
        moments = [_moment_from_edtf(side) for side in text.split("/")]
        if len(moments) > 2 or None in moments:
            raise ValueError(_UNREADABLE.format(text[:60]))
        return cls(*moments)  # type: ignore[arg-type]

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Return the date from what a person types or a catalogue prints.

        Reads "Feb 2020", "14 February 2020", "14/02/2020" (the day first), "2020-02", "Winter 2019", "Nov-Dec 2019",
        and PubMed's DP and DEP fields: "2019 Nov-Dec", "2015 Dec-2016 Jan", "2000 Jan 15-30", "2011 Spring-Summer",
        "2015 1st Quarter", "1998-1999", "20200214". It reads what str() gives back to the same date.
        Raises ValueError with a sentence for the form field.
        """
        sides = _sides(text)
        if sides is None:
            raise ValueError(_UNREADABLE.format(text.strip()[:60]))
        first, last = sides
        return cls(first) if first == last else cls(first, last)

    @property
    def year(self) -> int:
        """The year in which it begins."""
        return self.start.year

    @property
    def precision(self) -> str:
        """How exactly it is known: "year", "season", "quarter", "month" or "day"."""
        return self.start.precision

    @property
    def sort_date(self) -> date:
        """The day on which it begins, for putting dates in order."""
        return self.start.first_day

    @property
    def edtf(self) -> str:
        """The form that is stored: one text (ISO 8601-2), two with a slash between them for a span."""
        return self.start.edtf if self.end is None else f"{self.start.edtf}/{self.end.edtf}"

    def __str__(self) -> str:
        if self.end is None:
            return str(self.start)
        if self.start.year != self.end.year or self.start.part is None:
            first = str(self.start)
        elif self.start.day is not None and self.start.part == self.end.part:
            first = str(self.start.day)
        else:
            first = self.start._without_year
        dash = " – " if " " in first else "–"
        return f"{first}{dash}{self.end}"


def _moment_from_edtf(text: str) -> Moment | None:
    match = re.fullmatch(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?", text)
    return Moment(*(int(number) if number else None for number in match.groups())) if match else None  # type: ignore[arg-type]


# What a date in figures can look like, and which figure is what. "14/02/2020" is the British order.
_FIGURES = tuple(
    (re.compile(pattern), order)
    for pattern, order in (
        (r"([0-9]{4})", "y"),
        (r"([0-9]{4})[-/.]([0-9]{1,2})", "ym"),
        (r"([0-9]{4})([0-9]{2})", "ym"),
        (r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})", "ymd"),
        (r"([0-9]{4})([0-9]{2})([0-9]{2})", "ymd"),
        (r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})", "dmy"),
        (r"([0-9]{1,2})[-/.]([0-9]{4})", "my"),
    )
)

_WORDS: dict[str, int] = {
    **{name.lower(): number for number, name in _NAMES.items()},
    **{name.lower()[:3]: number for number, name in _NAMES.items() if number <= 12},
    **{f"q{number - 32}": number for number in range(33, 37)},
    "sept": 9,
    "fall": 23,
}
_QUARTER = re.compile(r"\b(1st|first|2nd|2d|second|3rd|3d|third|4th|fourth) quart(?:er)?\b")
_NTH = {"1": 1, "f": 1, "2": 2, "s": 2, "3": 3, "t": 3, "4": 4}

_Parts = dict[str, int]  # what one side of a date names: its year "y", part "m" and day "d"


def _sides(text: str) -> tuple[Moment, Moment] | None:
    """Return the two ends of the date in the text (the same twice if it is one date), or None where it is none."""
    plain = re.sub(r"\s*(?:[-\u2010-\u2015\u2212]|\bto\b)\s*", "-", " ".join(text.lower().split()))
    if len(plain) > 60:
        return None
    if (figures := _in_figures(plain)) is not None:
        return _moment(figures), _moment(figures)
    ends = [_in_figures(side) for side in plain.split("/")]
    if len(ends) != 2 or None in ends:
        plain = re.sub(r"[,.]", " ", plain).replace("/", "-")
        plain = _QUARTER.sub(lambda match: f"q{_nth(match[1])}", " ".join(plain.split()))
        ends = [_in_words(side.strip()) for side in plain.split("-")]
    if len(ends) == 1:
        ends = ends * 2
    if len(ends) != 2 or ends[0] is None or ends[1] is None:
        return None
    return _completed(dict(ends[0]), dict(ends[1]))


def _nth(word: str) -> int:
    return 4 if word == "fourth" else _NTH[word[0]]


def _in_figures(text: str) -> _Parts | None:
    for pattern, order in _FIGURES:
        if match := pattern.fullmatch(text):
            parts = dict(zip(order, map(int, match.groups()), strict=True))
            if parts.get("m", 1) > 12:
                # 2019-24 may mean the winter of 2019 or the years to 2024, so a person is asked rather than guessed at.
                raise ValueError(f"There is no month {parts['m']}. Write it like 2020-02, Feb 2020 or 14/02/2020.")
            return parts
    return None


def _in_words(text: str) -> _Parts | None:
    parts: _Parts = {}
    for token in text.split():
        if re.fullmatch(r"[0-9]{4}", token):
            key, number = "y", int(token)
        elif match := re.fullmatch(r"([0-9]{1,2})(?:st|nd|rd|th)?", token):
            key, number = "d", int(match[1])
        elif token in _WORDS:
            key, number = "m", _WORDS[token]
        else:
            return None
        if key in parts:
            return None
        parts[key] = number
    return parts


def _completed(first: _Parts, last: _Parts) -> tuple[Moment, Moment] | None:
    """Give each end what only the other one names: in "2000 Jan 15-30" and "15-30 January 2000" both have a year."""
    for one, other in ((first, last), (last, first)):
        if "y" not in one and "y" in other:
            one["y"] = other["y"]
        if "m" not in one and "d" in one and "m" in other:
            one["m"] = other["m"]
    if not ("y" in first and "y" in last):
        return None
    if last["y"] == first["y"] + 1 and _WINTER in (first.get("m"), last.get("m")) and ("m" in first) != ("m" in last):
        # "Winter 1999-2000" is one season, which EDTF counts to the year in which it begins.
        return (Moment(first["y"], _WINTER),) * 2
    for key in ("d", "m"):
        # "2021 Mar-Apr 01" is how PubMed writes an issue for two months that has a day: the day says nothing.
        if (key in first) != (key in last):
            first.pop(key, None)
            last.pop(key, None)
    return _moment(first), _moment(last)


def _moment(parts: _Parts) -> Moment:
    return Moment(parts["y"], parts.get("m"), parts.get("d"))
