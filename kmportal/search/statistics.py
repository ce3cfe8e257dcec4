"""Count in how many documents each word is, for the ranking: nightly, and when the index has grown a good deal."""

from django.db import connection, transaction
from django.db.models import Avg, Count

from kmportal.search.models import SearchCorpus, SearchDocument
from kmportal.search.ranking import Corpus

# How much the number of documents may change before the words are counted anew.
OUTGROWN = 0.1

# Rows that are still right stay as they are: a night's change is small, and each row written leaves a dead one behind.
COUNT_WORDS = """
WITH counted AS MATERIALIZED (
    SELECT word AS lexeme, ndoc AS documents FROM ts_stat('SELECT vector FROM search_searchdocument')
), gone AS (
    DELETE FROM search_searchterm AS term WHERE NOT EXISTS (SELECT FROM counted WHERE counted.lexeme = term.lexeme)
)
INSERT INTO search_searchterm AS term (lexeme, documents) SELECT lexeme, documents FROM counted
    ON CONFLICT (lexeme) DO UPDATE SET documents = excluded.documents WHERE term.documents <> excluded.documents
"""


@transaction.atomic
def refresh() -> None:
    """Count all words anew. Searches see the old counts until the transaction ends, and then all of the new ones."""
    with connection.cursor() as cursor:
        # Two at once would wait for each other's rows in no certain order.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('search.statistics'))")
        cursor.execute(COUNT_WORDS)
    counted = count()
    SearchCorpus.objects.update_or_create(
        pk=1,
        defaults={
            "documents": counted.documents,
            "title_length": counted.title_length,
            "body_length": counted.body_length,
        },
    )


def count() -> Corpus:
    """Count the documents and their average lengths now."""
    sums = SearchDocument.objects.aggregate(
        documents=Count("pk"), title_length=Avg("title_length"), body_length=Avg("body_length")
    )
    return Corpus(sums["documents"], float(sums["title_length"] or 0), float(sums["body_length"] or 0))


def corpus() -> Corpus:
    """Return what was last counted; where that was nothing yet (a new portal), count now."""
    counted = SearchCorpus.objects.first()
    if counted is None or not counted.documents:
        return count()
    return Corpus(counted.documents, counted.title_length, counted.body_length)


def refresh_if_outgrown() -> bool:
    """Count anew if the number of documents has changed by more than a tenth; tell whether that was done."""
    counted = SearchCorpus.objects.first()
    documents = SearchDocument.objects.count()
    if counted and abs(documents - counted.documents) <= OUTGROWN * counted.documents:
        return False
    refresh()
    return True
