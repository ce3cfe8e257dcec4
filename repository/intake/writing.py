"""Write many described works at once: a fixed number of queries for a whole chunk, whatever its size."""

from collections import defaultdict
from collections.abc import Collection as Many
from collections.abc import Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from psycopg.types.json import Jsonb
from taggit.models import Tag, TaggedItem

from kmportal.copying import copy_rows, reserve_keys
from repository.intake.description import COLUMNS, Description
from repository.intake.placing import Place
from repository.models import (
    Contribution,
    Contributor,
    Identifier,
    NameVariant,
    Record,
    RecordSubject,
    SubjectTerm,
)
from repository.models.contributor import ContributorKind, name_key

Pair = tuple[Record, Description]


def create_records(placed: Many[tuple[Description, Place]], *, depositor: Any) -> list[Record]:
    """Make a draft record, with everything that belongs to it, for each description, and return them in order."""
    pairs = []
    for key, (said, place) in zip(reserve_keys(Record, len(placed)), placed, strict=True):
        where = {"collection_id": place.collection, "department_id": place.department, "depositor": depositor}
        pairs.append((Record(pk=key, **{column: said[column] for column in COLUMNS}, **where), said))
    own = ("id", "collection_id", "department_id", "depositor_id")
    copy_rows(
        Record,
        (*own, *COLUMNS),
        (
            (*(getattr(record, column) for column in own), *(_stored(column, said) for column in COLUMNS))
            for record, said in pairs
        ),
    )
    for write in WRITERS.values():
        write(pairs)
    return [record for record, _ in pairs]


def _stored(column: str, said: Description) -> Any:
    return Jsonb(said[column]) if column == "notices" else said[column]


def write_identifiers(pairs: Many[Pair]) -> None:
    """Give each record the identifiers of its description, in place of those it has."""
    _delete(Identifier, pairs)
    copy_rows(
        Identifier,
        ("record_id", "scheme", "value"),
        ((record.pk, scheme, value) for record, said in pairs for scheme, value in said["identifiers"]),
    )


def write_contributions(pairs: Many[Pair]) -> None:
    """Give each record the contributors of its description, in order, in place of those it has."""
    _delete(Contribution, pairs)
    register = _Register(credit for _, said in pairs for credit in said["contributors"])
    rows = []
    for record, said in pairs:
        taken: set[tuple[str, int]] = set()
        for position, credit in enumerate(said["contributors"]):
            contributor = register.contributor(credit, taken)
            taken.add((credit["role"], id(contributor)))
            rows.append((record.pk, contributor, position, credit))
    register.save()
    copy_rows(
        Contribution,
        ("record_id", "contributor_id", "position", "role", "credited_as", "affiliation", "department_id"),
        (
            (record, contributor.pk, position, *map(credit.get, ("role", "credited_as", "affiliation", "department")))
            for record, contributor, position, credit in rows
        ),
    )


def write_subjects(pairs: Many[Pair]) -> None:
    """Give each record the subject headings of its description, in place of those it has."""
    _delete(RecordSubject, pairs)
    wanted = {(row[0], row[1].lower()): row[1] for _, said in pairs for row in said["subjects"]}
    terms = _terms(wanted)
    missing = [SubjectTerm(scheme=key[0], label=label) for key, label in wanted.items() if key not in terms]
    SubjectTerm.objects.bulk_create(missing, ignore_conflicts=True)
    if missing:
        terms = _terms(wanted)
    copy_rows(
        RecordSubject,
        ("record_id", "term_id", "position", "major", "qualifiers"),
        (
            (record.pk, terms[scheme, label.lower()].pk, position, major, Jsonb(qualifiers))
            for record, said in pairs
            for position, (scheme, label, major, qualifiers) in enumerate(said["subjects"])
        ),
    )


def write_tags(pairs: Many[Pair]) -> None:
    """Give each record the tags of its description, in place of those it has."""
    record_type = ContentType.objects.get_for_model(Record)
    TaggedItem.objects.filter(content_type=record_type, object_id__in=[record.pk for record, _ in pairs]).delete()
    wanted = {tag.lower(): tag for _, said in pairs for tag in said["tags"]}
    tags = _tags(wanted)
    tags |= _new_tags([name for key, name in wanted.items() if key not in tags])
    copy_rows(
        TaggedItem,
        ("tag_id", "content_type_id", "object_id"),
        ((tags[tag.lower()].pk, record_type.pk, record.pk) for record, said in pairs for tag in said["tags"]),
    )


# How each part that is not a column is written.
WRITERS = {
    "identifiers": write_identifiers,
    "contributors": write_contributions,
    "subjects": write_subjects,
    "tags": write_tags,
}


