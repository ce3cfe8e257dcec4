"""Links between things: who may make them, what the form says of a wrong address, and who sees them."""

import pytest

from kmportal.lifecycle.transitions import NotAllowed
from kmportal.links import linking, reading
from kmportal.links.models import Link, LinkKind
from repository.models import Record
from tests.builders import make_lesson, make_record, make_session, make_user

pytestmark = pytest.mark.django_db


def said(things, user):
    return [(link.says, link.title, link.what) for link in reading.shown(things, to=user)]


def paste(browser, thing, address, way="came_from"):
    return browser.post("/links/add/", {"thing": thing, "address": address, "way": way}, follow=True)


def test_a_link_is_read_from_both_ends(librarian):
    policy = make_record("Falls policy", type="policy")
    paper, lesson, session = make_record("A paper"), make_lesson("When it rains"), make_session("Falls cafe")
    linking.add(paper, policy, kind=LinkKind.EVIDENCE_FOR, by=librarian)
    linking.add(lesson, policy, kind=LinkKind.APPLIED_IN, by=librarian)
    linking.add(policy, session, kind=LinkKind.CAME_FROM, by=librarian)
    assert said([policy], librarian) == [
        ("Rests on", "A paper", "Journal article"),
        ("Applies", "When it rains", "Lesson"),
        ("Came from", "Falls cafe", "Knowledge cafe"),
    ]
    assert said([paper], librarian) == [("Evidence for", "Falls policy", "Policy or procedure")]
    assert said([lesson], librarian) == [("Applied in", "Falls policy", "Policy or procedure")]
    assert said([session], librarian) == [("Led to", "Falls policy", "Policy or procedure")]
    assert [link.is_use for link in reading.shown([paper], to=librarian)] == [True]


def test_what_a_reader_may_not_see_is_not_among_the_links(staff, librarian, depositor):
    record = make_record("This one", depositor=depositor)
    hidden = make_record("For the library", audience="library")
    draft = make_record("Draft", status="draft", depositor=depositor)
    lesson = make_lesson("A draft lesson", status="draft")
    for other in (hidden, draft, lesson):
        linking.add(record, other, kind=LinkKind.RELATED, by=None)
    assert said([record], staff) == []
    assert [title for _, title, _ in said([record], depositor)] == ["Draft"]
    assert {title for _, title, _ in said([record], librarian)} == {"For the library", "A draft lesson"}


def test_a_link_is_made_once_and_never_to_itself(librarian):
    paper, policy = make_record("A paper"), make_record("A policy")
    first = linking.add(paper, policy, kind=LinkKind.EVIDENCE_FOR, by=librarian)
    assert linking.add(paper, policy, kind=LinkKind.EVIDENCE_FOR, by=librarian) == first
    with pytest.raises(NotAllowed, match="same page"):
        linking.add(paper, paper, kind=LinkKind.RELATED, by=librarian)
    assert Link.objects.count() == 1


def test_what_belongs_together_is_linked_once_from_whichever_end(librarian):
    paper, lesson = make_record("A paper"), make_lesson("When it rains")
    first = linking.add(paper, lesson, kind=LinkKind.RELATED, by=librarian)
    assert linking.add(lesson, paper, kind=LinkKind.RELATED, by=librarian) == first
    assert said([paper], librarian) == [("Belongs with", "When it rains", "Lesson")]


def test_whoever_may_write_one_end_may_link_but_to_supersede_takes_both(staff, depositor, librarian):
    own, other = make_record("Own", depositor=depositor), make_record("Of others")
    with pytest.raises(NotAllowed):
        linking.add(own, other, kind=LinkKind.RELATED, by=staff)
    with pytest.raises(NotAllowed):
        linking.add(own, other, kind=LinkKind.SUPERSEDES, by=depositor)
    linking.add(own, other, kind=LinkKind.RELATED, by=depositor)
    linking.add(own, other, kind=LinkKind.SUPERSEDES, by=librarian)
    assert [(link.kind, link.by) for link in Link.objects.order_by("pk")] == [
        ("related", depositor),
        ("supersedes", librarian),
    ]


def test_only_who_made_a_link_or_may_write_an_end_removes_it(staff, depositor, librarian):
    own, other = make_record("Own", depositor=depositor), make_record("Of others")
    link = linking.add(own, other, kind=LinkKind.RELATED, by=librarian)
    with pytest.raises(NotAllowed):
        linking.remove(link, by=staff)
    linking.remove(link, by=depositor)
    assert Link.objects.count() == 0


@pytest.mark.parametrize(
    "address",
    [
        "/repository/{pk}/",
        "http://testserver/repository/{pk}/",
        " http://testserver/repository/{pk}/?from=search#files ",
        "/repository/work/{pk}/",
        "http://testserver/repository/{pk}/paper.pdf",
        "/repository/{pk}/view/paper.pdf",
    ],
)
def test_a_record_is_linked_by_any_address_of_its_page(signed_in, address):
    author = make_user("Lena Lesson")
    lesson, record = make_lesson("When it rains", captured_by=author), make_record("A paper")
    page = paste(signed_in(author), f"lessons.lesson/{lesson.pk}", address.format(pk=record.pk))
    assert page.redirect_chain == [(lesson.get_absolute_url(), 302)]
    assert "This is now linked to “A paper”." in page.text
    assert [(link.source, link.target) for link in Link.objects.all()] == [(lesson, record)]
    assert "Used in" in signed_in(author).get(record.get_absolute_url()).text


