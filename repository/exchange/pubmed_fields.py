"""Take one record of PubMed's XML apart into the fields that its NBIB form has.

From NLM's "MEDLINE/PubMed XML Element Descriptions" and "MEDLINE/PubMed Data Element (Field) Descriptions".
"""

from collections.abc import Iterable

from lxml import etree

from repository.exchange.nbib_entry import Field
from repository.exchange.xml_source import child, children, line_of, text_at, text_of

_Element = etree._Element

_NOTICES = {
    "RetractionIn": "RIN", "RetractedandRepublishedIn": "RRI", "PartialRetractionIn": "PRIN",
    "ExpressionOfConcernIn": "ECI", "ErratumIn": "EIN", "CorrectedandRepublishedIn": "CRI", "RepublishedIn": "RPI",
    "ReprintIn": "RPI", "UpdateIn": "UIN", "CommentIn": "CIN", "SummaryForPatientsIn": "SPIN",
    "OriginalReportIn": "ORI", "AssociatedDataset": "DDIN", "AssociatedPublication": "DRIN", "RetractionOf": "ROF",
    "RetractedandRepublishedFrom": "RRF", "PartialRetractionOf": "PROF", "ExpressionOfConcernFor": "ECF",
    "ErratumFor": "EFR", "CorrectedandRepublishedFrom": "CRF", "RepublishedFrom": "RPF", "ReprintOf": "RPF",
    "UpdateOf": "UOF", "CommentOn": "CON",
}  # fmt: skip
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def article_fields(citation: _Element, article_ids: Iterable[_Element]) -> list[Field]:
    """Return the fields of an article from its MedlineCitation and its ArticleIds."""
    article = child(citation, "Article")
    journal = child(article, "Journal")
    issue = child(journal, "JournalIssue")
    about = child(citation, "MedlineJournalInfo")
    fields = _Fields()
    fields.add("TI", child(article, "ArticleTitle"))
    fields.add("TT", child(article, "VernacularTitle"))
    fields.add("JT", child(journal, "Title"))
    if not fields.add("TA", child(about, "MedlineTA")):
        fields.add("TA", child(journal, "ISOAbbreviation"))
    fields.add("VI", child(issue, "Volume"))
    fields.add("IP", child(issue, "Issue"))
    fields.add_text("DP", child(issue, "PubDate"), _date(child(issue, "PubDate")))
    for date in children(article, "ArticleDate"):
        if date.get("DateType", "Electronic") == "Electronic":
            fields.add_text("DEP", date, _date(date))
    fields.add("PL", child(about, "Country"))
    fields.add("IS", child(journal, "ISSN"))
    fields.add("IS", child(about, "ISSNLinking"))
    _add_abstract(fields, child(article, "Abstract"), "AB")
    for other in children(citation, "OtherAbstract"):
        _add_abstract(fields, other, "OAB")
    _add_people(fields, child(article, "AuthorList"))
    _add_contents(fields, article)
    _add_locations(fields, article)
    for kind in children(child(article, "PublicationTypeList"), "PublicationType"):
        fields.add("PT", kind)
    _add_indexing(fields, citation)
    _add_article_ids(fields, article_ids)
    fields.add("COIS", child(citation, "CoiStatement"))
    return fields.found


