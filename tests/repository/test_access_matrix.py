"""Every role at every address: whoever may not see a record meets no word of it, its file's name or its file's text.

Each record, file name and file text has a word of its own, which stands nowhere else. A reader walks through all
addresses of the portal that could speak of records, and each answer is searched for these words, headers and all. An
address that is added later must have a row here.
"""

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.urls import reverse
from taggit.models import Tag

from kmportal.links import urls as links
from kmportal.links.models import Link, LinkKind
from kmportal.people.models import Department, User
from kmportal.review_cycle import urls as review_cycle
from kmportal.search import indexing
from kmportal.search.results import search
from repository import copies, file_store, urls
from repository.file_list import lines_for
from repository.models import Collection, Contributor, CopyRequest, Record, RecordFile, SubjectTerm
from repository.models.file import StoredContent
from tests.builders import make_collection, make_department, make_record, make_user
from tests.repository.test_search import attach

pytestmark = pytest.mark.django_db

LIBRARY = {"librarian", "library_manager", "administrator"}
SIGNED_IN = {"staff", "depositor", "owner", "member", "facilitator", "km_lead", *LIBRARY}
EVERYBODY = {"anonymous", *SIGNED_IN}
OWN = {"depositor", *LIBRARY}
# Whoever answers for what is before readers sees it, whatever its audience.
HELD = {"owner", *OWN}
NOBODY: set[str] = set()
NEXT_MONTH = datetime.date.today() + datetime.timedelta(days=30)  # noqa: DTZ011 - any later day will do
YESTERDAY = datetime.date.today() - datetime.timedelta(days=1)  # noqa: DTZ011 - any earlier day will do


@dataclass(frozen=True)
class Level:
    """A way in which a record or its file is kept, and who opens its page, finds it in lists, and reads its file."""

    page: set[str]
    lists: set[str]
    file: set[str]
    record_is: dict[str, object]
    file_is: dict[str, object]


def level(page, lists, file, *, of_file=None, **of_record) -> Level:
    return Level(page, lists, file, of_record, of_file or {})


EMBARGO = {"audience": "library", "embargo_until": NEXT_MONTH, "audience_after": "open", "embargo_reason": "Publisher"}
LEVELS = {
    "open": level(EVERYBODY, EVERYBODY, EVERYBODY),
    "staff": level(SIGNED_IN, SIGNED_IN, SIGNED_IN, audience="staff"),
    "groups": level({"member", *HELD}, {"member", *LIBRARY}, {"member", *HELD}, audience="groups"),
    "library": level(HELD, LIBRARY, HELD, audience="library"),
    "embargoed": level(HELD, LIBRARY, HELD, **EMBARGO),
    "embargoedtogroups": level(HELD, LIBRARY, HELD, **{**EMBARGO, "audience_after": "groups"}),
    "stafffile": level(EVERYBODY, EVERYBODY, SIGNED_IN, of_file={"audience": "staff"}),
    "groupsfile": level(EVERYBODY, EVERYBODY, {"member", *HELD}, of_file={"audience": "groups"}),
    "libraryfile": level(EVERYBODY, EVERYBODY, HELD, of_file={"audience": "library"}),
    "embargoedfile": level(EVERYBODY, EVERYBODY, HELD, of_file=EMBARGO),
    "filetogroups": level(EVERYBODY, EVERYBODY, HELD, of_file={**EMBARGO, "audience_after": "groups"}),
    "staffgroupsfile": level(SIGNED_IN, SIGNED_IN, {"member", *HELD}, audience="staff", of_file={"audience": "groups"}),
    "draft": level({"depositor"}, NOBODY, {"depositor"}, status="draft"),
    "submitted": level(OWN, NOBODY, OWN, status="submitted"),
    "returned": level(OWN, NOBODY, OWN, status="returned"),
    "accepted": level(OWN, NOBODY, OWN, status="accepted"),
    "rejected": level(OWN, NOBODY, OWN, status="rejected"),
    "replaced": level(EVERYBODY, NOBODY, EVERYBODY, status="replaced"),
    "replacedstaff": level(SIGNED_IN, NOBODY, SIGNED_IN, status="replaced", audience="staff"),
    "withdrawn": level(EVERYBODY, NOBODY, NOBODY, status="withdrawn"),
    "withdrawnstaff": level(SIGNED_IN, NOBODY, NOBODY, status="withdrawn", audience="staff"),
}


