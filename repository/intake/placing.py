"""Where new records belong: the rules by which an affiliation tells the department and the collection."""

from collections.abc import Sequence
from dataclasses import dataclass

from repository.intake.description import Description
from repository.models import AffiliationRule
from repository.models.contributor import fold


@dataclass(frozen=True, slots=True)
class Rule:
    """Words of an affiliation, folded as names are, and the keys of what they stand for."""

    words: str
    department: int | None
    collection: int | None

    def applies_to(self, affiliation: str) -> bool:
        """Tell whether the folded affiliation holds the words, as whole words."""
        return f" {self.words} " in f" {affiliation} "


@dataclass(frozen=True, slots=True)
class Place:
    """The keys of a new record's department and collection."""

    department: int | None = None
    collection: int | None = None


def rules() -> list[Rule]:
    """Return the librarians' rules in their order, in one query."""
    rows = AffiliationRule.objects.values_list("text", "department", "collection")
    return [Rule(folded(text), department, collection) for text, department, collection in rows if folded(text)]


def folded(text: str) -> str:
    """Return an affiliation as it is compared: without accents, case and punctuation.

    >>> folded("Riverside Hospital, Ward-9.")
    'riverside hospital ward 9'
    """
    return fold("".join(letter if letter.isalnum() else " " for letter in text))


def place(said: Description, rules: Sequence[Rule]) -> Place:
    """Write into the description each contributor's department, in place of any, and return where the record belongs.

    That is what the first rule says that applies to the first contributor to whom any applies; of the rest, the
    first rule that says what is still unknown.
    """
    department = collection = None
    for credit in said["contributors"]:
        credit.pop("department", None)
        affiliation = folded(credit["affiliation"]) if rules and credit["affiliation"] else ""
        applying = [rule for rule in rules if affiliation and rule.applies_to(affiliation)]
        own = next((rule.department for rule in applying if rule.department), None)
        if own:
            credit["department"] = own
        department = department or own
        collection = collection or next((rule.collection for rule in applying if rule.collection), None)
    return Place(department, collection)
