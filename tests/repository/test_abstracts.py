"""Abstracts part into labelled paragraphs, and nothing of them is lost."""

import pytest

from repository.abstracts import Part, parts


@pytest.mark.parametrize(
    ("abstract", "expected"),
    [
        ("", []),
        ("  \n ", []),
        ("Plain words.", [Part("", "Plain words.")]),
        ("One.\n\nTwo.\r\nThree.", [Part("", "One."), Part("", "Two."), Part("", "Three.")]),
        (
            "BACKGROUND: Many fall. METHODS: We counted. RESULTS AND DISCUSSION: 12 (95% CI 3-20%) CONCLUSIONS: Few.",
            [
                Part("Background", "Many fall."),
                Part("Methods", "We counted."),
                Part("Results and discussion", "12 (95% CI 3-20%)"),
                Part("Conclusions", "Few."),
            ],
        ),
        (
            "IMPORTANCE: It matters. DESIGN, SETTING, AND PARTICIPANTS: A trial.",
            [Part("Importance", "It matters."), Part("Design, setting, and participants", "A trial.")],
        ),
        ("AIM: To count.\nRESULTS: 12.", [Part("Aim", "To count."), Part("Results", "12.")]),
        ("First words. BACKGROUND/AIMS: Many.", [Part("", "First words."), Part("Background/aims", "Many.")]),
    ],
)
def test_structured_abstracts_part_at_their_labels(abstract, expected):
    assert parts(abstract) == expected


@pytest.mark.parametrize(
    "abstract",
    [
        "We treated COVID-19: a disease.",
        "There were two groups. HIV: 12. TB: 3.",
        "It was seen. The NHS: a service.",
        "METHODS:",
    ],
)
def test_capitals_in_running_text_are_no_label(abstract):
    assert parts(abstract) == [Part("", abstract)]
