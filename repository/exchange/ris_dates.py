"""Read the dates of RIS: "2019/10//undefined", "2019///Winter", or "Mar 1" with the year in another field."""

import re
from functools import lru_cache

from repository.partial_dates import PartialDate

_YEAR = re.compile(r"(?<![0-9])[12][0-9]{3}(?![0-9])")


@lru_cache(maxsize=16_384)
def published(date: str, year: str) -> tuple[PartialDate | None, str]:
    """Return when a work came out, from DA and PY, and a sentence where one of them could not be read as it stands.

    The date is the more exact one, unless it names another year: then the year stands, the one the work is cited by.
    """
    from_year, problem = _one(year)
    if not date:
        return from_year, problem
    exact, date_problem = _one(date, from_year)
    if exact is None:
        return from_year, problem or date_problem
    if from_year is not None and exact.year != from_year.year:
        return from_year, f"The date “{date[:60]}” was left out, because the year of publication is {from_year.year}."
    if from_year is not None and date_problem:
        return from_year, date_problem
    return exact, problem or date_problem


def _one(text: str, year: PartialDate | None = None) -> tuple[PartialDate | None, str]:
    """Return the date in a field, and a sentence where it is read in part or not at all."""
    if not text.strip(" /"):
        return None, ""
    for reading in _readings(text, year):
        try:
            return PartialDate.from_text(reading), ""
        except ValueError:
            continue
    found = _YEAR.search(text)
    if found:
        return PartialDate.from_text(found[0]), f"The date “{text[:60]}” was read as {found[0]}."
    return None, f"The date “{text[:60]}” was left out."


def _readings(text: str, year: PartialDate | None) -> list[str]:
    """Return what the text may mean, most exact first, in words for PartialDate.from_text."""
    parts = [part.strip() for part in text.split("/", 3)]
    if len(parts) > 2 and (re.fullmatch("[0-9]{4}", parts[0]) or not parts[0]):
        # YYYY/MM/DD/other, each of which may be empty (RIS Format Specifications, "Date fields").
        begin = parts[0] or (str(year.year) if year else "")
        month, day = (part if part.strip("0") else "" for part in parts[1:3])
        figures = "-".join(part for part in (begin, month, day if month else "") if part)
        other = parts[3].strip(" /") if len(parts) > 3 else ""
        others = [other, f"{begin} {other}"] if other and not month else []
        return [*others, figures]
    return [text.strip(" /"), f"{year.year} {text}" if year else ""]