@dataclass(frozen=True)
class Kept:
    """A record of one level, with its file, somebody's request for it, and the words that betray each."""

    name: str
    record: Record
    file: RecordFile
    asked: CopyRequest
    author: Contributor

    @property
    def title_word(self) -> str:
        return f"qxt{self.name}x"

    @property
    def author_word(self) -> str:
        return f"qxa{self.name}x"

    @property
    def name_word(self) -> str:
        return f"qxn{self.name}x"

    @property
    def text_word(self) -> str:
        return f"qxw{self.name}x"


@pytest.fixture
def owner(db) -> User:
    return make_user("Olu Owner")


@pytest.fixture
def kept(depositor, owner, monkeypatch, tmp_path) -> list[Kept]:
    """Make a record of each level. All titles have the word “gnomon”, and all texts of files “astrolabe”.

    All are evidence for the first; the one for groups takes the place of what is withdrawn, and the one for staff is
    the newer version of what is replaced.
    """
    group = Group.objects.create(name="Ward 9")
    everywhere = {
        "type": "policy", "depositor": depositor, "owner": owner, "department": make_department(),
        "collection": make_collection(), "review_months": 12, "next_review": YESTERDAY,
    }  # fmt: skip
    monkeypatch.setattr(file_store, "path_of", lambda sha256: tmp_path / sha256)
    monkeypatch.setattr(file_store, "thumbnail_path_of", lambda sha256: tmp_path / f"{sha256}.png")
    things = []
    for name, kind in LEVELS.items():
        record = make_record(
            f"Gnomon qxt{name}x", abstract=f"An abstract with qxt{name}x.", authors=("Smith, Jane", f"Qxa{name}x, Ann"),
            subjects=("Sundials",), tags=("dials",), **everywhere, **kind.record_is,
        )  # fmt: skip
        text = f"An astrolabe and qxw{name}x."
        file = attach(record, f"qxn{name}x.pdf", text, groups=[group])
        RecordFile.objects.filter(pk=file.pk).update(**kind.file_is)
        record.groups.set([group])
        file.refresh_from_db()
        (tmp_path / file.content_id).write_text(text)
        (tmp_path / f"{file.content_id}.png").write_text(text)
        things.append((name, record, file))
    StoredContent.objects.update(has_thumbnail=True)
    records = {name: record for name, record, _ in things}
    for record in list(records.values())[1:]:
        Link.objects.create(kind=LinkKind.EVIDENCE_FOR, source=record, target=records["open"])
    Record.objects.filter(pk=records["withdrawn"].pk).update(replacement=records["groups"])
    Record.objects.filter(pk=records["staff"].pk).update(first_version=records["replaced"], version=2)
    indexing.refresh(records.values())
    asker = make_user("Asks A Lot")
    return [
        Kept(
            name,
            record,
            file,
            CopyRequest.objects.create(file=file, by=asker, message=f"I need qxw{name}x"),
            Contributor.objects.get(family_name=f"Qxa{name}x"),
        )
        for name, record, file in things
    ]


@pytest.fixture
def browser_of(request, client, signed_in) -> Callable:
    def browser(role):
        if role == "anonymous":
            return client
        if role == "member":
            member = make_user("Mia Member")
            member.groups.add(Group.objects.get(name="Ward 9"))
            return signed_in(member)
        return signed_in(request.getfixturevalue(role))

    return browser


def of_record(name: str) -> Callable[[Kept], list[str]]:
    return lambda one: [reverse(f"repository:{name}", args=[one.record.pk])]


def once(address: str) -> list[str]:
    return [f"/repository/{address}"]


