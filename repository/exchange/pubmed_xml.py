"""Read PubMed's XML: articles and books, each taken apart into the fields of an NBIB record.

NBIB and this XML are two forms of the same records. By going through the same fields, a record that is imported from
either gives the same entry, as far as both forms carry it.
"""

from collections.abc import Iterator
from typing import BinaryIO

from lxml import etree

from repository.exchange.entry import Entry, Rejected
from repository.exchange.nbib_entry import Field, make_entry
from repository.exchange.pubmed_fields import article_fields, book_fields
from repository.exchange.xml_source import Piece, child, children, local_name, read_pieces, root_name, text_at
from repository.identifiers import InvalidIdentifier, normalise

KEY = "pubmed_xml"
LABEL = "PubMed XML"

# A record is an article with NLM's data about it, the same without these data (before 2001), or a book or its chapter.
_RECORDS = ("PubmedArticle", "PubmedBookArticle", "MedlineCitation")
_ROOTS = frozenset({"PubmedArticleSet", "PubmedBookArticleSet", "MedlineCitationSet", *_RECORDS})


def recognises(text: str) -> bool:
    """Tell whether a file that begins with the text is PubMed XML."""
    return root_name(text) in _ROOTS


def read(stream: BinaryIO) -> Iterator[Entry | Rejected]:
    """Yield an entry for each record of a file, or why it is none, in the order of the file.

    A record is rejected if it has no usable PMID, no title, or is not whole (see xml_source.read_pieces).
    Raises UnreadableFile for a file that is no text, is empty or defines entities.
    """
    is_empty = True
    for piece in read_pieces(stream, *_RECORDS):
        is_empty = False
        yield piece if isinstance(piece, Rejected) else _entry_or_reason(piece)
    if is_empty:
        yield Rejected(1, "There is no record in this file: the search that it was saved from found nothing.")


def _entry_or_reason(piece: Piece) -> Entry | Rejected:
    element, line = piece.element, piece.line
    citation, fields = _taken_apart(element)
    number = text_at(citation, "PMID")
    title = next((field.value for field in fields if field.tag in ("TI", "BTI")), "")[:100]
    label = f"PMID {number[:20]} {title}".strip() if number else title
    if not number:
        return Rejected(line, "This record has no PMID.", label)
    try:
        pmid = normalise("pmid", number)
    except InvalidIdentifier as error:
        return Rejected(line, f"The PMID “{number[:20]}” is not one. {error}", label)
    # The parser counts lines from the beginning of the record.
    placed = [Field(tag, line + at - 1, value) for tag, at, value in fields]
    return make_entry(pmid, placed, line, piece.problems) or Rejected(line, "This record has no title.", label)


def _taken_apart(element: etree._Element) -> tuple[etree._Element | None, list[Field]]:
    """Return the part of a record that has its PMID, and its fields."""
    if local_name(element) == "PubmedBookArticle":
        document = child(element, "BookDocument")
        return document, book_fields(document) if document is not None else []
    citation = element if local_name(element) == "MedlineCitation" else child(element, "MedlineCitation")
    if citation is None:
        return None, []
    ids = child(element, "PubmedData", "ArticleIdList")
    return citation, article_fields(citation, list(children(ids, "ArticleId")))
