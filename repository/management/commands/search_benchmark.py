"""Measure how well and how fast the search finds: a judged collection is loaded as records into a scratch database."""

import json
import signal
import time
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from statistics import fmean
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connection
from django.utils import timezone
from tqdm import tqdm

from kmportal.search import evaluation, indexing, statistics
from kmportal.search.evaluation import Article, JudgedQuery, UnreadableCollection
from kmportal.search.models import SearchDocument
from kmportal.search.plain_text import clean
from kmportal.search.results import search
from kmportal.search.scratch import scratch_database
from repository.models import Record, Status
from repository.record_types import RecordType

LONGEST_TITLE = Record._meta.get_field("title").max_length


class Command(BaseCommand):
    help = (
        "Load a judged collection (corpus.jsonl, queries.jsonl, qrels.tsv) into a scratch database, ask the search "
        "every judged query and print the figures as one JSON object. The portal's own content is not touched."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="The folder that holds the collection.")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        # So that the scratch database is dropped when the command is ended from outside, too.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            queries = evaluation.judged_queries(folder)
            with scratch_database():
                article_ids = _load(evaluation.articles(folder))
                figures = {**_measure(queries, article_ids), "documents": len(article_ids), "queries": len(queries)}
        except UnreadableCollection as error:
            raise CommandError(str(error), returncode=2) from None
        except DatabaseError as error:
            raise CommandError(f"The database refused: {error}") from error
        except KeyboardInterrupt:
            raise CommandError("Stopped. The scratch database is dropped.", returncode=130) from None
        self.stdout.write(json.dumps(figures))


def _load(articles: Iterable[Article]) -> dict[int, str]:
    """Publish each article as a record; return the articles' ids by those of the search's documents."""
    ids: dict[int, str] = {}
    articles = iter(tqdm(articles, "Loading", unit=" documents"))
    while batch := list(islice(articles, indexing.BATCH)):
        records = Record.objects.bulk_create(_record(article) for article in batch)
        indexing.refresh(records)
        ids |= {record.pk: article.id for record, article in zip(records, batch, strict=True)}
    statistics.refresh()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return {pk: ids[record] for pk, record in SearchDocument.objects.values_list("pk", "object_id")}


def _record(article: Article) -> Record:
    # A "title" longer than any is the beginning of the text.
    title, text = clean(article.title), clean(article.text)
    title, rest = title[:LONGEST_TITLE], title[LONGEST_TITLE:]
    return Record(
        type=RecordType.OTHER,
        status=Status.PUBLISHED,
        title=title,
        abstract=rest + text,
        published_at=timezone.now(),
    )


def _measure(queries: list[JudgedQuery], article_ids: dict[int, str]) -> dict[str, float]:
    reader = AnonymousUser()
    search(queries[0].text, user=reader)  # the first search of a process also opens its connection
    times, answers = [], []
    for query in tqdm(queries, "Searching", unit=" queries"):
        start = time.perf_counter()
        found = search(query.text, user=reader)
        times.append((time.perf_counter() - start) * 1_000)
        answers.append(([article_ids[pk] for pk in found.ranked[:100]], query.judgements))
    return {
        "ndcg@10": round(fmean(evaluation.ndcg(*answer) for answer in answers), 4),
        "recall@100": round(fmean(evaluation.recall(*answer) for answer in answers), 4),
        "mrr@10": round(fmean(evaluation.reciprocal_rank(*answer) for answer in answers), 4),
        "p50_ms": round(evaluation.percentile(times, 0.5), 1),
        "p95_ms": round(evaluation.percentile(times, 0.95), 1),
    }
