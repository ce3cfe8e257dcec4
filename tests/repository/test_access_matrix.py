"""Every role at every address: whoever may not see a record meets no word of it, its file's name or its file's text.

Each record, file name and file text has a word of its own, which stands nowhere else. A reader walks through all
addresses of the portal that could speak of records, and each answer is searched for these words, headers and all. An
address that is added later must have a row here.
"""

import datetime
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.urls import resolve, reverse
from taggit.models import Tag

from kmportal.api import urls as api
from kmportal.crawlers import urls as crawlers
from kmportal.feeds import urls as feeds
from kmportal.links import urls as links
from kmportal.links.models import Link, LinkKind
from kmportal.links.registry import name_of
from kmportal.people.models import Department, User
from kmportal.review_cycle import urls as review_cycle
from kmportal.review_cycle.models import Flag
from kmportal.search import indexing
from kmportal.search.results import search
from repository import copies, file_store, urls
from repository.access import PUBLIC_STATES
from repository.exchange import WRITERS
from repository.file_list import lines_for
from repository.lifecycle import RECORD_LIFECYCLE
from repository.models import Collection, Contributor, CopyRequest, Record, RecordFile, SubjectTerm
from repository.models.file import StoredContent
from repository.oai.formats import FORMATS
from repository.oai.identifiers import identifier_of
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
    "take_away": [*once("take-away/?style=apa"), *once("take-away/?q=gnomon"), *once("take-away/?tag=dials")],
    "export": [
        *(f"/repository/export/{format}/" for format in WRITERS), *once("export/csl_json/?q=gnomon"),
        *once("export/csv/?q=astrolabe"),
    ],
    "export_formats": once("export/"),
    "feed": [*once("feed/atom/"), *once("feed/rss/?tag=dials")],
    "import": once("import/"),
    "suggest_people": [*once("suggest/people/?q=qxa"), *once("suggest/people/?q=smith")],
    "suggest_colleagues": once("suggest/colleagues/?q=qxa"),
    "suggest_subjects": once("suggest/subjects/?q=sundial"),
    "suggest_duplicates": [*once("suggest/duplicates/?title=Gnomon"), *once("suggest/duplicates/?title=Gnomon+qxt")],
    "prefill": once("deposit/prefill/"),
    "duplicates": once("desk/duplicates/"),
    "queue": [*once("review/"), *once("review/?show=all"), *once("review/?show=mine")],
    "follows": once("follows/"),
    "board_report": [*once("report/"), *once("report/?by=type&split=collection&years=financial")],
    "board_report_csv": once("report/csv/"),
    "save_report": once("report/save/"),
    "currency": [*once("currency/"), *once("currency/?show=all")],
    "deposit": once("deposit/"),
    "my_deposits": once("deposits/"),
    "desk": once("desk/"),
    "bulk_edit": [*once("desk/edit/"), *once("desk/edit/?q=gnomon")],
    "operations": once("desk/operations/"),
    "columns": once("desk/columns/"),
    "affiliations": [*once("desk/affiliations/"), *once("desk/affiliations/?affiliation=Ward")],
    "harvest_sources": once("desk/harvests/"),
    "add_harvest_source": once("desk/harvests/add/"),
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
            "erase", "follow", "statistics", "mint_doi", "files", "work", "review", "claim", "give_back", "assign",
        )
    },
    "cite": lambda one: [f"/repository/{one.record.pk}/cite/"],
    "take_away": lambda one: [
        f"/repository/take-away/?ids={one.record.pk}", f"/repository/take-away/?contributor={one.author.pk}",
    ],
    "export": lambda one: [
        f"/repository/export/csl_json/?ids={one.record.pk}", f"/repository/export/csv/?contributor={one.author.pk}",
    ],
    "move": lambda one: [f"/repository/{one.record.pk}/move/publish/"],
    "contributor": lambda one: [f"/repository/contributors/{one.author.pk}/"],
    "contributor_feed": lambda one: [f"/repository/contributors/{one.author.pk}/feed/atom/"],
    "linkset": lambda one: [f"/repository/{one.record.pk}/linkset/{form}/" for form in ("json", "text")],
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
    *("batch_columns", "column_mapping", "affiliation", "arrange_affiliation", "harvest_source", "harvest_now"),
    *("remove_report", "duplicate", "operation", "undo_operation"),
    *("import_batch", "decide_import", "publish_import", "undo_import"),
    *("look_for_contributors", "look_for_words", "remove_words", "compare_words"),
}
OTHER_APPS: dict[str, Callable[[Kept], list[str]]] = {
    "api:one": lambda one: [f"/api/v1/records/{one.record.pk}/"],
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
AROUND = [
    *("/", "/search/?q=gnomon", "/search/?q=astrolabe", "/search/?q=gnomon&kind=record&year=2020", "/people/"),
    *(f"/oai?verb=ListRecords&metadataPrefix={prefix}" for prefix in FORMATS),
    *("/feeds/atom/", "/feeds/rss/", "/feeds/search/atom/?q=gnomon", "/feeds/search/rss/?q=astrolabe"),
    *("/api/", "/api/v1/", "/api/v1/records/?limit=100", "/api/v1/records/?tag=dials", "/api/v1/search/?q=gnomon"),
    *("/api/v1/search/?q=astrolabe&kind=record", "/api/v1/records/x/", "/robots.txt", "/opensearch.xml"),
    *("/sitemap.xml", "/sitemap-records-1.xml"),
]


def test_every_address_has_its_row():
    names = {pattern.name for pattern in urls.urlpatterns}
    assert names - {*GENERAL, *PARTICULAR, *ELSEWHERE} == set()
    modules = (links, review_cycle, feeds, api, crawlers)
    others = {f"{module.app_name}:{pattern.name}" for module in modules for pattern in module.urlpatterns}
    around = {resolve(address.partition("?")[0]).view_name for address in AROUND}
    assert others - set(OTHER_APPS) - around == set()


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
    yield f"/oai?verb=GetRecord&metadataPrefix=oai_dc&identifier={identifier_of(one.record.pk)}"
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


@pytest.mark.parametrize("role", sorted(EVERYBODY))
def test_feeds_the_api_and_link_sets_give_what_lists_pages_and_files_give(role, kept, browser_of):
    browser = browser_of(role)

    def expected(who: Callable[[Level], set[str]]) -> list[str]:
        return sorted(name for name, kind in LEVELS.items() if role in who(kind))

    def named(answer) -> list[str]:
        return sorted(one.name for one in kept if one.title_word in re.findall(r"\w+", answer.text.lower()))

    listed = expected(lambda kind: kind.lists)
    for address in (
        "/repository/feed/atom/", "/repository/feed/rss/?tag=dials", "/feeds/atom/", "/feeds/search/atom/?q=gnomon",
        "/api/v1/records/?limit=100",
    ):  # fmt: skip
        assert (address, named(browser.get(address))) == (address, listed)
    assert named(browser.get("/api/")) == ["filetogroups"]  # the last that everybody may read
    fed = [one.name for one in kept if browser.get(f"{one.author.get_absolute_url()}feed/atom/").status_code == 200]
    assert sorted(fed) == listed

    kept_back = ("draft", "submitted", "returned", "accepted", "rejected", "withdrawn")
    readers = [name for name in expected(lambda kind: kind.page) if not name.startswith(kept_back)]
    for address in ("/api/v1/records/{}/", "/repository/{}/linkset/json/"):
        answers = {one.name: browser.get(address.format(one.record.pk)) for one in kept}
        assert sorted(name for name, answer in answers.items() if answer.status_code == 200) == readers
        files = sorted(one.name for one in kept if one.name_word in answers[one.name].text.lower())
        assert files == [name for name in expected(lambda kind: kind.file) if name in readers]
    gone = [one.name for one in kept if browser.get(f"/api/v1/records/{one.record.pk}/").status_code == 410]
    assert sorted(gone) == [name for name in expected(lambda kind: kind.page) if name.startswith("withdrawn")]


# A body that has what any form of the portal asks for, so that nothing is refused for what it leaves out.
FILLED_IN = {
    "note": "x", "message": "x", "text": "x", "title": "x", "ground": "x", "reason": "other", "decision": "grant",
    "verdict": "obsolete", "months": "6", "uploads": b"x", "description": "x", "audience": "open", "post": "yes",
}  # fmt: skip
# Addresses that take from the body what they are about, or have it in their own row below.
NAMED_IN_THE_BODY = ("/links/", "/review-cycle/settle/", "/review-cycle/reassign/", "/review-cycle/mine/")


def sent_to(one: Kept, flag: Flag, asker: User) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield each address that takes the key of the record, of its file or of what hangs on it, with what is sent."""
    key = one.record.pk
    for address in dict.fromkeys(particular_addresses(one)):
        if not address.startswith(NAMED_IN_THE_BODY):
            yield address, {**FILLED_IN, "number": key, "to": asker.email}
    for move in RECORD_LIFECYCLE.transitions:
        yield f"/repository/{key}/move/{move.name}/", {"note": "x"}
    for do in ("add", "up", "down", "remove", "describe"):
        yield f"/repository/{key}/files/", {**FILLED_IN, "do": do, "file": one.file.pk}
    for do in ("save", "autosave", "send"):
        yield f"/repository/{key}/edit/", {**FILLED_IN, "do": do}
    for decision in ("accept", "return", "reject", "say"):
        yield f"/repository/review/{key}/", {**FILLED_IN, "decision": decision}
    thing = {"thing": name_of(one.record)}
    yield "/links/add/", {**thing, "address": "/repository/", "way": "related"}
    for link in Link.objects.of(one.record):
        yield "/links/remove/", {**thing, "link": link.pk}
    if one.record.status in PUBLIC_STATES:  # readers flag nothing else
        yield f"/review-cycle/settle/{flag.pk}/", {}


def kept_in_all() -> dict[str, list[dict[str, object]]]:
    """Return all rows of the portal, save who is signed in and when they came."""
    left_out = {"sessions", "auth", "contenttypes", "procrastinate"}
    models = [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label not in left_out]
    rows = {model._meta.label: list(model._base_manager.order_by("pk").values()) for model in models}
    for user in rows["people.User"]:
        user.pop("last_login")
    return rows


@pytest.mark.parametrize("role", sorted(EVERYBODY))
def test_nothing_can_be_sent_to_a_record_that_is_not_for_the_sender(role, kept, browser_of):
    browser = browser_of(role)
    asker = make_user("Ann Other")
    hidden = [one for one in kept if role not in LEVELS[one.name].page]
    flags = {one.name: Flag.objects.create(thing=one.record, by=asker, text="x") for one in kept}
    before = kept_in_all()
    wrong = []
    for one in hidden:
        words = (one.title_word, one.author_word, one.name_word, one.text_word)
        for address, body in sent_to(one, flags[one.name], asker):
            # The library looks after all names, and the law reaches everything.
            theirs = {"contributor": LIBRARY, "/erase/": {"administrator"}}
            if any(part in address and role in roles for part, roles in theirs.items()):
                continue
            answer = browser.post(address, body)
            leads_to = answer.headers.get("Location", "").partition("?")[0]
            # The desk sends whoever asks for what is not there to its first page, and “View on site” to a 404.
            elsewhere = {"/accounts/login/", "/admin/login/", "/admin/"}
            if address.startswith("/admin/r/"):
                elsewhere.add(f"http://testserver{one.record.get_absolute_url()}")
            is_away = answer.status_code == 302 and leads_to in elsewhere
            # Harvesters get every answer with 200: what is wrong stands in it (OAI-PMH 2.0, 3.6).
            is_harvested = address.startswith("/oai?") and answer.status_code == 200
            if not (is_away or is_harvested or answer.status_code in (403, 404, 405)):
                wrong.append((one.name, address, body, answer.status_code, leads_to))
            said = said_by(answer).replace(address.lower(), "").replace(quote(address, safe="").lower(), "")
            wrong += [(one.name, address, word) for word in words if word in said]
    assert wrong == []
    assert kept_in_all() == before


@pytest.mark.parametrize("role", sorted(SIGNED_IN))
def test_a_record_that_is_not_for_the_sender_cannot_be_named_in_a_form_about_something_else(
    role, kept, browser_of, owner
):
    browser = browser_of(role)
    asker = make_user("Ann Other")
    hidden = [one for one in kept if role not in LEVELS[one.name].page]
    shown = name_of(kept[0].record)
    before = kept_in_all()
    for one in hidden:
        key = one.record.pk
        named: list[tuple[str, dict[str, object]]] = [
            ("/links/add/", {"thing": shown, "address": one.record.get_absolute_url(), "way": "related"}),
            (f"/repository/{kept[0].record.pk}/withdraw/", {**FILLED_IN, "replacement": key}),
            (f"/review-cycle/reassign/?person={owner.pk}", {"to": asker.email, "things": f"record-{key}"}),
            ("/repository/desk/edit/", {"ids": key, "add_tags": "x", "run": "yes"}),
            *(
                ("/admin/repository/record/", {"action": action, "_selected_action": key, "post": "yes"})
                for action in ("edit_many", "delete_selected")
            ),
        ]
        for address, body in named:
            answer = browser.post(address, body, follow=True)
            assert answer.status_code in (200, 403, 404), address
            said = said_by(answer)
            assert [word for word in (one.title_word, one.name_word, one.text_word) if word in said] == []
    assert kept_in_all() == before
