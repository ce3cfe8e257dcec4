"""Each style writes each kind of work as its manual has it: whole references, compared letter for letter."""

import datetime
from pathlib import Path
from typing import Any

import pytest
from citeproc import SCHEMA_PATH
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from repository.citing import STYLES, Citation, cite, reference_list
from repository.citing.rendering import STYLES as FOLDER

READ_ON = datetime.date(2026, 11, 24)


def person(family: str, given: str, **more: str) -> dict[str, str]:
    return {"family": family, "given": given, **more}


def people(number: int) -> list[dict[str, str]]:
    return [person(f"Author{place}", "Jane A") for place in range(1, number + 1)]


def on(*parts: int) -> dict[str, Any]:
    return {"date-parts": [list(parts)]}


PAPER: dict[str, Any] = {
    "id": "1", "type": "article-journal", "title": "Falls on a frailty ward",
    "container-title": "Journal of Falls", "container-title-short": "J. Falls",
    "volume": "7", "issue": "1", "page": "284-7", "issued": on(2020, 3, 14), "DOI": "10.5555/falls.1",
}  # fmt: skip
GREY = {"id": "1", "type": "report", "URL": "https://www.example.org/falls"}
WORKS: dict[str, dict[str, Any]] = {
    "one author": {**PAPER, "author": [person("Smith", "Jane A.", suffix="Jr")]},
    "three authors": {
        **PAPER,
        "author": [person("Smith", "Jean-Luc"), person("O'Connor", "RE"), person("Beethoven", "Ludwig van")],
    },
    "seven authors": {**PAPER, "author": people(7)},
    "thirty authors": {**PAPER, "author": people(30)},
    "group": {**PAPER, "author": [{"literal": "Falls Study Group"}, person("Smith", "Jane")]},
    "no author": PAPER,
    "no date": {"type": "book", "title": "Beds", "author": [person("Smith", "Jane")], "publisher": "Pearson"},
    "book": {
        "id": "1", "type": "book", "title": "Beds and falls", "author": [person("Smith", "Jane")],
        "edition": "3rd edition", "publisher": "Pearson", "publisher-place": "London", "issued": on(2019),
    },
    "edited book": {
        "id": "1", "type": "book", "title": "Beds", "editor": [person("Smith", "Jane"), person("Lee", "Min")],
        "publisher": "Pearson", "issued": on(2019),
    },
    "chapter": {
        "id": "1", "type": "chapter", "title": "Rails", "author": [person("Smith", "Jane")],
        "editor": [person("Okafor", "Ngozi"), person("Lee", "Min")], "container-title": "Beds and falls",
        "edition": "2", "page": "11-19", "publisher": "Pearson", "publisher-place": "London", "issued": on(2019),
    },
    "report": {
        **GREY, "title": "Falls in 2020", "author": [{"literal": "Riverside Hospital"}],
        "publisher": "Riverside Hospital", "number": "R-7", "issued": on(2021, 5),
    },
    "guideline": {
        **GREY, "genre": "Guideline", "title": "Falls: assessment", "author": [{"literal": "Falls Institute"}],
        "publisher": "Falls Institute", "issued": on(2021, 5, 2),
    },
    "policy": {**GREY, "genre": "Policy", "title": "Bed rails", "edition": "4"},
    "poster": {
        **GREY, "type": "speech", "genre": "Poster", "title": "Fewer falls", "author": [person("Smith", "Jane")],
        "event": "Falls 2020", "event-place": "Leeds", "event-date": on(2020, 3, 2), "issued": on(2020, 3),
    },
    "conference paper": {
        "id": "1", "type": "paper-conference", "title": "Fewer falls", "author": [person("Smith", "Jane")],
        "container-title": "Proceedings of Falls", "page": "3-9", "publisher": "Pearson", "issued": on(2020),
        "DOI": "10.5555/paper",
    },
    "thesis": {
        "id": "1", "type": "thesis", "genre": "PhD", "title": "Why people fall", "author": [person("Smith", "Jane")],
        "publisher": "University of Leeds", "issued": on(2018),
    },
    "preprint": {
        "id": "1", "type": "article", "genre": "Preprint", "title": "Why people fall",
        "author": [person("Smith", "Jane")], "publisher": "medRxiv", "issued": on(2018, 2, 3), "DOI": "10.5555/pre",
    },
    "dataset": {
        "id": "1", "type": "dataset", "genre": "Dataset", "title": "All falls", "author": [person("Smith", "Jane")],
        "publisher": "Zenodo", "version": "1.2", "issued": on(2018), "DOI": "10.5555/data",
    },
    "other scripts": {
        **PAPER, "title": "跌倒", "author": [person("李", "伟"), person("Иванов", "Пётр Ильич"), person("حسن", "علي")],
    },
    "markup": {**PAPER, "title": 'Is <b>x</b> & "y" <i>true</i>?', "author": [person("<i>Smith", "<Jane>")]},
    "span of years": {"id": "1", "type": "document", "title": "Leaflets", "issued": {"date-parts": [[2018], [2019]]}},
}  # fmt: skip

