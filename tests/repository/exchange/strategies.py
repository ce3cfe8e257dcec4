"""Works as hypothesis makes them up, for the tests that writing a work and reading it again gives the same one.

They are realistic: each type has the details that works of its type have, names are names and numbers pass their check
digits. Within that they are awkward: every script, and the characters that formats and spreadsheets trip over.
"""

import datetime

from hypothesis import strategies as st
from stdnum import issn

from kmportal.people.orcid import ORCID_RANGES, check_character
from repository.exchange.entry import Credit, Entry, Notice, SubjectHeading
from repository.exchange.medline import NOTICES
from repository.exchange.outgoing import Outgoing, OutgoingFile
from repository.languages import LANGUAGES
from repository.partial_dates import Moment, PartialDate

REPORTS = ("report", "audit", "guideline", "policy", "toolkit", "training")
EVENTS = ("poster", "presentation", "conference_paper")
IN_A_CONTAINER = ("article", "chapter", "conference_paper")

_LETTERS = st.text(st.characters(categories=("Lu", "Ll", "Lo"), max_codepoint=0x9FFF), min_size=2, max_size=12)
_PLAIN = st.sampled_from(
    ["care", "ward", "falls", "sepsis", "nurses", "trial", "review", "in", "of", "the", "and", "with"]
)
_AWKWARD = st.sampled_from(
    [
        "p<0.05", "p≥0.001", "α-synuclein", "10%", "R&D", "$5", "#1", "snake_case", "{braces}", "~50", "H₂O",
        "“quoted”", '"straight"', "it’s", "it's", "naïve", "C:\\path", "—", "50/50", "@home", "=SUM(A1)", "*starred*",
        "日本語", "1–2",
        "Núñez", "Ωmega", "Привет", "العربية", "IL-6", "TY-1", "a|b", "x^2", "[sic]", "(n=12)", "COVID-19", "2,3-diol",
    ]
)  # fmt: skip
_WORD = st.one_of(_PLAIN, _PLAIN, _LETTERS, _AWKWARD)

MESH = (
    "Accidental Falls", "Aged, 80 and over", "Anti-Bacterial Agents", "COVID-19", "Delirium",
    "Drug Evaluation, Preclinical",
    "Female", "Humans", "Lymphoma, B-Cell", "Pain Management", "Quality of Life", "Receptors, Interleukin-2", "Stroke",
)  # fmt: skip
QUALIFIERS = (
    "adverse effects", "diagnosis", "drug therapy", "organization & administration", "prevention & control",
    "statistics & numerical data", "therapeutic use", "therapy",
)  # fmt: skip
_FAMILIES = st.sampled_from(
    ["Smith", "Okafor", "Núñez-O'Hara", "van der Velden", "O’Callaghan", "de Hoon", "Ångström", "Østergård", "Li",
     "Şahin", "Иванов", "王", "Al-Rashid", "St. John", "Plato"]
)  # fmt: skip
_GIVENS = st.sampled_from(
    ["Jane", "Jane A", "Ngozi", "Pieter J", "J A", "J", "Zoë", "Mary-Ann", "J-P", "Manon H J", "Юрий В", "伟", "D'Arcy"]
)
_GROUPS = st.sampled_from(
    ["Northmoor Handover Group", "NHS England", "Department of Health & Social Care", "WHO",
     "COVID-19 Study Team (phase 2)",
     "Royal College of Nursing, Education Committee"]
)  # fmt: skip


def _capitalised(text: str) -> str:
    return text[0].upper() + text[1:]


@st.composite
def phrases(draw: st.DrawFn, most: int = 8) -> str:
    """Return one line of words that begins with a letter and ends without a full stop, as a title does."""
    first = draw(st.sampled_from(["Effect", "Falls", "Quality", "Nursing", "Über", "Évaluation", "Étude", "Медицина"]))
    words = [first, *draw(st.lists(_WORD, max_size=most - 1))]
    ending = draw(st.sampled_from(["", "", "", "?", ": a cohort study", " in the U.S."]))
    return " ".join(words) + ending


