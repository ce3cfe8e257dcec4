"""Bring the records of bibliographic files into the repository."""
