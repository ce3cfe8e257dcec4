"""Tell the agency what a record with a DOI of ours says now: when it is registered, when it changes, when it goes."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.urls import reverse

from kmportal.mail.posting import absolute
from repository import outgoing
from repository.exchange import datacite
from repository.exchange.datacite_types import UNKNOWN
from repository.minting import agency
from repository.minting.asking import is_on
from repository.models import DoiRegistration, Record
from repository.models.registration import RegistrationState
from repository.status import Status
from repository.withdrawal import WithdrawalReason

# What the agency would keep of what we said before if we did not say that it is gone.
_GONE: dict[str, Any] = {
    **{name: [] for name in ("subjects", "contributors", "dates", "alternateIdentifiers", "relatedIdentifiers")},
    **{name: [] for name in ("sizes", "formats", "rightsList", "descriptions", "fundingReferences", "relatedItems")},
    "language": None,
    "version": None,
}


def tell(registration_pk: int) -> None:
    """Tell the agency of one DOI, and note what became of it; nobody else tells of it meanwhile.

    Raises agency.Unreachable, for the job to be tried again.
    """
    if not is_on():
        return
    failure: agency.Refused | agency.Unreachable | None = None
    with transaction.atomic():
        rows = DoiRegistration.objects.select_for_update(of=("self",)).select_related("record")
        registration = rows.get(pk=registration_pk)
        try:
            agency.put(registration.doi, attributes(registration))
        except (agency.Refused, agency.Unreachable) as error:
            failure = error
            registration.failure = str(error)
            # A DOI that is registered stays so, even where the agency does not take a change.
            if registration.told_of is None and isinstance(error, agency.Refused):
                registration.state = RegistrationState.FAILED
        else:
            registration.failure, registration.state = "", RegistrationState.REGISTERED
            registration.told_of = registration.record.changed_at
        registration.save(update_fields=["failure", "state", "told_of"])
    if isinstance(failure, agency.Unreachable):
        raise failure


def out_of_date() -> QuerySet[DoiRegistration]:
    """Return the DOIs of which the agency does not know what their records say now."""
    return DoiRegistration.objects.filter(Q(told_of=None) | Q(told_of__lt=F("record__changed_at")))


def attributes(registration: DoiRegistration) -> dict[str, Any]:
    """Return what the agency is told: all that everybody may read, or that the DOI is no longer to be found.

    The DOI of what is withdrawn or no longer open leads to the record's page as before, which says what has become of
    it; the agency hides it (its state "registered"). Of what was erased for legal reasons it forgets everything.
    """
    record = registration.record
    place = {"doi": registration.doi, "url": absolute(reverse("repository:record", args=[record.pk]))}
    # To hide is to take out of sight; what the agency has never seen is registered out of sight.
    hiding = {**place, "event": "register" if registration.told_of is None else "hide"}
    if record.withdrawal_reason == WithdrawalReason.LEGAL:
        return {**_erased(record), **hiding}
    item = outgoing.of_record(record, to=AnonymousUser())
    if item is None:
        return hiding if registration.told_of else {**_erased(record), **hiding}
    if record.status == Status.WITHDRAWN:
        return {**_described(item), **hiding}
    return {**_described(item), **place, "event": "publish"}


def _described(item: outgoing.Outgoing) -> dict[str, Any]:
    described = {**_GONE, **datacite.attributes(item)}
    if described["publisher"] == {"name": UNKNOWN}:
        described["publisher"] = {"name": settings.PORTAL_ORGANISATION}
    return described


def _erased(record: Record) -> dict[str, Any]:
    """Return what the agency must have of any DOI, without a word of the work itself."""
    return {
        **_GONE,
        "titles": [{"title": "No longer available"}],
        "creators": [{"name": UNKNOWN}],
        "publisher": {"name": settings.PORTAL_ORGANISATION},
        "publicationYear": str((record.published_at or record.created_at).year),
        "types": {"resourceTypeGeneral": "Other"},
    }
