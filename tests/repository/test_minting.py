"""DOIs of our own: who asks for one, what DataCite hears of it, and what becomes of it when DataCite will not.

A real server on this machine stands for DataCite, and nobody outside is asked.
"""

import base64
import datetime
import json
import re
import runpy
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob

from kmportal import settings as kmportal_settings
from kmportal.lifecycle.models import Edit
from kmportal.lifecycle.transitions import MissingPermission, NotAllowed
from repository import editing, erasure, minting, restricting, tasks, versions, withdrawing
from repository.audience import Audience
from repository.minting import agency, asking, telling
from repository.models import DoiRegistration, Identifier, Record
from tests.builders import make_record

pytestmark = pytest.mark.django_db

ACCOUNT = ("TRUST.LIB", "open sesame ü")
DOI = re.compile(r"10\.5072/km\.[0-9]+\.[0-9a-hjkmnp-tv-z]{5}")


class DataCite:
    """A server that answers each request as it is told, and keeps what it was asked."""

    def __init__(self):
        self.asked = []
        self.status, self.body, self.headers, self.pause = 201, b'{"data": {}}', {}, 0.0
        self.drops = False
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_PUT(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                server.asked.append((self.command, self.path, dict(self.headers), body["data"]))
                if server.drops:
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                self.send_response(server.status)
                for name, value in server.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                try:
                    for byte in server.body if server.pause else ():
                        self.wfile.write(bytes([byte]))
                        time.sleep(server.pause)
                    self.wfile.write(b"" if server.pause else server.body)
                except OSError:
                    pass  # the other side has gone

            def log_message(self, *arguments):
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    @property
    def told(self):
        """The attributes that it was last told."""
        return self.asked[-1][3]["attributes"]


@pytest.fixture
def datacite(settings):
    server = DataCite()
    settings.DATACITE_API, settings.DATACITE_PREFIX = server.address, "10.5072"
    settings.DATACITE_USER, settings.DATACITE_PASSWORD = ACCOUNT
    settings.PORTAL_URL, settings.PORTAL_ORGANISATION = "https://portal.example", "Riverside Trust"
    yield server
    server.http.shutdown()
    server.http.server_close()


@pytest.fixture
def record():
    return make_record("Falls on a frailty ward", issued="2024-05", abstract="We fell less.")


def waiting():
    """Return the DOIs that jobs wait to tell the agency of."""
    jobs = ProcrastinateJob.objects.filter(task_name="repository.tasks.register_doi", status="todo")
    return [job.args["registration_pk"] for job in jobs.order_by("id")]


def registered(record, by):
    """Return a registration that the agency has taken."""
    registration = minting.ask(record, by=by)
    telling.tell(registration.pk)
    registration.refresh_from_db()
    return registration


def state(registration):
    registration.refresh_from_db()
    return registration.state, registration.failure


# --- Asking ------------------------------------------------------------------------------------------------------
def test_a_manager_asks_and_datacite_is_told(datacite, record, library_manager):
    registration = minting.ask(record, by=library_manager)
    doi = registration.doi
    assert DOI.fullmatch(doi)
    assert (registration.state, registration.asked_by, registration.told_of) == ("waiting", library_manager, None)
    assert list(record.identifiers.values_list("scheme", "value")) == [("doi", doi)]
    edit = Edit.objects.of(record).get()
    assert (edit.reason, edit.by) == ("Asked for a DOI", library_manager)
    assert (waiting(), datacite.asked) == ([registration.pk], [])

    tasks.register_doi(registration.pk)
    record.refresh_from_db()
    registration.refresh_from_db()
    assert (registration.state, registration.failure, registration.told_of) == ("registered", "", record.changed_at)
    ((method, path, headers, data),) = datacite.asked
    assert (method, path) == ("PUT", f"/dois/{doi}")
    assert base64.b64decode(headers["Authorization"].removeprefix("Basic ")).decode() == ":".join(ACCOUNT)
    assert headers["Content-Type"] == "application/vnd.api+json"
    assert (data["type"], data["id"]) == ("dois", doi)
    expected = {
        "event": "publish",
        "doi": doi,
        "url": f"https://portal.example/repository/{record.pk}/",
        "titles": [{"title": "Falls on a frailty ward"}],
        "publisher": {"name": "Riverside Trust"},
        "publicationYear": "2024",
        "descriptions": [{"description": "We fell less.", "descriptionType": "Abstract"}],
        "subjects": [],
        "fundingReferences": [],
    }
    assert {name: data["attributes"][name] for name in expected} == expected
    assert [creator["name"] for creator in data["attributes"]["creators"]] == ["Smith, Jane"]


def test_the_worker_does_it(transactional_db, datacite, run_waiting_jobs):
    from kmportal.people import roles
    from tests.builders import make_user

    registration = minting.ask(make_record(), by=make_user(role=roles.LIBRARY_MANAGER))
    run_waiting_jobs()
    assert (state(registration), len(datacite.asked), waiting()) == (("registered", ""), 1, [])


def test_it_is_off_unless_it_is_switched_on(record, library_manager, signed_in, settings):
    assert settings.DATACITE_API == ""
    browser = signed_in(library_manager)
    assert "Ask for a DOI" not in browser.get(record.get_absolute_url()).text
    assert browser.post(f"/repository/{record.pk}/doi/").status_code == 404
    with pytest.raises(NotAllowed, match="does not mint"):
        minting.ask(record, by=library_manager)
    DoiRegistration.objects.create(record=record, doi="10.5072/km.1.abcde")
    tasks.tell_agency_of_changes(0)
    assert waiting() == []
    telling.tell(DoiRegistration.objects.get().pk)
    assert DoiRegistration.objects.get().told_of is None


@pytest.mark.parametrize("role", ["staff", "depositor", "librarian", "facilitator", "km_lead"])
def test_others_may_not(role, request, datacite, record, signed_in):
    user = request.getfixturevalue(role)
    with pytest.raises(MissingPermission):
        minting.ask(record, by=user)
    browser = signed_in(user)
    assert "Ask for a DOI" not in browser.get(record.get_absolute_url()).text
    assert browser.post(f"/repository/{record.pk}/doi/").status_code == 404
    assert not DoiRegistration.objects.exists()


def test_strangers_are_asked_to_sign_in(client, datacite, record):
    assert client.post(f"/repository/{record.pk}/doi/").headers["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize(
    ("described", "words"),
    [
        ({"status": "submitted"}, "Only a published record"),
        ({"status": "withdrawn"}, "Only a published record"),
        ({"status": "replaced"}, "Only a published record"),
        ({"audience": "staff"}, "everybody may read"),
        ({"issued": ""}, "the date when it was issued"),
        ({"authors": ()}, "an author"),
        ({"identifiers": (("doi", "10.1000/1"),)}, "has a DOI already"),
    ],
)
def test_what_can_have_no_doi(described, words, datacite, library_manager):
    record = make_record(**described)
    with pytest.raises(NotAllowed, match=words):
        minting.ask(record, by=library_manager)
    assert (waiting(), DoiRegistration.objects.count()) == ([], 0)
    assert Identifier.objects.filter(record=record).count() == len(described.get("identifiers", ()))


def test_nobody_asks_twice(datacite, record, library_manager):
    minting.ask(record, by=library_manager)
    Identifier.objects.filter(record=record).delete()
    with pytest.raises(NotAllowed, match="has a DOI already"):
        minting.ask(record, by=library_manager)
    assert len(waiting()) == 1


def test_a_doi_that_somebody_has_is_not_given_again(datacite, record, library_manager, monkeypatch):
    letters = iter("aaaaabbbbbccccc")
    monkeypatch.setattr(asking.secrets, "choice", lambda of: next(letters))
    make_record(identifiers=(("doi", f"10.5072/km.{record.pk}.aaaaa"),))
    DoiRegistration.objects.create(record=make_record(), doi=f"10.5072/km.{record.pk}.bbbbb")
    assert minting.ask(record, by=library_manager).doi == f"10.5072/km.{record.pk}.ccccc"


def test_the_next_version_has_no_doi_of_the_one_before(datacite, library_manager):
    record = make_record(depositor=library_manager, identifiers=(("pmid", "31452104"),))
    minting.ask(record, by=library_manager)
    draft = versions.begin(record, by=library_manager)
    assert list(draft.identifiers.values_list("scheme", "value")) == [("pmid", "31452104")]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"DATACITE_API": "http://api.datacite.example"}, "DATACITE_API must start with https://"),
        ({"DATACITE_PREFIX": "5072"}, "DATACITE_PREFIX must be the prefix"),
        ({"DATACITE_PASSWORD": ""}, "DATACITE_USER and DATACITE_PASSWORD must be set"),
    ],
)
def test_half_an_account_stops_the_start(changed, words, monkeypatch):
    whole = {
        "DATACITE_API": "https://api.datacite.example/", "DATACITE_PREFIX": "10.5072",
        "DATACITE_USER": ACCOUNT[0], "DATACITE_PASSWORD": ACCOUNT[1],
    }  # fmt: skip
    for name, value in whole.items():
        monkeypatch.setenv(name, value)
    read = runpy.run_path(kmportal_settings.__file__)
    assert {name: read[name] for name in whole} == {**whole, "DATACITE_API": "https://api.datacite.example"}
    for name, value in changed.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured, match=words):
        runpy.run_path(kmportal_settings.__file__)


