"""The librarians' desk for the repository: records, the lists they choose from, and the files that were imported."""

from repository.admin import batches, erasures, fixity, records, shared_words

__all__ = ["batches", "erasures", "fixity", "records", "shared_words"]
