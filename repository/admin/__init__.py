"""The librarians' desk for the repository: records, the lists they choose from, and the files that were imported."""

from repository.admin import batches, fixity, records, shared_words

__all__ = ["batches", "fixity", "records", "shared_words"]
