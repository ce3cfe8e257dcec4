"""Hand mail that was written to the mail server, and decide what follows when that fails."""

import hashlib
import logging
from datetime import timedelta
from smtplib import SMTPRecipientsRefused, SMTPResponseException
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone

from kmportal.mail.models import OutgoingMail

# A server that is away is asked again after 5, 10, 20 … minutes, and at least twice a day.
FIRST_PAUSE = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(hours=12)
# "The give-up time generally needs to be at least 4-5 days" (RFC 5321, 4.5.4.1).
GIVE_UP_AFTER = timedelta(days=5)

logger = logging.getLogger(__name__)


def send_due(most: int) -> int:
    """Send what should have been sent by now, as many as `most`, and return how many were.

    Ends early where the mail server is away, so that one that does not answer is not waited for again and again.
    """
    sent = 0
    for pk in list(OutgoingMail.objects.due().values_list("pk", flat=True)[:most]):
        try:
            sent += send(pk)
        except ServerAway:
            break
    return sent


class ServerAway(Exception):
    """The mail server could not be reached, or turned the portal itself away."""


def send(pk: int) -> bool:
    """Send one message if it is due and nobody else is sending it; return whether it was sent now.

    Raises ServerAway once that is noted. The server may get a message twice where the portal is stopped between the
    server's answer and the commit; both then carry the same Message-ID.
    """
    with transaction.atomic():
        mail = OutgoingMail.objects.due().select_related("to").select_for_update(skip_locked=True, of=("self",))
        one = mail.filter(pk=pk).first()
        if one is None:
            return False
        if one.to and not one.to.is_active:
            _give_up(one, "The account was closed before it was sent.")
            return False
        away = _try(one)
    if away:
        raise ServerAway
    return one.sent_at is not None


def _try(mail: OutgoingMail) -> bool:
    """Try to send the message and note what became of it; return whether the server was away."""
    try:
        message(mail).send()
    except SMTPRecipientsRefused as refusal:
        code, reason = next(iter(refusal.recipients.values()), (0, b""))
        _failed(mail, f"{code} {_text(reason)}", for_good=500 <= code < 600)
        return False
    except ValueError as error:  # an address or a header that no mail can have
        _failed(mail, str(error), for_good=True)
        return False
    except OSError as error:  # SMTPException is one
        _failed(mail, _text(getattr(error, "smtp_error", "")) or str(error) or type(error).__name__)
        return not isinstance(error, SMTPResponseException)
    mail.sent_at, mail.next_try, mail.failure = timezone.now(), None, ""
    mail.save(update_fields=["sent_at", "next_try", "failure"])
    return False


def message(mail: OutgoingMail) -> EmailMessage:
    """Return the message as it goes out.

    Its Message-ID stays the same however often it is tried (RFC 5322, 3.6.4); the two other headers keep holiday
    replies away (RFC 3834, section 5; Exchange knows only its own).
    """
    digest = hashlib.sha256(mail.key.encode()).hexdigest()[:40]
    return EmailMessage(
        subject=mail.subject,
        body=mail.text,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[mail.address],
        reply_to=[settings.LIBRARY_EMAIL],
        headers={
            "Message-ID": f"<{digest}@{urlsplit(settings.PORTAL_URL).hostname}>",
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
        },
    )


def _failed(mail: OutgoingMail, reason: str, *, for_good: bool = False) -> None:
    now = timezone.now()
    if for_good or now - mail.created_at > GIVE_UP_AFTER:
        _give_up(mail, reason)
        return
    # The exponent is bounded before the pause is, since a pause of 2**40 minutes is no date any more.
    pause = min(FIRST_PAUSE * 2 ** min(mail.failures, 10), LONGEST_PAUSE)
    mail.failures, mail.failure, mail.next_try = mail.failures + 1, reason, now + pause
    mail.save(update_fields=["failures", "failure", "next_try"])
    logger.warning("Mail %d was not sent and is tried again at %s: %s", mail.pk, mail.next_try, reason)


def _give_up(mail: OutgoingMail, reason: str) -> None:
    mail.failures, mail.failure, mail.next_try = mail.failures + 1, reason, None
    mail.save(update_fields=["failures", "failure", "next_try"])
    logger.warning("Mail %d is given up: %s", mail.pk, reason)


def _text(words: Any) -> str:
    """Return what a server said, which comes as bytes, as a text that the database can hold."""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
    return text.replace("\x00", "")