def book_fields(document: _Element) -> list[Field]:
    """Return the fields of a book, or a chapter of one, from its BookDocument."""
    book = child(document, "Book")
    fields = _Fields()
    is_chapter = fields.add("TI", child(document, "ArticleTitle"))
    fields.add("TT", child(document, "VernacularTitle"))
    fields.add("BTI", child(book, "BookTitle"))
    fields.add("CTI", child(book, "CollectionTitle"))
    fields.add("VI", child(book, "Volume"))
    fields.add("EN", child(book, "Edition"))
    fields.add("PB", child(book, "Publisher", "PublisherName"))
    fields.add("PL", child(book, "Publisher", "PublisherLocation"))
    fields.add_text("DP", child(book, "PubDate"), _date(child(book, "PubDate")))
    for number in children(book, "Isbn"):
        fields.add("ISBN", number)
    _add_abstract(fields, child(document, "Abstract"), "AB")
    for editors in (True, False):
        for people in (*children(book, "AuthorList"), *children(document, "AuthorList")):
            if people.get("Type", "").startswith("editor") == editors:
                _add_people(fields, people, "ED" if editors else "AU")
    _add_contents(fields, document)
    fields.add("PG", child(document, "Pagination", "MedlinePgn"))
    for location in children(book, "ELocationID"):
        fields.add_text("LID", location, f"{text_of(location)} [{location.get('EIdType', '')}]")
    for kind in children(document, "PublicationType"):
        fields.add("PT", kind)
    # PubMed's NBIB says by these whether a record is of a whole book.
    fields.add_text("PT", document, "Book Chapter" if is_chapter else "Book")
    _add_indexing(fields, document)
    _add_article_ids(fields, children(child(document, "ArticleIdList"), "ArticleId"))
    return fields.found


class _Fields:
    """The fields found so far; those without text are left out."""

    def __init__(self) -> None:
        self.found: list[Field] = []

    def add(self, tag: str, element: _Element | None) -> bool:
        """Add the text of an element; return whether there was one."""
        text = text_of(element)
        if not text or element is None:
            return False
        self.found.append(Field(tag, line_of(element), text))
        return True

    def add_text(self, tag: str, element: _Element | None, text: str) -> None:
        """Add a text that was made of what the element says."""
        if text and element is not None:
            self.found.append(Field(tag, line_of(element), text))


def _date(element: _Element | None) -> str:
    """Return a date as NBIB writes it: "2020 Feb 14", "2019 Winter", or the words of MedlineDate."""
    if whole := text_at(element, "MedlineDate"):
        return whole
    month = text_at(element, "Month")
    if month.isdecimal() and 1 <= int(month) <= 12:
        month = _MONTHS[int(month) - 1]
    day = text_at(element, "Day") if month else ""
    return " ".join(filter(None, (text_at(element, "Year"), month or text_at(element, "Season"), day)))


def _add_abstract(fields: _Fields, abstract: _Element | None, tag: str) -> None:
    """Add an abstract in NBIB's form, in which the labels of its parts stand in the running text."""
    parts = []
    for part in children(abstract, "AbstractText"):
        if text := text_of(part):
            label = part.get("Label", "").strip()
            parts.append(f"{label}: {text}" if label and label.upper() != "UNLABELLED" else text)
    fields.add_text(tag, abstract, " ".join(parts))
    if tag == "AB":
        fields.add("CI", child(abstract, "CopyrightInformation"))


def _add_people(fields: _Fields, people: _Element | None, tag: str = "AU") -> None:
    for author in children(people, "Author"):
        # A name that was printed wrongly is given beside the right one, with "N".
        if author.get("ValidYN") == "N":
            continue
        name = {part.tag: text_of(part) for part in author if part.tag in _NAME}
        if group := name.get("CollectiveName"):
            fields.add_text("CN", author, group)
        elif not _add_name(fields, author, name, tag):
            continue
        for part in author:
            if part.tag == "AffiliationInfo":
                fields.add("AD", child(part, "Affiliation"))
            elif part.tag == "Affiliation":  # as it was until 2014
                fields.add("AD", part)
            elif part.tag == "Identifier" and tag == "AU":
                fields.add_text("AUID", part, f"{part.get('Source', '')}: {text_of(part)}")


_NAME = frozenset({"LastName", "ForeName", "FirstName", "Initials", "Suffix", "CollectiveName"})


def _add_name(fields: _Fields, author: _Element, name: dict[str, str], tag: str) -> bool:
    """Add the full and the short name of a person; return whether there is a name."""
    family, given = name.get("LastName", ""), name.get("ForeName") or name.get("FirstName", "")
    initials, suffix = name.get("Initials", ""), name.get("Suffix", "")
    if family and (given or not initials):
        # The comma keeps a suffix that NLM's list does not have, such as "MD", out of the given names.
        fields.add_text(f"F{tag}", author, ", ".join(filter(None, (family, given, suffix if given else ""))))
    if family:
        fields.add_text(tag, author, " ".join(filter(None, (family, initials, "" if given else suffix))))
    return bool(family)


