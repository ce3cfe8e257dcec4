"""The BibTeX reader on entries as programs and people write them, and on broken ones."""

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repository.exchange import bibtex, bibtex_blocks, bibtex_values
from repository.exchange.entry import Credit, Entry, Rejected
from repository.partial_dates import PartialDate


def read(text):
    return list(bibtex.read(BytesIO(text if isinstance(text, bytes) else text.encode())))


def one(text):
    (entry,) = read(text)
    assert isinstance(entry, Entry)
    return entry


def outcomes(text):
    return [item.title if isinstance(item, Entry) else (item.line, item.label, item.reason) for item in read(text)]


NOT_CLOSED = "This entry is not closed: a brace or a quotation mark is missing."


def test_an_article_of_biblatex():
    entry = one(
        r"""
@article{smith, title = {Falls on a ward}, subtitle = {A {UK} study.}, author = {Smith, Jane and {NHS England} and
  family=Velden, prefix=van der, given=Pieter and others}, author+an:orcid = {1="https://orcid.org/0000-0002-1825-0097"},
  editor = {Ada Okafor}, journaltitle = {Ward Studies}, shortjournal = {Ward Stud}, date = {2020-02-14},
  volume = 12, number = 3, eid = {e16}, eprint = {31452104}, eprinttype = {pubmed}, langid = {ngerman},
  keywords = {falls, {Aged, 80 and over}}, url = {https://doi.org/10.1000/x}, issn = {1895-5770},
  abstract = {Background: x.

Methods: y \& z.}}"""
    )
    assert entry == Entry(
        type="article",
        title="Falls on a ward: A UK study",
        abstract="Background: x.\n\nMethods: y & z.",
        identifiers=(("pmid", "31452104"), ("doi", "10.1000/x"), ("issn", "1895-5770")),
        contributors=(
            Credit(family="Smith", given="Jane", orcid="0000-0002-1825-0097"),
            Credit(kind="group", group="NHS England"),
            Credit(family="van der Velden", given="Pieter"),
            Credit(role="editor", family="Okafor", given="Ada"),
        ),
        keywords=("falls", "Aged, 80 and over"),
        container_title="Ward Studies",
        container_abbreviation="Ward Stud",
        volume="12",
        issue="3",
        article_number="e16",
        issued=PartialDate.from_edtf("2020-02-14"),
        languages=("ger",),
        line=2,
        source_id="smith",
    )


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("@online{a, title={A}}", "other"),
        ("@report{a, title={A}, type={Guideline}}", "guideline"),
        ("@thesis{a, title={A}, type={phdthesis}}", "thesis"),
        ("@misc{a, title={A}, howpublished={Poster}}", "poster"),
        ("@misc{a, title={A}, archiveprefix={arXiv}, eprint={2001.1}}", "preprint"),
        ("@INPROCEEDINGS(a, title={A})", "conference_paper"),
        ("@mvbook{a, title={A}}", "book"),
        ("@dataset{a, title={A}}", "dataset"),
    ],
)
def test_types(text, kind):
    assert one(text).type == kind


def test_names():
    entry = one(
        r"@misc{a, title={A}, author={Donald E. Knuth and {\'E}. {de la Cruz} and Smith, Jr., J.A. and Nobody Jr and "
        r"{Barnes {and} Noble} and van Beethoven, L. and Royal College of Nursing and Plato and M{\"u}ller, J.-P.}}"
    )
    assert [credit.credited_as for credit in entry.contributors] == [
        *("Knuth, Donald E", "de la Cruz, É", "Smith, J A, Jr.", "Nobody, Jr", "Barnes and Noble", "van Beethoven, L"),
        *("Royal College of Nursing", "Plato", "Müller, J-P"),
    ]


def test_strings_are_joined():
    text = """@string{ward = "Ward"} @string(studies = ward # { Studies})
@article{a, title = ward # " and " # {others} # 2, journal = STUDIES, publisher = nobody,
  month = 10 # "~" # jan, year=1999}
"""
    entry = one(text)
    assert (entry.title, entry.container_title) == ("Ward and others2", "Ward Studies")
    assert str(entry.issued) == "10 January 1999"
    assert entry.warnings == ("Line 2: “nobody” stands in no braces and is not defined; kept as it is.",)


def test_an_unclosed_entry_costs_only_itself():
    text = "@book{a, title={A}}\n@book{b, title={B, year=2000}\n\n@book{c, title={C}}\n@book{d, title={D"
    assert outcomes(text) == ["A", (2, "b", NOT_CLOSED), "C", (5, "d", NOT_CLOSED)]


def test_a_brace_too_many_is_told():
    entry = one("@book{a, title={A}}, year = {2000}\n}")
    assert entry.warnings == ("Line 1: what follows the end of the entry was left out: “, year = {2000} }”.",)


def test_what_is_no_field():
    assert outcomes("@book{a, title, year={2000}}\n@book{b, title={B}}") == [
        (1, "a", "This entry cannot be read: a comma, an equals sign or a brace is missing."),
        "B",
    ]


