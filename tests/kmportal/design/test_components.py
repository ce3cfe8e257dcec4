"""The components as pages show them."""

import re

import pytest
from django.template import Context, RequestContext, Template
from django.test import RequestFactory
from pytest_django.asserts import assertHTMLEqual

from kmportal.design.charts import bar_chart, line_chart

pytestmark = pytest.mark.urls("tests.kmportal.design.addresses")


def drawn(template: str, **context: object) -> str:
    """Return what the template draws."""
    return Template(template).render(RequestContext(RequestFactory().get("/"), context))


# --- Blocks of content -------------------------------------------------------------------------------------------
def test_a_card_is_a_heading_a_link_and_what_the_page_puts_in() -> None:
    assertHTMLEqual(
        drawn('{% card "Lessons & more" href="/lessons/" level=3 %}<p>{{ text }}</p>{% endcard %}', text="<b>"),
        """
        <div class="nhsuk-card app-card nhsuk-card--clickable">
          <div class="nhsuk-card__content">
            <h3 class="nhsuk-card__heading nhsuk-heading-s">
              <a class="nhsuk-card__link" href="/lessons/">Lessons &amp; more</a>
            </h3>
            <p>&lt;b&gt;</p>
          </div>
        </div>
        """,
    )


def test_a_panel_is_named_by_its_heading_when_it_has_one() -> None:
    assertHTMLEqual(
        drawn('{% panel "About us" %}<p>x</p>{% endpanel %}{% panel %}<p>y</p>{% endpanel %}'),
        """
        <section class="app-panel" aria-labelledby="about-us">
          <h2 class="nhsuk-heading-m" id="about-us">About us</h2><p>x</p>
        </section>
        <section class="app-panel"><p>y</p></section>
        """,
    )


def test_details_and_inset_wrap_what_the_page_puts_in() -> None:
    assertHTMLEqual(
        drawn('{% details "More" %}<p>x</p>{% enddetails %}{% inset %}<p>y</p>{% endinset %}'),
        """
        <details class="nhsuk-details">
          <summary class="nhsuk-details__summary"><span class="nhsuk-details__summary-text">More</span></summary>
          <div class="nhsuk-details__text"><p>x</p></div>
        </details>
        <div class="nhsuk-inset-text"><span class="nhsuk-u-visually-hidden">Information: </span><p>y</p></div>
        """,
    )


@pytest.mark.parametrize(
    ("kind", "extra", "role"),
    [
        ("", "", "region"),
        ("success", " nhsuk-notification-banner--success", "alert"),
        ("error", " app-banner--error", "alert"),
    ],
)
def test_a_banner_tells_its_kind_by_colour_and_by_role(kind, extra, role) -> None:
    assertHTMLEqual(
        drawn('{% banner "Import done" kind=kind %}<p>x</p>{% endbanner %}', kind=kind),
        f"""
        <div class="nhsuk-notification-banner{extra}" role="{role}" aria-labelledby="banner-import-done"
             data-module="nhsuk-notification-banner" data-disable-auto-focus="true">
          <div class="nhsuk-notification-banner__header">
            <h2 class="nhsuk-notification-banner__title" id="banner-import-done">Import done</h2>
          </div>
          <div class="nhsuk-notification-banner__content"><p>x</p></div>
        </div>
        """,
    )


def test_a_result_leaves_out_what_it_has_not() -> None:
    assertHTMLEqual(
        drawn(
            '{% result "Falls" "/repository/1/" kind="Policy" meta="2024" %}<p>a <mark>fall</mark></p>{% endresult %}'
            '{% result "Sepsis" "/repository/2/" level=3 %} {% endresult %}'
        ),
        """
        <li class="app-result">
          <p class="app-result__kind">Policy</p>
          <h2 class="app-result__heading"><a href="/repository/1/">Falls</a></h2>
          <p class="app-result__meta">2024</p>
          <div class="app-result__snippet"><p>a <mark>fall</mark></p></div>
        </li>
        <li class="app-result"><h3 class="app-result__heading"><a href="/repository/2/">Sepsis</a></h3></li>
        """,
    )


def test_a_row_of_a_summary_list_without_a_value_is_left_out() -> None:
    row = """
        <div class="nhsuk-summary-list__row">
          <dt class="nhsuk-summary-list__key">Pages</dt><dd class="nhsuk-summary-list__value">0</dd>
        </div>
        """

    assertHTMLEqual(
        drawn(
            '{% summary_row "Pages" %}{{ pages }}{% endsummary_row %}{% summary_row "No" %} {% endsummary_row %}',
            pages=0,
        ),
        row,
    )


def test_an_empty_list_says_what_to_do_next() -> None:
    assertHTMLEqual(
        drawn('{% empty_state "No lessons yet" "Share the first." href="/lessons/new/" label="Share a lesson" %}'),
        """
        <div class="app-empty">
          <h2 class="nhsuk-heading-s">No lessons yet</h2>
          <p>Share the first.</p>
          <p><a class="app-empty__link" href="/lessons/new/">Share a lesson</a></p>
        </div>
        """,
    )


