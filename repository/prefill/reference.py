"""Understand one pasted reference, in whatever form it comes, without asking anybody outside."""

import re
from io import BytesIO

from repository.exchange import nbib
from repository.exchange.entry import Entry, Rejected
from repository.exchange.text_source import UnreadableFile
from repository.identifiers import InvalidIdentifier, normalise
from repository.prefill import bibtex, ris, styles
from repository.prefill.guess import Confidence, Guess, guess

LONGEST = 50_000


class NotUnderstood(ValueError):
    """Nothing of the text could be understood; the message says what to do, in words for the form field."""


def understand(text: str) -> Guess:
    """Return what a reference says: NBIB, RIS, BibTeX, a DOI, a PubMed ID, or one in Vancouver, APA or Harvard style.

    Of several the first is read. Raises NotUnderstood.
    """
    text = text[:LONGEST].strip("\ufeff \t\r\n")
    if not text:
        raise NotUnderstood("Paste a reference, a DOI or a PubMed ID.")
    found = _number(text)
    if found is None and nbib.recognises(text):
        found = _nbib(text)
    if found is None and ris.recognises(text):
        found = ris.read(text)
    if found is None and bibtex.recognises(text):
        found = bibtex.read(text)
    if found is None:
        found = styles.read(text)
    if found is None or not (found.entry.title or found.entry.identifiers):
        raise NotUnderstood(
            "We could not find a title, a DOI or a PubMed ID in this. Check that it is one whole reference, "
            "or start the deposit with its title."
        )
    return found


def _number(text: str) -> Guess | None:
    """Return a guess where the text is nothing but a DOI or a PubMed ID, with or without an address around it."""
    if len(text) > 400 or len(text.split()) > 3:
        return None
    for scheme, name in (("doi", "DOI"), ("pmid", "PubMed ID")):
        try:
            value = normalise(scheme, re.sub(r"\s+", " ", text).rstrip("."))
        except InvalidIdentifier:
            continue
        return guess(
            Entry(type="article", title="", identifiers=((scheme, value),)), name, Confidence.SURE, unsure=("type",)
        )
    return None


def _nbib(text: str) -> Guess | None:
    try:
        found = next(nbib.read(BytesIO(text.encode(errors="replace"))), None)
    except UnreadableFile:
        return None
    if found is None or isinstance(found, Rejected):
        return None
    return guess(found, nbib.LABEL, Confidence.SURE)
