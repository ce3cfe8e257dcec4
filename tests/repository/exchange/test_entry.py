"""Entries: what makes two of them the same."""

from dataclasses import replace
from hashlib import sha256

from repository.exchange.entry import Credit, Entry, Notice, SubjectHeading
from repository.partial_dates import PartialDate

ENTRY = Entry(
    type="article",
    title="Zoë’s night",
    identifiers=(("pmid", "99000001"),),
    contributors=(Credit(family="Doe", given="Jane"), Credit(kind="group", group="Group")),
    subjects=(SubjectHeading("mesh", "Stroke", qualifiers=(("therapy", True),)),),
    issued=PartialDate.from_edtf("2019-24"),
    notices=(Notice("erratum", "J. 2020;1:1."),),
    line=12,
    warnings=("Line 13 …",),
)


def test_an_entry_as_json_leaves_out_what_is_empty_and_where_it_was_read():
    assert ENTRY.to_json() == {
        "type": "article",
        "title": "Zoë’s night",
        "identifiers": [["pmid", "99000001"]],
        "contributors": [
            {"kind": "person", "role": "author", "family": "Doe", "given": "Jane"},
            {"kind": "group", "role": "author", "group": "Group"},
        ],
        "subjects": [{"scheme": "mesh", "label": "Stroke", "qualifiers": [["therapy", True]]}],
        "issued": "2019-24",
        "notices": [{"kind": "erratum", "text": "J. 2020;1:1."}],
    }


def test_the_fingerprint_is_of_what_the_entry_says():
    canonical = (
        '{"contributors":[{"family":"Doe","given":"Jane","kind":"person","role":"author"},'
        '{"group":"Group","kind":"group","role":"author"}],"identifiers":[["pmid","99000001"]],"issued":"2019-24",'
        '"notices":[{"kind":"erratum","text":"J. 2020;1:1."}],'
        '"subjects":[{"label":"Stroke","qualifiers":[["therapy",true]],"scheme":"mesh"}],'
        '"title":"Zo\\u00eb\\u2019s night","type":"article"}'
    )
    assert ENTRY.fingerprint() == sha256(canonical.encode()).hexdigest()
    assert replace(ENTRY, line=99, warnings=()).fingerprint() == ENTRY.fingerprint()
    assert replace(ENTRY, title="Zoe’s night").fingerprint() != ENTRY.fingerprint()
    assert replace(ENTRY, contributors=ENTRY.contributors[::-1]).fingerprint() != ENTRY.fingerprint()


def test_names_as_they_are_credited():
    assert [
        Credit(family="Smith", given="Jane A", suffix="Jr").credited_as,
        Credit(family="Plato").credited_as,
        Credit(kind="group", group="Northmoor Study Group").credited_as,
    ] == ["Smith, Jane A, Jr", "Plato", "Northmoor Study Group"]
