"""What the types of work are called in the formats that have no list of their own, and which type a name stands for."""

from repository.exchange.entry import EntryType

NAMES: dict[EntryType, str] = {
    "article": "Journal article",
    "preprint": "Preprint",
    "report": "Report",
    "audit": "Audit",
    "guideline": "Guideline",
    "policy": "Policy",
    "toolkit": "Toolkit",
    "training": "Training resource",
    "poster": "Poster",
    "presentation": "Presentation",
    "conference_paper": "Conference paper",
    "thesis": "Thesis",
    "book": "Book",
    "chapter": "Book chapter",
    "dataset": "Dataset",
    "other": "Other",
}
TYPES: dict[str, EntryType] = {name.casefold(): kind for kind, name in NAMES.items()}
"""By the name in small letters."""
