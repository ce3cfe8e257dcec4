"""Answer each verb of the protocol (OAI-PMH 2.0, section 4)."""

import datetime
from collections.abc import Iterator
from dataclasses import replace

from django.conf import settings
from django.db.models import Q
from lxml import etree

from repository import outgoing
from repository.oai import records, responses, tokens
from repository.oai.arguments import Problem, Question, Refused
from repository.oai.formats import FORMATS
from repository.oai.identifiers import identifier_of, number_of
from repository.oai.records import NOBODY, Told
from repository.oai.sets import Sets
from repository.oai.tokens import BadToken, Position

PAGE = 100
_Element = etree._Element


def answer(question: Question, *, address: str, at: datetime.datetime) -> _Element:
    """Return the answer to a question that came to this address.

    `at` dates the answer: all that was changed before can be seen (records.settled). Raises Refused with what the
    protocol says of the question.
    """
    match question.verb:
        case "Identify":
            return _identify(address, at)
        case "ListMetadataFormats":
            return _metadata_formats(question)
        case "ListSets":
            return _sets(question)
        case "GetRecord":
            return _record(question)
    return _list(question, at)


def _identify(address: str, at: datetime.datetime) -> _Element:
    return responses.identify(
        name=settings.PORTAL_NAME,
        address=address,
        email=settings.LIBRARY_EMAIL,
        earliest=records.earliest() or at,
        domain=settings.OAI_IDENTIFIER_DOMAIN,
        sample=identifier_of(1),
    )


def _metadata_formats(question: Question) -> _Element:
    if question.identifier and not _known(question.identifier).is_open:
        raise Refused(Problem("noMetadataFormats", "This record was deleted, so there is nothing that describes it."))
    return responses.metadata_formats(FORMATS.items())


def _sets(question: Question) -> _Element:
    if question.token:
        raise Refused(Problem("badResumptionToken", "The list of sets comes in one piece."))
    return responses.sets(Sets())


def _record(question: Question) -> _Element:
    _refuse_unknown_format(question.prefix)
    return responses.listing("GetRecord", _rows([_known(question.identifier)], question.prefix, Sets()))


def _list(question: Question, at: datetime.datetime) -> _Element:
    """Return a page of a list: the first one, or that which the token leads to."""
    position = _resumed(question, at) if question.token else _begun(question, at)
    sets = Sets()
    condition = sets.condition(position.set) if position.set else Q()
    if condition is None:
        raise Refused(Problem("noRecordsMatch", "There is no such set."))
    found = records.changed(position.since, position.until, condition)
    if question.token:
        found = records.after(found, position.last)
    else:
        position = replace(position, size=found.count())
    rows = records.told(found[: PAGE + 1])
    if not rows:
        raise Refused(Problem("noRecordsMatch", "No record of this set was changed in this time."))
    page = rows[:PAGE]
    elements = _headers(page, sets) if position.verb == "ListIdentifiers" else _rows(page, position.prefix, sets)
    return responses.listing(position.verb, elements, _resumption(position, page, has_more=len(rows) > PAGE, at=at))


def _begun(question: Question, at: datetime.datetime) -> Position:
    _refuse_unknown_format(question.prefix)
    latest = records.end(at)
    until = min(question.until, latest) if question.until else latest
    return Position(question.verb, question.prefix, question.since, until, question.set, (until, 0), 0, 0)


def _resumed(question: Question, at: datetime.datetime) -> Position:
    try:
        position = tokens.unseal(question.token, key=settings.SECRET_KEY, now=at)
    except BadToken as error:
        raise Refused(Problem("badResumptionToken", str(error))) from None
    if position.verb != question.verb or position.prefix not in FORMATS:
        raise Refused(Problem("badResumptionToken", f"This resumption token is one of {position.verb}."))
    return position


def _resumption(position: Position, page: list[Told], *, has_more: bool, at: datetime.datetime) -> _Element | None:
    """Return what leads to the next page; the last one of several has an empty token, and one alone has none."""
    if not has_more and not position.cursor:
        return None
    if not has_more:
        return responses.resumption("", size=position.size, cursor=position.cursor, expires=None)
    expires = at + tokens.LIFETIME
    last = (page[-1].changed_at, page[-1].number)
    following = replace(position, last=last, cursor=position.cursor + len(page))
    token = tokens.seal(following, key=settings.SECRET_KEY, expires=expires)
    return responses.resumption(token, size=position.size, cursor=position.cursor, expires=expires)


def _headers(page: list[Told], sets: Sets) -> Iterator[_Element]:
    for row in page:
        yield _header(row, sets, is_deleted=not row.is_open)


def _rows(page: list[Told], prefix: str, sets: Sets) -> Iterator[_Element]:
    """Yield each record with its description. Of one that was closed since it was looked up there is none any more."""
    described = {item.number: item for item in outgoing.of_keys([row.number for row in page if row.is_open], to=NOBODY)}
    for row in page:
        item = described.get(row.number)
        description = FORMATS[prefix].element(item) if item else None
        yield responses.record(_header(row, sets, is_deleted=item is None), description)


def _header(row: Told, sets: Sets, *, is_deleted: bool) -> _Element:
    return responses.header(row.number, row.changed_at, sets.of(row.type, row.collection), is_deleted=is_deleted)


def _known(identifier: str) -> Told:
    """Return the record of an identifier. Raises Refused (idDoesNotExist)."""
    number = number_of(identifier)
    rows = records.told(records.harvested().filter(pk=number)) if number else []
    if not rows:
        raise Refused(Problem("idDoesNotExist", "There is no record of this identifier."))
    return rows[0]


def _refuse_unknown_format(prefix: str) -> None:
    if prefix not in FORMATS:
        raise Refused(Problem("cannotDisseminateFormat", f"The metadataPrefix must be one of {', '.join(FORMATS)}."))
