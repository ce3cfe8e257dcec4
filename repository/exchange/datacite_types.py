"""The types of work in DataCite's schema 4.6, and what it writes where something is not known."""

from repository.exchange.entry import EntryType

UNKNOWN = ":unav"  # "value unavailable, possibly unknown" (DataCite Metadata Schema 4.6, Appendix 3)

# resourceTypeGeneral. Poster and Presentation came with 4.7; before that they are texts that say what they are.
GENERAL: dict[EntryType, str] = {
    "article": "JournalArticle",
    "preprint": "Preprint",
    "report": "Report",
    "audit": "Report",
    "guideline": "Text",
    "policy": "Text",
    "toolkit": "Text",
    "training": "Text",
    "poster": "Text",
    "presentation": "Text",
    "conference_paper": "ConferencePaper",
    "thesis": "Dissertation",
    "book": "Book",
    "chapter": "BookChapter",
    "dataset": "Dataset",
    "other": "Other",
}
BY_GENERAL: dict[str, EntryType] = {
    **{general: kind for kind, general in GENERAL.items() if general not in ("Text", "Report")},
    "Report": "report",
    "Standard": "guideline",
    "DataPaper": "article",
    "Poster": "poster",
    "Presentation": "presentation",
}
CONTAINERS: dict[EntryType, str] = {"article": "Journal", "chapter": "Book", "conference_paper": "ConferenceProceeding"}
