"""Feeds in Atom and RSS: of everything new, of any list and of any search."""
