"""The ranking's sums, held against a slow and obvious way to work them out."""

import hashlib
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kmportal.search import ranking as ranking_module
from kmportal.search.ranking import (
    COUNT,
    HEADER,
    Corpus,
    Packed,
    Term,
    best_of_each,
    choose,
    rank,
    weight,
    weightiest,
)

WORDS = ["fall", "ward", "nurs", "sepsi", "strok", "delirium"]


def packed(documents: dict[int, tuple[dict[str, int], dict[str, int]]]) -> list[Packed]:
    """Pack documents, each given as the counts of its title's words and its body's, as the database does."""
    rows = []
    for number, (title, body) in documents.items():
        header = (number, number, 0, 1, 2020, sum(title.values()), sum(body.values()))
        counts = [
            (int.from_bytes(hashlib.sha256(word.encode()).digest()[:4]), title.get(word, 0), body.get(word, 0))
            for word in sorted({*title, *body})
        ]
        rows.append((np.array([header], HEADER).tobytes(), np.array(counts, COUNT).tobytes()))
    return rows


def ranked(documents, terms, corpus) -> list[int]:
    """Return the numbers of the documents that are listed, the best first."""
    return rank(packed(documents), terms, corpus).documents["id"].tolist()


def slow_scores(documents, terms, corpus) -> dict[int, float]:
    """BM25F, straight from the paper: one document and one word at a time."""
    scores, held, complete = {}, {}, {}
    for number, (title, body) in documents.items():
        score = share = 0.0
        for term in terms:
            tf = 2 * title.get(term.lexeme, 0) / (0.5 + 0.5 * sum(title.values()) / corpus.title_length)
            tf += body.get(term.lexeme, 0) / (0.25 + 0.75 * sum(body.values()) / corpus.body_length)
            n, df = max(corpus.documents, term.documents), term.documents
            idf = math.log(1 + (n - df + 0.5) / (df + 0.5)) * term.times
            score += idf * 2.5 * tf / (1.5 + tf)
            share += idf if tf else 0
        scores[number], held[number] = score, share
        complete[number] = all(term.lexeme in title for term in terms)
    best, most = max(scores.values()) or 1, max(held.values())
    return {
        number: score / best + (0.5 if complete[number] else 0)
        for number, score in scores.items()
        if held[number] >= 0.2 * most - 1e-9
    }


counts = st.dictionaries(st.sampled_from(WORDS), st.integers(1, 255), max_size=4)
collections = st.dictionaries(st.integers(1, 1_000), st.tuples(counts, counts), min_size=1, max_size=12)
queries = st.dictionaries(st.sampled_from(WORDS), st.tuples(st.integers(0, 60), st.integers(1, 3)), min_size=1).map(
    lambda words: [Term(word, documents, times) for word, (documents, times) in words.items()]
)


@settings(deadline=None)
@given(collections, queries)
def test_scores_are_those_of_the_formula_and_the_best_comes_first(documents, terms):
    corpus = Corpus(documents=50, title_length=4.0, body_length=120.0)

    ranking = rank(packed(documents), terms, corpus)

    found = dict(zip(ranking.documents["id"].tolist(), ranking.scores.tolist(), strict=True))
    expected = slow_scores(documents, terms, corpus)
    assert found == {number: pytest.approx(score) for number, score in expected.items()}
    assert list(ranking.scores) == sorted(ranking.scores, reverse=True)


@settings(deadline=None)
@given(collections, queries, st.integers(1, 5))
def test_in_how_many_batches_documents_come_does_not_matter(documents, terms, size):
    corpus = Corpus(documents=50, title_length=4.0, body_length=120.0)
    at_once = rank(packed(documents), terms, corpus)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ranking_module, "BATCH", size)
        in_batches = rank(packed(documents), terms, corpus)

    assert in_batches.documents.tolist() == at_once.documents.tolist()
    assert in_batches.scores.tolist() == at_once.scores.tolist()


def test_a_document_with_all_words_in_its_title_passes_one_that_repeats_them():
    corpus = Corpus(documents=1_000, title_length=5, body_length=100)
    repeating, titled = ({}, {"fall": 30, "ward": 30}), ({"fall": 1, "ward": 1}, {})

    assert ranked({1: repeating, 2: titled}, [Term("fall", 100), Term("ward", 100)], corpus) == [2, 1]