# --- What DataCite answers ---------------------------------------------------------------------------------------
REFUSED = json.dumps({"errors": [{"status": "422", "title": "Can't be blank:\n  titles"}]}).encode()


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"status": 401}, "does not accept our account"),
        ({"status": 403}, "does not accept our account"),
        ({"status": 422, "body": REFUSED}, "does not accept what the record says: Can't be blank: titles"),
        ({"status": 422, "body": b"<html>"}, "it does not say why"),
        ({"status": 422, "body": b'{"errors": 7}'}, "it does not say why"),
        ({"status": 422, "body": b"[" * 100_000}, "it does not say why"),
        ({"status": 302, "headers": {"Location": "http://169.254.169.254/"}}, "do not understand (302)"),
    ],
)
def test_a_refusal_is_said_in_words_and_tried_again_when_somebody_asks(
    answer, words, datacite, record, library_manager, signed_in
):
    vars(datacite).update(answer)
    registration = minting.ask(record, by=library_manager)
    telling.tell(registration.pk)
    how, why = state(registration)
    assert how == "failed"
    assert words in why
    assert (len(datacite.asked), registration.told_of) == (1, None)

    browser = signed_in(library_manager)
    page = browser.get(record.get_absolute_url()).text
    assert "Refused by the agency" in page
    assert "Try again" in page
    ProcrastinateJob.objects.all().delete()
    answered = browser.post(f"/repository/{record.pk}/doi/", follow=True)
    assert "We try again" in answered.text
    assert (state(registration), waiting()) == (("waiting", ""), [registration.pk])
    datacite.status = 200
    telling.tell(registration.pk)
    assert state(registration) == ("registered", "")


