"""Read one reference as it stands in a list of references: Vancouver, APA and Harvard styles."""

import re
from typing import Any

from repository.exchange.entry import Entry, EntryType
from repository.prefill.guess import Confidence, Guess, clean, date, guess, identifiers
from repository.prefill.names import authors

# A longer text is no single reference; the limit keeps the patterns quick.
LONGEST = 3_000

_DOI = re.compile(
    r"(?:\bdoi\s*[:=]?\s*)?(?:https?://)?(?:(?:dx\.)?doi\.org/)?\b(10\.[0-9]{4,9}/[^\s\"<>]+)", re.IGNORECASE
)
_PMCID = re.compile(r"(?:\bPMCID\s*:?\s*|https?://\S*/)\b(PMC[0-9]{1,10})\b/?[.;]?", re.IGNORECASE)
_PMID = re.compile(
    r"(?:\bPMID\s*:?\s*|\bpubmed id\s*:?\s*|https?://pubmed\.ncbi\.nlm\.nih\.gov/)([0-9]{1,8})\b/?[.;]?", re.IGNORECASE
)
_ISBN = re.compile(r"\bISBN(?:-1[03])?\s*:?\s*([0-9][0-9Xx -]{8,16}[0-9Xx])", re.IGNORECASE)
# What says where and when somebody read it, and how it came out, and no more of the work.
_ASIDE = re.compile(
    r"\[(?:Internet|Online|cited[^\]]*|accessed[^\]]*|e-?book)\]|\((?:Accessed|Retrieved)[^)]*\)"
    r"|\b(?:Available (?:at|from|online)|Retrieved from)\s*:?|\bEpub(?: ahead of print)?\b[^.]*\.|https?://\S+",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"^\s*(?:\[[0-9]{1,4}\]|[0-9]{1,3}[.)]\s)\s*")

_PAGES = (
    r"(?:pp?\.?\s*|Article\s+(?:No\.?\s*)?)?"
    r"(?P<pages>[A-Za-z]{0,3}[0-9][\w.]*(?:\s*[-\u2013\u2014]\s*[A-Za-z]?[0-9]\w*)?)"
)
# "2020 Feb 14;12(3):45-50"; PubMed's own lists, AMA and Vancouver alike.
_VANCOUVER = re.compile(
    r"(?P<date>[12][0-9]{3}(?:\s+[A-Z][a-z]{2,8}(?:[-/][A-Z][a-z]{2,8})?(?:\s+[0-9]{1,2}(?:-[0-9]{1,2})?)?)?)\s*;"
    rf"\s*(?P<volume>[\w-]{{1,12}}(?:\s*Suppl\.?\s*\w*)?)?\s*(?:\((?P<issue>[^)]{{1,30}})\))?\s*(?::\s*{_PAGES})?\s*\.?"
)
# "St Louis: Mosby; 2002", at the end of a book's.
_PUBLISHED = re.compile(
    r"(?P<place>(?:St\.\s)?[^.:;?]{2,60}):\s*(?P<publisher>[^;:]{2,120});\s*(?P<date>[12][0-9]{3})\b"
)
# "Smith, J. A., & Okafor, A. (2020, May 3)."
_YEAR_IN_BRACKETS = re.compile(
    r"^(?P<authors>[^(]{2,1500}?)[,.]?\s*\((?P<date>[12][0-9]{3}[a-z]?(?:,\s*[^)]{1,30})?)\)[.,:]?\s*"
)
_QUOTED = re.compile(r"^[‘'“\"](?P<title>.+?)[’'”\"][.,]?\s+(?P<rest>.*)$")
_JOURNAL = re.compile(
    r"^(?P<container>[^0-9]{2,200}?)[,.]?\s+(?:vol(?:ume)?\.?\s*)?(?P<volume>[0-9]{1,5}[A-Za-z]?)\b"
    r"\s*(?:\((?P<issue>[^)]{1,30})\)|,\s*(?:no\.?|issue|iss\.)\s*(?P<number>[\w-]{1,12}))?"
    rf"\s*(?:[,:;.]\s*{_PAGES})?\s*\.?\s*$",
    re.IGNORECASE,
)
_EDITION = re.compile(r"[(,.]?\s*(?P<edition>[0-9]{1,2}(?:st|nd|rd|th)\s+ed(?:n|ition)?)\b\.?\)?", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<=[.?!])\s+(?=[^\Wa-z])")


def read(text: str) -> Guess | None:
    """Return what a running reference says, or None where it has nothing that any of the styles has.

    A text longer than LONGEST characters is read up to there.
    """
    text = " ".join(text[:LONGEST].split())
    numbers, rest = _numbers(_NUMBERED.sub("", text))
    rest = " ".join(_ASIDE.sub(" ", rest).split()).strip(" ,;")
    for reader in (_vancouver, _author_and_year):
        if found := reader(rest, numbers):
            return found
    if not numbers and not re.search(r"\b(?:19|20)[0-9]{2}\b", rest):
        return None
    return _something(rest, numbers)


