"""Cut a BibTeX file into its entries, one after the other, so that a broken one costs nothing but itself."""

import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from bibtexparser.model import Entry as Parsed
from bibtexparser.model import ExplicitComment, ImplicitComment, Preamble, String
from bibtexparser.splitter import Splitter

from repository.exchange.bibtex_values import evaluate, with_missing_commas
from repository.exchange.entry import Rejected
from repository.exchange.latex_text import Definition, definitions
from repository.exchange.text_source import Line

LARGEST_ENTRY = 5_000_000  # characters
_MOST_PROBLEMS = 20  # of an entry's lines
LARGEST_STRINGS = 10_000_000  # characters of what a file's strings stand for; lists of journals have below a million
_BEGINNING = re.compile(r"\s*@[A-Za-z]\w*\s*[{(]")
_ON_A_LINE = re.compile(r"(?<![\w.])@[A-Za-z]\w*\s*[{(]")
_OF_ENTRY = re.compile(r"@\s*(?!(?:comment|string|preamble)\b)([A-Za-z]\w*)\s*[{(]\s*([^\s,={}]*)", re.IGNORECASE)

# What is wrong with an entry is said in what we yield; the parser would log it as well.
logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)


@dataclass(slots=True)
class Block:
    """An entry as it stands in the file: its type and fields (names in lower case, values still LaTeX)."""

    line: int
    type: str
    key: str
    fields: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    size: int = 0  # characters of the fields


@dataclass(slots=True)
class Definitions:
    """What the file has defined so far: strings, by their names in lower case, and commands of LaTeX."""

    strings: dict[str, str] = field(default_factory=dict)
    commands: dict[str, Definition] = field(default_factory=dict)
    size: int = 0  # characters of the strings

    def define(self, name: str, value: str) -> None:
        """Keep a string, unless the file has defined too many: where it is used it counts as not defined."""
        self.size += len(name) + len(value)
        if self.size <= LARGEST_STRINGS:
            self.strings[name] = value


@dataclass(slots=True)
class _Chunk:
    """The lines from one "@" at the beginning of a line to the next."""

    line: int
    texts: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    size: int = 0


def blocks(lines: Iterable[Line], known: Definitions) -> Iterator[Block | Rejected]:
    """Yield the entries of a file and why one is none; what else defines something is added to what is known."""
    for chunk in _chunks(lines):
        if chunk.size > LARGEST_ENTRY:
            label = _label(chunk.texts[0])
            yield Rejected(chunk.line, f"This entry is longer than {LARGEST_ENTRY:,} characters.", label)
            continue
        yield from _parsed(chunk, known)


def _chunks(lines: Iterable[Line]) -> Iterator[_Chunk]:
    chunk: _Chunk | None = None
    before: list[str] = []  # what was wrong with the lines before the first entry, such as the whole file's encoding
    for number, text, problem, _ in lines:
        if "@" in text and (_BEGINNING.match(text) or (chunk is None and _ON_A_LINE.search(text))):
            if chunk is not None:
                yield chunk
            chunk, before = _Chunk(number, problems=before), []
        if chunk is None:
            before += [problem] if problem and len(before) < _MOST_PROBLEMS else []
            continue
        chunk.size += len(text)
        if chunk.size <= LARGEST_ENTRY:
            chunk.texts.append(text)
        if problem and len(chunk.problems) < _MOST_PROBLEMS:
            chunk.problems.append(problem)
    if chunk is not None:
        yield chunk


