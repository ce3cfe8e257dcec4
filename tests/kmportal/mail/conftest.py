"""A mail server on this machine, and a text to send."""

from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

TEXTS = {
    "greeting.txt": """Subject: {{ title }}

Dear {{ recipient.get_short_name }},

{{ words }}
{{ portal_url }}/a/
""",
    "headless.txt": "Dear colleague,\n\nthis text has no subject.\n",
}


class Mailbox:
    """What the server was handed, in order; `answers` is what it says to each recipient, by address."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.answers: dict[str, str] = {}

    async def handle_RCPT(self, server, session, envelope, address, options) -> str:  # noqa: N802
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802
        self.messages.append(message_from_bytes(envelope.content.replace(b"\r\n", b"\n"), policy=policy.default))
        return "250 OK"


class LocalController(Controller):
    """A server at a port that the system picks, told to the settings."""

    def factory(self) -> SMTP:
        return SMTP(self.handler, enable_SMTPUTF8=True, hostname="mail.example")

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture
def mail_server(settings) -> Iterator[Mailbox]:
    mailbox = Mailbox()
    controller = LocalController(mailbox, hostname="127.0.0.1", port=0)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    yield mailbox
    controller.stop()


@pytest.fixture(autouse=True)
def texts(settings) -> None:
    loader = ("django.template.loaders.locmem.Loader", TEXTS)
    engine = settings.TEMPLATES[0]
    settings.TEMPLATES = [{**engine, "APP_DIRS": False, "OPTIONS": {**engine["OPTIONS"], "loaders": [loader]}}]
    settings.PORTAL_URL = "https://portal.example.org"
    settings.PORTAL_NAME = "Knowledge portal"
    settings.LIBRARY_EMAIL = "library@trust.example"
    settings.DEFAULT_FROM_EMAIL = "Knowledge portal <portal@trust.example>"
