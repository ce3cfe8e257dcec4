"""The search's background jobs."""

from kmportal.jobs import job
from kmportal.search import statistics


@job(schedule="40 2 * * *")
def count_words(timestamp: int) -> None:
    """Count every night in how many documents each word is."""
    statistics.refresh()


@job(schedule="*/10 * * * *")
def count_words_of_a_grown_index(timestamp: int) -> None:
    """Count the words anew soon after an import or a rebuild, however it was started."""
    statistics.refresh_if_outgrown()
