"""Bulk content: made-up records, lessons and people by the hundred thousand."""
