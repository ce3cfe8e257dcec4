"""Make PubMed XML for tests: whole files of any parts, and what the reader gives for them."""

from io import BytesIO

from repository.exchange import pubmed_xml
from repository.exchange.entry import Entry, Rejected


def article(
    parts: str = "", *, title: str = "A title.", pmid: str = "99000100", around: str = "", data: str = ""
) -> str:
    """Return an article with these elements within Article, those `around` beside it, and `data` in PubmedData."""
    return (
        f"<PubmedArticle><MedlineCitation><PMID>{pmid}</PMID><Article><Journal><Title>J</Title></Journal>"
        f"<ArticleTitle>{title}</ArticleTitle>{parts}</Article>{around}</MedlineCitation>"
        f"<PubmedData><ArticleIdList>{data}</ArticleIdList></PubmedData></PubmedArticle>\n"
    )


def read_text(*records: str) -> list[Entry | Rejected]:
    """Return what the reader makes of a file of these records."""
    text = f'<?xml version="1.0" ?>\n<PubmedArticleSet>\n{"".join(records)}</PubmedArticleSet>\n'
    return list(pubmed_xml.read(BytesIO(text.encode())))


def read_one(record: str) -> Entry:
    """Return the one entry of a record."""
    (entry,) = read_text(record)
    assert isinstance(entry, Entry), entry
    return entry