# A line for each work: its name above, a tab, and the reference as HTML. Checked by eye against the manuals.
EXPECTED = Path(__file__).parent / "expected"


def expected(style: str) -> dict[str, str]:
    lines = (EXPECTED / f"{style}.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t", 1) for line in lines)


@pytest.mark.parametrize("style", STYLES)
def test_each_kind_of_work_stands_as_the_manual_has_it(style):
    written = cite(WORKS.values(), style, accessed=READ_ON)
    assert dict(zip(WORKS, (one.html for one in written), strict=True)) == expected(style)


@pytest.mark.parametrize("style", STYLES)
def test_the_files_of_the_styles_are_valid_and_say_whose_they_are(style):
    document = etree.parse(FOLDER / f"{style}.csl")
    schema = etree.RelaxNG(etree.parse(SCHEMA_PATH))
    assert (schema.validate(document), str(schema.error_log)) == (True, "")
    assert "SPDX-License-Identifier: MIT" in str(document.xpath("//comment()")[0])


def test_the_folder_holds_the_styles_that_are_offered():
    assert sorted(path.stem for path in FOLDER.iterdir()) == sorted(STYLES)


def test_text_has_no_tags_and_no_entities():
    one = cite([WORKS["markup"]], "harvard")[0]
    assert one == Citation(
        html="&lt;i&gt;Smith, J. (2020) ‘Is &lt;b&gt;x&lt;/b&gt; &amp; &quot;y&quot; &lt;i&gt;true&lt;/i&gt;?’ "
        "<i>Journal of Falls</i>, 7(1), pp. 284–287. Available at: https://doi.org/10.5555/falls.1.",
        text='<i>Smith, J. (2020) ‘Is <b>x</b> & "y" <i>true</i>?’ Journal of Falls, 7(1), pp. 284–287. '
        "Available at: https://doi.org/10.5555/falls.1.",
    )


def test_a_paper_in_print_needs_no_web_address_and_one_without_pages_does():
    online = {**PAPER, "DOI": "", "URL": "https://www.example.org/falls"}
    said = [one.text for one in cite([online, {**online, "page": ""}], "vancouver", accessed=READ_ON)]
    assert said == [
        "Falls on a frailty ward. J Falls. 2020 Mar 14;7(1):284-7.",
        "Falls on a frailty ward. J Falls. 2020 Mar 14;7(1) [cited 2026 Nov 24]. "
        "Available from: https://www.example.org/falls",
    ]


@pytest.mark.parametrize(
    ("pages", "vancouver", "apa"),
    [
        ("284-287", "284-7", "284–287"),
        ("p. 284–7", "284-7", "284–287"),
        ("98-102", "98-102", "98–102"),
        ("12-12", "12", "12"),
        ("e12", "e12", "e12"),
        ("S3-S9", "S3-9", "S3–S9"),
        ("1-4, 9", "1-4, 9", "1–4, 9"),
    ],
)
def test_ranges_of_pages(pages, vancouver, apa):
    paper = {**PAPER, "page": pages}
    assert cite([paper], "vancouver")[0].text == (
        f"Falls on a frailty ward. J Falls. 2020 Mar 14;7(1):{vancouver}. doi:10.5555/falls.1"
    )
    assert cite([paper], "apa")[0].text == (
        f"Falls on a frailty ward. (2020). Journal of Falls, 7(1), {apa}. https://doi.org/10.5555/falls.1"
    )


