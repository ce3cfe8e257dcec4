"""Cut an XML file into the elements that are its records, in bounded memory, with nothing drawn in from outside.

The parser is given one record at a time and never sees a document type, so there is nothing that it could expand or
fetch; and a record that is damaged is lost alone.
"""

import re
from collections.abc import Iterator
from html.entities import html5
from typing import BinaryIO, NamedTuple

from lxml import etree

from repository.exchange.entry import Rejected
from repository.exchange.text_source import UnreadableFile, read_xml_text

LARGEST_RECORD = 10_000_000  # characters; the largest real ones, with thousands of authors, stay below 5 million
_LONGEST_PROLOG = 200_000  # characters before the root element
_MOST_PROBLEMS = 20  # for each record
_MOST_TRIES = 1_000  # ends and beginnings within one record that are none of its own


class Piece(NamedTuple):
    """One record of an XML file: the line where it begins, its element, and what could not be read as it stands."""

    line: int
    element: etree._Element
    problems: tuple[str, ...]


def read_pieces(stream: BinaryIO, *names: str) -> Iterator[Piece | Rejected]:
    """Yield each outermost element that has one of the local names, in the order of the file.

    An element that is not well-formed, has no end or more than LARGEST_RECORD characters is Rejected, and so is the
    rest of a file that ends before its root element does. Entities that HTML knows are read without a definition.
    Raises UnreadableFile for a file that is empty, is no XML or defines entities of its own.
    """
    source = _Source(stream)
    root = source.read_prolog()
    start = re.compile(rf"<((?:[\w.-]+:)?(?:{'|'.join(map(re.escape, names))}))(?=[\s/>])")
    declarations: dict[str, str] = {}
    is_in_head, is_closed = True, False
    end_of_root = f"</{root}"
    while True:
        match = start.search(source.text, source.position)
        stop = match.start() if match else len(source.text)
        if is_in_head:
            declarations.update(_NAMESPACE.findall(source.text, source.position, stop))
        is_closed = is_closed or source.text.find(end_of_root, source.position, stop) >= 0
        if match is None:
            # The beginning of a tag may stand at the end of what has been read.
            last = source.text.rfind("<", source.position)
            source.position = last if last >= 0 else stop
            if not source.read_on():
                break
            continue
        is_in_head, is_closed = False, match[1] == root
        source.position = stop
        line = source.line()
        length, reason = _length(source, match[1])
        text = source.text[source.position : source.position + length]
        source.position += max(length, len(match[0]))
        problems = source.take_problems(line + text.count("\n"))
        yield _parsed(text, line, declarations, problems) if not reason else Rejected(line, reason, _label(text))
        if reason == _CUT:
            return
    if not is_closed and not re.search(rf"<{re.escape(root)}[^<>]*/>\s*\Z", source.text[-1000:]):
        yield Rejected(
            source.line(), f"The file stops before its end, “</{root}>”: records may be missing. Export it again."
        )


def root_name(text: str) -> str:
    """Return the local name of the root element of the XML that a text begins with, or "" where it is no XML."""
    match = _PROLOG.match(text)
    root = _ROOT.match(text, match.end() if match else 0)
    return root[1].rpartition(":")[2] if root else ""


def local_name(element: etree._Element) -> str:
    """Return the name of an element without its namespace; "" for a comment or the like."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def line_of(element: etree._Element) -> int:
    """Return the line on which an element begins, counted from 1 at the beginning of its record."""
    return element.sourceline or 1  # type: ignore[return-value]  # lxml-stubs has "..." for int


def children(element: etree._Element | None, *names: str) -> Iterator[etree._Element]:
    """Return the element's children that have one of the local names, in whatever namespace."""
    return element.iterchildren(*[f"{{*}}{name}" for name in names]) if element is not None else iter(())


def child(element: etree._Element | None, *path: str) -> etree._Element | None:
    """Return the first child of that local name, its first child of the next, and so on; None where there is none."""
    for name in path:
        if element is None:
            return None
        element = next(element.iterchildren(f"{{*}}{name}"), None)
    return element


def text_of(element: etree._Element | None) -> str:
    """Return all the text in an element without its markup, with single spaces."""
    if element is None:
        return ""
    text = "".join(element.itertext()) if len(element) else element.text or ""  # type: ignore[arg-type]
    return " ".join(text.split())