# What speaks of no record by its key: asked once for each reader.
GENERAL: dict[str, list[str]] = {
    "list": [
        *once(""), *once("?sort=title"), *once("?sort=added"), *once("?sort=oldest"), *once("?tag=dials"),
    ],
    "import": once("import/"),
    "suggest_people": [*once("suggest/people/?q=qxa"), *once("suggest/people/?q=smith")],
    "suggest_subjects": once("suggest/subjects/?q=sundial"),
    "suggest_duplicates": [*once("suggest/duplicates/?title=Gnomon"), *once("suggest/duplicates/?title=Gnomon+qxt")],
    "prefill": once("deposit/prefill/"),
    "duplicates": once("desk/duplicates/"),
    "queue": [*once("review/"), *once("review/?show=all"), *once("review/?show=mine")],
    "follows": once("follows/"),
    "currency": [*once("currency/"), *once("currency/?show=all")],
    "deposit": once("deposit/"),
    "my_deposits": once("deposits/"),
    "desk": once("desk/"),
    "bulk_edit": [*once("desk/edit/"), *once("desk/edit/?q=gnomon")],
    "operations": once("desk/operations/"),
    "contributors_desk": [*once("desk/contributors/"), *once("desk/contributors/?q=qxa")],
    "subjects_desk": once("desk/subjects/"),
    "tags_desk": once("desk/tags/"),
}  # fmt: skip
# What speaks of one record, its file or its author.
PARTICULAR: dict[str, Callable[[Kept], list[str]]] = {
    **{
        name: of_record(name)
        for name in (
            "record", "history", "access", "edit", "discard", "review_cycle", "message", "new_version", "withdraw",
            "erase", "follow", "statistics", "files", "work", "review", "claim", "give_back", "assign",
        )
    },
    "move": lambda one: [f"/repository/{one.record.pk}/move/publish/"],
    "contributor": lambda one: [f"/repository/contributors/{one.author.pk}/"],
    "contributor_desk": lambda one: [f"/repository/desk/contributors/{one.author.pk}/"],
    "split_contributor": lambda one: [f"/repository/desk/contributors/{one.author.pk}/split/"],
    "compare_contributors": lambda one: [f"/repository/desk/contributors/{one.author.pk}/{one.author.pk + 1}/"],
    "file": lambda one: [f"/repository/{one.record.pk}/{one.file.name}"],
    "view_file": lambda one: [f"/repository/{one.record.pk}/view/{one.file.name}"],
    "thumbnail": lambda one: [f"/repository/{one.record.pk}/thumbnail/{one.file.pk}/"],
    "request_copy": lambda one: [f"/repository/{one.record.pk}/request-copy/{one.file.pk}/"],
    "copy_request": lambda one: [f"/repository/copy-requests/{one.asked.pk}/"],
    "copy": lambda one: [copies.link(one.asked)],
}  # fmt: skip
# What is there only when somebody has made it: imports, pairs that look alike, operations, merges of words. They are
# for the library alone, and have tests of their own.
ELSEWHERE = {
    *("import_batch", "duplicate", "operation", "undo_operation"),
    *("look_for_contributors", "look_for_words", "remove_words", "compare_words"),
}
OTHER_APPS: dict[str, Callable[[Kept], list[str]]] = {
    "links:add": lambda one: ["/links/add/"],
    "links:remove": lambda one: ["/links/remove/"],
    "review_cycle:answer": lambda one: ["/review-cycle/answer/made-up/"],
    "review_cycle:confirm": lambda one: [f"/review-cycle/confirm/record/{one.record.pk}/"],
    "review_cycle:flag": lambda one: [f"/review-cycle/flag/record/{one.record.pk}/"],
    "review_cycle:settle": lambda one: ["/review-cycle/settle/1/"],
    "review_cycle:mine": lambda one: ["/review-cycle/mine/"],
    "review_cycle:reassign": lambda one: ["/review-cycle/reassign/"],
}
# What all the records share, at the desk: to delete it names what is in the way.
SHARED: dict[type[Model], dict[str, str]] = {
    Department: {"name": "Emergency medicine"}, Collection: {"name": "Research papers"}, Group: {"name": "Ward 9"},
    SubjectTerm: {"label": "Sundials"}, Tag: {"name": "dials"},
}  # fmt: skip
AROUND = ["/", "/search/?q=gnomon", "/search/?q=astrolabe", "/search/?q=gnomon&kind=record&year=2020", "/people/"]


