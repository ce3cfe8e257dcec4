"""Pages that begin after the last thing of the one before: nothing comes twice, nothing is left out."""

import datetime

import pytest

from events.models import Session
from kmportal.api.keyset import Order
from kmportal.api.problems import Problem
from tests.builders import make_session

pytestmark = pytest.mark.django_db

NOON = datetime.datetime(2026, 3, 10, 12, 0, 0, 123456, tzinfo=datetime.UTC)


@pytest.fixture
def sessions(db):
    """Seven sessions, three of which start at the same moment."""
    return [make_session(starts_at=NOON + datetime.timedelta(hours=hour)) for hour in (3, 1, 2, 2, 2, 0, 4)]


def walked(order, size):
    pages, after = [], ""
    while True:
        keys, after = order.page(Session.objects.all(), after=after, size=size)
        pages.append(keys)
        if not after:
            return pages


@pytest.mark.parametrize("size", [1, 2, 3, 6, 7, 8])
@pytest.mark.parametrize("latest_first", [True, False])
def test_all_come_once_and_in_order(sessions, size, latest_first):
    expected = sorted(sessions, key=lambda one: (one.starts_at, one.pk), reverse=latest_first)
    pages = walked(Order("starts_at", latest_first), size)
    assert [key for page in pages for key in page] == [session.pk for session in expected]
    assert all(pages)
    by_key = walked(Order("", latest_first), size)
    assert [key for page in by_key for key in page] == sorted((one.pk for one in sessions), reverse=latest_first)


def test_what_comes_or_goes_meanwhile_moves_nothing(sessions):
    order = Order("starts_at", latest_first=False)
    first, after = order.page(Session.objects.all(), after="", size=3)
    Session.objects.filter(pk__in=first).delete()
    make_session(starts_at=NOON - datetime.timedelta(hours=1))
    second, _ = order.page(Session.objects.all(), after=after, size=10)
    expected = sorted(sessions, key=lambda one: (one.starts_at, one.pk))
    assert first + second == [session.pk for session in expected]


@pytest.mark.parametrize(
    "after",
    ["x", "-1", "1_1", "2026-03-10T12:00:00_5", "2026-99-10T12:00:00.000000Z_5", "5", "2026-03-10T12:00:00.000000Z",
     "1" * 30, "٣", "9999-12-31T23:59:59.999999Z_"],
)  # fmt: skip
def test_a_place_that_was_made_up_is_refused(after):
    with pytest.raises(Problem, match="must be taken from the address in “next”"):
        Order("starts_at").page(Session.objects.all(), after=after, size=3)


def test_a_moment_is_no_place_in_a_list_by_key(sessions):
    _, after = Order("starts_at").page(Session.objects.all(), after="", size=3)
    with pytest.raises(Problem):
        Order().page(Session.objects.all(), after=after, size=3)
