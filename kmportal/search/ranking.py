"""Choose which documents to look at and put them in order: BM25F over the words' counts (pure; numpy).

BM25F: Robertson, Zaragoza and Taylor, "Simple BM25 extension to multiple weighted fields", CIKM 2004, with a separate
length normalisation for each field (Zaragoza et al., TREC 2004). The inverse document frequency is Lucene's, which is
never negative.
"""

import hashlib
import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

# --- The settings, each with its reason. nDCG@10 is flat around them: they are round numbers, and not tuned. ----------
# How soon more of the same word stops to count. 1.2 to 2 is usual; abstracts are short, so repetition means something.
K1 = 1.5
# A word in the title counts as much as two in the text: titles are the author's own summary.
TITLE_WEIGHT = 2.0
# How far length counts against a document. Long texts say the same in more words; a long title is seldom idle talk.
TITLE_LENGTH_SHARE = 0.5
BODY_LENGTH_SHARE = 0.75
# Added, on a scale where the best score is 1, when every word asked for is in the title. Of those who type a word that
# one title has, 90 % get it first without the bonus, 98 % with 0.2 and all with this; long questions rank the same.
TITLE_BONUS = 0.5
# Documents that are fetched and scored: 5,000 take about 20 ms.
CANDIDATES = 5_000
# ... but words join beyond that until they hold this share of the query's weight. Without it, and with room for a
# twentieth of all documents (5,000 of 100,000), queries in sentences lose a sixth of their nDCG; with it, nothing.
WEIGHT_FLOOR = 0.7
# A document is listed and counted if it holds this share of the weight that the best one holds. What holds less has one
# commonplace word of many and never reaches the first pages; it would only drown the counts.
LISTED_SHARE = 0.2
# The weightiest words of a pasted text; more change no figure.
MAX_TERMS = 64
# Documents whose words are in memory at once: a few megabytes, however many documents there are.
BATCH = 1_000

# One word's count in a document, as indexing.py packs it, and what candidates.py packs beside all of these.
COUNT = np.dtype([("hash", ">u4"), ("title", "u1"), ("body", "u1")])
HEADER = np.dtype(
    [
        ("id", ">i8"),
        ("thing", ">i8"),  # several documents may be of one thing: of one number and one kind
        ("part", ">i2"),  # 0 for the thing itself
        ("kind", ">i2"),
        ("year", ">i2"),  # 0 for none
        ("title_length", ">i4"),
        ("body_length", ">i4"),
    ]
)

Packed = tuple[bytes, bytes]  # a document: a row of HEADER, and a row of COUNT for each of its words
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Term:
    """A word of the query in the form that the index holds: in how many documents it is, how often it was asked."""

    lexeme: str
    documents: int
    times: int = 1

    @property
    def hash(self) -> int:
        """The four bytes that stand for the word in a document's counts: the first of its SHA-256."""
        return int.from_bytes(hashlib.sha256(self.lexeme.encode()).digest()[:4])


@dataclass(frozen=True)
class Corpus:
    """How many documents there are, and the average number of words in a title and in the rest."""

    documents: int
    title_length: float
    body_length: float


def weight(term: Term, corpus: Corpus) -> float:
    """Return what a word says: its inverse document frequency, times how often it was asked for."""
    # The numbers of documents are from the last count, and one may be older than the other.
    documents = max(corpus.documents, term.documents)
    return term.times * math.log(1 + (documents - term.documents + 0.5) / (term.documents + 0.5))


def weightiest(terms: Collection[Term], corpus: Corpus) -> list[Term]:
    """Return the MAX_TERMS terms that say most, in the order given."""
    kept = set(sorted(terms, key=lambda term: (-weight(term, corpus), term.lexeme))[:MAX_TERMS])
    return [term for term in terms if term in kept]


def choose(
    terms: Collection[Term], corpus: Corpus, *, budget: int = CANDIDATES, floor: float = WEIGHT_FLOOR
) -> list[Term]:
    """Choose the terms whose documents are looked at, so that these are few and hold what would rank high.

    The rarest terms come first, while their documents fit the budget, and beyond it until they hold the floor's share
    of all weight. So whichever document holds more than the rest of the weight (`1 - floor`) is looked at. Terms that
    no document holds are left out.
    """
    rarest_first = sorted((term for term in terms if term.documents), key=lambda term: (term.documents, term.lexeme))
    needed = floor * sum(weight(term, corpus) for term in rarest_first)
    chosen: list[Term] = []
    documents, held = 0, 0.0
    for term in rarest_first:
        if documents + term.documents > budget and held >= needed:
            break
        chosen.append(term)
        documents += term.documents
        held += weight(term, corpus)
    return chosen