@pytest.mark.parametrize("answer", [{"status": 500}, {"status": 503}, {"status": 429}, {"drops": True}])
def test_what_may_pass_is_tried_again_by_the_job(answer, datacite, record, library_manager):
    vars(datacite).update(answer)
    registration = minting.ask(record, by=library_manager)
    with pytest.raises(agency.Unreachable):
        telling.tell(registration.pk)
    how, why = state(registration)
    assert (how, why.startswith(("DataCite cannot", "We could not reach"))) == ("waiting", True)
    vars(datacite).update({"status": 201, "drops": False})
    telling.tell(registration.pk)
    assert state(registration) == ("registered", "")


def test_who_answers_drop_by_drop_is_cut_off(datacite, record, library_manager, monkeypatch):
    monkeypatch.setattr(agency, "TOTAL_SECONDS", 0.3)
    datacite.body, datacite.pause = b" " * 1_000, 0.05
    registration = minting.ask(record, by=library_manager)
    with pytest.raises(agency.Unreachable):
        telling.tell(registration.pk)
    assert state(registration) == ("waiting", "We could not reach DataCite in time.")


def test_nobody_there(datacite, record, library_manager, settings):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings.DATACITE_API = f"http://127.0.0.1:{free.getsockname()[1]}"
    registration = minting.ask(record, by=library_manager)
    with pytest.raises(agency.Unreachable, match="could not reach"):
        telling.tell(registration.pk)


