"""PDFs: whether they open, their words, their first page as a picture, and whether they do things by themselves."""

from collections.abc import Iterator
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from repository.extraction import images
from repository.extraction.limits import MOST_PAGES, MOST_TEXT, THUMBNAIL, Unreadable

# Objects that are looked at for scripts; a PDF of more is taken to have them.
MOST_OBJECTS = 200_000
# Keys of what acts by itself (ISO 32000-2, 12.6 and 7.11.4): scripts, launched programs, actions on events, files.
_ACTIVE_KEYS = ("/JavaScript", "/JS", "/AA", "/Launch", "/EmbeddedFile", "/EmbeddedFiles", "/RichMedia", "/XFA")
_ACTIVE_ACTIONS = ("/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/Rendition", "/RichMediaExecute", "/GoToE")


def check(path: str, ending: str) -> Iterator[tuple[str, Any]]:
    """Raise Unreadable unless the PDF opens without a password and its first page can be loaded."""
    document = _opened(path)
    if not len(document):
        raise Unreadable("This PDF has no pages. Save it again, and choose the new file.")
    _first_page(document)
    yield from ()


def read(path: str, ending: str) -> Iterator[tuple[str, Any]]:
    """Yield the number of pages, the words page by page, and the first page as a thumbnail."""
    document = _opened(path)
    yield "pages", len(document)
    left = MOST_TEXT
    for number in range(min(len(document), MOST_PAGES)):
        words = _words(document, number)[:left]
        yield "text", words + "\n"
        left -= len(words)
        if left <= 0:
            break
    yield "words_end", True
    page = _first_page(document)
    scale = min(THUMBNAIL[0] / max(page.get_width(), 1), THUMBNAIL[1] / max(page.get_height(), 1))
    yield "thumbnail", images.thumbnail(page.render(scale=scale).to_pil())


def activity(path: str, ending: str) -> Iterator[tuple[str, Any]]:
    """Yield whether the PDF can do things by itself when it is opened. Where this cannot be told, it can."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    document = _opened(path)
    if pdfium.FPDFDoc_GetJavaScriptActionCount(document) or pdfium.FPDFDoc_GetAttachmentCount(document):
        yield "is_active", True
        return
    try:
        reader = PdfReader(path, strict=False)
        if reader.is_encrypted:
            reader.decrypt("")
        yield "is_active", any(map(_is_active, _objects(reader)))
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError, OSError):
        yield "is_active", True


def _opened(path: str) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        if pdfium.FPDF_GetLastError() == pdfium.FPDF_ERR_PASSWORD or "password" in str(error).lower():
            raise Unreadable("This PDF is locked with a password. Save a copy without one.") from None
        raise Unreadable("This PDF is damaged or not complete. Save it again, and choose the new file.") from None


def _first_page(document: pypdfium2.PdfDocument) -> pypdfium2.PdfPage:
    try:
        return document[0]
    except pypdfium2.PdfiumError:
        raise Unreadable("This PDF is damaged or not complete. Save it again, and choose the new file.") from None


def _words(document: pypdfium2.PdfDocument, number: int) -> str:
    """Return the words of a page; a page that cannot be loaded has none."""
    try:
        page = document[number]
        try:
            text = page.get_textpage()
            words: str = text.get_text_bounded()
            text.close()
        finally:
            page.close()
    except pypdfium2.PdfiumError:
        return ""
    return words


def _objects(reader: Any) -> Iterator[Any]:
    """Yield every object of the PDF, and those inside it; raise ValueError where there are too many to look at."""
    from pypdf.generic import IndirectObject

    known = {(number, generation) for generation, table in reader.xref.items() for number in table}
    known |= {(number, 0) for number in reader.xref_objStm}
    if len(known) > MOST_OBJECTS:
        raise ValueError("too many objects")
    yield reader.trailer
    for number, generation in sorted(known):
        yield reader.get_object(IndirectObject(number, generation, reader))


def _is_active(thing: Any) -> bool:
    """Tell whether an object, or one that is written inside it, acts by itself. What it points to is asked apart."""
    waiting = [thing]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            if any(key in each for key in _ACTIVE_KEYS):
                return True
            if dict.get(each, "/S") in _ACTIVE_ACTIONS:
                return True
            # An /OpenAction that only goes to a page is what most typesetters write; any other action has an /S above.
            waiting += dict.values(each)
        elif isinstance(each, list):
            waiting += each
    return False
