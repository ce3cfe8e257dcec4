"""A policy under review, the people who answer for it, and a browser for each."""

import datetime

import pytest

from tests import builders

TODAY = datetime.date(2026, 5, 3)


@pytest.fixture
def owner(db):
    return builders.make_user("Olive Owner", email="olive@trust.example")


@pytest.fixture
def deputy(db):
    return builders.make_user("Dan Deputy", email="dan@trust.example")


@pytest.fixture
def policy(owner, deputy):
    return make_policy("Hand hygiene policy", owner=owner, deputy=deputy)


def make_policy(title, *, due=TODAY, **fields):
    """Make a published policy that is due on the day, and was last reviewed a year before."""
    last = due.replace(year=due.year - 1) if due else None
    fields = {"type": "policy", "review_months": 12 if due else None, **fields}
    return builders.make_record(title, next_review=due, last_reviewed=last, **fields)