def test_the_password_goes_nowhere_without_tls(datacite, record, library_manager, settings):
    settings.DATACITE_API = "http://api.datacite.example"
    registration = minting.ask(record, by=library_manager)
    telling.tell(registration.pk)
    assert state(registration) == (
        "failed", "The address of DataCite must start with https://. Ask whoever runs the portal to mend it.",
    )  # fmt: skip
    assert datacite.asked == []


def test_an_address_below_a_path_and_a_doi_with_signs(datacite, settings):
    settings.DATACITE_API = f"{datacite.address}/api"
    agency.put("10.5072/a b#c?d", {})
    assert datacite.asked[0][1] == "/api/dois/10.5072/a%20b%23c%3Fd"


# --- Changes, and the end ----------------------------------------------------------------------------------------
def test_changes_are_told_every_night(datacite, record, library_manager):
    registration = registered(record, library_manager)
    others = [registered(make_record(f"Other {number}"), library_manager) for number in range(2)]
    ProcrastinateJob.objects.all().delete()
    tasks.tell_agency_of_changes(0)
    assert waiting() == []
    with editing.edit(record, by=library_manager) as fresh:
        fresh.title, fresh.abstract = "Falls at night", ""
    tasks.tell_agency_of_changes(0)
    assert (waiting(), registration not in others) == ([registration.pk], True)
    telling.tell(registration.pk)
    assert (datacite.told["titles"], datacite.told["descriptions"], datacite.told["event"]) == (
        [{"title": "Falls at night"}], [], "publish",
    )  # fmt: skip
    assert not telling.out_of_date().exists()


def test_a_change_that_is_refused_leaves_the_doi_registered(datacite, record, library_manager, signed_in):
    registration = registered(record, library_manager)
    with editing.edit(record, by=library_manager) as fresh:
        fresh.title = "Falls at night"
    vars(datacite).update(status=422, body=REFUSED)
    telling.tell(registration.pk)
    assert state(registration)[0] == "registered"
    page = signed_in(library_manager).get(record.get_absolute_url()).text
    assert "The DOI works, but DataCite does not know the latest changes." in page
    assert list(telling.out_of_date()) == [registration]


def test_what_is_withdrawn_is_hidden_and_leads_to_its_tombstone(datacite, record, library_manager, client):
    registration = registered(record, library_manager)
    withdrawing.withdraw(record, by=library_manager, reason="error", note="The figures are wrong.")
    assert list(telling.out_of_date()) == [registration]
    telling.tell(registration.pk)
    assert (datacite.told["event"], datacite.told["doi"]) == ("hide", registration.doi)
    path = datacite.told["url"].removeprefix("https://portal.example")
    assert client.get(path).status_code == 410
    assert not telling.out_of_date().exists()


def test_what_is_closed_is_hidden_and_nothing_more_is_said(datacite, record, library_manager):
    registration = registered(record, library_manager)
    restricting.restrict(record, audience=Audience.STAFF, by=library_manager)
    telling.tell(registration.pk)
    assert datacite.told == {
        "doi": registration.doi, "url": f"https://portal.example/repository/{record.pk}/", "event": "hide",
    }  # fmt: skip