def test_a_forgotten_comma_is_told():
    entry = one('@book{a, title={A {x} y = {z}} year=2000\n  publisher="P = Q"}')
    assert (entry.title, str(entry.issued), entry.publisher) == ("A x y = z", "2000", "P = Q")
    assert entry.warnings == (
        "Line 1: a comma is missing before “year”.",
        "Line 1: a comma is missing before “publisher”.",
    )


def test_repeated_fields_and_keys():
    first, second = read("@book{a, title={A}, title={B}, title={A}, keywords={x}, keywords={y}}\n@book{a, title={C}}")
    assert (first.title, first.keywords) == ("A", ("x", "y"))
    assert first.warnings == ("Line 1: a second “title” was left out: “B”.",)
    assert second.title == "C"
    assert second.warnings == ("Line 2: another entry before it has the key “a” too.",)


def test_fields_come_from_the_entry_that_is_referred_to():
    child, grandchild, lost, _ = read(
        """@inbook{a, title={A}, crossref={BOOK}, isbn={}}
@inbook{b, title={B}, crossref={a}}
@inbook{c, title={C}, crossref={nowhere}}
@book{book, title={Book}, publisher={P}, isbn={9780306406157}, doi={10.1000/book}, editor={Okafor, A}}"""
    )
    for entry in (child, grandchild):
        assert (entry.publisher, entry.identifiers) == ("P", ())
        assert entry.contributors == (Credit(role="editor", family="Okafor", given="A"),)
    assert (child.container_title, grandchild.container_title) == ("Book", "A")
    assert lost.warnings == ("Line 3: it refers to “nowhere”, which is not in the file.",)


def test_entries_that_refer_to_each_other():
    assert outcomes("@book{a, title={A}, crossref={b}}\n@book{b, title={B}, crossref={a}}") == ["A", "B"]


def test_bad_values_become_warnings():
    entry = one("@article{a, title={A}, doi={no}, issn={1234-5678}, year={n.d.}, language={Klingon}}")
    assert entry.identifiers == ()
    assert entry.warnings == (
        "Line 1: “no” was left out. A DOI begins with 10., 4 to 9 digits and a slash, such as 10.1136/bmj.n71.",
        "Line 1: “1234-5678” was left out. This ISSN has a mistyped digit: its last one does not fit the others.",
        "Line 1: the year “n.d.” was left out.",
        "Line 1: “Klingon” is not a language that we know. It was left out.",
    )


@pytest.mark.parametrize(
    ("date", "edtf"),
    [
        ("date={2020-21}", "2020-21"),
        ("date={2019/2020}", "2019/2020"),
        ("year={2020}, month={feb}", "2020-02"),
        ("year=2020, month=feb # {/} # mar", "2020-02/2020-03"),
        ("year={2020}, month={12}, day={24}", "2020-12-24"),
        ("year={in press, 2020}", "2020"),
        ("year={2020}, month={Michaelmas}", "2020"),
    ],
)
def test_dates(date, edtf):
    assert one(f"@misc{{a, title={{A}}, {date}}}").issued == PartialDate.from_edtf(edtf)


def test_addresses_are_kept_as_they_are():
    entry = one(r"@misc{a, title={A}, url={https://example.org/~a\_b--c?d=%20}}")
    assert entry.url == "https://example.org/~a_b--c?d=%20"
    assert one(r"@misc{a, title={A}, howpublished={\url{https://example.org/}}}").url == "https://example.org/"


def test_numbers_that_zotero_keeps_in_a_note():
    entry = one("@article{a, title={A}, note={PMID: 31452104 PMCID: PMC6820180}}")
    assert entry.identifiers == (("pmid", "31452104"), ("pmcid", "PMC6820180"))


def test_words_between_entries_are_nobodys():
    text = 'Write to me@example (x).\n@comment{@book{x, title={X}}}\n@preamble{"x"}\n@book{a, title={A}} and\n'
    assert outcomes(text) == ["A"]


def test_other_encodings():
    text = "@book{a, title={Café naïve}, author={Müller, José}}\n"
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252"):
        assert one(text.encode(encoding)).title == "Café naïve"
    text = "@book{a, title={" + "护理研究与患者安全" * 5 + "}}\n"
    assert one(text.encode("gbk")).title == "护理研究与患者安全" * 5


def test_a_file_without_entries():
    reason = "There is no entry in this file: one begins with a line like “@article{smith2020,”."
    assert read("@comment{x}") == [Rejected(1, reason)]
    assert not bibtex.recognises("@comment{x, y}")
    assert not bibtex.recognises("Write to me@example(x, y)")
    assert bibtex.recognises('@STRING{ward = "Ward Studies"}')


def test_the_encoding_is_told_with_the_first_entry():
    first, second = read("% Müller's file\n@book{a, title={A}}\n@book{b, title={Übung}}\n".encode("cp1252"))
    assert (len(first.warnings), "Windows-1252" in first.warnings[0], second.warnings) == (1, True, ())


