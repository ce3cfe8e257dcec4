"""Write mail: in the transaction of what it tells of, so that neither is there without the other."""

import re
from typing import Any

from django.conf import settings
from django.template import Context
from django.template.loader import get_template

from kmportal.jobs import later
from kmportal.mail.models import OutgoingMail
from kmportal.mail.tasks import send
from kmportal.people.models import User

LONGEST_SUBJECT = 300


def post(key: str, *, to: User | None, template: str, context: dict[str, Any]) -> None:
    """Write a message and queue the job that sends it once the transaction is committed.

    It goes to a person or, where `to` is None, to the library's mailbox.
    `key` names what it tells of and to whom, such as "returned-12-345": a second call with the same key does nothing,
    and neither does one for an account that is closed. `template` is a text under templates/ without its ".txt": the
    line "Subject: …", an empty line, then the words. Beside the context it knows `recipient`, `portal_url`,
    `portal_name`, `organisation` and `library_email`; nothing is escaped, as mail is plain text. Raises ValueError
    where the text does not start with its subject.
    """
    if to and not to.is_active:
        return
    subject, text = _rendered(template, {**_for_all_mail(to), **context})
    mail, is_new = OutgoingMail.objects.get_or_create(
        key=key,
        defaults={"to": to, "address": to.email if to else settings.LIBRARY_EMAIL, "subject": subject, "text": text},
    )
    if is_new:
        later(send, pk=mail.pk)


def absolute(path: str) -> str:
    """Return the whole address of a page of the portal from its path, for use outside of pages."""
    return settings.PORTAL_URL + path


def _for_all_mail(to: User | None) -> dict[str, Any]:
    return {
        "recipient": to,
        "portal_url": settings.PORTAL_URL,
        "portal_name": settings.PORTAL_NAME,
        "organisation": settings.PORTAL_ORGANISATION,
        "library_email": settings.LIBRARY_EMAIL,
    }


def _rendered(template: str, context: dict[str, Any]) -> tuple[str, str]:
    """Return subject and text. The subject is one line, whatever the titles and names in it hold."""
    loaded: Any = get_template(f"{template}.txt")
    rendered = loaded.template.render(Context(context, autoescape=False)).replace("\r\n", "\n")
    head, _, text = rendered.lstrip().partition("\n\n")
    if not head.startswith("Subject:"):
        raise ValueError(f"{template}.txt must start with its subject")
    subject = " ".join(head.removeprefix("Subject:").split())
    # Tags of a template leave lines of their own behind.
    return subject[:LONGEST_SUBJECT], re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"
