"""The tables of the research repository, one module for each subject."""

from repository.models.batch import ImportBatch, ImportedFrom
from repository.models.collection import Collection
from repository.models.contributor import Contribution, Contributor
from repository.models.file import RecordFile
from repository.models.identifier import Identifier
from repository.models.record import Record, Status
from repository.models.subject import RecordSubject, SubjectTerm

__all__ = [
    "Collection",
    "Contribution",
    "Contributor",
    "Identifier",
    "ImportBatch",
    "ImportedFrom",
    "Record",
    "RecordFile",
    "RecordSubject",
    "Status",
    "SubjectTerm",
]
