"""What the search is told of sessions."""

import datetime

import pytest
from django.contrib.auth.models import AnonymousUser

from events import booking
from events.models import Session
from events.search import SessionSource
from kmportal.search.results import search
from kmportal.search.sources import Audience, Entry
from tests import builders

pytestmark = pytest.mark.django_db


def test_the_search_hears_what_the_session_is_for_and_whose_it_is_but_not_the_link_to_it(facilitator):
    session = builders.make_session(
        "Winter pressures",
        purpose="Share what worked.",
        starts_at=datetime.datetime(2026, 7, 1, 23, 30, tzinfo=datetime.UTC),
        site=builders.make_site("Riverside Hospital"),
        place="https://meet.example/secret",
        facilitator=facilitator,
    )

    assert list(SessionSource().entries(Session.objects.all())) == [
        Entry(
            object_id=session.pk,
            title="Winter pressures",
            url=f"/events/{session.pk}/",
            label="Knowledge cafe",
            body="Share what worked.",
            people=("Farid Facilitator",),
            keywords=("Knowledge cafe", "Riverside Hospital"),
            detail="Riverside Hospital",
            year=2026,
            # Half past eleven at night in UTC is the next day in London.
            date=datetime.date(2026, 7, 2),
            audience=Audience.OPEN,
        )
    ]


def test_a_session_is_found_from_its_publication_to_its_cancellation(facilitator):
    session = builders.make_session("Winter pressures", status="draft")

    def found() -> int:
        return search("winter", user=AnonymousUser()).total

    assert found() == 0
    booking.move(session, "publish", by=facilitator)
    assert found() == 1
    booking.move(session, "cancel", by=facilitator, note="Too few people.")
    assert found() == 0
