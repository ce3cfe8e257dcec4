"""The figures of a judged collection, worked out by hand, and the ways in which its files can be wrong."""

import math

import pytest

from kmportal.search.evaluation import (
    Article,
    JudgedQuery,
    UnreadableCollection,
    articles,
    judged_queries,
    ndcg,
    percentile,
    recall,
    reciprocal_rank,
)

JUDGED = {"a": 2, "b": 1, "c": 0, "d": 1}


def write(folder, **files) -> None:
    for name, text in files.items():
        (folder / {"corpus": "corpus.jsonl", "queries": "queries.jsonl", "qrels": "qrels.tsv"}[name]).write_text(text)


def test_gain_is_the_judged_score_discounted_by_place():
    ideal = 2 + 1 / math.log2(3) + 1 / math.log2(4)

    assert ndcg(["a", "b", "d"], JUDGED) == pytest.approx(1)
    assert ndcg(["c", "a", "x", "b"], JUDGED) == pytest.approx((2 / math.log2(3) + 1 / math.log2(5)) / ideal)
    assert ndcg(["x"] * 10 + ["a"], JUDGED) == 0
    assert ndcg([], JUDGED) == 0


def test_a_negative_judgement_is_no_gain_and_no_loss():
    assert ndcg(["n", "a"], {"a": 1, "n": -1}) == pytest.approx(1 / math.log2(3))


def test_recall_is_the_part_of_the_relevant_that_is_found():
    assert recall(["a", "c", "x"], JUDGED) == pytest.approx(1 / 3)
    assert recall(["x"] * 100 + ["a"], JUDGED) == 0


def test_reciprocal_rank_is_one_over_the_place_of_the_first_relevant():
    assert reciprocal_rank(["c", "x", "d", "a"], JUDGED) == pytest.approx(1 / 3)
    assert reciprocal_rank(["x"] * 10 + ["a"], JUDGED) == 0


def test_a_percentile_is_one_of_the_values():
    assert [percentile([5, 1, 4, 2, 3], share) for share in (0, 0.5, 0.95, 1)] == [1, 3, 5, 5]
    assert percentile([7], 0.5) == 7


@pytest.mark.parametrize(
    "qrels",
    [
        "query-id\tcorpus-id\tscore\n1\td1\t2\n1\td2\t0\n2\td1\t0\n",
        "1\td1\t2\n1\td2\t0\n2\td1\t0\n",
        "1 0 d1 2\r\n1 0 d2 0\r\n\r\n2 0 d1 0\r\n",
        "\ufeff1\t0\td1\t2\n1\t0\td2\t0.0\n2\t0\td1\t0",
    ],
)
def test_judgements_are_read_with_and_without_header_in_three_or_four_columns(tmp_path, qrels):
    write(
        tmp_path,
        queries='{"_id": 1, "text": "falls"}\n{"_id": "2", "text": "x"}\n\n{"_id": "3", "text": "y"}',
        qrels=qrels,
    )

    assert judged_queries(tmp_path) == [JudgedQuery("1", "falls", {"d1": 2, "d2": 0})]


def test_documents_are_read_one_by_one(tmp_path):
    write(tmp_path, corpus='{"_id": "d1", "title": "Falls", "text": "On wards", "url": ""}\n{"_id": 7, "text": "x"}\n')

    assert list(articles(tmp_path)) == [Article("d1", "Falls", "On wards"), Article("7", "", "x")]


QUERIES = '{"_id": "1", "text": "falls"}\n'
CORPUS = '{"_id": "d1", "title": "Falls", "text": "On wards"}\n'


@pytest.mark.parametrize(
    ("files", "complaint"),
    [
        ({}, r"qrels.tsv: No such file"),
        ({"qrels": "1\td1\t1\n"}, r"queries.jsonl: No such file"),
        ({"qrels": "1\td1\n", "queries": QUERIES}, r"qrels.tsv, line 1: there are 2 columns"),
        ({"qrels": "q\td\ts\n1\td1\tgood\n", "queries": QUERIES}, r"qrels.tsv, line 2: the score “good”"),
        ({"qrels": "1\td1\t0.5\n1\td1\t0.5\n", "queries": QUERIES}, r"qrels.tsv, line 2: the score “0.5”"),
        ({"qrels": "1\td1\t1\n1\td1\t1\n", "queries": QUERIES}, r"qrels.tsv, line 2: document d1 is judged twice"),
        ({"qrels": "1\td1\t0\n", "queries": QUERIES}, r"no query has a document that is judged relevant"),
        ({"qrels": "9\td1\t1\n", "queries": QUERIES}, r"no query has a document"),
        ({"qrels": "1\td1\t1\n", "queries": "{\n"}, r"queries.jsonl, line 1: this is not JSON"),
        ({"qrels": "1\td1\t1\n", "queries": "[1]\n"}, r"queries.jsonl, line 1: this is not a JSON object"),
        ({"qrels": "1\td1\t1\n", "queries": '{"_id": "1"}\n'}, r"queries.jsonl, line 1: “text” is missing"),
    ],
)
def test_what_is_wrong_with_a_collection_is_said_with_file_and_line(tmp_path, files, complaint):
    write(tmp_path, **files)

    with pytest.raises(UnreadableCollection, match=complaint):
        judged_queries(tmp_path)


@pytest.mark.parametrize(
    ("corpus", "complaint"),
    [
        (CORPUS + CORPUS, r"corpus.jsonl, line 2: there is another document with the _id d1"),
        (CORPUS + '{"title": "x"}', r"corpus.jsonl, line 2: “_id” is missing"),
        ('{"_id": "1", "title": ["x"]}', r"corpus.jsonl, line 1: “title” is missing or is not a text"),
    ],
)
def test_what_is_wrong_with_a_document_is_said_with_its_line(tmp_path, corpus, complaint):
    write(tmp_path, corpus=corpus)

    with pytest.raises(UnreadableCollection, match=complaint):
        list(articles(tmp_path))


def test_a_file_that_is_no_text_is_refused(tmp_path):
    (tmp_path / "corpus.jsonl").write_bytes(b"\xff\xfe\x00")

    with pytest.raises(UnreadableCollection, match="not a text file in UTF-8"):
        list(articles(tmp_path))
