"""Narrowing a list by facets; the lists of lessons, sessions and people tell the rest of the story."""

import pytest
from django.db import connection
from django.db.models import Q
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from kmportal.design import narrowing
from kmportal.design.narrowing import By, Narrowed
from lessons.models import Lesson, Priority
from tests.builders import make_lesson

pytestmark = pytest.mark.django_db

FACETS = (
    By("priority", "Priority", "priority", choices=dict(Priority.choices)),
    By("tag", "Tag", "tags__slug", "tags__name"),
)


def narrowed(address, **more):
    return Narrowed(Lesson.objects.order_by("sentence"), FACETS, QueryDict(address), **more)


def choices(list_):
    return {facet.name: [(one.value, one.count, one.selected) for one in facet.choices] for facet in list_.facets}


def test_a_rare_choice_stays_in_sight_once_it_is_ticked(monkeypatch):
    monkeypatch.setattr(narrowing, "MOST_CHOICES", 2)
    for tags in (("common", "second"), ("common", "second"), ("rare",)):
        make_lesson(tags=tags)
    assert choices(narrowed(""))["tag"] == [("common", 2, False), ("second", 2, False)]
    assert choices(narrowed("tag=rare"))["tag"] == [("common", 2, False), ("second", 2, False), ("rare", 1, True)]


def test_what_must_also_hold_counts_in_the_facets_but_does_not_make_a_tick_unknown():
    make_lesson("Ring", tags=("phone",))
    make_lesson("Count", tags=("drugs",))
    found = narrowed("tag=phone", also=Q(sentence="Count"))
    assert list(found.results) == []
    assert found.problems == []
    assert choices(found)["tag"] == [("drugs", 1, False), ("phone", 0, True)]


def test_facets_and_ticks_cost_a_fixed_number_of_questions():
    for number in range(10):
        make_lesson(tags=(f"tag {number}",))
    address = "&".join(f"tag=tag-{number}" for number in range(10)) + "&priority=information&priority=nonsense"
    with CaptureQueriesContext(connection) as queries:
        found = narrowed(address)
        list(found.results)
        assert len(found.facets) == 2
    assert len(queries) == 4  # what is known of each facet's ticks, the list, and all counts together


def test_an_empty_tick_is_no_tick():
    make_lesson()
    found = narrowed("priority=&tag=")
    assert (found.results.count(), found.problems, found.is_narrowed) == (1, [], False)
