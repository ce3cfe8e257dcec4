"""Ask for the DOI of a record: reserve it here at once, and leave it to a job to tell the agency."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction

from kmportal.jobs import later
from kmportal.lifecycle.transitions import MissingPermission, NotAllowed
from repository import access, editing
from repository.audience import Audience
from repository.identifiers import Scheme
from repository.models import DoiRegistration, Identifier, Record
from repository.models.registration import RegistrationState
from repository.status import Status

# Without i, l, o and u, which are misread or make words (Crockford's base 32).
LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"
COLOURS: dict[str, str] = {
    RegistrationState.WAITING: "yellow",
    RegistrationState.REGISTERED: "green",
    RegistrationState.FAILED: "red",
}


@dataclass(frozen=True)
class DoiPanel:
    """What a record's page says of its DOI to those who mint: the registration, or whether one can be asked for."""

    registration: DoiRegistration | None
    obstacle: str = ""  # why none can be asked for, in a sentence

    @property
    def colour(self) -> str:
        """The colour of the registration's state, see kmportal/design/status.py."""
        return COLOURS[self.registration.state] if self.registration else ""

    @property
    def is_late(self) -> bool:
        """Tell whether the DOI works, but the agency has not taken what has changed since."""
        one = self.registration
        return bool(one and one.failure and one.state == RegistrationState.REGISTERED)


def is_on() -> bool:
    """Tell whether the portal has an agency to register DOIs with."""
    return bool(settings.DATACITE_API)


@transaction.atomic
def ask(record: Record, *, by: Any) -> DoiRegistration:
    """Reserve a DOI for a published open record, write it among its identifiers, and queue its registration.

    Raises NotAllowed (MissingPermission) where no agency is set up, for those who may not mint, and for a record that
    has a DOI, is not open to everybody, or does not say what an agency demands.
    """
    _refuse(by)
    with editing.edit(record, by=by, reason="Asked for a DOI") as fresh:
        schemes = {identifier.scheme for identifier in fresh.identifiers.all()}
        registered = DoiRegistration.objects.filter(record=fresh).exists()
        if registered or Scheme.DOI in schemes:
            raise NotAllowed("This record has a DOI already.")
        if obstacle := _obstacle(fresh):
            raise NotAllowed(obstacle)
        doi = _free_doi(fresh)
        Identifier.objects.create(record=fresh, scheme=Scheme.DOI, value=doi)
        registration = DoiRegistration.objects.create(record=fresh, doi=doi, asked_by=by)
    _queue(registration)
    return registration


@transaction.atomic
def try_again(registration: DoiRegistration, *, by: Any) -> None:
    """Queue once more what the agency did not take. Raises NotAllowed where there is no such thing, or by whom."""
    _refuse(by)
    row = DoiRegistration.objects.select_for_update().get(pk=registration.pk)
    if not row.failure:
        raise NotAllowed("There is nothing to try again.")
    row.failure = ""
    if row.state == RegistrationState.FAILED:
        row.state = RegistrationState.WAITING
    row.save(update_fields=["failure", "state"])
    _queue(row)


def doi_panel(record: Record, user: Any, *, schemes: Collection[str]) -> DoiPanel | None:
    """Return what the record's page says of its DOI to the user; None to those who may not mint, or where it is off.

    `schemes` are those of the record's identifiers. One query, and of those who may not mint none.
    """
    if not is_on() or not access.may_mint(user):
        return None
    registration = DoiRegistration.objects.filter(record=record).first()
    if registration:
        return DoiPanel(registration)
    if Scheme.DOI in schemes or not _is_open(record):
        return None
    return DoiPanel(None, _obstacle(record))


def _refuse(by: Any) -> None:
    if not is_on():
        raise NotAllowed("This portal does not mint DOIs.")
    if not access.may_mint(by):
        raise MissingPermission("Only a library manager asks for a DOI.")


def _is_open(record: Record) -> bool:
    return record.status == Status.PUBLISHED and record.audience == Audience.OPEN


def _obstacle(record: Record) -> str:
    """Return why the record can have no DOI yet, or an empty text."""
    if not _is_open(record):
        return "Only a published record that everybody may read can have a DOI."
    if not record.issued:
        return "Give the record the date when it was issued: a DOI needs it."
    if not record.contributions.all():
        return "Say who made the work: a DOI needs an author."
    return ""


def _free_doi(record: Record) -> str:
    """Return a DOI that nobody has: the record's number, and letters that another portal would not come upon."""
    while True:
        letters = "".join(secrets.choice(LETTERS) for _ in range(5))
        doi = f"{settings.DATACITE_PREFIX}/km.{record.pk}.{letters}"
        is_taken = Identifier.objects.filter(scheme=Scheme.DOI, value=doi).exists()
        if not is_taken and not DoiRegistration.objects.filter(doi=doi).exists():
            return doi


def _queue(registration: DoiRegistration) -> None:
    from repository.tasks import register_doi  # jobs import what they do

    later(register_doi, registration_pk=registration.pk)
