"""What the columns of people accept."""

from django.core.exceptions import ValidationError

from kmportal.people.orcid import InvalidOrcid, normalise_orcid


def validate_orcid(text: str) -> None:
    """Raise ValidationError unless the text is an ORCID iD in the form that we store."""
    try:
        normal = normalise_orcid(text)
    except InvalidOrcid as error:
        raise ValidationError(str(error)) from None
    if normal != text:
        raise ValidationError(f"Write it as {normal}.")