def test_an_endless_entry(monkeypatch):
    monkeypatch.setattr(bibtex_blocks, "LARGEST_ENTRY", 1_000)
    text = "@book{a, title={A}}\n@book{b,\n" + "abstract={x},\n" * 200 + "}\n@book{c, title={C}}"
    assert outcomes(text) == ["A", (2, "b", "This entry is longer than 1,000 characters."), "C"]


@given(st.text(alphabet='@ab{}(),="#\n\\ %', max_size=60))
def test_rubbish_is_never_an_error(text):
    if text.strip():
        assert read(f"{text}\n@book{{z, title={{Z}}}}\n")


@pytest.mark.parametrize(
    "junk",
    [
        *(
            "{" * 99_999,
            "}" * 99_999,
            "$^" * 50_000,
            r"\frac{" * 20_000,
            r"\url{" * 20_000,
            r"\'" * 50_000,
            "a = b " * 20_000,
        ),
        *(
            " " * 99_999 + "x",
            "crossref={" + " " * 90_000 + "x",
            '"' * 99_999,
            "@a{" * 30_000,
            " and " * 20_000,
            "," * 99_999,
        ),
        *("=" * 99_999, "\\" * 99_999, "# " * 40_000, "\n" * 50_000 + "x", "@a(" + " " * 90_000 + "x"),
    ],
    ids=lambda junk: junk[:12].strip(),
)
def test_rubbish_of_any_length_ends_well(junk):
    for text in (
        junk,
        f"@book{{a, title={{A}} {junk}\n",
        f"@book{{a, title={{A}}, url={{{junk}}}, author={{{junk}}}}}\n",
    ):
        bibtex.recognises(text)
        assert read(f"{text}\n@book{{z, title={{Z}}}}\n")[-1].title == "Z"


@given(st.lists(st.sampled_from(["good", "open", "extra", "bare"]), max_size=8))
def test_every_entry_is_accounted_for(kinds):
    shapes = {
        "good": "@book{{k{0}, title={{T}}}}",
        "open": "@book{{k{0}, title={{T}}",
        "extra": "@book{{k{0}, title={{T}}}}}}",
        "bare": "@book{{k{0}, T}}",
    }
    text = "\n".join(shapes[kind].format(number) for number, kind in enumerate(kinds))
    found = read(text) if kinds else []
    assert [item.line for item in found] == list(range(1, len(kinds) + 1))


def test_strings_made_of_strings_do_not_swell_without_end():
    doubled = "".join(f"@string{{a{n} = a{n - 1} # a{n - 1}}}\n" for n in range(1, 60))
    entry = one('@string{a0 = "' + "x" * 1_000 + '"}\n' + doubled + "@article{k, title = {T }  # a59}")
    assert len(entry.title) <= bibtex_values.LONGEST_VALUE
    assert entry.title.startswith("T ")


def test_what_a_file_defines_is_bounded(monkeypatch):
    monkeypatch.setattr(bibtex_blocks, "LARGEST_STRINGS", 20)
    entry = one('@string{a = "ward"}\n@string{b = "' + "x" * 30 + '"}\n@article{k, title = a # { } # b}')
    assert (entry.title, entry.warnings) == (
        "ward b",
        ("Line 3: “b” stands in no braces and is not defined; kept as it is.",),
    )


def test_the_fields_of_one_entry_are_bounded(monkeypatch):
    monkeypatch.setattr(bibtex_blocks, "LARGEST_ENTRY", 150)
    entry = one('@string{a = "' + "x" * 100 + '"}\n@article{k, title = {T}, journal = a, note = a}')
    assert (len(entry.container_title), entry.warnings) == (
        100,
        ("Line 2: “note” was left out: the entry is too long.",),
    )


def test_of_a_long_chain_of_references_the_first_are_read():
    chain = "".join(f"@book{{b{n}, title = {{B}}, crossref = {{b{n + 1}}}}}\n" for n in range(60))
    first, *_ = read(chain)
    assert first.warnings == ("Line 1: it refers to more than 20 others, of which the first were read.",)


def test_what_scopus_and_web_of_science_call_otherwise():
    scopus = one(
        "@article{a, title={T}, pubmed_id={31452104}, author_keywords={Falls; Sleep}, keywords={adult; falls},"
        " abbrev_source_title={J. Ward}, art_number={e12}}"
    )
    assert (scopus.identifiers, scopus.keywords, scopus.container_abbreviation, scopus.article_number) == (
        (("pmid", "31452104"),), ("adult", "falls", "Falls", "Sleep"), "J. Ward", "e12",
    )  # fmt: skip
    web = one(
        "@article{a, title={T}, author={Smith, Jane and Okafor, A. B.},\n"
        "ORCID-Numbers = {{Smith, Jane/0000-0002-1825-0097\n   Okafor, Ada/0000-0001-5109-3700\n"
        "   Nobody, N/0000-0002-1694-233X}}}"
    )
    assert [(person.family, person.orcid) for person in web.contributors] == [
        ("Smith", "0000-0002-1825-0097"), ("Okafor", "0000-0001-5109-3700"),
    ]  # fmt: skip
    assert web.warnings == ("The ORCID iD 0000-0002-1694-233X of “Nobody, N” was left out: no author has that name.",)
