"""What the reader of ORCID's works takes from lists, whole works and records of persons."""

from io import BytesIO

from repository.exchange import orcid_works
from repository.exchange.entry import Credit, Entry, Rejected
from repository.partial_dates import PartialDate

SPACES = " ".join(
    f'xmlns:{name}="http://www.orcid.org/ns/{name}"'
    for name in ("activities", "common", "person", "personal-details", "record", "work")
)
IDS = (
    "<common:external-ids>"
    "<common:external-id><common:external-id-type>doi"
    "</common:external-id-type><common:external-id-value>https://doi.org/10.5555/A.1"
    "</common:external-id-value><common:external-id-relationship>self"
    "</common:external-id-relationship></common:external-id>"
    "<common:external-id><common:external-id-type>doi</common:external-id-type><common:external-id-value>10.5555/whole"
    "</common:external-id-value><common:external-id-relationship>part-of"
    "</common:external-id-relationship></common:external-id>"
    "<common:external-id><common:external-id-type>issn</common:external-id-type><common:external-id-value>0378-5955"
    "</common:external-id-value><common:external-id-relationship>part-of"
    "</common:external-id-relationship></common:external-id>"
    "</common:external-ids>"
)


def summary(title: str, parts: str = "", *, index: int = 0, year: str = "2020") -> str:
    return (
        f'<work:work-summary put-code="1" display-index="{index}"><work:title><common:title>{title}'
        f"</common:title></work:title>{parts}"
        "<work:type>journal-article</work:type>"
        f"<common:publication-date><common:year>{year}</common:year></common:publication-date></work:work-summary>\n"
    )


def read(body: str, root: str = "activities:works") -> list[Entry | Rejected]:
    return list(orcid_works.read(BytesIO(f"<{root} {SPACES}>\n{body}</{root}>\n".encode())))


def test_versions_of_a_work_that_say_the_same_are_one_entry():
    found = read(
        f"<activities:group>\n{summary('Wards at night.', index=1)}{summary('Wards at Night', IDS)}"
        f"</activities:group>\n"
    )

    assert found == [
        Entry(
            type="article",
            title="Wards at night",
            identifiers=(("doi", "10.5555/a.1"), ("issn", "0378-5955")),
            issued=PartialDate.from_edtf("2020"),
            line=3,
            warnings=("Line 3: ORCID’s list of works does not name the authors.",),
        )
    ]


def test_versions_that_differ_are_entries_of_their_own():
    first, second = read(
        f"<activities:group>{summary('One', year='2020')}{summary('One', year='2021')}</activities:group>\n"
    )

    assert [found.title for found in (first, second) if isinstance(found, Entry)] == ["One", "One"]
    assert isinstance(second, Entry)
    assert second.warnings[0] == "Line 3: ORCID groups this with “One” as versions of one work."


def test_a_whole_work_names_its_contributors():
    body = (
        "<common:title>A ward manual</common:title><common:subtitle>for beginners</common:subtitle>"
        "</work:title><work:journal-title>Ward J</work:journal-title><work:short-description>In short."
        "</work:short-description>"
        "<work:type>book-chapter</work:type><common:publication-date><common:year>2020"
        "</common:year><common:month>02</common:month>"
        "</common:publication-date><common:url>https://example.org/w</common:url><work:contributors>"
        "<work:contributor><common:contributor-orcid><common:path>0000-0002-1825-0097</common:path>"
        "</common:contributor-orcid>"
        "<work:credit-name>Okafor, Ngozi</work:credit-name></work:contributor>"
        "<work:contributor><work:credit-name>Doe, Jane</work:credit-name><work:contributor-attributes>"
        "<work:contributor-role>editor</work:contributor-role></work:contributor-attributes></work:contributor>"
        "</work:contributors><common:language-code>en</common:language-code>"
    )

    assert read(f"<work:title>{body}", "work:work") == [
        Entry(
            type="chapter",
            title="A ward manual: for beginners",
            abstract="In short.",
            contributors=(
                Credit(family="Okafor", given="Ngozi", orcid="0000-0002-1825-0097"),
                Credit(role="editor", family="Doe", given="Jane"),
            ),
            container_title="Ward J",
            url="https://example.org/w",
            issued=PartialDate.from_edtf("2020-02"),
            languages=("eng",),
            line=1,
        )
    ]


PERSON = (
    "<common:orcid-identifier><common:path>0000-0002-1825-0097</common:path></common:orcid-identifier>"
    "<person:name><personal-details:given-names>Ngozi</personal-details:given-names>"
    "<personal-details:family-name>Okafor</personal-details:family-name></person:name>\n"
)


def test_works_within_a_persons_record_have_that_person_as_author():
    (entry,) = read(f"{PERSON}<activities:group>{summary('One')}</activities:group>\n", "record:record")

    assert isinstance(entry, Entry)
    assert entry.contributors == (Credit(family="Okafor", given="Ngozi", orcid="0000-0002-1825-0097"),)
    assert entry.warnings == ("Line 3: ORCID’s list of works names only the person whose list it is.",)


def test_a_record_without_works_and_a_work_without_a_title_are_rejected():
    post = "<common:organization><common:name>Ward</common:name></common:organization>"
    posts = f"<activities:group>{post}</activities:group>"

    assert read(PERSON + posts, "record:record") == [
        Rejected(
            1,
            "This is Ngozi Okafor’s ORCID record, and it has no works in it. Save the works, whose address"
            " ends in “/works”.",
            "0000-0002-1825-0097",
        )
    ]
    assert read(f"<activities:group>{summary('')}</activities:group>") == [
        Rejected(2, "This record has no title.", "work 1")
    ]