def test_a_figure_links_to_what_it_counts() -> None:
    assertHTMLEqual(
        drawn('{% stat 3 "waiting" href="/queue/" note="1 is late" %}{% stat "86%" "in date" %}'),
        """
        <div class="app-stat">
          <p class="app-stat__value">3</p>
          <p class="app-stat__label"><a class="app-stat__link" href="/queue/">waiting</a></p>
          <p class="app-stat__note">1 is late</p>
        </div>
        <div class="app-stat"><p class="app-stat__value">86%</p><p class="app-stat__label">in date</p></div>
        """,
    )


def test_a_state_is_a_word_in_its_colour() -> None:
    template = "{% status_tag label state %}"

    assert [drawn(template, label=label, state=state) for label, state in [
        ("Published", "published"), ("Odd", "never heard of"), ("Policy", "purple"), ("<b>", "draft"),
    ]] == [
        '<strong class="nhsuk-tag nhsuk-tag--green">Published</strong>',
        '<strong class="nhsuk-tag nhsuk-tag--grey">Odd</strong>',
        '<strong class="nhsuk-tag nhsuk-tag--purple">Policy</strong>',
        '<strong class="nhsuk-tag nhsuk-tag--grey">&lt;b&gt;</strong>',
    ]  # fmt: skip


def test_a_job_tells_how_far_it_is_and_says_so_when_it_does_not_know() -> None:
    assertHTMLEqual(
        drawn('{% progress 1240 5000 "Loading" %}{% progress 3 0 "Counting" %}'),
        """
        <div class="app-progress">
          <p class="app-progress__label" id="loading">Loading</p>
          <progress class="app-progress__bar" aria-labelledby="loading" value="1240" max="5000"></progress>
          <p class="app-progress__words">1,240 of 5,000</p>
        </div>
        <div class="app-progress">
          <p class="app-progress__label" id="counting">Counting</p>
          <progress class="app-progress__bar" aria-labelledby="counting"></progress>
          <p class="app-progress__words">3 so far</p>
        </div>
        """,
    )


def test_a_button_that_posts_carries_the_token_against_forgery() -> None:
    button = drawn('{% post_button "Publish" "/x/" "secondary" note="<ok>" %}')

    assertHTMLEqual(
        re.sub(r'value="\w{64}"', 'value="token"', button),
        """
        <form class="app-post-button" method="post" action="/x/">
          <input type="hidden" name="csrfmiddlewaretoken" value="token">
          <input type="hidden" name="note" value="&lt;ok&gt;">
          <button class="nhsuk-button nhsuk-button--small nhsuk-button--secondary" type="submit"
                  data-module="nhsuk-button" data-prevent-double-click="true">Publish</button>
        </form>
        """,
    )


# --- Charts ------------------------------------------------------------------------------------------------------
def test_a_bar_chart_is_a_drawing_with_a_name_a_description_and_its_table() -> None:
    page = drawn("{% chart c %}", c=bar_chart("By type", [("Article", 12), ("Audit", 3)], of="Records", per="Type"))

    drawing = page[page.index("<svg") : page.index("<details")]
    assertHTMLEqual(
        drawing,
        """
        <svg class="app-chart__drawing" width="100%" height="96" role="img"
             aria-labelledby="by-type-title by-type-desc" focusable="false">
          <desc id="by-type-desc">
            Bar chart of records by type, 2 in all. Highest: Article, 12. Lowest: Audit, 3.
          </desc>
          <svg y="0" height="48">
            <text class="app-chart__label" x="0" y="16">Article</text>
            <rect class="app-chart__bar" x="0" y="22" width="82.0%" height="18"></rect>
            <svg x="82.0%" y="22" height="18" overflow="visible">
              <text class="app-chart__value" x="8" y="14">12</text>
            </svg>
          </svg>
          <svg y="48" height="48">
            <text class="app-chart__label" x="0" y="16">Audit</text>
            <rect class="app-chart__bar" x="0" y="22" width="20.5%" height="18"></rect>
            <svg x="20.5%" y="22" height="18" overflow="visible">
              <text class="app-chart__value" x="8" y="14">3</text>
            </svg>
          </svg>
        </svg>
        """,
    )
    assert 'id="by-type-title">By type</figcaption>' in page
    assert "Show these figures as a table" in page


def test_a_line_chart_has_a_point_for_each_value() -> None:
    page = drawn("{% chart c %}", c=line_chart("Added", [("Jan", 1), ("Feb", 4)], of="Records", per="Month"))

    assert re.findall(r'<circle class="app-chart__point" (.*?)</circle>', page) == [
        'cx="13.0%" cy="161.0" r="4"><title>Jan: 1</title>',
        'cx="95.0%" cy="20.0" r="4"><title>Feb: 4</title>',
    ]
    assert 'points="13,161 95,20"' in page


def test_a_chart_without_values_says_so_instead_of_drawing() -> None:
    assertHTMLEqual(
        drawn("{% chart c %}", c=bar_chart("By type", [], of="Records", per="Type")),
        """
        <figure class="app-chart">
          <figcaption class="app-chart__title" id="by-type-title">By type</figcaption>
          <p class="app-chart__none">There are no figures for this yet.</p>
        </figure>
        """,
    )


def test_components_need_no_request_where_they_make_no_links() -> None:
    assert Template('{% status_tag "Draft" "draft" %}').render(Context()) == (
        '<strong class="nhsuk-tag nhsuk-tag--grey">Draft</strong>'
    )
