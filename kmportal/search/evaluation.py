"""Measure how well a search ranks: read a judged collection, and work out the usual figures (pure).

The layout is the common one (BEIR): corpus.jsonl {_id, title, text}, queries.jsonl {_id, text}, and qrels.tsv with
query-id, corpus-id and score, with or without a header line; TREC's four columns, with one that is ignored, do as well.
"""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Judgements = Mapping[str, int]  # document -> how relevant it is; 0 or less means that it is not


class UnreadableCollection(Exception):
    """A file of the collection cannot be read; the message names the file and the line."""


@dataclass(frozen=True)
class Article:
    """A document of a collection."""

    id: str
    title: str
    text: str


@dataclass(frozen=True)
class JudgedQuery:
    """A question, and what is known of the documents that answer it. At least one does."""

    id: str
    text: str
    judgements: Judgements


def articles(folder: Path) -> Iterator[Article]:
    """Yield the documents of a collection. Raises UnreadableCollection."""
    seen: set[str] = set()
    for place, line in _json_lines(folder / "corpus.jsonl"):
        article = Article(_text(line, "_id", place), _text(line, "title", place, ""), _text(line, "text", place, ""))
        if article.id in seen:
            raise UnreadableCollection(f"{place}: there is another document with the _id {article.id}.")
        seen.add(article.id)
        yield article


def judged_queries(folder: Path) -> list[JudgedQuery]:
    """Return the queries for which a relevant document is known, in the file's order. Raises UnreadableCollection."""
    judgements: dict[str, dict[str, int]] = {}
    for place, query, document, score in _judgements(folder / "qrels.tsv"):
        if document in judgements.setdefault(query, {}):
            raise UnreadableCollection(f"{place}: document {document} is judged twice for query {query}.")
        judgements[query][document] = score
    found = []
    for place, line in _json_lines(folder / "queries.jsonl"):
        known = judgements.pop(_text(line, "_id", place), {})
        if any(score > 0 for score in known.values()):
            found.append(JudgedQuery(_text(line, "_id", place), _text(line, "text", place), known))
    if not found:
        raise UnreadableCollection(f"{folder}: no query has a document that is judged relevant.")
    return found


def ndcg(ranked: Sequence[str], judgements: Judgements, depth: int = 10) -> float:
    """Return the normalised discounted cumulative gain of the first `depth`: 0 to 1.

    The gain is the judged score itself (trec_eval's ndcg_cut), not two to its power.
    """
    best = sorted((score for score in judgements.values() if score > 0), reverse=True)
    gains = [max(judgements.get(document, 0), 0) for document in ranked[:depth]]
    return _discounted(gains) / _discounted(best[:depth])


def recall(ranked: Sequence[str], judgements: Judgements, depth: int = 100) -> float:
    """Return which part of the relevant documents is among the first `depth`: 0 to 1."""
    relevant = _relevant(judgements)
    return len(relevant.intersection(ranked[:depth])) / len(relevant)


def reciprocal_rank(ranked: Sequence[str], judgements: Judgements, depth: int = 10) -> float:
    """Return 1 over the place of the first relevant document, or 0 where none is among the first `depth`."""
    relevant = _relevant(judgements)
    return next((1 / place for place, document in enumerate(ranked[:depth], start=1) if document in relevant), 0.0)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least this share of all values does not exceed (nearest rank)."""
    return sorted(values)[max(math.ceil(share * len(values)) - 1, 0)]


def _relevant(judgements: Judgements) -> set[str]:
    return {document for document, score in judgements.items() if score > 0}


def _discounted(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(place + 1) for place, gain in enumerate(gains, start=1))


def _lines(path: Path) -> Iterator[tuple[str, str]]:
    """Yield each line that is not blank with its place, for messages."""
    try:
        with path.open(encoding="utf-8-sig") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield f"{path}, line {number}", line.rstrip("\r\n")
    except OSError as error:
        raise UnreadableCollection(f"{path}: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise UnreadableCollection(f"{path}: this is not a text file in UTF-8.") from None


def _json_lines(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for place, text in _lines(path):
        try:
            line = json.loads(text)
        except ValueError as error:
            raise UnreadableCollection(f"{place}: this is not JSON ({error}).") from None
        if not isinstance(line, dict):
            raise UnreadableCollection(f"{place}: this is not a JSON object.")
        yield place, line


def _text(line: Mapping[str, Any], key: str, place: str, default: str | None = None) -> str:
    value = line.get(key)
    if value is None and default is not None:
        return default
    if isinstance(value, int):
        return str(value)
    if not isinstance(value, str):
        raise UnreadableCollection(f"{place}: “{key}” is missing or is not a text.")
    return value


def _judgements(path: Path) -> Iterator[tuple[str, str, str, int]]:
    is_first = True
    for place, text in _lines(path):
        # Identifiers may hold spaces where tabs part the columns.
        columns = text.split("\t") if "\t" in text else text.split()
        if len(columns) not in (3, 4):
            raise UnreadableCollection(f"{place}: there are {len(columns)} columns, not 3 (or TREC's 4).")
        query, document, score = columns[0].strip(), columns[-2].strip(), columns[-1].strip()
        is_header, is_first = is_first and not _is_number(score), False
        if is_header:
            continue
        if not _is_number(score):
            raise UnreadableCollection(f"{place}: the score “{score}” is not a whole number.")
        yield place, query, document, int(float(score))


def _is_number(text: str) -> bool:
    try:
        return float(text).is_integer()
    except ValueError:
        return False