def test_every_address_has_its_row():
    names = {pattern.name for pattern in urls.urlpatterns}
    assert names - {*GENERAL, *PARTICULAR, *ELSEWHERE} == set()
    others = {f"{module.app_name}:{pattern.name}" for module in (links, review_cycle) for pattern in module.urlpatterns}
    assert others - set(OTHER_APPS) == set()


def general_addresses() -> Iterator[str]:
    names = {pattern.name for pattern in urls.urlpatterns}
    for name, addresses in GENERAL.items():
        if name in names:
            yield from addresses
    yield from AROUND
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield reverse(f"{name}_changelist")
        if model in SHARED:
            some = model._default_manager.get(**SHARED[model])
            yield from (reverse(f"{name}_{page}", args=[some.pk]) for page in ("change", "history", "delete"))
    yield f"{reverse('admin:repository_record_changelist')}?q=gnomon"
    term = "?app_label=repository&model_name=contribution&field_name=contributor&term=qxa"
    yield f"{reverse('admin:autocomplete')}{term}"


def particular_addresses(one: Kept) -> Iterator[str]:
    for addresses in [*PARTICULAR.values(), *OTHER_APPS.values()]:
        yield from addresses(one)
    for model, pk in ((Record, one.record.pk), (Contributor, one.author.pk)):
        for page in ("change", "history", "delete"):
            yield f"/admin/repository/{model._meta.model_name}/{pk}/{page}/"
    yield f"/admin/repository/storedcontent/{one.file.content_id}/change/"
    kind = ContentType.objects.get_for_model(Record)
    yield f"/admin/r/{kind.pk}/{one.record.pk}/"


def said_by(answer) -> str:
    body = answer.getvalue() if answer.streaming else answer.content
    return body.decode(errors="replace").lower() + str(answer.headers).lower()


@pytest.mark.parametrize("role", sorted(EVERYBODY))
def test_nobody_meets_a_word_of_what_is_not_for_them(role, kept, browser_of):
    browser = browser_of(role)
    betrayed = []
    secrets = [
        (word, one.name)
        for one in kept
        for word, allowed in (
            (one.title_word, LEVELS[one.name].page),
            # The library looks after the names of all authors, whatever they are named on.
            (one.author_word, LEVELS[one.name].page | LIBRARY),
            (one.name_word, LEVELS[one.name].page),
            (one.text_word, LEVELS[one.name].file | OWN),
        )
        if role not in allowed
    ]
    addresses = [(address, address) for address in general_addresses()]
    # What is wholly for the reader can betray others as well, in lists beside it; one such is enough.
    walked = [one for one in kept if one.name == "open" or one.name in {name for _, name in secrets}]
    addresses += [(address, one.name) for one in walked for address in dict.fromkeys(particular_addresses(one))]
    for address, about in addresses:
        answer = browser.get(address)
        # The address itself may come back in the answer, as in “?next=”.
        said = said_by(answer).replace(address.lower(), "").replace(quote(address, safe="").lower(), "")
        # For legal reasons an administrator may erase whatever there is, and must be told what it is.
        told = {about} if role == "administrator" and address.endswith("/erase/") else set()
        betrayed += [(address, about, word) for word, name in secrets if word in said and name not in told]
        assert answer.status_code < 500, address
    assert betrayed == []


