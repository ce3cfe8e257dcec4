"""Sessions as other systems get them in JSON."""

from typing import Any

from django.http import QueryDict
from django.urls import reverse

from events import access
from events.lists import SESSION_FACETS, is_past, narrowed_sessions
from events.models import Session
from kmportal.api.keyset import Order
from kmportal.api.problems import bad_request
from kmportal.api.resources import Listing, Parameter
from kmportal.api.values import moment
from kmportal.mail.posting import absolute


class SessionResource:
    name = "events"
    kind = "session"
    about = (
        "Sessions to come, the next one first; with when=past those that are over, the latest first. A cancelled"
        " session stays in the list and says so in its status."
    )
    parameters = (
        *(Parameter(by.name, f"Only sessions of this {by.label.lower()}, such as cafe.") for by in SESSION_FACETS),
        Parameter("when", "past for the sessions that are over."),
    )

    def listing(self, query: QueryDict, *, to: Any, after: str, size: int) -> Listing:
        if query.get("when") not in (None, "past"):
            raise bad_request("“when” can only be past. Leave it out for the sessions to come.")
        narrowed = narrowed_sessions(query)
        if narrowed.problems:
            raise bad_request(narrowed.problems[0])
        order = Order("starts_at", latest_first=is_past(query))
        keys, following = order.page(narrowed.results, after=after, size=size)
        sessions = Session.objects.for_list().in_bulk(keys)
        return Listing([serialised(sessions[key]) for key in keys], following)

    def one(self, key: int, *, to: Any) -> dict[str, Any] | None:
        announced = Session.objects.visible_to(to).filter(status__in=access.ANNOUNCED)
        session = announced.for_list().filter(pk=key).first()
        return serialised(session) if session else None


def serialised(session: Session) -> dict[str, Any]:
    """Return a session that comes from for_list() as JSON values. Every name is always there."""
    return {
        "id": session.pk,
        "url": absolute(session.get_absolute_url()),
        "api_url": absolute(reverse("api:one", args=["events", session.pk])),
        "status": session.status,
        "kind": session.kind,
        "title": session.title,
        "purpose": session.purpose,
        "starts_at": moment(session.starts_at),
        "ends_at": moment(session.ends_at),
        "site": session.site.name if session.site else "",
        "place": session.place,
        "facilitator": str(session.facilitator) if session.facilitator else "",
        "changed_at": moment(session.changed_at),
    }
