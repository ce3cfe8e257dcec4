"""The pages of the repository."""
