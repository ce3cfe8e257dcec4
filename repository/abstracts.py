"""Part an abstract into its paragraphs and labelled sections."""

import re
from dataclasses import dataclass

# A label of a structured abstract as MEDLINE prints it: capitals, at the start of a paragraph or after a sentence,
# with a colon. "DESIGN, SETTING, AND PARTICIPANTS:" is one; "COVID-19:" and "HIV:" in running text are not.
_LABEL = re.compile(r"(?:^|(?<=[.!?)\]%”\"]\s))([A-Z][A-Z ,/&’'()-]{3,79}[A-Z)]|AIMS?):\s+(?=\S)")


@dataclass(frozen=True)
class Part:
    """One paragraph of an abstract, with its label in sentence case where it has one."""

    label: str
    text: str


def parts(abstract: str) -> list[Part]:
    """Return the paragraphs of an abstract in order; a structured one is parted at its labels.

    >>> parts("AIM: To count falls. RESULTS: There were 12.")
    [Part(label='Aim', text='To count falls.'), Part(label='Results', text='There were 12.')]
    """
    found = []
    for paragraph in re.split(r"\s*\n\s*", abstract.strip()):
        pieces = _LABEL.split(paragraph)
        # Split with one group gives text, then label and text in turn.
        for label, text in zip(["", *pieces[1::2]], pieces[::2], strict=True):
            if text.strip():
                found.append(Part(label.capitalize(), text.strip()))
    return found
