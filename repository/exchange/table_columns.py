"""What the columns of a table can mean, and what the usual programs call them."""

import re
from collections.abc import Sequence

TITLE = "title"

# What a column can fill, in the order in which a person chooses from them. A field of Entry has its own name; the
# others say part of one.
FIELDS: dict[str, str] = {
    TITLE: "Title",
    "contributors": "Authors",
    "editors": "Editors",
    "affiliations": "Affiliations",
    "issued": "Year or date of publication",
    "container_title": "Journal or book",
    "container_abbreviation": "Journal, abbreviated",
    "volume": "Volume",
    "issue": "Issue",
    "pages": "Pages",
    "first_page": "First page",
    "last_page": "Last page",
    "article_number": "Article number",
    "citation": "Journal, year, volume and pages in one",
    "abstract": "Abstract",
    "type": "Type of work",
    "doi": "DOI",
    "pmid": "PubMed ID",
    "pmcid": "PMCID",
    "issn": "ISSN",
    "isbn": "ISBN",
    "numbers": "ISSN or ISBN",
    "keywords": "Keywords",
    "subjects": "MeSH headings",
    "substances": "Substances",
    "vernacular_title": "Title in the original language",
    "languages": "Language",
    "publication_types": "Publication type",
    "publisher": "Publisher",
    "place": "Place of publication",
    "institution": "Institution",
    "report_number": "Report number",
    "degree": "Degree",
    "series": "Series",
    "edition": "Edition",
    "event_name": "Event",
    "event_place": "Place of the event",
    "event_date": "Date of the event",
    "url": "Web address",
    "licence": "Licence",
    "available_online": "Online since",
    "registrations": "Trial registrations",
    "funding": "Funding",
    "conflict_of_interest": "Conflicts of interest",
    "copyright_statement": "Copyright",
}

# A field that several columns can fill together; of the others the first column counts.
MANY = frozenset(
    {
        *("editors", "affiliations", "doi", "pmid", "pmcid", "issn", "isbn", "numbers", "keywords", "subjects"),
        *("substances", "publication_types", "registrations", "funding", "languages"),
    }
)

# The names of columns in Embase, Scopus, Web of Science (its tags as well), PubMed, Zotero, ASReview, DSpace and our
# own export, as folded() gives them. Of two columns for one field the name that stands first here is taken.
_NAMES: dict[str, str] = {
    TITLE: "title|article title|dc title|ti|primary title|document title|titel",
    "contributors": (
        "contributors|author full names|authors|author|af|author names|author s|first authors|creators|creator|au|"
        "dc contributor author|dc creator|author full name|book authors"
    ),
    "editors": "editors|editor|book editors|be|dc contributor editor|secondary authors",
    "affiliations": (
        "authors with affiliations|affiliations|author addresses|addresses|c1|affiliation|author affiliations|"
        "institutions"
    ),
    "issued": (
        "issued|date of publication|date|publication year|year|py|published|dc date issued|dc date|"
        "publication date|year of publication|pub year|issue date"
    ),
    "container_title": (
        "container title|source title|journal|publication title|journal book|journal or book|journal name|"
        "journal title|so|secondary title|periodical|dc source|dc relation ispartof|publication|book title|"
        "container"
    ),
    "container_abbreviation": (
        "container abbreviation|abbreviated source title|journal abbreviation|journal iso abbreviation|ji|j9|"
        "journal abbreviated|alternate title1"
    ),
    "volume": "volume|vl|vol|dc citation volume",
    "issue": "issue|issue number|is|number|dc citation issue",
    "pages": "pages|page range|page numbers|page|dc citation pages",
    "first_page": "page start|start page|first page|bp|dc citation spage",
    "last_page": "page end|end page|last page|ep|dc citation epage",
    "article_number": "article number|art no|ar",
    "citation": "source|citation|source citation",
    "abstract": "abstract|abstract note|ab|dc description abstract|notes abstract|summary",
    "type": (
        "item type|type of work|document type|type|dt|type of reference|dc type|entrytype|entry type|reference type"
    ),
    "doi": "doi|di|dc identifier doi|digital object identifier|article doi|doi link",
    "pmid": "pmid|pubmed id|pm|medline pmid|dc identifier pmid|dc identifier pubmed|medline pubmed id",
    "pmcid": "pmcid|pmc|pmc id|pubmed central id|dc identifier pmcid",
    "issn": "issn|sn|eissn|ei|e issn|print issn|electronic issn|dc identifier issn|issns",
    "isbn": "isbn|bn|eisbn|dc identifier isbn|isbns",
    "numbers": "issn isbn|issn or isbn",
    "keywords": (
        "keywords|author keywords|de|index keywords|keywords plus|id keywords|manual tags|automatic tags|tags|"
        "keyword|dc subject|emtree drug index terms|emtree medical index terms|emtree drug index terms major focus|"
        "emtree medical index terms major focus|indexed keywords"
    ),
    "subjects": "subjects|mesh|mesh terms|mesh headings|dc subject mesh|mesh heading",
    "substances": "substances|chemicals",
    "vernacular_title": "vernacular title|original title|dc title alternative|title in the original language",
    "languages": "languages|language|la|language of original document|dc language iso|dc language|article language",
    "publication_types": "publication types|publication type|pt",
    "publisher": "publisher|pu|dc publisher",
    "place": "place|place of publication|publisher city|pi|place published",
    "institution": "institution|issuing institution",
    "report_number": "report number",
    "degree": "degree",
    "series": "series|book series title|se|series title|dc relation ispartofseries",
    "edition": "edition",
    "event_name": "event name|event|conference name|conference title|ct",
    "event_place": "event place|place of the event|conference location|cl",
    "event_date": "event date|date of the event|conference date|cy",
    "url": "url|web address|link|ur|urls|dc identifier uri|open url link|address on the web",
    "licence": "licence|license|dc rights uri",
    "available_online": "available online|online since|early access date|date available online",
    "registrations": "registrations|trial registrations|clinical trial numbers|clinical trial number",
    "funding": "funding|funding details|fu|dc description sponsorship",
    "conflict_of_interest": "conflict of interest|conflicts of interest|competing interests",
    "copyright_statement": "copyright|copyright statement|rights|dc rights",
}
# Columns that we know and leave out: bookkeeping of the program that wrote the table, and of our own.
_LEFT_OUT = (
    "author s id|author ids|researcher ids|orcids|ri|oi|cited by|times cited|tc|z9|times cited wos core|"
    "times cited all databases|cited reference count|cited references|references|cr|nr|usage|page count|"
    "number of pages|pg|codens|coden|eid|ut|ut unique wos id|ut unique id|web of science record|da|date of export|"
    "ga|ids number|open access|publication stage|correspondence address|correspondence addresses|reprint addresses|"
    "rp|email addresses|em|drug tradenames|drug manufacturer|device tradenames|device manufacturer|"
    "original abstract|molecular sequence numbers|chemicals cas|tradenames|manufacturers|create date|first author|"
    "nihms id|key|date added|date modified|access date|num pages|number of volumes|file attachments|"
    "file attachments1|file attachments2|notes|note|included|label|labels|asreview label|asreview time|"
    "asreview note|id|record id|record|number of record|primary database|database|name of database|access number|"
    "accession number|embase accession id|medline pubmed|short title|alternate title2|alternate title3|extra|"
    "library catalog|archive|call number|status|collection|collections|department|audience|views|downloads|files|"
    "added|changed|changed at|published at|address of the page|page address|source id|line|publication date month|"
    "pd|group authors|ca|book group authors|gp|wc|we|pa|u1|u2|c3|fp|bs|dl|ea|wos categories|sc|research areas|"
    "web of science index|highly cited status|hot paper status|hc|hp|oa|sponsors|funding orgs|fx|meeting abstract|"
    "ma|part number|pn|supplement|su|special issue|si|book doi|d2|book author full names|ba|bf|conference host|ho|"
    "conference sponsor|sp|conference code|conference coden|tradenames and manufacturers|title number|"
    "book series subtitle|funding name preferred|180 day usage count|since 2013 usage count|publisher address|"
    "open access designations|funding texts|funding text|full text link|embase link|pui|full record entry date|"
    "cas registry numbers|abbreviated journal name|series number|series text|archive location|link attachments|"
    "series editor|translator|contributor|attorney agent|book author|cast member|commenter|composer|cosponsor|"
    "counsel|interviewer|producer|recipient|reviewed author|scriptwriter|words by|guest|running time|scale|medium|"
    "artwork size|filing date|application number|assignee|issuing authority|country|meeting name|court|reporter|"
    "legal status|priority numbers|programming language|version|system|code|code number|section|session|committee|"
    "history|legislative body"
)