class _Register:
    """The contributors that a chunk of works needs: those we have, and those to be made."""

    def __init__(self, credits: Iterable[Description]) -> None:
        credits = list(credits)
        keys = {name_key(credit["family"], credit["given"]) for credit in credits}
        orcids = {credit["orcid"] for credit in credits if credit["orcid"]}
        self._by_orcid: dict[str, Contributor] = {}
        self._by_name: dict[tuple[str, str], list[Contributor]] = defaultdict(list)
        # One object for each, by whichever of the names it is found.
        self._known: dict[int, Contributor] = {}
        self._new: list[Contributor] = []
        self._given_orcid: list[Contributor] = []
        # Whoever was merged into another is nobody of their own any more: the other has their name as a variant.
        own = Contributor.objects.filter(merged_into=None)
        for contributor in own.filter(Q(name_key__in=keys) | Q(orcid__in=orcids)).order_by("pk"):
            self._add(contributor)
        variants = NameVariant.objects.filter(name_key__in=keys, contributor__merged_into=None).order_by("pk")
        for variant in variants.select_related("contributor"):
            self._add(variant.contributor, known_as=variant.name_key)

    def contributor(self, credit: Description, taken: set[tuple[str, int]]) -> Contributor:
        """Return the contributor whom a credit names, a new one where there is none.

        The same ORCID is the same person. Without one, the same name is; but one work's two authors of one name are
        two, so those who are `taken` there are passed over. A known full name learns its ORCID here.
        """
        orcid = credit["orcid"]
        if (known := self._by_orcid.get(orcid)) and (credit["role"], id(known)) not in taken:
            return known
        key = name_key(credit["family"], credit["given"])
        for candidate in self._by_name[credit["kind"], key]:
            if (credit["role"], id(candidate)) in taken or (orcid and candidate.orcid):
                continue
            if orcid and not known:
                if not _has_full_name(credit["given"]):
                    continue
                candidate.orcid = orcid
                self._by_orcid[orcid] = candidate
                if candidate.pk:
                    self._given_orcid.append(candidate)
            return candidate
        new = Contributor(
            kind=credit["kind"],
            family_name=credit["family"],
            given_names=credit["given"],
            suffix=credit["suffix"],
            orcid="" if known else orcid,
            name_key=key,
        )
        self._new.append(new)
        self._add(new)
        return new

    def save(self) -> None:
        """Store the new contributors, and the ORCIDs that known ones have got: all their records say so from now on."""
        Contributor.objects.bulk_create(self._new)
        if self._given_orcid:
            Contributor.objects.bulk_update(self._given_orcid, ["orcid"])
            theirs = Contribution.objects.filter(contributor__in=self._given_orcid)
            Record.objects.filter(pk__in=theirs.values("record")).update(changed_at=timezone.now())

    def _add(self, contributor: Contributor, *, known_as: str = "") -> None:
        """Take note of a contributor under the ORCID and the name; `known_as` is another form of the name."""
        contributor = self._known.setdefault(contributor.pk, contributor) if contributor.pk else contributor
        if contributor.orcid:
            self._by_orcid[contributor.orcid] = contributor
        self._by_name[ContributorKind(contributor.kind), known_as or contributor.name_key].append(contributor)


def _has_full_name(given: str) -> bool:
    """Tell whether the given names are more than initials: "J A" of two papers may well be two people."""
    return any(len(name.strip(".")) > 2 and not name.isupper() for name in given.split())


def _terms(wanted: dict[tuple[str, str], str]) -> dict[tuple[str, str], SubjectTerm]:
    # By the exact label too: Python and Postgres do not fold every letter to the same one.
    found = SubjectTerm.objects.annotate(folded=Lower("label")).filter(
        Q(folded__in={folded for _, folded in wanted}) | Q(label__in=set(wanted.values()))
    )
    return {(term.scheme, term.label.lower()): term for term in found}


def _tags(wanted: dict[str, str]) -> dict[str, Tag]:
    found = Tag.objects.annotate(folded=Lower("name")).filter(Q(folded__in=set(wanted)) | Q(name__in=wanted.values()))
    return {tag.name.lower(): tag for tag in found}


def _new_tags(names: list[str]) -> dict[str, Tag]:
    """Make tags, together where their slugs are free, else one by one, when taggit finds each a free one."""
    by_slug = {Tag().slugify(name): name for name in names}
    taken = set(Tag.objects.filter(slug__in=by_slug).values_list("slug", flat=True)) | {""}
    free = {slug: name for slug, name in by_slug.items() if slug not in taken}
    tags = Tag.objects.bulk_create(Tag(name=name, slug=slug) for slug, name in free.items())
    tags += [Tag.objects.create(name=name) for name in set(names).difference(free.values())]
    return {tag.name.lower(): tag for tag in tags}


def _delete(model: Any, pairs: Many[Pair]) -> None:
    model.objects.filter(record__in=[record.pk for record, _ in pairs]).delete()