@pytest.mark.parametrize(
    ("address", "error"),
    [
        ("", "Paste the address of the page that you mean."),
        ("falls", "This is not an address."),
        ("https://[", "This is not an address."),
        ("javascript:alert(1)", "This address is not one of this portal."),
        ("https://elsewhere.example/repository/1/", "This address is not one of this portal."),
        ("/repository/", "Nothing that can be linked is at this address."),
        ("/repository/999999/", "Nothing that can be linked is at this address."),
        (f"/repository/{'9' * 25}/", "Nothing that can be linked is at this address."),
        ("/nowhere/", "Nothing that can be linked is at this address."),
        ("/repository/{hidden}/", "Nothing that can be linked is at this address."),
        ("/repository/{own}/", "This is the address of the same page."),
    ],
)
def test_the_form_says_what_is_wrong_with_an_address(signed_in, depositor, address, error):
    own = make_record("Own", depositor=depositor)
    hidden = make_record("Draft of somebody", status="draft", depositor=make_user())
    page = paste(
        signed_in(depositor), f"repository.record/{own.pk}", address.replace("{hidden}", str(hidden.pk)).replace(
            "{own}", str(own.pk)
        )
    )  # fmt: skip
    assert page.status_code == 200
    assert error in page.text
    assert "Error: " in page.text
    assert Link.objects.count() == 0


@pytest.mark.parametrize("way", ["", "nonsense"])
def test_a_way_that_is_not_offered_is_refused(signed_in, depositor, way):
    own, other = make_record("Own", depositor=depositor), make_record("Other")
    page = paste(signed_in(depositor), f"repository.record/{own.pk}", other.get_absolute_url(), way)
    assert (page.status_code, Link.objects.count()) == (200, 0)


@pytest.mark.parametrize(
    "thing",
    [
        *("", "repository.record", "repository.record/", "repository.record/x", "auth.group/1", "x/1", "\x00/1"),
        *("repository.record/" + "9" * 30, "repository.record/²"),
    ],
)
def test_what_is_no_thing_cannot_be_linked(signed_in, librarian, thing):
    browser = signed_in(librarian)
    assert browser.post("/links/add/", {"thing": thing}).status_code == 404
    assert browser.get("/links/add/", {"thing": thing}).status_code == 404


def test_who_may_not_write_a_thing_gets_no_form_and_no_answer(client, signed_in, staff, depositor):
    own, other = make_record("Own", depositor=depositor), make_record("Other")
    name = f"repository.record/{own.pk}"
    browser = signed_in(staff)
    assert "Link this to another page" not in browser.get(own.get_absolute_url()).text
    assert "Link this to another page" in signed_in(depositor).get(own.get_absolute_url()).text
    assert paste(browser, name, other.get_absolute_url()).status_code == 404
    link = linking.add(own, other, kind=LinkKind.RELATED, by=depositor)
    assert browser.post("/links/remove/", {"thing": name, "link": link.pk}).status_code == 404
    assert client.post("/links/remove/", {"thing": name, "link": link.pk}).status_code == 404
    assert client.post("/links/add/", {"thing": name}).headers["Location"].startswith("/accounts/login/")
    assert Link.objects.count() == 1


def test_a_link_is_removed_from_the_page_that_shows_it(signed_in, depositor):
    own, other = make_record("Own", depositor=depositor), make_record("Other")
    link = linking.add(own, other, kind=LinkKind.RELATED, by=depositor)
    browser, name = signed_in(depositor), f"repository.record/{own.pk}"
    assert "Remove this link" in browser.get(own.get_absolute_url()).text
    for wrong in ("", "x", "999999", "9" * 30):
        assert browser.post("/links/remove/", {"thing": name, "link": wrong}).status_code == 404
    page = browser.post("/links/remove/", {"thing": name, "link": link.pk}, follow=True)
    assert page.redirect_chain == [(own.get_absolute_url(), 302)]
    assert (Link.objects.count(), Record.objects.count()) == (0, 2)


def test_lessons_and_sessions_show_their_links_and_their_forms(client, signed_in, km_lead):
    record, lesson, session = make_record("A paper"), make_lesson("When it rains"), make_session("Falls cafe")
    linking.add(lesson, record, kind=LinkKind.CAME_FROM, by=None)
    linking.add(session, record, kind=LinkKind.RELATED, by=None)
    assert "Came from:" in client.get(lesson.get_absolute_url()).text
    assert "Belongs with:" in client.get(session.get_absolute_url()).text
    offered = [
        "Link this to another page" in browser.get(thing.get_absolute_url()).text
        for browser in (client, signed_in(km_lead))
        for thing in (lesson, session)
    ]
    assert offered == [False, False, True, True]


@pytest.mark.parametrize(("number", "queries"), [(0, 1), (3, 2), (50, 2)])
def test_links_of_all_kinds_take_two_queries(librarian, django_assert_num_queries, number, queries):
    record = make_record("This one")
    for n in range(number):
        thing = (make_lesson, make_record, make_session)[n % 3](f"Thing {n}")
        linking.add(thing, record, kind=LinkKind.RELATED, by=None)
    reading.shown([record], to=librarian)  # content types and permissions are remembered
    with django_assert_num_queries(queries):
        assert len(reading.shown([record], to=librarian)) == number