def test_what_is_closed_before_datacite_hears_of_it_is_registered_without_a_word(datacite, record, library_manager):
    registration = minting.ask(record, by=library_manager)
    restricting.restrict(record, audience=Audience.LIBRARY, by=library_manager)
    telling.tell(registration.pk)
    assert (datacite.told["event"], datacite.told["titles"]) == ("register", [{"title": "No longer available"}])
    assert "Falls" not in json.dumps(datacite.told)


def test_of_what_is_erased_datacite_forgets_everything(datacite, record, library_manager, administrator):
    registration = registered(record, library_manager)
    erasure.erase(record, by=administrator, ground="A court's order")
    assert list(telling.out_of_date()) == [registration]
    telling.tell(registration.pk)
    said = json.dumps(datacite.told)
    assert not any(word in said for word in ("Falls", "fell", "Smith"))
    assert (datacite.told["event"], datacite.told["descriptions"]) == ("hide", [])


def test_a_replaced_version_keeps_its_doi(datacite, record, library_manager):
    registration = registered(record, library_manager)
    Record.objects.filter(pk=record.pk).update(status="replaced")
    telling.tell(registration.pk)
    assert datacite.told["event"] == "publish"


# --- The page ----------------------------------------------------------------------------------------------------
def test_a_manager_asks_on_the_page_and_sees_how_far_it_is(datacite, record, library_manager, signed_in):
    browser = signed_in(library_manager)
    assert "Ask for a DOI" in browser.get(record.get_absolute_url()).text
    page = browser.post(f"/repository/{record.pk}/doi/", follow=True).text
    registration = DoiRegistration.objects.get()
    assert f"The DOI {registration.doi} is reserved." in page
    assert "Until then the DOI leads nowhere." in page
    assert "Ask for a DOI" not in page
    assert "There is nothing to try again." in browser.post(f"/repository/{record.pk}/doi/", follow=True).text
    telling.tell(registration.pk)
    assert "DataCite hears of changes every night." in browser.get(record.get_absolute_url()).text


def test_the_page_says_what_is_missing_and_keeps_silent_where_none_is_needed(datacite, library_manager, signed_in):
    browser = signed_in(library_manager)
    undated = make_record(issued="")
    assert "Give the record the date when it was issued" in browser.get(undated.get_absolute_url()).text
    known = make_record(identifiers=(("doi", "10.1000/1"),))
    assert "Ask for a DOI" not in browser.get(known.get_absolute_url()).text


def test_the_button_is_no_way_to_learn_of_what_is_not_there(datacite, library_manager, signed_in, depositor):
    browser = signed_in(library_manager)
    draft = make_record(status="draft", depositor=depositor)
    answers = [browser.post(f"/repository/{pk}/doi/").status_code for pk in (draft.pk, 10**12)]
    assert answers == [404, 404]
    assert browser.get(f"/repository/{draft.pk}/doi/").status_code == 405


def test_one_query_for_those_who_mint_and_none_for_others(datacite, record, library_manager, librarian, signed_in):
    def asked(user):
        with CaptureQueriesContext(connection) as queries:
            signed_in(user).get(record.get_absolute_url())
        return sum("repository_doiregistration" in query["sql"] for query in queries)

    assert (asked(library_manager), asked(librarian)) == (1, 0)
    registered(record, library_manager)
    assert (asked(library_manager), asked(librarian)) == (1, 0)


def test_the_nightly_look_is_one_query_however_many_there_are(datacite, library_manager):
    for number in range(3):
        DoiRegistration.objects.create(
            record=make_record(f"Paper {number}"), doi=f"10.5072/{number}", told_of=datetime.datetime.now(datetime.UTC)
        )
    with CaptureQueriesContext(connection) as queries:
        tasks.tell_agency_of_changes(0)
    assert (len(queries), waiting()) == (1, [])