@st.composite
def abstracts(draw: st.DrawFn) -> str:
    """Return one paragraph, or several with labels and a blank line between them."""
    paragraphs = draw(st.lists(phrases(20), min_size=1, max_size=4))
    labels = ("BACKGROUND", "METHODS", "RESULTS", "CONCLUSIONS")
    if len(paragraphs) == 1:
        return paragraphs[0] + "."
    return "\n\n".join(f"{label}: {text}." for label, text in zip(labels, paragraphs, strict=False))


@st.composite
def partial_dates(draw: st.DrawFn) -> PartialDate:
    """Return a date of any precision, or a span of two."""
    day = draw(st.dates(datetime.date(1900, 1, 1), datetime.date(2035, 12, 31)))
    season, quarter = draw(st.integers(21, 24)), draw(st.integers(33, 36))
    start = draw(
        st.sampled_from(
            [
                Moment(day.year),
                Moment(day.year, day.month),
                Moment(day.year, day.month, day.day),
                Moment(day.year, season),
                Moment(day.year, quarter),
            ]
        )
    )
    if start.precision in ("year", "month", "day") and draw(st.integers(0, 5)) == 0:
        later = day + datetime.timedelta(days=draw(st.integers(1, 40)))
        end = {
            "year": Moment(day.year + 1),
            "month": Moment(later.year, later.month),
            "day": Moment(later.year, later.month, later.day),
        }[start.precision]
        if end.first_day > start.first_day:
            return PartialDate(start, end)
    return PartialDate(start)


@st.composite
def orcids(draw: st.DrawFn) -> str:
    """Return an ORCID iD in its normal form, with the right check character."""
    low, high = draw(st.sampled_from(ORCID_RANGES))
    digits = f"{draw(st.integers(low, high)):015}"
    digits += check_character(digits)
    return "-".join(digits[i : i + 4] for i in range(0, 16, 4))


def _issn(number: int) -> str:
    digits = f"{number:07}"
    return issn.format(digits + issn.calc_check_digit(digits))


def _isbn(number: int) -> str:
    digits = f"978{number:09}"
    return digits + str(-sum(int(digit) * (3 if i % 2 else 1) for i, digit in enumerate(digits)) % 10)


dois = st.one_of(
    st.builds(
        "10.{}/{}".format,
        st.integers(1_000, 99_999),
        st.text("abcdefghijklmnopqrstuvwxyz0123456789-_", min_size=1, max_size=15),
    ),
    st.sampled_from(["10.1002/(sici)1097-0258(19980815)17:15<1661::aid-sim968>3.0.co;2-2", "10.1000/a(b)c.d;e:f"]),
)


@st.composite
def identifiers(draw: st.DrawFn, *, serial: bool, book: bool) -> tuple[tuple[str, str], ...]:
    """Return identifiers in the order pmid, doi, pmcid, issn, isbn, with ISSNs and ISBNs as asked for."""
    found: list[tuple[str, str]] = []
    if draw(st.booleans()):
        found.append(("pmid", str(draw(st.integers(1, 49_999_999)))))
    if draw(st.booleans()):
        found.append(("doi", draw(dois)))
    if draw(st.integers(0, 3)) == 0:
        found.append(("pmcid", f"PMC{draw(st.integers(1, 19_999_999))}"))
    if serial:
        numbers = draw(st.lists(st.integers(1, 9_999_999), max_size=2, unique=True))
        found += [("issn", _issn(number)) for number in numbers]
    if book:
        numbers = draw(st.lists(st.integers(1, 999_999_999), max_size=2, unique=True))
        found += [("isbn", _isbn(number)) for number in numbers]
    return tuple(found)


