"""When a session is, in words."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from events.times import span_words

LONDON = ZoneInfo("Europe/London")


@pytest.mark.parametrize(
    ("starts", "ends", "words"),
    [
        ("2025-02-04T14:00", "2025-02-04T15:30", "Tuesday 4 February 2025, 2pm to 3:30pm"),
        ("2025-07-01T11:00", "2025-07-01T12:00", "Tuesday 1 July 2025, midday to 1pm"),
        ("2025-06-30T22:00", "2025-07-01T00:30", "Monday 30 June 2025, 11pm, to Tuesday 1 July 2025, 1:30am"),
        # The clocks go back on 26 October 2025 at 2am: 1am to 2am comes twice.
        ("2025-10-26T01:30", "2025-10-26T02:30", "Sunday 26 October 2025, 1:30am GMT to 2:30am GMT"),
        ("2025-10-26T00:30", "2025-10-26T01:30", "Sunday 26 October 2025, 1:30am BST to 1:30am GMT"),
        ("2025-10-25T23:30", "2025-10-26T02:30", "Sunday 26 October 2025, 12:30am BST to 2:30am GMT"),
        ("2025-10-26T09:00", "2025-10-26T10:00", "Sunday 26 October 2025, 9am to 10am"),
        # They go forward on 30 March 2025 at 1am: an hour later it is 3am less a bit, not 2am.
        ("2025-03-30T00:30", "2025-03-30T01:30", "Sunday 30 March 2025, 12:30am GMT to 2:30am BST"),
        ("2025-03-30T09:00", "2025-03-30T10:00", "Sunday 30 March 2025, 10am to 11am"),
    ],
)
def test_a_span_in_london(starts, ends, words):
    first, last = (datetime.fromisoformat(text).replace(tzinfo=UTC).astimezone(LONDON) for text in (starts, ends))
    assert span_words(first, last) == words
