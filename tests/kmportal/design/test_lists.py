"""What a list is made of as pages show it: the way there, page links, sort links, facets and chips."""

import re
from types import SimpleNamespace

import pytest
from django.core.paginator import Page, Paginator
from django.template import RequestContext, Template, TemplateSyntaxError
from django.test import RequestFactory
from pytest_django.asserts import assertHTMLEqual

from kmportal.design.facets import facet

pytestmark = pytest.mark.urls("tests.kmportal.design.addresses")


def drawn(template: str, address: str = "/", **context: object) -> str:
    """Return what the template draws on a page of that address."""
    return Template(template).render(RequestContext(RequestFactory().get(address), context))


def links(html: str) -> list[tuple[str, str]]:
    """Return the address and the text of each link, without what stands inside the text."""
    return [
        (href.replace("&amp;", "&"), re.sub(r"<[^>]*>", "", text).strip())
        for href, text in re.findall(r'<a [^>]*href="([^"]*)"[^>]*>(.*?)</a>', html, re.DOTALL)
    ]


def page_of(number: int, last: int) -> Page:
    """Return one page of a list that has as many pages as said."""
    return Paginator(range(last * 20), 20).page(number)


def test_breadcrumbs_start_at_home_and_lead_back_one_step_on_a_phone() -> None:
    page = drawn(
        '{% breadcrumbs "Research repository" "/repository/" "Falls" "/repository/?q=falls" %}',
        portal=SimpleNamespace(home_url="/"),
    )

    assert links(page) == [
        ("/", "Home"),
        ("/repository/", "Research repository"),
        ("/repository/?q=falls", "Falls"),
        ("/repository/?q=falls", "Back to Falls"),
    ]


def test_breadcrumbs_without_an_address_are_a_mistake() -> None:
    with pytest.raises(TemplateSyntaxError):
        drawn('{% breadcrumbs "Home" "/" "Falls" %}')


def test_a_list_of_one_page_has_no_page_links() -> None:
    assert drawn("{% pagination page %}", page=page_of(1, 1)).strip() == ""


def test_the_first_of_two_pages_leads_on_and_keeps_the_question() -> None:
    assertHTMLEqual(
        drawn("{% pagination page %}", "/?q=a%26b&type=x&type=y&page=1", page=page_of(1, 2)),
        """
        <nav class="nhsuk-pagination nhsuk-pagination--numbered app-pagination" aria-label="Pages">
          <ul class="nhsuk-pagination__list nhsuk-list">
            <li class="nhsuk-pagination__item nhsuk-pagination__item--current">
              <a class="nhsuk-pagination__link" href="?q=a%26b&amp;type=x&amp;type=y&amp;page=1" aria-label="Page 1"
                 aria-current="page">1</a>
            </li>
            <li class="nhsuk-pagination__item">
              <a class="nhsuk-pagination__link" href="?q=a%26b&amp;type=x&amp;type=y&amp;page=2"
                 aria-label="Page 2">2</a>
            </li>
          </ul>
          <a class="nhsuk-pagination__next" href="?q=a%26b&amp;type=x&amp;type=y&amp;page=2" rel="next">
            <span class="nhsuk-pagination__title">Next<span class="nhsuk-u-visually-hidden"> page</span></span>
            <svg class="nhsuk-icon nhsuk-icon--arrow-right" viewBox="0 0 24 24" width="16" height="16"
                 focusable="false" aria-hidden="true">
              <path d="M4 11h12.2l-4.6-4.6L13 5l7 7-7 7-1.4-1.4 4.6-4.6H4z"/>
            </svg>
          </a>
        </nav>
        """,
    )


@pytest.mark.parametrize(
    ("number", "last", "shown"),
    [
        (1, 4, "[1] 2 3 4 Next"),
        (2, 3, "Previous 1 [2] 3 Next"),
        (5, 9, "Previous 1 ⋯ 4 [5] 6 ⋯ 9 Next"),
        (1, 10**6, "[1] 2 ⋯ 1000000 Next"),
        (500_000, 10**6, "Previous 1 ⋯ 499999 [500000] 500001 ⋯ 1000000 Next"),
        (10**6, 10**6, "Previous 1 ⋯ 999999 [1000000]"),
    ],
)
def test_far_pages_hide_behind_dots(number, last, shown) -> None:
    page = drawn("{% pagination page %}", page=page_of(number, last))

    marked = re.sub(r'aria-current="page">(\d+)<', r">[\1]<", page).replace("> page<", "><")
    assert re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", marked)).strip() == shown