@pytest.mark.parametrize(
    ("given", "vancouver", "harvard"),
    [
        ("Jane", "Smith J", "Smith, J."),
        ("jane", "Smith J", "Smith, J."),
        ("JA", "Smith JA", "Smith, J.A."),
        ("J.A.", "Smith JA", "Smith, J.A."),
        ("J. van der", "Smith J van der", "Smith, J. van der"),
        ("Mary-Jane", "Smith MJ", "Smith, M.-J."),
        ("Mary-", "Smith M", "Smith, M."),
        ("Élodie", "Smith É", "Smith, É."),
        ("’Abd", "Smith A", "Smith, A."),
        ("", "Smith", "Smith"),
    ],
)
def test_given_names_become_initials(given, vancouver, harvard):
    book = {"type": "book", "title": "Beds", "author": [person("Smith", given)], "issued": on(2019)}
    assert cite([book], "vancouver")[0].text == f"{vancouver}. Beds. 2019."
    assert cite([book], "harvard")[0].text == f"{harvard} (2019) Beds."


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Do beds fall?", "Do beds fall? 2019."),
        ("Beds fall.", "Beds fall. 2019."),
        ("And then...", "And then... 2019."),
        ("Beds\x00 \ud800 and\nrails", "Beds and rails. 2019."),
        ("Beds \ufdd0and\ufdd1 rails", "Beds and rails. 2019."),
        ("", "[No title]. 2019."),
    ],
)
def test_titles_that_end_or_hold_something_odd(title, text):
    assert cite([{"type": "book", "title": title, "issued": on(2019)}], "vancouver")[0].text == text


def test_a_list_by_name_is_in_the_order_of_names_and_a_numbered_one_stays():
    books = [
        {"type": "book", "title": title, "author": [person(family, "Ann")], "issued": on(year)}
        for family, year, title in (
            ("Zola", 2001, "A"),
            ("Émile", 2002, "B"),
            ("Eliot", 2003, "C"),
            ("Eliot", 1999, "D"),
        )
    ]
    assert [one.text for one in reference_list(books, "harvard")] == [
        "Eliot, A. (1999) D.", "Eliot, A. (2003) C.", "Émile, A. (2002) B.", "Zola, A. (2001) A.",
    ]  # fmt: skip
    assert [one.text for one in reference_list(books, "vancouver")] == [
        "Zola A. A. 2001.", "Émile A. B. 2002.", "Eliot A. C. 2003.", "Eliot A. D. 1999.",
    ]  # fmt: skip


WORDS = st.text(max_size=30)
NAMES = st.lists(
    st.fixed_dictionaries({}, optional={"family": WORDS, "given": WORDS, "suffix": WORDS, "literal": WORDS}),
    max_size=30,
)
DATES = st.fixed_dictionaries(
    {
        "date-parts": st.lists(
            st.one_of(
                st.tuples(st.integers(1, 9999)),
                st.tuples(st.integers(1, 9999), st.integers(1, 12)),
                st.tuples(st.integers(1, 9999), st.integers(1, 12), st.integers(1, 31)),
            ).map(list),
            min_size=1,
            max_size=2,
        )
    }
)
ITEMS = st.fixed_dictionaries(
    {"type": st.sampled_from(sorted({work["type"] for work in WORKS.values()})), "title": WORDS},
    optional={
        **dict.fromkeys(("container-title", "container-title-short", "genre", "volume", "issue", "page"), WORDS),
        **dict.fromkeys(("number", "version", "edition", "publisher", "publisher-place", "event", "URL", "DOI"), WORDS),
        "author": NAMES, "editor": NAMES, "issued": DATES, "event-date": DATES,
    },
)  # fmt: skip


@given(ITEMS, st.sampled_from(list(STYLES)))
def test_any_work_gives_one_line_with_no_tag_but_italics(item, style):
    [one] = cite([item], style, accessed=READ_ON)
    inside = one.html.replace("<i>", "").replace("</i>", "")
    assert one.text.strip()
    assert not set('<>"\n\ufdd0\ufdd1') & set(inside)
    assert one.html.count("<i>") == one.html.count("</i>")


def test_ten_thousand_authors_take_no_longer_than_thirty():
    crowd = {**PAPER, "author": people(10_000)}
    assert cite([crowd], "vancouver") == cite([WORKS["thirty authors"]], "vancouver")
    assert cite([crowd], "apa")[0].text.startswith("Author1, J. A., Author2, J. A.")
