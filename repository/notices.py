"""What later publications say of a work, such as its retraction: the words for each kind, and which are warnings."""

# Kinds as exchange/medline.py names them. These stand in a banner above all else, the gravest first.
WARNINGS: dict[str, str] = {
    "retraction": "This work has been retracted",
    "partial_retraction": "Part of this work has been retracted",
    "concern": "There is an expression of concern about this work",
    "erratum": "There is a correction to this work",
    "corrected_republication": "This work was corrected and published again",
    "republication": "This work was published again",
    "update": "There is a newer version of this work",
}

# These stand among the details.
CONNECTIONS: dict[str, str] = {
    "comment": "Comment in",
    "patient_summary": "Summary for patients in",
    "original_report": "Original report in",
    "dataset_described_in": "Dataset described in",
    "dataset_used_in": "Dataset used in",
    "retraction_of": "Retraction of",
    "partial_retraction_of": "Retraction of a part of",
    "concern_for": "Expression of concern about",
    "erratum_for": "Correction to",
    "corrected_republication_of": "Corrected version of",
    "republication_of": "New publication of",
    "update_of": "Newer version of",
    "comment_on": "Comment on",
}
