"""Nothing makes a page wider than the screen, however long a word is."""

import pytest

from tests.builders import make_lesson, make_record, make_session

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

WORD = "Pneumonoultramicroscopicsilicovolcanoconiosis" * 6


def test_words_without_an_end_break(page, look):
    record = make_record(WORD, authors=(f"{WORD[:200]}, Ann",), tags=(WORD[:99],), abstract=WORD)
    lesson, session = make_lesson(WORD), make_session(WORD[:200])
    pages = {
        "home": "/",
        "list": "/repository/",
        "record": record.get_absolute_url(),
        "search": f"/search/?q={WORD[:200]}",
        "lesson": lesson.get_absolute_url(),
        "session": session.get_absolute_url(),
    }
    for name, address in pages.items():
        page.goto(address)
        look(name)
