"""Records as other systems get them in JSON."""

from typing import Any

from django.http import QueryDict
from django.urls import reverse

from kmportal.api.keyset import Order
from kmportal.api.problems import bad_request, gone
from kmportal.api.resources import Listing, Parameter
from kmportal.api.values import moment
from kmportal.mail.posting import absolute
from repository import outgoing
from repository.exchange.entry import Credit, Entry, SubjectHeading
from repository.exchange.outgoing import Outgoing
from repository.filters import RecordFilter
from repository.identifiers import address
from repository.languages import language_tag
from repository.licences import ADDRESSES
from repository.models import Record
from repository.partial_dates import PartialDate
from repository.status import Status

_TEXTS = (
    *("container_title", "container_abbreviation", "volume", "issue", "pages", "article_number", "series", "edition"),
    *("publisher", "place", "institution", "report_number", "degree", "event_name", "event_place"),
)
_ABOUT = {
    "type": "Only works of this type, such as article, guideline or poster.",
    "year": "Only works issued in this year, such as 2025; “none” for those without a date.",
    "financial_year": "Only works issued in the year from this April to next March: 2024 is that of 2024/25.",
    "subject": "Only works with this subject heading, by its number: it stands in the address of the list.",
    "department": "Only works of this department, by the word that stands for it in the address of the list.",
    "collection": "Only works in this collection or in one that lies in it, by its word in the address of the list.",
    "tag": "Only works with this tag, by its word in the address of the list.",
}


class RecordResource:
    name = "records"
    kind = "record"
    about = (
        "Published works: papers, guidelines, policies, posters and others. The ones added last come first. Each"
        " filter of the list of records works here too, and may stand several times."
    )
    parameters = tuple(Parameter(name, _ABOUT[name]) for name in RecordFilter.base_filters)
    order = Order()

    def listing(self, query: QueryDict, *, to: Any, after: str, size: int) -> Listing:
        narrowing = RecordFilter(query, user=to)
        if problems := narrowing.problems():
            raise bad_request(problems[0])
        keys, following = self.order.page(narrowing.qs, after=after, size=size)
        return Listing([serialised(sent) for sent in outgoing.of_keys(keys, to=to)], following)

    def one(self, key: int, *, to: Any) -> dict[str, Any] | None:
        status = Record.objects.visible_to(to).filter(pk=key).values_list("status", flat=True).first()
        if status == Status.WITHDRAWN:
            raise gone("This record was withdrawn. Its page says why.")
        if status not in (Status.PUBLISHED, Status.REPLACED):
            return None
        return next((serialised(sent) for sent in outgoing.of_keys([key], to=to)), None)


def serialised(sent: Outgoing) -> dict[str, Any]:
    """Return a record as JSON values. Every name is always there; what is not known is an empty text, list or null."""
    entry = sent.entry
    return {
        "id": sent.number,
        "url": sent.url,
        "api_url": absolute(reverse("api:one", args=["records", sent.number])),
        "type": entry.type,
        "title": entry.title,
        "vernacular_title": entry.vernacular_title,
        "abstract": entry.abstract,
        "contributors": [_contributor(credit) for credit in entry.contributors],
        "issued": _date(entry.issued),
        "available_online": _date(entry.available_online),
        "event_date": _date(entry.event_date),
        **{name: getattr(entry, name) for name in _TEXTS},
        "identifiers": [
            {"scheme": scheme, "value": value, "url": address(scheme, value) or None}
            for scheme, value in entry.identifiers
        ],
        "subjects": [_subject(heading) for heading in entry.subjects],
        "tags": list(entry.keywords),
        "languages": [language_tag(code) for code in entry.languages],
        "publication_types": list(entry.publication_types),
        "notices": [_notice(entry, number) for number in range(len(entry.notices))],
        "web_address": entry.url,
        "licence": {"id": entry.licence, "url": ADDRESSES.get(entry.licence)} if entry.licence else None,
        "collections": list(sent.collections),
        "department": sent.department,
        "files": [
            {"name": file.name, "media_type": file.media_type, "size": file.size, "url": file.url}
            for file in sent.files
        ],
        "published_at": moment(sent.published_at),
        "changed_at": moment(sent.changed_at),
    }


def _contributor(credit: Credit) -> dict[str, Any]:
    return {
        "kind": credit.kind,
        "role": credit.role,
        "name": credit.credited_as,
        "family_name": credit.family,
        "given_names": credit.given,
        "suffix": credit.suffix,
        "orcid": credit.orcid or None,
        "affiliations": list(credit.affiliations),
    }


def _subject(heading: SubjectHeading) -> dict[str, Any]:
    return {
        "scheme": heading.scheme,
        "label": heading.label,
        "major": heading.major,
        "qualifiers": [{"label": label, "major": major} for label, major in heading.qualifiers],
    }


def _notice(entry: Entry, number: int) -> dict[str, Any]:
    notice = entry.notices[number]
    return {"kind": notice.kind, "text": notice.text, "pmid": notice.pmid or None}


def _date(date: PartialDate | None) -> str | None:
    """Return a date as exactly as it is known, in EDTF (ISO 8601-2): "2020", "2020-02", "2020-02-14", "2019-24"."""
    return date.edtf if date else None