@pytest.mark.parametrize(
    ("number", "things", "words"),
    [
        (1, 0, "0 records"),
        (1, 1, "1 record"),
        (1, 20, "20 records"),
        (1, 21, "Showing 1 to 20 of 21 records"),
        (62, 1_234, "Showing 1,221 to 1,234 of 1,234 records"),
    ],
)
def test_a_list_says_which_part_of_how_many_it_shows(number, things, words) -> None:
    page = drawn('{% result_count page "record" "records" %}', page=Paginator(range(things), 20).page(number))

    assert re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", page)).strip() == words


def test_sort_links_keep_the_question_and_go_back_to_the_first_page() -> None:
    page = drawn(
        "{% sort_links sorts 'newest' %}", "/?q=falls&page=3", sorts=(("newest", "Newest first"), ("title", "Title"))
    )

    assert links(page) == [("?q=falls&sort=title", "Title")]
    assert '<strong aria-current="true">Newest first</strong>' in page


def test_facets_are_boxes_to_tick_with_their_counts() -> None:
    type_ = facet("type", "Type", [("article", "Article", 1_204), ("policy", "<Policy>", 1)], selected=["policy"])

    assertHTMLEqual(
        drawn("{% facets facets %}", facets=[type_, facet("year", "Year", [])]),
        """
        <fieldset class="nhsuk-fieldset app-facet">
          <legend class="nhsuk-fieldset__legend nhsuk-fieldset__legend--s app-facet__legend">Type</legend>
          <div class="nhsuk-checkboxes nhsuk-checkboxes--small">
            <div class="nhsuk-checkboxes__item">
              <input class="nhsuk-checkboxes__input" type="checkbox" id="facet-type-1" name="type" value="policy"
                     checked>
              <label class="nhsuk-label nhsuk-checkboxes__label" for="facet-type-1">&lt;Policy&gt;
                <span class="app-facet__count">1<span class="nhsuk-u-visually-hidden"> result</span></span></label>
            </div>
            <div class="nhsuk-checkboxes__item">
              <input class="nhsuk-checkboxes__input" type="checkbox" id="facet-type-2" name="type" value="article">
              <label class="nhsuk-label nhsuk-checkboxes__label" for="facet-type-2">Article
                <span class="app-facet__count">1,204<span class="nhsuk-u-visually-hidden"> results</span></span></label>
            </div>
          </div>
        </fieldset>
        """,
    )


def test_many_choices_wait_behind_show_more_and_each_box_has_its_own_id() -> None:
    letters = [(letter, letter.upper(), 1) for letter in "abcdefghij"]

    page = drawn("{% facets facets %}", facets=[facet("letter", "Letter", letters)])

    assert "Show 4 more" in page
    assert page.index('value="f"') < page.index("<details") < page.index('value="g"')
    assert len(set(re.findall(r' id="([^"]*)"', page))) == 10


def test_each_chip_takes_off_its_own_tick_and_the_last_link_takes_off_all() -> None:
    type_ = facet("type", "Type", [("article", "Article", 1), ("policy", "Policy", 1)], selected=["article", "policy"])
    year = facet("year", "Year", [("2024", "2024", 1)], selected=["2024"])

    page = drawn(
        "{% facet_chips facets %}", "/?q=falls&type=article&type=policy&year=2024&page=3", facets=[type_, year]
    )

    assert links(page) == [
        ("?q=falls&type=policy&year=2024", "Remove the filter Type: Article"),
        ("?q=falls&type=article&year=2024", "Remove the filter Type: Policy"),
        ("?q=falls&type=article&type=policy", "Remove the filter Year: 2024"),
        ("?q=falls", "Clear all filters"),
    ]


def test_without_ticks_there_are_no_chips() -> None:
    assert drawn("{% facet_chips facets %}", facets=[facet("type", "Type", [("a", "A", 1)])]).strip() == ""
