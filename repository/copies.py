"""Copies on request: a colleague asks for a file that they may not read, and whoever deposited it answers."""

import datetime

from django.core import signing
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from kmportal.lifecycle.transitions import NotAllowed
from kmportal.mail import posting
from kmportal.people.models import User
from kmportal.people.roles import LIBRARIAN, LIBRARY_MANAGER
from repository import access
from repository.models import CopyRequest, Record, RecordFile

SIGNER = signing.Signer(salt="repository.copies")
# For how long a link gives the file.
DAYS = 7


class AlreadyAsked(Exception):
    """The person has asked for this file and nobody has answered yet."""


class AlreadyAnswered(Exception):
    """Somebody has answered the request before."""


@transaction.atomic
def ask(file: RecordFile, *, by: User, message: str) -> CopyRequest:
    """Ask for a copy of a file; those who can give it get a mail. Raises AlreadyAsked."""
    # Of two clicks at once the database lets one through, and the other finds its row.
    request, is_new = CopyRequest.objects.get_or_create(
        file=file, by=by, answered_at=None, defaults={"message": message}
    )
    if not is_new:
        raise AlreadyAsked
    for person in answerers(file):
        _post(request, "asked", to=person)
    return request


def grant(request: CopyRequest, *, by: User, answer: str = "") -> None:
    """Give the file for DAYS days: the asker gets a mail with a link. Raises NotAllowed and AlreadyAnswered."""
    _answer(request, by=by, answer=answer, granted=True)


def refuse(request: CopyRequest, *, by: User, answer: str = "") -> None:
    """Say no; the asker gets a mail. Raises NotAllowed and AlreadyAnswered."""
    _answer(request, by=by, answer=answer, granted=False)


def link(request: CopyRequest) -> str:
    """Return the path that gives the file to the asker, while it is open."""
    return reverse("repository:copy", args=[SIGNER.sign_object(request.pk)])


def key_of(token: str) -> int:
    """Return the key of the request that a link is for. Raises signing.BadSignature."""
    return int(SIGNER.unsign_object(token))


def answerers(file: RecordFile) -> list[User]:
    """Return who is asked: whoever deposited the record; where they have left, or nobody did, the librarians."""
    record = file.record
    people = [person for person in (record.depositor, record.entered_by) if person and person.is_active]
    librarians = User.objects.filter(is_active=True, groups__name__in=(LIBRARIAN.name, LIBRARY_MANAGER.name))
    return list(dict.fromkeys(people)) or list(librarians.distinct().order_by("pk"))


def waiting_for(user: User) -> QuerySet[CopyRequest]:
    """Return the requests that wait for this depositor's answer, with asker, file and record, the oldest first."""
    theirs = Q(file__record__depositor=user) | Q(file__record__entered_by=user)
    waiting = CopyRequest.objects.filter(theirs, answered_at=None).order_by("at", "pk")
    return waiting.select_related("by", "file__record")


@transaction.atomic
def _answer(request: CopyRequest, *, by: User, answer: str, granted: bool) -> None:
    if not access.may_answer_for_copies(by, request.file.record):
        raise NotAllowed("Only whoever deposited the record and the library can answer this.")
    if granted and not Record.objects.visible_to(request.by).filter(pk=request.file.record_id).exists():
        raise NotAllowed(f"{request.by} may not see this record any more, so the link would lead nowhere.")
    if not CopyRequest.objects.select_for_update().filter(pk=request.pk, answered_at=None).exists():
        raise AlreadyAnswered
    request.answered_at, request.answered_by, request.answer = timezone.now(), by, answer
    request.granted = granted
    request.open_until = request.answered_at + datetime.timedelta(days=DAYS) if granted else None
    request.save()
    _post(request, "granted" if granted else "refused", to=request.by)


def _post(request: CopyRequest, what: str, *, to: User) -> None:
    posting.post(
        f"copy-{what}-{request.pk}-to-{to.pk}",
        to=to,
        template=f"repository/mail/copy_{what}",
        context={"request": request, "file": request.file, "record": request.file.record, "link": link(request)},
    )
