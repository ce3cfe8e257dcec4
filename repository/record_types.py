"""The types of record, and which details each type has beside what all share."""

from django.db import models


class RecordType(models.TextChoices):
    """What kind of work a record describes."""

    ARTICLE = "article", "Journal article"
    PREPRINT = "preprint", "Preprint"
    REPORT = "report", "Report"
    AUDIT = "audit", "Audit or quality improvement"
    GUIDELINE = "guideline", "Guideline"
    POLICY = "policy", "Policy or procedure"
    TOOLKIT = "toolkit", "Toolkit"
    TRAINING = "training", "Training resource"
    POSTER = "poster", "Poster"
    PRESENTATION = "presentation", "Presentation"
    CONFERENCE_PAPER = "conference_paper", "Conference paper"
    THESIS = "thesis", "Thesis"
    BOOK = "book", "Book"
    CHAPTER = "chapter", "Book chapter"
    DATASET = "dataset", "Dataset"
    OTHER = "other", "Other"


# What people act on, so that it does harm once it is out of date: somebody answers for it, and looks at it again at
# intervals. A paper only grows old.
REVIEWED_TYPES = (RecordType.GUIDELINE, RecordType.POLICY, RecordType.TOOLKIT, RecordType.TRAINING)

JOURNAL = ("container_title", "container_abbreviation", "volume", "issue", "pages", "article_number")
REPORT = ("institution", "report_number", "series", "edition", "place", "url")
EVENT = ("event_name", "event_place", "event_date", "url")
BOOK = ("publisher", "place", "edition", "series", "pages")

# The fields of Record that a type's form and page show; a field that no row names is shown for every type.
DETAILS: dict[str, tuple[str, ...]] = {
    RecordType.ARTICLE: JOURNAL,
    RecordType.PREPRINT: ("publisher", "article_number"),
    RecordType.REPORT: REPORT,
    RecordType.AUDIT: REPORT,
    RecordType.GUIDELINE: REPORT,
    RecordType.POLICY: REPORT,
    RecordType.TOOLKIT: REPORT,
    RecordType.TRAINING: REPORT,
    RecordType.POSTER: EVENT,
    RecordType.PRESENTATION: EVENT,
    RecordType.CONFERENCE_PAPER: ("container_title", "publisher", "volume", "pages", *EVENT),
    RecordType.THESIS: ("institution", "degree", "place", "url"),
    RecordType.BOOK: BOOK,
    RecordType.CHAPTER: ("container_title", *BOOK),
    RecordType.DATASET: ("publisher", "edition", "url"),
    RecordType.OTHER: ("publisher", "place", "institution", "edition", "url"),
}
