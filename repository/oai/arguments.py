"""Read what a harvester asks for, and say what is wrong with it (OAI-PMH 2.0, sections 2.7.1, 3.6 and 4)."""

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass

DAY, SECOND = "YYYY-MM-DD", "YYYY-MM-DDThh:mm:ssZ"

_DATESTAMP = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)?")
# RFC 2396's unreserved characters, of which prefixes and the parts of a setSpec are made.
_WORD = r"[A-Za-z0-9\-_.!~*'()]+"
_PREFIX = re.compile(_WORD)
_SET = re.compile(f"{_WORD}(:{_WORD})*")


@dataclass(frozen=True, slots=True)
class Problem:
    """One error of an answer: its code, of section 3.6, and what is wrong in a sentence."""

    code: str
    text: str


class Refused(Exception):
    """A question that cannot be answered, with its problems, at least one."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(*(problem.text for problem in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Arguments:
    """The names of the arguments that a verb takes; an exclusive one comes alone."""

    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    exclusive: str = ""


_OF_A_LIST = Arguments(("metadataPrefix",), ("from", "until", "set"), "resumptionToken")
VERBS: dict[str, Arguments] = {
    "Identify": Arguments(),
    "ListMetadataFormats": Arguments(optional=("identifier",)),
    "ListSets": Arguments(exclusive="resumptionToken"),
    "GetRecord": Arguments(("identifier", "metadataPrefix")),
    "ListIdentifiers": _OF_A_LIST,
    "ListRecords": _OF_A_LIST,
}


@dataclass(frozen=True, slots=True)
class Question:
    """What a harvester asks for. Texts that it does not give are empty.

    `since` and `until` are the first and the last moment of the time it asks for, both inclusive, in UTC.
    """

    verb: str
    identifier: str = ""
    prefix: str = ""
    since: datetime.datetime | None = None
    until: datetime.datetime | None = None
    set: str = ""
    token: str = ""


def read(pairs: Iterable[tuple[str, str]]) -> Question:
    """Return the question that the arguments of a request are. Raises Refused: badVerb, or badArgument for each."""
    pairs = list(pairs)
    verb = _verb([value for name, value in pairs if name == "verb"])
    given: dict[str, str] = {}
    problems = []
    for name, value in pairs:
        if name in given:
            problems.append(f"The argument {name} is given more than once.")
        given[name] = value
    del given["verb"]
    problems += _misplaced(verb, given) or _malformed(given)
    if problems:
        raise Refused(*(Problem("badArgument", problem) for problem in dict.fromkeys(problems)))
    return Question(
        verb,
        identifier=given.get("identifier", ""),
        prefix=given.get("metadataPrefix", ""),
        since=_first_moment(given["from"]) if "from" in given else None,
        until=_last_moment(given["until"]) if "until" in given else None,
        set=given.get("set", ""),
        token=given.get("resumptionToken", ""),
    )


def _verb(verbs: list[str]) -> str:
    if not verbs:
        raise Refused(Problem("badVerb", "There is no verb."))
    if len(verbs) > 1:
        raise Refused(Problem("badVerb", "The verb is given more than once."))
    if verbs[0] not in VERBS:
        raise Refused(Problem("badVerb", f"The verb must be one of {', '.join(VERBS)}."))
    return verbs[0]


def _misplaced(verb: str, given: dict[str, str]) -> list[str]:
    """Say which arguments the verb does not take, or takes alone, and which it lacks."""
    takes = VERBS[verb]
    known = {*takes.required, *takes.optional, takes.exclusive}
    problems = [f"{verb} takes no argument {name}." for name in given if name not in known]
    if takes.exclusive in given:
        others = [name for name in given if name in known and name != takes.exclusive]
        return problems + [f"{name} cannot stand beside {takes.exclusive}." for name in others]
    return problems + [f"{verb} needs the argument {name}." for name in takes.required if name not in given]


def _malformed(given: dict[str, str]) -> list[str]:
    """Say which values are not of the form that their argument has."""
    problems = [f"The argument {name} is empty." for name, value in given.items() if not value]
    if problems:
        return problems
    for name, form in (("metadataPrefix", _PREFIX), ("set", _SET)):
        if name in given and not form.fullmatch(given[name]):
            problems.append(f"The argument {name} has characters that it cannot have.")
    bounds = {name: given[name] for name in ("from", "until") if name in given}
    wrong = [name for name, text in bounds.items() if _granularity(text) is None]
    problems += [f"The argument {name} must be a date such as 2026-01-31 or 2026-01-31T12:00:00Z." for name in wrong]
    if len(bounds) < 2 or wrong:
        return problems
    if len({_granularity(text) for text in bounds.values()}) > 1:
        problems.append("The arguments from and until must be given to the same granularity.")
    elif _first_moment(bounds["from"]) > _last_moment(bounds["until"]):
        problems.append("The argument from is later than until.")
    return problems


def _granularity(text: str) -> str | None:
    """Return DAY or SECOND, or None for what is no datestamp (section 3.3)."""
    match = _DATESTAMP.fullmatch(text)
    if match is None:
        return None
    try:
        _first_moment(text)
    except ValueError:
        return None
    return SECOND if match[2] else DAY


def _first_moment(text: str) -> datetime.datetime:
    """Return the moment at which a day or a second begins. Raises ValueError where there is no such one."""
    if len(text) == len(DAY):
        return datetime.datetime.combine(datetime.date.fromisoformat(text), datetime.time.min, datetime.UTC)
    return datetime.datetime.fromisoformat(text)


def _last_moment(text: str) -> datetime.datetime:
    """Return the last moment of a day or a second: the database counts microseconds, the protocol does not."""
    if len(text) == len(DAY):
        return datetime.datetime.combine(datetime.date.fromisoformat(text), datetime.time.max, datetime.UTC)
    return _first_moment(text).replace(microsecond=999_999)