@st.composite
def credits(draw: st.DrawFn, role: str = "author") -> Credit:
    """Return a person or a group."""
    affiliations = tuple(
        draw(
            st.lists(
                st.sampled_from(["Ward 3, Northmoor Hospital, UK.", "École de santé, Lyon"]), max_size=2, unique=True
            )
        )
    )
    if draw(st.integers(0, 5)) == 0:
        return Credit(kind="group", role=role, group=draw(_GROUPS), affiliations=affiliations)  # type: ignore[arg-type]
    return Credit(
        role=role,  # type: ignore[arg-type]
        family=draw(_FAMILIES),
        given=draw(_GIVENS),
        suffix=draw(st.sampled_from(["", "", "", "Jr", "3rd", "II"])),
        orcid=draw(st.one_of(st.just(""), orcids())),
        affiliations=affiliations,
    )


@st.composite
def headings(draw: st.DrawFn) -> tuple[SubjectHeading, ...]:
    """Return MeSH headings, each once and in the order of the alphabet, as NLM gives them."""
    labels = sorted(draw(st.lists(st.sampled_from(MESH), max_size=5, unique=True)))
    qualifiers = st.lists(st.tuples(st.sampled_from(QUALIFIERS), st.booleans()), max_size=2, unique_by=lambda q: q[0])
    return tuple(SubjectHeading("mesh", label, draw(st.booleans()), tuple(draw(qualifiers))) for label in labels)


_NUMBER = st.one_of(st.integers(1, 400).map(str), st.sampled_from(["Suppl 1", "S2", "12 Pt B", "7-8", "e3"]))
_PAGES = st.one_of(
    st.tuples(st.integers(1, 900), st.integers(1, 60)).map(lambda p: f"{p[0]}-{p[0] + p[1]}"),
    st.sampled_from(["112-9", "e16881", "45", "S12-S19", "iv-xii", "12-5, 20", "349-69"]),
)
_KEYWORDS = st.one_of(
    st.sampled_from(
        ["delirium care", "quality of life", "PDSA", "naïve T cells", "健康", "R&D", "IL-6", "falls (elderly)"]
    ),
    _LETTERS,
)
_PUBLISHERS = st.sampled_from(["Elsevier Ltd", "Northmoor NHS Trust", "Wiley & Sons", "Éditions Masson"])
_PLACES = st.sampled_from(["London", "St. Louis, MO", "Zürich", "New York, NY"])


