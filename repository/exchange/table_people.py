"""Read the names in one cell of a table, however the program that wrote it parts them."""

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from repository.exchange.entry import Credit
from repository.exchange.medline import short_name
from repository.exchange.ris_people import credit, is_et_al, name_and_orcid

_NUMBER = re.compile(r"\s*\([0-9]{6,}\)$")  # Scopus's own of an author
_INITIALS = r"(?:[^\W\d_]\.[\s-]?){1,6}"
_DOTTED = re.compile(rf"[^,;.]+\s+{_INITIALS}(?:\s*(?:Jr|Sr|2nd|3rd|II|III)\.?)?")
_ONLY_INITIALS = re.compile(rf"{_INITIALS}|[^\W\d_a-zß-ÿ]{{1,3}}")


def people(cell: str) -> tuple[list[Credit], list[str]]:
    """Return the authors in a cell, in their order, and sentences on what is a guess or was left out."""
    found: dict[Credit, None] = {}
    warnings: list[str] = []
    guessed = []
    for name in names(cell):
        if is_et_al(name):
            warnings.append("The source says “et al.”, so it does not name all the authors.")
            continue
        name, orcid = name_and_orcid(name, warnings)
        person, is_guess = credit(_NUMBER.sub("", name))
        if is_guess:
            guessed.append(name)
        if person.family or person.group:
            found[replace(person, orcid=orcid)] = None
    if guessed:
        shown = ", ".join(f"“{name[:40]}”" for name in guessed[:3])
        more = f" and {len(guessed) - 3} more" if len(guessed) > 3 else ""
        warnings.append(f"{shown}{more}: without a comma, the last word was taken for the family name.")
    return list(found), warnings


def names(cell: str) -> list[str]:
    """Return the names in a cell one by one.

    Reads lists with semicolons, bars or line breaks, "Smith J.A., Okafor A.", "Smith JA, Okafor A",
    "Smith, J.A., Okafor, A.", "Smith, Jane and Okafor, Ada", and the lists of Python: "['Smith, Jane']".
    """
    return [name for name in (" ".join(part.split()).strip(" ;") for part in _parts(cell.strip())) if name]


def words(cell: str) -> list[str]:
    """Return the words or phrases in a cell, each once: parted by semicolons, bars, line breaks, or else by commas."""
    listed = _listed(cell.strip())
    parts = listed if listed is not None else re.split(r"[;\n]|\|+", cell)
    if len(parts) == 1 and listed is None and "," in cell:
        # MeSH has headings such as "Stroke, Lacunar", which one comma alone does not part. Embase has commas between
        # "stroke (diagnosis, therapy)" and the next.
        commas = [part.strip() for part in re.split(r",(?![^()]*\))", cell)]
        is_list = len(commas) > 2 or any(part.endswith(")") for part in commas) or not any(" " in one for one in commas)
        parts = commas if is_list else parts
    return list(dict.fromkeys(filter(None, (" ".join(part.split()) for part in parts))))


def _parts(cell: str) -> list[str]:
    if (listed := _listed(cell)) is not None:
        return listed
    if re.search(r"[;\n]|\|", cell):
        return re.split(r"[;\n]|\|+", cell)
    if " and " in cell and ("," in cell.partition(" and ")[0] or cell.count(" and ") > 1):
        by_and = cell.split(" and ")
        if all(part.count(",") <= 1 for part in by_and):
            return by_and
    commas = [part.strip() for part in re.split(r",\s*(?:and\s+|&\s*)?|\s+&\s+", cell)]
    if len(commas) > 1:
        if all(_is_whole(part) for part in commas if not is_et_al(part)):
            return commas
        pairs = list(_pairs(commas))
        if len(commas) > 2 and pairs:
            return pairs
    return [cell]


def _listed(cell: str) -> list[str] | None:
    """Return the texts of a list as Python writes it, or None for anything else."""
    if not (cell.startswith("[") and cell.endswith("]") and re.match(r"\[\s*['\"]", cell)):
        return None
    try:
        found = ast.literal_eval(cell)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None
    return [str(item) for item in found] if isinstance(found, list) else None


@lru_cache(maxsize=16_384)
def _is_whole(name: str) -> bool:
    """Tell whether the text is a family name with its initials: "Smith J.A." or "Smith JA"."""
    if _DOTTED.fullmatch(name):
        return True
    family, initials, _ = short_name(name)
    return bool(family) and initials.isupper()


def _pairs(parts: list[str]) -> Iterator[str]:
    """Yield "Family, I." for each two parts, if each second one is initials."""
    if len(parts) % 2 or not all(_ONLY_INITIALS.fullmatch(part) for part in parts[1::2]):
        return
    for family, initials in zip(parts[::2], parts[1::2], strict=True):
        yield f"{family}, {initials}"