def _parsed(chunk: _Chunk, known: Definitions) -> Iterator[Block | Rejected]:
    last: Block | None = None
    text = "\n".join(chunk.texts)
    for part in Splitter(text).split().blocks:
        line = chunk.line + (part.start_line or 0)
        whole = getattr(part, "ignore_error_block", None) or part
        if isinstance(whole, Parsed):
            if not whole.fields and not _BEGINNING.match(chunk.texts[part.start_line or 0]):
                continue  # "write to me@example (x)"
            if last is not None:
                yield last
            last = _block(whole, chunk, known)
        elif isinstance(whole, String):
            known.define(whole.key.lower(), evaluate(whole.value, known.strings)[0])
        elif isinstance(whole, Preamble):
            known.commands |= definitions(evaluate(whole.value, known.strings)[0])
        elif isinstance(whole, ImplicitComment):
            # Between entries anything may stand, but this looks like fields that a brace too many has shut out.
            if last is not None and re.match(r"[,}]", whole.comment) and "=" in whole.comment:
                extract = " ".join(whole.comment.split())[:60]
                last.warnings.append(f"Line {line}: what follows the end of the entry was left out: “{extract}”.")
        elif not isinstance(whole, ExplicitComment) and (match := _OF_ENTRY.match(str(part.raw).lstrip())):
            yield from (last,) if last is not None else ()
            last = None
            yield Rejected(line, _why(getattr(part, "error", None)), match[2])
    if last is not None:
        yield last


def _block(parsed: Parsed, chunk: _Chunk, known: Definitions) -> Block:
    block = Block(chunk.line + (parsed.start_line or 0), parsed.entry_type.lower(), parsed.key.strip())
    block.warnings += chunk.problems
    for item in parsed.fields:
        line = chunk.line + (item.start_line or 0)
        (name, whole), *run_in = with_missing_commas(item.key.strip().lower(), str(item.value))
        _add(block, name, whole, line, known)
        for name, whole in run_in:
            block.warnings.append(f"Line {line}: a comma is missing before “{name[:60]}”.")
            _add(block, name, whole, line, known)
    return block


def _add(block: Block, name: str, whole: str, line: int, known: Definitions) -> None:
    value, unknown = evaluate(whole, known.strings)
    for word in unknown:
        block.warnings.append(f"Line {line}: “{word[:60]}” stands in no braces and is not defined; kept as it is.")
    block.size += len(value)
    if block.size > LARGEST_ENTRY:
        block.warnings.append(f"Line {line}: “{name[:60]}” was left out: the entry is too long.")
    elif name not in block.fields:
        block.fields[name] = value
    elif name in _LISTS:
        block.fields[name] += _LISTS[name] + value
    elif value != block.fields[name]:
        block.warnings.append(f"Line {line}: a second “{name}” was left out: “{' '.join(value.split())[:60]}”.")


# Fields that some programs write once for each of their items, and what joins them.
_LISTS = {"keywords": "; ", "keyword": "; ", "author": " and ", "editor": " and ", "isbn": " ", "issn": " "}


def _why(error: object) -> str:
    reason = str(getattr(error, "abort_reason", ""))
    if "end of file" in reason or "closing" in reason:
        return "This entry is not closed: a brace or a quotation mark is missing."
    return "This entry cannot be read: a comma, an equals sign or a brace is missing."


def _label(text: str) -> str:
    match = _OF_ENTRY.search(text)
    return match[2] if match else ""


def inherited(child: Mapping[str, str], parent: Mapping[str, str]) -> dict[str, str]:
    """Return the fields of an entry with those of the one that it refers to (BibTeX's crossref, biblatex manual 3.16).

    What the parent is called becomes the title of the book, and what is the parent's own stays with it.
    """
    fields = {name: value for name, value in parent.items() if name not in _OWN}
    for name, becomes in (("title", "booktitle"), ("subtitle", "booksubtitle")):
        if name in parent and "title" in child:
            fields.setdefault(becomes, parent[name])
    return fields | dict(child)


_OWN = frozenset(
    {
        *("title", "subtitle", "titleaddon", "shorttitle", "crossref", "xdata", "xref", "key", "label", "ids"),
        *("abstract", "annotation", "annote", "note", "keywords", "doi", "pmid", "pmcid", "eprint", "url", "pages"),
    }
)