@dataclass(frozen=True)
class Ranking:
    """The listed documents, each a row of HEADER, the best first, and their scores in that order."""

    documents: NDArray[np.void]
    scores: Numbers


def rank(documents: Iterable[Packed], terms: Sequence[Term], corpus: Corpus) -> Ranking:
    """Score the documents for all terms of the query and return those that are listed, the best first.

    The best score without the bonus is 1. Of two documents with the same score the one indexed later comes first. Of
    each document a few numbers are kept; the counts of its words go with its batch.
    """
    sums = [_sums(batch, terms, corpus) for batch in _batches(documents)]
    if not sums or not terms:
        return Ranking(np.zeros(0, HEADER), np.zeros(0))
    headers, scores, held, is_titled = (np.concatenate(column) for column in zip(*sums, strict=True))
    scores = scores / (scores.max() or 1) + TITLE_BONUS * is_titled
    rows = np.flatnonzero(held >= LISTED_SHARE * held.max())
    rows = rows[np.lexsort((-headers["id"][rows], -scores[rows]))]
    return Ranking(headers[rows], scores[rows])


def best_of_each(documents: NDArray[np.void], scores: Numbers) -> NDArray[np.intp]:
    """Return the row of the best document of each thing, in the order given: one thing is found once.

    Of documents with the same score the first part is taken: words of the title alone find the thing itself.
    """
    order = np.lexsort((documents["part"], -scores))
    things = documents["thing"].astype(np.int64) << 8 | documents["kind"]
    _, first = np.unique(things[order], return_index=True)
    return np.sort(order[first])


def _batches(documents: Iterable[Packed]) -> Iterator[list[Packed]]:
    iterator = iter(documents)
    while batch := list(islice(iterator, BATCH)):
        yield batch


def _sums(batch: Sequence[Packed], terms: Sequence[Term], corpus: Corpus) -> tuple[NDArray[Any], ...]:
    """Return of each document its header, its score, the weight it holds, and whether its title has every term."""
    documents = np.frombuffer(b"".join(header for header, _ in batch), HEADER)
    document, term, title, body = _occurrences([counts for _, counts in batch], terms)
    weights = np.array([weight(term, corpus) for term in terms])[term]
    title_norm = _norm(documents["title_length"][document], corpus.title_length, TITLE_LENGTH_SHARE)
    body_norm = _norm(documents["body_length"][document], corpus.body_length, BODY_LENGTH_SHARE)
    frequency = TITLE_WEIGHT * title / title_norm + body / body_norm

    scores = np.bincount(document, weights * (K1 + 1) * frequency / (K1 + frequency), len(documents))
    held = np.bincount(document, weights, len(documents))
    in_title = np.bincount(document, title > 0, len(documents))
    return documents, scores, held, in_title == len(terms)


def _norm(lengths: Numbers, average: float, share: float) -> Numbers:
    """Return by how much each length makes a count worth less: 1 for the average length."""
    return 1 - share + share * lengths / (average or 1)


def _occurrences(
    counts_of_each: Sequence[bytes], terms: Sequence[Term]
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.uint8], NDArray[np.uint8]]:
    """Find the terms in the documents' words: for each place the document's row, the term's row and the two counts."""
    counts = np.frombuffer(b"".join(counts_of_each), COUNT)
    hashes = counts["hash"].astype(np.uint32)
    wanted = np.array([term.hash for term in terms], np.uint32)
    order = np.argsort(wanted)
    # Of a million words a few thousand are asked for: a table of half their hash sorts out the others at once.
    table = np.zeros(1 << 16, bool)
    table[wanted & 0xFFFF] = True
    places = np.flatnonzero(table[hashes & 0xFFFF])
    nearest = np.minimum(np.searchsorted(wanted, hashes[places], sorter=order), len(wanted) - 1)
    term = order[nearest]
    right = wanted[term] == hashes[places]
    places, term = places[right], term[right]
    ends = np.cumsum([len(counts) for counts in counts_of_each]) // COUNT.itemsize
    document = np.searchsorted(ends, places, side="right")
    return document, term, counts["title"][places], counts["body"][places]
