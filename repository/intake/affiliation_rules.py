"""Look after the rules by which an affiliation tells where a new record belongs, and try them on an example."""

from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from kmportal.lifecycle import edits
from kmportal.lifecycle.transitions import NotAllowed
from repository import access
from repository.intake.placing import Rule, folded
from repository.models import AffiliationRule

_FIELDS = ("text", "department", "collection")


@dataclass(frozen=True)
class Trial:
    """What the rules make of an affiliation: all that apply, in their order, and where a record would go."""

    applying: list[AffiliationRule]

    @property
    def department(self) -> Any:
        return next((rule.department for rule in self.applying if rule.department), None)

    @property
    def collection(self) -> Any:
        return next((rule.collection for rule in self.applying if rule.collection), None)


def try_out(affiliation: str) -> Trial:
    """Return what the rules make of an affiliation, as placing.place does for an author who has it."""
    text = folded(affiliation)
    rules = AffiliationRule.objects.select_related("department", "collection")
    return Trial(
        [
            rule
            for rule in rules
            if folded(rule.text) and Rule(folded(rule.text), rule.department_id, rule.collection_id).applies_to(text)
        ]
    )


@transaction.atomic
def keep(rule: AffiliationRule, *, by: Any) -> AffiliationRule:
    """Save a rule, a new one behind the others. Raises NotAllowed where the person may not curate."""
    _begin(by)
    before = AffiliationRule.objects.filter(pk=rule.pk).first() if rule.pk else None
    if before is None:
        rule.position = (AffiliationRule.objects.aggregate(last=Max("position"))["last"] or 0) + 1
    rule.save()
    _note(rule, before, rule, by=by, reason="" if before else "Added")
    return rule


@transaction.atomic
def move(rule: AffiliationRule, *, up: bool, by: Any) -> None:
    """Let a rule and its neighbour change places. Raises NotAllowed as keep does."""
    _begin(by)
    rules = list(AffiliationRule.objects.all())
    at = next((index for index, one in enumerate(rules) if one.pk == rule.pk), -1)
    to = at - 1 if up else at + 1
    if at < 0 or not 0 <= to < len(rules):
        return
    rules[at], rules[to] = rules[to], rules[at]
    for position, one in enumerate(rules, start=1):
        one.position = position
    AffiliationRule.objects.bulk_update(rules, ["position"])
    change = edits.Change("position", "Place in the order", str(at + 1), str(to + 1))
    edits.note(rule, [change], by=by, reason=rule.text)


@transaction.atomic
def remove(rule: AffiliationRule, *, by: Any) -> None:
    """Remove a rule; records that it placed stay where they are. Raises NotAllowed as keep does."""
    _begin(by)
    _note(rule, rule, None, by=by, reason="Removed")
    rule.delete()


def _begin(by: Any) -> None:
    if not access.may_curate(by):
        raise NotAllowed("You do not have permission to change these rules.")
    with connection.cursor() as cursor:
        # One at a time: two moves at once would mix up the order.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('repository.affiliation_rules'))")


def _note(
    rule: AffiliationRule, before: AffiliationRule | None, after: AffiliationRule | None, *, by: Any, reason: str
) -> None:
    was, is_now = (edits.describe_fields(one, _FIELDS) if one else {} for one in (before, after))
    changes = edits.changes_between(was, is_now, edits.labels_of(AffiliationRule, _FIELDS))
    edits.note(rule, changes, by=by, reason=reason)
