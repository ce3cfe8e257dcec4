"""Where a text holds the words: marked in the text as it is written, and safe to show."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kmportal.search.plain_text import clean
from kmportal.search.snippets import snippets

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "snippet"),
    [
        ("The café’s “nurse–led” ward.", "The <mark>café</mark>’s “<mark>nurse</mark>–led” ward."),
        ("<b>Nurses</b> & <script>", "&lt;b&gt;<mark>Nurses</mark>&lt;/b&gt; &amp; &lt;script&gt;"),
        ("A < B | <mark>nurse</mark>", "A &lt; B | &lt;mark&gt;<mark>nurse</mark>&lt;/mark&gt;"),
        ("Nothing of the kind.", "Nothing of the kind."),
        ("", ""),
    ],
)
def test_words_are_marked_as_they_are_written(text, snippet):
    assert snippets([text], "'cafe' | 'nurs'") == [snippet]


def test_a_long_text_shows_its_best_places():
    filler = "Wards are busy places and much happens there every day of the long year. "
    text = filler * 5 + "Then one patient fell. " + filler * 20 + "Another patient fell twice. " + filler * 5

    (snippet,) = snippets([text], "'fell'")

    assert snippet.count("<mark>fell</mark>") == 2
    assert snippet.startswith("… ")
    assert snippet.endswith(" …")
    assert "patient <mark>fell</mark>. Wards" in snippet
    assert len(snippet) < 600


def test_a_text_without_the_words_shows_its_beginning():
    (snippet,) = snippets(["Wards are busy places and much happens there. " * 20], "'fell'")

    assert snippet.startswith("Wards are busy places")
    assert snippet.endswith("…")


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet=st.sampled_from("aß fell <>|&.'’“-–漢é́\n"), max_size=60))
def test_a_snippet_is_part_of_its_text(text):
    text = clean(text)

    (snippet,) = snippets([text], "'fell'")

    shown = snippet.replace("<mark>", "").replace("</mark>", "")
    for escaped, sign in (("&lt;", "<"), ("&gt;", ">"), ("&#x27;", "'"), ("&quot;", '"'), ("&amp;", "&")):
        shown = shown.replace(escaped, sign)
    for piece in shown.strip("… ").split(" … "):
        assert piece.strip() in text
