"""What librarians do to many records, names and words at once, and how each of these is undone."""
