"""Give a long list in pages, each of which begins after the last thing of the one before (keyset paging).

However far down a page is, it takes no longer than the first; what is added or taken away meanwhile makes nothing come
twice or be left out.
"""

import datetime
import re
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.dateparse import parse_datetime

from kmportal.api.problems import bad_request

_PLACE = re.compile(r"(?:(?P<moment>[0-9T:.Z-]{20,27})_)?(?P<key>[0-9]{1,18})")


@dataclass(frozen=True)
class Order:
    """The order of a list: by a column of moments, and then by key, or by key alone."""

    moment: str = ""
    latest_first: bool = True

    def page(self, things: QuerySet[Any], *, after: str, size: int) -> tuple[list[int], str]:
        """Return the keys of one page, and the place after which the next one begins; "" where there is none.

        `after` is such a place, or "" for the first page. Raises Problem where it is neither. One query.
        """
        columns = [self.moment, "pk"] if self.moment else ["pk"]
        sign = "-" if self.latest_first else ""
        if after:
            things = things.filter(self._beyond(after))
        rows = list(things.order_by(*(sign + column for column in columns)).values_list(*columns)[: size + 1])
        keys = [row[-1] for row in rows[:size]]
        return keys, self._place(rows[size - 1]) if len(rows) > size else ""

    def _place(self, row: tuple[Any, ...]) -> str:
        *moments, key = row
        return "_".join([*(_iso(moment) for moment in moments), str(key)])

    def _beyond(self, place: str) -> Q:
        found = _PLACE.fullmatch(place)
        moment = _moment(found["moment"]) if found and found["moment"] else None
        if not found or (moment is None) == bool(self.moment):
            raise bad_request("“after” must be taken from the address in “next”.")
        way = "lt" if self.latest_first else "gt"
        beyond = Q(**{f"pk__{way}": int(found["key"])})
        if moment is None:
            return beyond
        return Q(**{f"{self.moment}__{way}": moment}) | Q(**{self.moment: moment}) & beyond


def _iso(moment: datetime.datetime) -> str:
    return moment.astimezone(datetime.UTC).isoformat().replace("+00:00", "Z")


def _moment(text: str) -> datetime.datetime | None:
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None