def text_at(element: etree._Element | None, *path: str) -> str:
    """Return the text of what child() finds."""
    return text_of(child(element, *path))


_MARKUP = r"(?:<\?.*?\?>|<!--.*?-->|\s+)"
_DOCTYPE = r"<!DOCTYPE[^\[<>]*(?:\[.*?\]\s*)?>"
_PROLOG = re.compile(rf"{_MARKUP}*(?:{_DOCTYPE})?{_MARKUP}*", re.DOTALL)
_ROOT = re.compile(r"<([^\W\d][\w.:-]*)(?=[\s/>])")
_NAMESPACE = re.compile(r"\bxmlns(?::([\w.-]+))?\s*=\s*(\"[^\"<]*\"|'[^'<]*')")
_TAG_REST = re.compile(r"[^<>\"']*(?:\"[^\"<]*\"[^<>\"']*|'[^'<]*'[^<>\"']*)*>")

_ENTITIES = (
    "This file defines entities of its own, with which a file can draw in other files or swell without end, so we do "
    "not read it. Export the records again."
)
_NO_XML = "This file is not the XML that it seems to be: it has no first element. Export the records again."
_CUT = "The file ends in the middle of this record. Export it again."
_BROKEN = "This record stops in the middle: the next one begins before its end. Export it again."
_TOO_LONG = f"This record is longer than {LARGEST_RECORD:,} characters."


class _Source:
    """The text of the file from a certain place on, as much of it as has been read."""

    def __init__(self, stream: BinaryIO) -> None:
        self.text = ""
        self.position = 0
        self._counted, self._line = 0, 1
        self._line_at_end = 1
        self._pieces = read_xml_text(stream)
        self._problems: list[tuple[int, str]] = []  # each with its line

    def read_on(self) -> bool:
        """Read more, dropping the text before the position; return whether there was more."""
        for text, problems in self._pieces:
            self.line()
            self.text = self.text[self.position :] + text
            self.position = self._counted = 0
            for breaks, problem in problems:
                if len(self._problems) < _MOST_PROBLEMS:
                    at = self._line_at_end + breaks
                    self._problems.append((at, f"Line {at} {problem}."))
            self._line_at_end += text.count("\n")
            return True
        return False

    def line(self) -> int:
        """Return the number of the line at the position, counted from 1."""
        self._line += self.text.count("\n", self._counted, self.position)
        self._counted = self.position
        return self._line

    def take_problems(self, last_line: int) -> tuple[str, ...]:
        """Return what was wrong up to a line, once."""
        taken = tuple(problem for line, problem in self._problems if line <= last_line)
        self._problems = [(line, problem) for line, problem in self._problems if line > last_line]
        return taken

    def read_prolog(self) -> str:
        """Go on to the root element and return its name."""
        while True:
            has_more = self.read_on()
            start = _PROLOG.match(self.text)
            end = start.end() if start else 0
            root = _ROOT.match(self.text, end)
            head = self.text[: root.start() if root else len(self.text)]
            if "<!DOCTYPE" in head and re.search(r"<!ENTITY\b", head):
                raise UnreadableFile(_ENTITIES)
            if root:
                self.position = end
                return root[1]
            if not has_more or len(self.text) > _LONGEST_PROLOG:
                raise UnreadableFile(_NO_XML)


def _length(source: _Source, name: str) -> tuple[int, str]:
    """Return how long the element at the position is, reading on to its end, and what is wrong where it has none."""
    searched, depth, begin, end = 0, 1, f"<{name}", f"</{name}"
    has_start, tries = False, 0
    while True:
        text, position = source.text, source.position
        if not has_start and (tag := _TAG_REST.match(text, position + len(begin))):
            if text[tag.end() - 2] == "/":
                return tag.end() - position, ""
            has_start, searched = True, tag.end() - position
        elif not has_start and text.find("<", position + 1) >= 0:
            has_start, searched = True, len(begin)  # a tag that is not well-formed, as the parser will say
        while has_start and (at := text.find(end, position + searched)) >= 0 and (close := text.find(">", at)) >= 0:
            tries += 1
            if tries > _MOST_TRIES:
                return searched, _BROKEN
            nested = _next_start(text, begin, position + searched, at)
            if nested and "xmlns" not in nested[0] and not _is_hidden(text, position, nested.start()):
                return nested.start() - position, _BROKEN
            if nested:
                # A record within a record, such as MARC's in the answer of an OAI repository.
                depth += not _is_hidden(text, position, nested.start()) and not nested[0].endswith("/>")
                searched = nested.end() - position
                continue
            searched = close + 1 - position
            if text[at + len(end)] not in " \t\n>" or _is_hidden(text, position, at):
                continue
            depth -= 1
            if not depth:
                return searched, _TOO_LONG if searched > LARGEST_RECORD else ""
        if has_start:
            # Said now, and not at the end of the file: a file of beginnings alone would be read anew for each of them.
            nested = _next_start(text, begin, position + searched, len(text))
            if nested and "xmlns" not in nested[0] and not _is_hidden(text, position, nested.start()):
                return nested.start() - position, _BROKEN
        if len(text) - position > LARGEST_RECORD:
            return 0, _TOO_LONG
        if has_start:
            searched = max(searched, len(text) - position - len(end) - 100)
        if not source.read_on():
            nested = _next_start(text, begin, position + len(begin), len(text))
            if nested and "xmlns" not in nested[0]:
                return nested.start() - position, _BROKEN
            return len(text) - position, _CUT


