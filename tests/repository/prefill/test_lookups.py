"""Asking Crossref and PubMed: a server on this machine stands for both, and nobody outside is asked."""

import http.client
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from repository.exchange.entry import Credit, Entry
from repository.partial_dates import PartialDate
from repository.prefill import lookups
from repository.prefill.reference import understand

WORK = {
    "message": {
        "type": "journal-article",
        "title": ["Falls on a <i>frailty</i>\u0000 ward"],
        "DOI": "10.1000/FALLS.1",
        "ISSN": ["1895-5770"],
        "author": [
            {"given": "Jane", "family": "Smith", "ORCID": "https://orcid.org/0000-0002-1825-0097"},
            {"name": "Ward Group"},
        ],
        "issued": {"date-parts": [[2020, 2]]},
        "container-title": ["Ward Studies"],
        "volume": "12",
        "page": "45-50",
    }
}
NBIB = "\nPMID- 31452104\nDP  - 2020 Feb\nTI  - Falls on a frailty ward.\nJT  - Ward studies\n\n"


class Server:
    """A server that answers every request as it is told, and keeps what it was asked."""

    def __init__(self):
        self.asked = []
        self.status, self.kind, self.body, self.headers, self.pause = 200, "application/json", b"{}", {}, 0.0
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                server.asked.append(self.path)
                self.send_response(server.status)
                self.send_header("Content-Type", server.kind)
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
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def connect(self, host):
        connection = http.client.HTTPConnection(*self.http.server_address[:2], timeout=3)
        connection.connect()
        return connection


@pytest.fixture
def server(settings):
    settings.PREFILL_LOOKUPS = ["crossref", "pubmed"]
    server = Server()
    yield server
    server.http.shutdown()
    server.http.server_close()


def look_up(server, text="10.1000/falls.1"):
    return lookups.look_up(understand(text), connect=server.connect)


def failure(server):
    with pytest.raises(lookups.LookupFailed) as caught:
        look_up(server)
    return str(caught.value)


def test_it_is_off_unless_it_is_switched_on(server, settings):
    settings.PREFILL_LOOKUPS = []
    assert (look_up(server), server.asked) == (understand("10.1000/falls.1"), [])


def test_crossref_tells_of_a_doi(server):
    server.body = json.dumps(WORK).encode()
    guess = look_up(server)
    assert guess.read_as == "Crossref"
    assert guess.entry == Entry(
        type="article",
        title="Falls on a frailty ward",
        contributors=(
            Credit(family="Smith", given="Jane", orcid="0000-0002-1825-0097"),
            Credit(kind="group", group="Ward Group"),
        ),
        identifiers=(("doi", "10.1000/falls.1"), ("issn", "1895-5770")),
        issued=PartialDate.from_edtf("2020-02"),
        container_title="Ward Studies",
        volume="12",
        pages="45-50",
    )
    assert server.asked == ["/works/10.1000%2Ffalls.1"]


def test_pubmed_tells_of_a_pubmed_id(server):
    server.kind, server.body = "text/plain; charset=UTF-8", NBIB.encode()
    guess = look_up(server, "31452104")
    assert (guess.read_as, guess.entry.title, guess.pmid) == ("PubMed", "Falls on a frailty ward", "31452104")
    assert server.asked == ["/entrez/eutils/efetch.fcgi?db=pubmed&rettype=medline&retmode=text&id=31452104"]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"status": 404}, "does not know this"),
        ({"status": 500}, "did not answer as expected"),
        ({"status": 302, "headers": {"Location": "http://169.254.169.254/"}}, "did not answer as expected"),
        ({"kind": "text/html", "body": b"<html>"}, "in a form that we do not read"),
        ({"body": b"not json"}, "could not understand"),
        ({"body": b'{"message": {"issued": {"date-parts": 7}}}'}, "could not understand"),
        ({"body": b"[" * 100_000}, "could not understand"),
        ({"body": b'{"x": "' + b"x" * 1_100_000 + b'"}'}, "too large"),
    ],
)
def test_whatever_goes_wrong_is_a_sentence(server, answer, words):
    vars(server).update(answer)
    assert words in failure(server)
    assert len(server.asked) == 1


def test_who_answers_drop_by_drop_is_cut_off(server, monkeypatch):
    monkeypatch.setattr(lookups, "TOTAL_SECONDS", 0.3)
    server.body, server.pause = b" " * 1_000, 0.05
    assert "could not reach Crossref in time" in failure(server)


def test_nobody_there_is_a_sentence(server):
    def refuse(host):
        raise ConnectionRefusedError

    with pytest.raises(lookups.LookupFailed, match="could not reach Crossref"):
        lookups.look_up(understand("10.1000/x"), connect=refuse)


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "fd00::1", "192.168.1.1"])
def test_addresses_inside_are_refused(monkeypatch, address):
    rows = [(0, 0, 0, "", ("93.184.215.14", 443)), (0, 0, 0, "", (address, 443))]
    monkeypatch.setattr("socket.getaddrinfo", lambda *arguments, **options: rows)
    with pytest.raises(OSError, match="no public address"):
        lookups.public_address("api.crossref.org")


def test_an_address_of_the_open_internet_is_taken(monkeypatch):
    monkeypatch.setattr("socket.getaddrinfo", lambda *a, **o: [(0, 0, 0, "", ("93.184.215.14", 443))])
    assert lookups.public_address("api.crossref.org") == "93.184.215.14"