@st.composite
def entries(draw: st.DrawFn, types: tuple[str, ...] = ()) -> Entry:
    """Return a work with the details that works of its type have; of one of the `types`, where some are given."""
    kind = draw(
        st.sampled_from(
            types
            or (
                "article",
                "article",
                "article",
                "preprint",
                *REPORTS,
                *EVENTS,
                "thesis",
                "book",
                "chapter",
                "dataset",
                "other",
            )
        )
    )

    def some(strategy: st.SearchStrategy[str], *, only: bool = True) -> str:
        return draw(st.one_of(st.just(""), strategy)) if only else ""

    in_container, is_report, is_event = kind in IN_A_CONTAINER, kind in REPORTS, kind in EVENTS
    people = draw(st.lists(credits(), max_size=4, unique_by=lambda person: person.credited_as))
    if kind in ("book", "chapter", "conference_paper"):
        editors = draw(st.lists(credits("editor"), max_size=2, unique_by=lambda person: person.credited_as))
        people += [editor for editor in editors if editor.credited_as not in {person.credited_as for person in people}]
    container = draw(phrases(4)) if in_container else ""
    notices = st.builds(
        Notice,
        st.sampled_from(tuple(NOTICES.values())),
        st.just("Ward Stud. 2021 Mar;3(2):45"),
        st.sampled_from(["", "31452104"]),
    )
    languages = st.lists(st.sampled_from(tuple(LANGUAGES)), max_size=2, unique=True)
    return Entry(
        type=kind,  # type: ignore[arg-type]
        title=_capitalised(draw(phrases())),
        vernacular_title=some(phrases(), only=kind == "article"),
        abstract=some(abstracts()),
        identifiers=draw(identifiers(serial=kind == "article", book=kind in ("book", "chapter"))),
        contributors=tuple(people),
        subjects=draw(headings()),
        substances=tuple(draw(st.lists(st.sampled_from(["Examplamab", "Interleukin-6"]), max_size=2, unique=True))),
        keywords=tuple(draw(st.lists(_KEYWORDS, max_size=4, unique_by=str.casefold))),
        container_title=container,
        container_abbreviation=some(st.just("J Ward Pract"), only=kind == "article"),
        volume=some(_NUMBER, only=in_container),
        issue=some(_NUMBER, only=kind == "article"),
        pages=some(_PAGES, only=in_container or kind == "book"),
        article_number=some(st.sampled_from(["104501", "e80092"]), only=kind == "article"),
        series=some(phrases(3), only=is_report or kind in ("book", "chapter")),
        edition=some(
            st.sampled_from(["2nd", "4th ed", "Version 1.2"]), only=is_report or kind in ("book", "chapter", "dataset")
        ),
        publisher=some(
            _PUBLISHERS, only=kind in ("preprint", "conference_paper", "book", "chapter", "dataset", "other")
        ),
        place=some(_PLACES, only=is_report or kind in ("thesis", "book", "chapter")),
        institution=some(_PUBLISHERS, only=is_report or kind == "thesis"),
        report_number=some(st.sampled_from(["NHS-2021/14", "QI 7", "R&D 2020.3"]), only=is_report),
        degree=some(st.sampled_from(["PhD", "MSc", "MD (Res)"]), only=kind == "thesis"),
        event_name=some(phrases(4), only=is_event),
        event_place=some(_PLACES, only=is_event),
        event_date=draw(st.one_of(st.none(), partial_dates())) if is_event else None,
        url=some(st.sampled_from(["https://example.org/works/1", "https://example.org/a?b=c&d=%20e#f"])),
        licence=some(st.sampled_from(["CC-BY-4.0", "CC0-1.0"])),
        issued=draw(st.one_of(st.none(), partial_dates())),
        available_online=draw(st.one_of(st.none(), partial_dates())) if kind == "article" else None,
        languages=tuple(draw(languages)),
        publication_types=("Journal Article", *draw(st.sampled_from([(), ("Review",)]))) if kind == "article" else (),
        notices=tuple(draw(st.lists(notices, max_size=1))) if kind == "article" else (),
        registrations=draw(st.sampled_from([(), ("ClinicalTrials.gov/NCT00000102",)])) if kind == "article" else (),
        funding=draw(
            st.sampled_from([(), ("Wellcome Trust/United Kingdom",), ("R01 CA1/NH/NIH HHS/United States", "NIHR, 12")])
        ),
        conflict_of_interest=some(st.just("The authors declare no competing interest.")),
        copyright_statement=some(st.just("© 2021 The Authors.")),
    )


@st.composite
def outgoing(draw: st.DrawFn, types: tuple[str, ...] = ()) -> Outgoing:
    """Return a work on its way out, as writers are given it."""
    number = draw(st.integers(1, 10**9))
    url = f"https://portal.example.org/repository/{number}/"
    files = (OutgoingFile("paper.pdf", "application/pdf", 12_345, f"{url}paper.pdf"),) if draw(st.booleans()) else ()
    published = datetime.datetime(2024, 2, 29, 12, 30, tzinfo=datetime.UTC)
    return Outgoing(
        number=number,
        url=url,
        entry=draw(entries(types)),
        published_at=published,
        changed_at=published + datetime.timedelta(days=draw(st.integers(0, 900))),
        collections=draw(st.sampled_from([(), ("Research",), ("Research", "Nursing & midwifery")])),
        department=draw(st.sampled_from(["", "Pharmacy"])),
        files=files,
    )
