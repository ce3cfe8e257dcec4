"""The counts over all documents: taken now and then, and never in the way of what is new."""

import pytest
from django.contrib.auth.models import AnonymousUser

from kmportal.search import statistics, tasks
from kmportal.search.models import SearchCorpus, SearchDocument, SearchTerm
from kmportal.search.ranking import Corpus
from kmportal.search.results import search
from tests import builders

pytestmark = pytest.mark.django_db


def terms() -> dict[str, int]:
    return dict(SearchTerm.objects.values_list("lexeme", "documents"))


def test_words_are_counted_by_document():
    builders.make_record("Falls, falls and sepsis", authors=())
    builders.make_record("Falls", authors=())

    statistics.refresh()

    assert terms() == {"fall": 2, "sepsi": 1}
    assert statistics.corpus() == Corpus(documents=2, title_length=2.0, body_length=0.0)


def test_counting_again_changes_what_has_changed_and_drops_what_is_gone():
    builders.make_record("Falls and sepsis", authors=())
    statistics.refresh()
    SearchDocument.objects.all().delete()
    builders.make_record("Falls and delirium", authors=())
    builders.make_record("Falls", authors=())

    statistics.refresh()

    assert terms() == {"fall": 2, "delirium": 1}
    assert SearchCorpus.objects.count() == 1


def test_a_new_portal_is_counted_on_the_spot():
    assert statistics.corpus() == Corpus(0, 0.0, 0.0)
    builders.make_record("Falls", authors=())

    assert statistics.corpus() == Corpus(1, 1.0, 0.0)


def test_a_word_younger_than_the_last_count_is_found_at_once():
    builders.make_record("Falls")
    statistics.refresh()
    builders.make_record("Mpox")

    assert [hit.title for hit in search("mpox", user=AnonymousUser()).page] == ["Mpox"]
    assert [hit.title for hit in search("falls mpox", user=AnonymousUser()).page] == ["Mpox", "Falls"]


def test_an_index_that_has_grown_is_counted_anew_and_one_that_has_not_is_left():
    builders.make_record("Falls")
    tasks.count_words_of_a_grown_index(timestamp=0)
    assert terms()["fall"] == 1

    assert statistics.refresh_if_outgrown() is False
    builders.make_record("Falls again")
    assert statistics.refresh_if_outgrown() is True
    assert terms()["fall"] == 2


def test_the_nightly_job_counts():
    builders.make_record("Falls", authors=())

    tasks.count_words(timestamp=0)

    assert terms() == {"fall": 1}
