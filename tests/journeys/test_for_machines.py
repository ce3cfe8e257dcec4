"""What pages say to machines, in a browser: data that is not run, links that lead on, and a page that explains it."""

import json

import pytest

from tests.builders import make_lesson, make_record, make_session

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_a_title_that_would_be_a_script_stays_data(page):
    title = "Falls</script><script>document.title = 'broken into'</script><!--"
    record = make_record(title)

    page.goto(record.get_absolute_url())

    assert page.title().startswith("Falls</script>")
    (said,) = page.locator('script[type="application/ld+json"]').all_text_contents()
    assert json.loads(said)["name"] == title
    assert page.locator('head meta[name="citation_title"]').get_attribute("content") == title


def test_a_page_explains_the_data_with_real_answers(page, look):
    make_record("Is p<0.05 & enough?", abstract="Long words: " + "pneumonoultramicroscopic" * 20)
    make_lesson("Ring the family")
    make_session("Winter cafe")

    page.goto("/")
    page.get_by_role("link", name="Data for other systems").click()
    look("closed")
    for summary in page.locator("summary", has_text="An answer, with one thing").all():
        summary.click()
    look("open")

    assert '"title": "Is p<0.05 & enough?"' in page.locator("pre").first.inner_text()


def test_a_list_leads_to_its_feed(page, look):
    make_record("Falls", tags=("bed rails",))
    page.goto("/repository/?tag=bed-rails")
    look("list")
    with page.expect_response("**/repository/feed/atom/?tag=bed-rails") as answer:
        page.evaluate("fetch(document.querySelector('link[type=\"application/atom+xml\"]').href)")
    assert "<title>Falls</title>" in answer.value.text()