@pytest.mark.parametrize("role", sorted(EVERYBODY))
def test_page_list_search_counts_related_contributor_and_file(role, kept, browser_of):
    browser = browser_of(role)
    user = browser.get("/").wsgi_request.user

    def expected(who: Callable[[Level], set[str]]) -> list[str]:
        return sorted(name for name, kind in LEVELS.items() if role in who(kind))

    def of_titles(records) -> list[str]:
        return sorted(one.name for one in kept if any(one.title_word in record.title.lower() for record in records))

    pages = {one.name: browser.get(one.record.get_absolute_url()).status_code for one in kept}
    shown = 410
    assert pages == {
        name: (shown if name.startswith("withdrawn") else 200) if role in kind.page else 404
        for name, kind in LEVELS.items()
    }
    listed = expected(lambda kind: kind.lists)
    answer = browser.get("/repository/")
    assert of_titles(answer.context["page"]) == listed
    counts = {facet.name: [choice.count for choice in facet.choices] for facet in answer.context["facets"]}
    number = len(listed)
    assert counts == {name: [number] for name in ("type", "year", "subject", "department", "collection", "tag")}

    by_title = search("gnomon", user=user)
    assert (of_titles(by_title.page), by_title.total, by_title.kinds["record"], by_title.years[2020]) == (
        listed, number, number, number,
    )  # fmt: skip
    by_text = search("astrolabe", user=user)
    # A depositor and an owner read the files of their records whatever the audience, and find them in their own lists.
    readable = [
        name for name in expected(lambda kind: kind.file & kind.lists)
        if LEVELS[name].file in (EVERYBODY, SIGNED_IN) or role not in ("depositor", "owner")
    ]  # fmt: skip
    assert of_titles(by_text.page) == readable
    assert sorted(hit.found_in for hit in by_text.page) == sorted(f"qxn{name}x.pdf" for name in readable)
    assert [one.name for one in kept if any(one.text_word in hit.snippet for hit in by_text.page)] == [
        one.name for one in kept if one.name in readable
    ]
    assert (by_text.total, by_text.kinds["record"]) == (len(readable), len(readable))

    first = kept[0].record
    context = browser.get(first.get_absolute_url()).context
    assert set(of_titles(context["related"])) <= set(listed) - {"open"}
    assert len(context["related"]) == min(5, number - 1)
    used_here = [
        one.name for one in kept if any(one.title_word in link.title.lower() for link in context["links"]["others"])
    ]
    assert sorted(used_here) == sorted(set(expected(lambda kind: kind.page)) - {"open"})

    authors = [one.name for one in kept if browser.get(one.author.get_absolute_url()).status_code == 200]
    assert sorted(authors) == sorted(
        name for name in expected(lambda kind: kind.page) if not name.startswith(("withdrawn", "replaced"))
    )

    sent = expected(lambda kind: kind.file)
    for way in ("file", "view_file", "thumbnail"):
        given = [one.name for one in kept if one.text_word in said_by(browser.get(PARTICULAR[way](one)[0]))]
        assert (way, sorted(given)) == (way, sent)
    lines = {one.name: lines_for(one.record, user)[0] for one in kept}
    assert sorted(name for name, line in lines.items() if line.may_read) == sent
    may_ask = sorted(name for name, line in lines.items() if line.may_request)
    assert may_ask == [
        name
        for name, kind in sorted(LEVELS.items())
        if role != "anonymous" and role in kind.page - kind.file and not name.startswith("withdrawn")
    ]


@pytest.mark.parametrize("role", ["anonymous", "staff", "owner", "member", "facilitator", "km_lead"])
def test_nothing_can_be_sent_to_a_record_that_is_not_for_the_sender(role, kept, browser_of):
    browser = browser_of(role)
    before = list(Record.objects.order_by("pk").values())
    for one in kept:
        if role in LEVELS[one.name].page:
            continue
        for address in dict.fromkeys(particular_addresses(one)):
            answer = browser.post(address, {"note": "x", "message": "x", "decision": "grant", "title": "x"})
            assert answer.status_code in (302, 403, 404, 405), address
            said = said_by(answer).replace(address.lower(), "")
            assert [word for word in (one.title_word, one.author_word, one.name_word) if word in said] == []
    assert list(Record.objects.order_by("pk").values()) == before
    assert not CopyRequest.objects.filter(granted=True).exists()
