"""Identifiers come in as people copy them and are kept in one form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repository.identifiers import MAX_LENGTH, InvalidIdentifier, Scheme, address, normalise


@pytest.mark.parametrize(
    ("text", "doi"),
    [
        ("10.1136/bmj.n71", "10.1136/bmj.n71"),
        ("  10.7554/eLife.80092 ", "10.7554/elife.80092"),
        ("doi:10.1136/bmj.n71", "10.1136/bmj.n71"),
        ("DOI 10.1136/bmj.n71", "10.1136/bmj.n71"),
        ("DOI: 10.1136/bmj.n71.", "10.1136/bmj.n71"),
        ("https://doi.org/10.1136/bmj.n71", "10.1136/bmj.n71"),
        ("http://dx.doi.org/10.1136/bmj.n71", "10.1136/bmj.n71"),
        ("doi.org/10.1136/bmj.n71", "10.1136/bmj.n71"),
        ("doi: https://doi.org/10.1136/bmj.n71", "10.1136/bmj.n71"),
        ("https://doi.org/10.1136/bmj.n71?utm_source=mail&x=1#top", "10.1136/bmj.n71"),
        ("https://doi.org/10.1000/a%2Fb%3Cc%3E", "10.1000/a/b<c>"),
        ("10.1000/a%2Fb", "10.1000/a%2fb"),
        ("10.1000/what?is#this", "10.1000/what?is#this"),
        ("10.1136/bmj.n71).;,", "10.1136/bmj.n71"),
        ("10.1016/S0140-6736(20)31324-6", "10.1016/s0140-6736(20)31324-6"),
        ("(10.1016/S0140-6736(20)31324-6)", None),
        ("10.1002/(SICI)1097-0258(19980815)17:15/16<1661::AID-SIM968>3.0.CO;2-2",
         "10.1002/(sici)1097-0258(19980815)17:15/16<1661::aid-sim968>3.0.co;2-2"),
        ("10.1136/\u200bbmj.n71", "10.1136/bmj.n71"),
        ("10.1136/bmj n71", None),
        ("10.113/bmj", None),
        ("10.1234567890/bmj", None),
        ("10.1136/", None),
        ("11.1136/bmj", None),
        ("bmj.n71", None),
        ("10.1136/a\x00b", None),
        ("10.1136/\ud800", None),
        ("10.1136/" + "x" * MAX_LENGTH, None),
        ("", None),
    ],
)  # fmt: skip
def test_dois(text: str, doi: str | None):
    assert attempt("doi", text) == doi


@pytest.mark.parametrize(
    ("text", "pmid"),
    [
        ("31452104", "31452104"),
        (" PMID: 7 ", "7"),
        ("https://pubmed.ncbi.nlm.nih.gov/31452104/", "31452104"),
        ("https://www.ncbi.nlm.nih.gov/pubmed/31452104?dopt=Abstract", "31452104"),
        ("0123", None),
        ("0", None),
        ("123456789", None),
        ("PMC12", None),
        ("١٢٣", None),
        ("", None),
    ],
)
def test_pmids(text: str, pmid: str | None):
    assert attempt("pmid", text) == pmid


@pytest.mark.parametrize(
    ("text", "pmcid"),
    [
        ("PMC6820180", "PMC6820180"),
        ("pmcid: pmc6820180", "PMC6820180"),
        ("https://www.ncbi.nlm.nih.gov/pmc/articles/PMC6820180/", "PMC6820180"),
        ("https://pmc.ncbi.nlm.nih.gov/articles/PMC6820180/#sec1", "PMC6820180"),
        ("6820180", None),
        ("PMC", None),
    ],
)
def test_pmcids(text: str, pmcid: str | None):
    assert attempt("pmcid", text) == pmcid


@pytest.mark.parametrize(
    ("scheme", "text", "value"),
    [
        ("isbn", "978-0-306-40615-7", "9780306406157"),
        ("isbn", "0-306-40615-2", "9780306406157"),
        ("isbn", "ISBN-13: 978 0 306 40615 7", "9780306406157"),
        ("isbn", "080442957x", "9780804429573"),
        ("isbn", "978-0-306-40615-8", None),
        ("isbn", "12345", None),
        ("issn", "03785955", "0378-5955"),
        ("issn", "eISSN 2434-561x", "2434-561X"),
        ("issn", "0378-5954", None),
        ("issn", "0378", None),
        ("orcid", "0000-0002-1825-0097", None),
        ("", "1", None),
    ],
)
def test_isbns_issns_and_unknown_schemes(scheme: str, text: str, value: str | None):
    assert attempt(scheme, text) == value


def attempt(scheme: str, text: str) -> str | None:
    """Return the normal form, or None where it is refused (with a sentence)."""
    try:
        return normalise(scheme, text)
    except InvalidIdentifier as error:
        assert str(error).endswith(".")
        return None


@pytest.mark.parametrize(
    ("scheme", "value", "url"),
    [
        ("doi", "10.1000/a<b>?c#d%20(e)", "https://doi.org/10.1000/a%3Cb%3E%3Fc%23d%2520(e)"),
        ("pmid", "31452104", "https://pubmed.ncbi.nlm.nih.gov/31452104/"),
        ("pmcid", "PMC6820180", "https://pmc.ncbi.nlm.nih.gov/articles/PMC6820180/"),
        ("issn", "0378-5955", "https://portal.issn.org/resource/ISSN/0378-5955"),
        ("isbn", "9780306406157", ""),
    ],
)
def test_addresses(scheme: str, value: str, url: str):
    assert address(scheme, value) == url


def test_labels():
    assert [scheme.label for scheme in Scheme] == ["DOI", "PubMed ID", "PMCID", "ISBN", "ISSN"]


@given(st.sampled_from(Scheme), st.text())
def test_any_text_is_normalised_or_refused_with_a_sentence(scheme: Scheme, text: str):
    value = attempt(scheme, text)
    assert value is None or normalise(scheme, value) == value


doi_suffixes = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=60)


@given(st.from_regex(r"10\.[0-9]{4,9}/", fullmatch=True), doi_suffixes)
def test_what_is_normalised_stays_as_it_is_and_its_address_leads_back_to_it(prefix: str, suffix: str):
    value = attempt("doi", prefix + suffix)
    if value is not None:
        assert normalise("doi", value) == value
        assert normalise("doi", address("doi", value)) == value
        assert value.isprintable()