def _add_contents(fields: _Fields, element: _Element | None) -> None:
    """Add what articles and books have alike: languages, grants and numbers in registers."""
    for language in children(element, "Language"):
        fields.add("LA", language)
    for grant in children(child(element, "GrantList"), "Grant"):
        parts = [text_at(grant, name) for name in ("GrantID", "Acronym", "Agency", "Country")]
        fields.add_text("GR", grant, "/".join(filter(None, parts)))
    for bank in children(child(element, "DataBankList"), "DataBank"):
        name = text_at(bank, "DataBankName")
        numbers = [text_of(number) for number in children(child(bank, "AccessionNumberList"), "AccessionNumber")]
        for number in numbers or [""]:
            fields.add_text("SI", bank, "/".join(filter(None, (name, number))))


def _add_locations(fields: _Fields, article: _Element | None) -> None:
    """Add pages and numbers of an article, telling the one from the other as PubMed does.

    Where the publisher's number stands for the pages it is the number of the article: NBIB then has it bare in LID,
    and where there are no pages at all, in its citation as "11:e80092.".
    """
    pagination = child(article, "Pagination")
    pages = text_at(pagination, "MedlinePgn") or "-".join(
        filter(None, (text_at(pagination, "StartPage"), text_at(pagination, "EndPage")))
    )
    is_number = False
    for location in children(article, "ELocationID"):
        value = text_of(location)
        if location.get("ValidYN") == "N" or not value:
            continue
        if location.get("EIdType") == "pii" and value == pages:
            is_number = True
            fields.add_text("LID", location, value)
            continue
        fields.add_text("LID", location, f"{value} [{location.get('EIdType', '')}]")
        if not pages and location.get("EIdType") == "pii" and text_at(article, "Journal", "JournalIssue", "Volume"):
            fields.add_text("SO", location, f":{value}.")
    if not is_number:
        fields.add_text("PG", pagination, pages)


def _add_indexing(fields: _Fields, element: _Element) -> None:
    """Add what indexers said about a work: headings, substances, keywords, persons it is about, and notices."""
    for heading in children(child(element, "MeshHeadingList"), "MeshHeading"):
        names = [name for name in heading if name.tag in ("DescriptorName", "QualifierName")]
        parts = [("*" if name.get("MajorTopicYN") == "Y" else "") + text_of(name) for name in names]
        fields.add_text("MH", heading, "/".join(parts))
    for chemical in children(child(element, "ChemicalList"), "Chemical"):
        number, name = text_at(chemical, "RegistryNumber"), text_at(chemical, "NameOfSubstance")
        fields.add_text("RN", chemical, f"{number or '0'} ({name})" if name else "")
    for substance in children(child(element, "SupplMeshList"), "SupplMeshName"):
        fields.add("NM", substance)
    for words in children(element, "KeywordList"):
        for word in children(words, "Keyword"):
            fields.add("OT", word)
    for person in children(child(element, "PersonalNameSubjectList"), "PersonalNameSubject"):
        fields.add_text(
            "FPS", person, ", ".join(filter(None, (text_at(person, "LastName"), text_at(person, "ForeName"))))
        )
    for notice in children(child(element, "CommentsCorrectionsList"), "CommentsCorrections"):
        if tag := _NOTICES.get(notice.get("RefType", "")):
            source, pmid = text_at(notice, "RefSource"), text_at(notice, "PMID")
            source += "." if source and not source.endswith(".") else ""
            fields.add_text(tag, notice, f"{source} PMID: {pmid}".strip() if pmid else source)


def _add_article_ids(fields: _Fields, article_ids: Iterable[_Element]) -> None:
    for article_id in article_ids:
        value, kind = text_of(article_id), article_id.get("IdType", "")
        if kind == "doi":
            fields.add_text("AID", article_id, f"{value} [doi]")
        elif kind in ("pmc", "pmcid") and value:
            fields.add_text("PMC", article_id, value if value.upper().startswith("PMC") else f"PMC{value}")
