"""The cast that all tests share: one person per role, and a signed-in browser for each."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.test import Client

from kmportal import jobs
from kmportal.people import roles
from kmportal.people.models import User
from tests import builders


@pytest.fixture(autouse=True)
def media_in_a_temporary_folder(settings, tmp_path):
    """Keep the files that tests upload out of the portal's own folder."""
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def staff(db) -> User:
    return builders.make_user("Stella Staff", role=roles.STAFF)


@pytest.fixture
def depositor(db) -> User:
    return builders.make_user("Dele Depositor", role=roles.STAFF)


@pytest.fixture
def librarian(db) -> User:
    return builders.make_user("Libby Librarian", role=roles.LIBRARIAN)


@pytest.fixture
def library_manager(db) -> User:
    return builders.make_user("Maya Manager", role=roles.LIBRARY_MANAGER)


@pytest.fixture
def facilitator(db) -> User:
    return builders.make_user("Farid Facilitator", role=roles.FACILITATOR)


@pytest.fixture
def km_lead(db) -> User:
    return builders.make_user("Kim Lead", role=roles.KM_LEAD)


@pytest.fixture
def administrator(db) -> User:
    return builders.make_user("Ada Administrator", role=roles.ADMINISTRATOR)


@pytest.fixture
def signed_in() -> Callable[[User], Client]:
    """Give a function that makes a browser in which the person is signed in."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def run_waiting_jobs() -> Callable[[], None]:
    """Give a function that does what the worker would do now. In a thread: a browser's loop may have this one."""

    def run() -> None:
        with ThreadPoolExecutor(1) as pool:
            pool.submit(jobs.run_waiting).result()

    return run
