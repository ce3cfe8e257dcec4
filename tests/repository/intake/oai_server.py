"""A real OAI-PMH repository on this machine, for tests: it answers as it should, or as badly as it is told to."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">\n'
NOW = "2026-03-01T09:30:00Z"


def item(number: int, title: str = "", *, changed: str = "2026-01-05T10:00:00Z", status: str = "") -> str:
    """Return a record as a repository gives it; one that is deleted has a header only."""
    header = f"<identifier>oai:there.example:{number}</identifier><datestamp>{changed}</datestamp>"
    if status:
        return f'<record><header status="{status}">{header}</header></record>\n'
    described = f"<dc:title>{title or f'Paper {number}'}</dc:title><dc:creator>Author{number}, Ann</dc:creator>"
    return (
        f"<record><header>{header}</header><metadata>"
        '<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/">{described}<dc:date>2020</dc:date></oai_dc:dc>'
        "</metadata></record>\n"
    )


def listing(*records: str, token: str = "", now: str = NOW) -> str:
    """Return an answer to ListRecords."""
    more = f"<resumptionToken>{token}</resumptionToken>" if token else ""
    return (
        f"{HEAD}<responseDate>{now}</responseDate>\n<ListRecords>\n{''.join(records)}{more}</ListRecords>\n</OAI-PMH>\n"
    )


def error(code: str, words: str = "") -> str:
    return f'{HEAD}<responseDate>{NOW}</responseDate><error code="{code}">{words}</error></OAI-PMH>\n'


def identify(granularity: str = "YYYY-MM-DDThh:mm:ssZ") -> str:
    return (
        f"{HEAD}<responseDate>{NOW}</responseDate><Identify><repositoryName>Northmoor Repository</repositoryName>"
        "<earliestDatestamp>2009-01-01T00:00:00Z</earliestDatestamp><deletedRecord>persistent</deletedRecord>"
        f"<granularity>{granularity}</granularity></Identify></OAI-PMH>\n"
    )


@dataclass
class Answer:
    """One answer over HTTP: `trickle` is how many seconds pass between its bytes."""

    body: str | bytes = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    trickle: float = 0.0
    announced: int | None = None  # its Content-Length, where that is a lie


@dataclass
class Repository:
    """What the server says to a list of records (by its arguments), and what it was asked."""

    lists: Callable[[dict[str, str]], Answer | str]
    says: Answer | str = field(default_factory=identify)
    asked: list[dict[str, str]] = field(default_factory=list)
    address: str = ""

    @property
    def lists_asked(self) -> list[dict[str, str]]:
        return [{k: v for k, v in one.items() if k != "verb"} for one in self.asked if one["verb"] == "ListRecords"]


@contextmanager
def running(repository: Repository) -> Iterator[Repository]:
    """Serve the repository on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
            repository.asked.append(asked)
            said = repository.says if asked.get("verb") == "Identify" else repository.lists(asked)
            answer = said if isinstance(said, Answer) else Answer(said)
            body = answer.body.encode() if isinstance(answer.body, str) else answer.body
            self.send_response(answer.status)
            for name, value in {"Content-Type": "text/xml", **answer.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body) if answer.announced is None else answer.announced))
            self.end_headers()
            try:
                for start in range(0, len(body), 1 if answer.trickle else len(body) or 1):
                    self.wfile.write(body[start : start + 1] if answer.trickle else body)
                    self.wfile.flush()
                    time.sleep(answer.trickle)
            except OSError:
                return  # whoever asked has gone

        def log_message(self, *arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    repository.address = f"http://127.0.0.1:{server.server_port}/oai"
    try:
        yield repository
    finally:
        server.shutdown()
        server.server_close()
