"""The types of BibTeX and biblatex, and the types of work that they stand for."""

from repository.exchange.entry import EntryType

TYPES: dict[str, EntryType] = {
    **dict.fromkeys(("article", "suppperiodical", "review"), "article"),
    **dict.fromkeys(("book", "mvbook", "booklet", "collection", "mvcollection", "reference", "mvreference"), "book"),
    **dict.fromkeys(("proceedings", "mvproceedings", "periodical"), "book"),
    **dict.fromkeys(("inbook", "bookinbook", "suppbook", "incollection", "suppcollection", "inreference"), "chapter"),
    **dict.fromkeys(("inproceedings", "conference"), "conference_paper"),
    **dict.fromkeys(("mastersthesis", "phdthesis", "thesis"), "thesis"),
    **dict.fromkeys(("techreport", "report", "manual"), "report"),
    **dict.fromkeys(("dataset", "data"), "dataset"),
    **dict.fromkeys(("unpublished", "preprint"), "preprint"),
    **dict.fromkeys(("online", "electronic", "www", "misc", "software", "patent", "unknown"), "other"),
}
DEGREES = {"phdthesis": "PhD", "mastersthesis": "Master’s"}
# Keys of biblatex that stand for words (manual, 4.9.2.13).
THESES = {"phdthesis": "PhD", "mathesis": "MA", "bathesis": "BA", "candthesis": "Cand."}

# What is said beside the type, in `type` of a report or `howpublished` of a misc, where the type is too wide.
KINDS: dict[EntryType, str] = {
    "audit": "Audit",
    "guideline": "Guideline",
    "policy": "Policy",
    "toolkit": "Toolkit",
    "training": "Training resource",
    "poster": "Poster",
    "presentation": "Presentation",
    "preprint": "Preprint",
    "dataset": "Dataset",
}
BY_KIND: dict[str, EntryType] = {word.casefold(): kind for kind, word in KINDS.items()}
BY_KIND |= {"talk": "presentation", "slides": "presentation", "clinical guideline": "guideline", "procedure": "policy"}

# How each type of work is written (repository.md, "Type mapping"); theses are told apart by their degree.
WRITTEN: dict[EntryType, str] = {
    "article": "article",
    "report": "techreport",
    "audit": "techreport",
    "guideline": "techreport",
    "policy": "manual",
    "toolkit": "techreport",
    "training": "techreport",
    "conference_paper": "inproceedings",
    "thesis": "thesis",
    "book": "book",
    "chapter": "incollection",
}