def folded(name: str) -> str:
    """Return the name of a column as it is compared: "dc.title[en_GB]" and "DC Title" are both "dc title"."""
    return " ".join(re.sub(r"[\W_]+", " ", re.sub(r"\[[^\]]*\]$", "", name.strip())).lower().split())


_FIELD_OF: dict[str, tuple[str, int]] = {folded(label): (field, 0) for field, label in FIELDS.items()} | {
    name: (field, rank) for field, names in _NAMES.items() for rank, name in enumerate(names.split("|"))
}
_BOOKKEEPING = frozenset(_LEFT_OUT.split("|"))


def guess(header: Sequence[str]) -> list[str]:
    """Return for each column the key in FIELDS of what it most likely holds, or "" for one to leave out.

    Where several columns would fill a field that takes one, the likeliest does: Web of Science's full names of the
    authors before the short ones.
    """
    found = [_FIELD_OF.get(folded(name), ("", 0)) for name in header]
    best: dict[str, int] = {}
    for index, (field, rank) in enumerate(found):
        if field and (field not in best or rank < found[best[field]][1]):
            best[field] = index
    fields = [field if field in MANY or best.get(field) == index else "" for index, (field, _) in enumerate(found)]
    for index, field in enumerate(fields):
        # Scopus names itself there, and Embase the place of publication.
        if field == "citation" and "container_title" in best and folded(header[index]) == "source":
            fields[index] = ""
    return fields


def is_known(header: Sequence[str]) -> bool:
    """Tell whether the table can be read without asking: it has titles, and no column that we do not know."""
    return TITLE in guess(header) and all(
        not name.strip() or folded(name) in _FIELD_OF or folded(name) in _BOOKKEEPING for name in header
    )


def problem_with(columns: Sequence[str], header: Sequence[str]) -> str:
    """Return why a table with the header cannot be read with these meanings of its columns, or an empty text."""
    if len(columns) != len(header):
        return f"The table has {len(header)} columns, and {len(columns)} were named."
    if TITLE not in columns:
        return "Say which column holds the titles. A record needs a title."
    for field in dict.fromkeys(columns):
        if field and field not in FIELDS:
            return f"We do not know “{field[:60]}” as the meaning of a column."
        if field and field not in MANY and columns.count(field) > 1:
            return f"Choose “{FIELDS[field]}” for one column only."
    return ""
