"""The tables of the research repository, one module for each subject."""

from repository.models.batch import BatchRow, ImportBatch, ImportedFrom
from repository.models.collection import Collection
from repository.models.contributor import Contribution, Contributor, NameVariant
from repository.models.curation import Erasure, Lookalike, Operation
from repository.models.file import FixityFinding, RecordFile, StoredContent
from repository.models.identifier import Identifier
from repository.models.intake import AffiliationRule, ColumnMapping, HarvestSource
from repository.models.record import Record, Status
from repository.models.registration import DoiRegistration
from repository.models.reporting import SavedReport
from repository.models.subject import RecordSubject, SubjectTerm
from repository.models.submission import ReviewNote, Submission
from repository.models.use import CopyRequest, Follow, RecentUse, UseCount

__all__ = [
    "AffiliationRule",
    "BatchRow",
    "Collection",
    "ColumnMapping",
    "Contribution",
    "Contributor",
    "CopyRequest",
    "DoiRegistration",
    "Erasure",
    "FixityFinding",
    "Follow",
    "HarvestSource",
    "Identifier",
    "ImportBatch",
    "ImportedFrom",
    "Lookalike",
    "NameVariant",
    "Operation",
    "RecentUse",
    "Record",
    "RecordFile",
    "RecordSubject",
    "ReviewNote",
    "SavedReport",
    "Status",
    "StoredContent",
    "SubjectTerm",
    "Submission",
    "UseCount",
]