def _next_start(text: str, begin: str, position: int, end: int) -> re.Match[str] | None:
    if text.find(begin, position, end) < 0:
        return None
    return re.compile(rf"{re.escape(begin)}(?=[\s/>]){_TAG_REST.pattern}").search(text, position, end)


def _is_hidden(text: str, start: int, position: int) -> bool:
    """Tell whether a place is within a comment or a CDATA section that begins after the start."""
    for opening, closing in (("<!--", "-->"), ("<![CDATA[", "]]>")):
        at = text.rfind(opening, start, position)
        if at >= 0 and text.find(closing, at, position) < 0:
            return True
    return False


def _parsed(text: str, line: int, declarations: dict[str, str], problems: tuple[str, ...]) -> Piece | Rejected:
    own = _TAG_REST.match(text, 1)
    declared = {prefix for prefix, _ in _NAMESPACE.findall(own[0])} if own else set()
    missing = [
        f" xmlns{':' + prefix if prefix else ''}={uri}"
        for prefix, uri in declarations.items()
        if prefix not in declared
    ]
    whole = f"<r{''.join(missing)}>{_clean(text)}</r>" if missing else _clean(text)
    try:
        element = etree.fromstring(whole, _parser())
    except (etree.XMLSyntaxError, ValueError) as error:
        where = line + max((getattr(error, "lineno", None) or 1) - 1, 0)
        message = re.sub(r",? line [0-9]+(?:, column [0-9]+)?.*|\s+$", "", str(error), flags=re.DOTALL)
        return Rejected(
            line, f"This record is not well-formed XML (line {where}: {message}). Export it again.", _label(text)
        )
    return Piece(line, element[0] if missing else element, problems)


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )


_REFERENCE = re.compile(r"&(?:#x([0-9A-Fa-f]{1,8});|#([0-9]{1,8});|([A-Za-z][A-Za-z0-9]{1,30});|(?![A-Za-z_:#]))")
_OF_XML = frozenset({"amp", "lt", "gt", "quot", "apos"})


def _clean(text: str) -> str:
    """Write out HTML's names of characters, drop references to characters that XML forbids, and mend a bare "&"."""
    if "&" not in text or "<![CDATA[" in text:
        return text
    return _REFERENCE.sub(_written_out, text)


def _written_out(match: re.Match[str]) -> str:
    hexadecimal, decimal, name = match.groups()
    if name:
        known = html5.get(f"{name};", "")
        return match[0] if name in _OF_XML or not known or known in "<&" else known
    if hexadecimal or decimal:
        code = int(hexadecimal, 16) if hexadecimal else int(decimal)
        # XML 1.0, production 2.
        is_legal = (
            code in (9, 10, 13) or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or 0x10000 <= code <= 0x10FFFF
        )
        return match[0] if is_legal else ""
    return "&amp;"


_LABEL = re.compile(
    r"<(?:[\w.-]+:)?(?:PMID|ArticleTitle|BookTitle|title|identifier)\b[^<>]*>\s*(?:<style\b[^<>]*>)?([^<]{1,100})"
)


def _label(text: str) -> str:
    """Return what a record that could not be parsed calls itself."""
    return " ".join(" ".join(dict.fromkeys(_LABEL.findall(text[:100_000]))).split())[:120]