def _numbers(text: str) -> tuple[tuple[tuple[str, str], ...], str]:
    """Return the identifiers in the text, and the text without them."""
    found = []
    for scheme, pattern in (("doi", _DOI), ("pmcid", _PMCID), ("pmid", _PMID), ("isbn", _ISBN)):
        found += [(scheme, match[1]) for match in pattern.finditer(text)]
        text = pattern.sub(" ", text)
    return identifiers(*found), text


def _vancouver(text: str, numbers: tuple[tuple[str, str], ...]) -> Guess | None:
    match = _VANCOUVER.search(text)
    if match and (match["volume"] or match["pages"]):
        names, title, container = _three(text[: match.start()].strip())
        if container:
            parts = {"container_title": container, **_where(match), "issued": date(match["date"])}
            return _made("Vancouver", "article", names, title, numbers, parts)
    match = _PUBLISHED.search(text)
    if match is None:
        return None
    before = text[: match.start()].strip()
    edition = _EDITION.search(before)
    names, _, title = _SENTENCE_END.sub("\x00", _EDITION.sub(".", before)).strip(" .").partition("\x00")
    parts = {"place": match["place"], "publisher": match["publisher"], "issued": date(match["date"])}
    parts["edition"] = edition["edition"] if edition else ""
    kind: EntryType = "book"
    if chapter := re.match(r"(?P<title>.+?)\s*\x00In:?\s+(?:.+?\beditors?\b[.,]\s*)?\x00?(?P<book>.+)$", title):
        kind, title, parts["container_title"] = "chapter", chapter["title"], chapter["book"].replace("\x00", " ")
    return _made("Vancouver", kind, names, title.replace("\x00", " "), numbers, parts) if title else None


def _three(text: str) -> tuple[str, str, str]:
    """Return authors, title and journal of "Smith JA, Okafor A. A title. A journal."."""
    sentences = _SENTENCE_END.split(text.strip())
    if len(sentences) < 2:
        return "", text, ""
    if len(sentences) == 2:
        return "", sentences[0], sentences[1].rstrip(".")
    return sentences[0], " ".join(sentences[1:-1]), sentences[-1].rstrip(".")


def _author_and_year(text: str, numbers: tuple[tuple[str, str], ...]) -> Guess | None:
    """Read "Authors (year) …" as APA, or as Harvard where the title stands in quotation marks."""
    match = _YEAR_IN_BRACKETS.match(text)
    if match is None:
        return None
    rest = text[match.end() :].strip()
    style = "APA"
    if quoted := _QUOTED.match(rest):
        style, title, where = "Harvard", quoted["title"], quoted["rest"]
    else:
        title, *others = _SENTENCE_END.split(rest, maxsplit=1)
        where = others[0] if others else ""
    where = where.strip(" .,;")
    year = re.sub(r"(?<=[0-9])[a-z]", "", match["date"])
    before_comma, _, day = year.partition(",")
    parts: dict[str, Any] = {"issued": date(f"{day} {before_comma}") or date(before_comma)}
    kind: EntryType = "other"
    if journal := _JOURNAL.match(where):
        kind = "article"
        parts |= {"container_title": journal["container"], **_where(journal)}
        parts["issue"] = parts["issue"] or journal["number"] or ""
    else:
        kind = "book" if where else "other"
        if edition := _EDITION.search(title):
            parts["edition"], title = edition["edition"], _EDITION.sub("", title)
        place, colon, publisher = where.rstrip(". ").partition(":")
        parts |= {"place": place, "publisher": publisher} if colon else {"publisher": place}
    return _made(
        style, kind, match["authors"], title, numbers, parts, unsure=() if kind == "article" else ("type", "publisher")
    )


def _something(text: str, numbers: tuple[tuple[str, str], ...]) -> Guess:
    """Take what stands in quotation marks for the title, or else the longest sentence, where no style fits."""
    quoted = re.search(r"[‘“\"]([^’”\"]{15,500})[’”\"]", text)
    sentences = [quoted[1]] if quoted else _SENTENCE_END.split(text)
    year = re.search(r"\b(?:19|20)[0-9]{2}\b", text)
    title = max(sentences, key=len).strip(" .,;")
    entry = Entry(type="other", title=title, identifiers=numbers, issued=date(year[0]) if year else None)
    notes = ("This is in no style that we know. Look at the title and date, and fill in the rest.",)
    return guess(entry, "Free text", Confidence.UNSURE, notes=notes)


def _where(match: re.Match[str]) -> dict[str, str]:
    pages = re.sub(r"\s*[\u2013\u2014]\s*|\s+-\s+", "-", match["pages"] or "").rstrip(".")
    return {"volume": match["volume"] or "", "issue": match["issue"] or "", "pages": pages}


def _made(
    style: str,
    kind: EntryType,
    names: str,
    title: str,
    numbers: tuple[tuple[str, str], ...],
    parts: dict[str, Any],
    *,
    unsure: tuple[str, ...] = (),
) -> Guess:
    people, is_cut = authors(names)
    notes = ("The reference says “et al.”: add the other authors.",) if is_cut else ()
    title = title.strip(" ,;").rstrip(".")
    entry = Entry(type=kind, title=title, contributors=people, identifiers=numbers, **clean(**parts))
    if any(person.kind == "group" for person in people) or is_cut:
        unsure = (*unsure, "contributors")
    return guess(entry, style, Confidence.LIKELY, unsure=unsure, notes=notes)