def test_of_equal_documents_the_later_comes_first():
    same = ({"fall": 1}, {"ward": 2})

    assert ranked({7: same, 9: same, 8: same}, [Term("fall", 3)], Corpus(10, 5, 100)) == [9, 8, 7]


def test_a_document_with_one_commonplace_word_of_many_is_not_listed():
    rare = [Term(word, 3) for word in WORDS[:4]]
    documents = {1: ({}, dict.fromkeys(WORDS[:4], 1)), 2: ({}, {"delirium": 5})}

    assert ranked(documents, [*rare, Term("delirium", 900)], Corpus(1_000, 5, 100)) == [1]


def test_nothing_is_ranked_without_documents_or_without_words():
    corpus = Corpus(0, 0, 0)

    assert ranked({}, [Term("fall", 0)], corpus) == []
    assert ranked({1: ({"fall": 1}, {})}, [], corpus) == []


def test_of_several_documents_of_one_thing_the_best_stays_and_of_equal_ones_the_first_part():
    # document, thing, part, kind and score, the best first
    rows = [(1, 7, 1, 1, 0.9), (2, 8, 2, 1, 0.8), (3, 8, 0, 1, 0.8), (4, 7, 0, 1, 0.5), (5, 7, 0, 2, 0.5)]
    documents = np.array([(*keys, 2020, 1, 1) for *keys, _ in rows], HEADER)
    scores = np.array([score for *_, score in rows])
    assert documents[best_of_each(documents, scores)]["id"].tolist() == [1, 3, 5]
    assert best_of_each(np.zeros(0, HEADER), np.zeros(0)).tolist() == []


def test_rare_words_weigh_more_and_no_word_weighs_less_than_nothing():
    corpus = Corpus(1_000, 5, 100)

    assert weight(Term("sepsi", 10), corpus) == pytest.approx(math.log(1 + 990.5 / 10.5))
    assert weight(Term("sepsi", 10, times=2), corpus) == pytest.approx(2 * math.log(1 + 990.5 / 10.5))
    # More documents than the corpus was last counted to have.
    assert weight(Term("the", 5_000), corpus) > 0


def test_rarest_words_are_looked_at_first_and_unknown_ones_not_at_all():
    terms = [Term("patient", 4_000), Term("sepsi", 40), Term("wrod", 0), Term("ward", 700)]
    corpus = Corpus(10_000, 5, 100)

    assert [term.lexeme for term in choose(terms, corpus, budget=1_000, floor=0)] == ["sepsi", "ward"]
    assert [term.lexeme for term in choose(terms, corpus, budget=10_000, floor=0)] == ["sepsi", "ward", "patient"]


def test_common_words_join_until_the_floor_is_held():
    terms = [Term("one", 30), Term("two", 300), Term("three", 310), Term("four", 320)]
    corpus = Corpus(1_000, 5, 100)
    chosen = choose(terms, corpus, budget=50, floor=0.7)

    held, whole = (sum(weight(term, corpus) for term in some) for some in (chosen, terms))
    without_last = held - weight(chosen[-1], corpus)
    assert [term.lexeme for term in chosen] == ["one", "two", "three"]
    assert without_last < 0.7 * whole <= held


@given(queries, st.integers(0, 100))
def test_whoever_holds_more_than_the_rest_of_the_weight_is_looked_at(terms, budget):
    corpus = Corpus(100, 5, 100)
    chosen = choose(terms, corpus, budget=budget)

    known = [term for term in terms if term.documents]
    left_out = [term for term in known if term not in chosen]
    assert sum(weight(term, corpus) for term in left_out) <= 0.3 * sum(weight(term, corpus) for term in known) + 1e-9


def test_of_very_many_words_the_weightiest_are_kept():
    terms = [Term(f"w{number}", 1 + number) for number in range(200)]

    kept = weightiest(terms, Corpus(1_000, 5, 100))

    assert kept == terms[: ranking_module.MAX_TERMS]
