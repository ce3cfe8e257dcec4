"""An XML file is cut into its records, whatever is wrong with it, and nothing is drawn in from outside."""

from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repository.exchange import xml_source
from repository.exchange.entry import Rejected
from repository.exchange.text_source import UnreadableFile
from repository.exchange.xml_source import read_pieces, root_name, text_of

DECLARATION = '<?xml version="1.0"?>\n'


def item(text: str) -> str:
    return f"<item><title>{text}</title></item>\n"


def document(*items: str, before: str = DECLARATION) -> str:
    return f"{before}<items>\n{''.join(items)}</items>\n"


def pieces(text: str | bytes) -> list[tuple[int, str]]:
    """Return line and text of each record, or why it is none."""
    data = text.encode() if isinstance(text, str) else text
    return [
        (found.line, found.reason if isinstance(found, Rejected) else text_of(found.element))
        for found in read_pieces(BytesIO(data), "item")
    ]


def problems(data: bytes) -> list[tuple[str, tuple[str, ...]]]:
    """Return text and problems of each record."""
    found = read_pieces(BytesIO(data), "item")
    return [(text_of(piece.element), piece.problems) for piece in found if not isinstance(piece, Rejected)]


def test_records_have_their_lines_and_all_their_text():
    text = document(item("H<sub>2</sub>O &amp; <i>more</i>\n of it"), item("two"), "<item/>", '<item a=">"/>')

    assert pieces(text) == [(3, "H2O & more of it"), (5, "two"), (6, ""), (6, "")]


@pytest.mark.parametrize("size", [1, 2, 7, 64])
def test_it_does_not_matter_how_much_is_read_at_once(size: int, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("repository.exchange.text_source.CHUNK", size)

    assert pieces(document(item("Zoë"), item("two</item >".replace("</item >", "")))) == [(3, "Zoë"), (4, "two")]


ENTITIES = {
    "another file": '<!DOCTYPE items [<!ENTITY x SYSTEM "{secret}">]>',
    "a public file": '<!DOCTYPE items [<!ENTITY x PUBLIC "-//X//EN" "http://127.0.0.1:9/x">]>',
    "a parameter": '<!DOCTYPE items [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd"> %p;]>',
    "many laughs": "<!DOCTYPE items [<!ENTITY a 'ha'>"
    + "".join(f"<!ENTITY {new} '{f'&{old};' * 10}'>" for old, new in zip("abcdefgh", "bcdefghx", strict=True))
    + "]>",
    "ten deep": "<!DOCTYPE items [<!ENTITY a 'ha'>"
    + "".join(f"<!ENTITY {new} '&{old};'>" for old, new in zip("abcdefghi", "bcdefghix", strict=True))
    + "]>",
    "a comment first": "<!-- <items> --><!DOCTYPE items [<!-- ]> --><!ENTITY x 'ha'>]>",
}


@pytest.mark.parametrize("name", ENTITIES)
def test_a_file_that_defines_entities_is_refused(name: str, tmp_path: Path):
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret")
    before = DECLARATION + ENTITIES[name].replace("{secret}", secret.as_uri()) + "\n"

    with pytest.raises(UnreadableFile, match="defines entities of its own"):
        pieces(document(item("&x;"), before=before))


def test_a_document_type_that_lies_elsewhere_is_not_fetched():
    before = '<!DOCTYPE items PUBLIC "-//NLM//DTD X//EN" "http://127.0.0.1:9/x.dtd">\n'

    assert pieces(document(item("one"), item("&x;"), before=before)) == [
        (3, "one"),
        (4, "This record is not well-formed XML (line 4: Entity 'x' not defined). Export it again."),
    ]


def test_an_entity_that_is_defined_later_in_the_file_is_none():
    late = (
        document(item("one")) + '<!DOCTYPE items [<!ENTITY x SYSTEM "file:///etc/hostname">]>' + document(item("&x;"))
    )

    assert [line for line, reason in pieces(late) if "Entity 'x' not defined" in reason] == [7]


def test_what_html_calls_characters_by_is_read_and_what_xml_forbids_is_dropped():
    assert pieces(document(item("caf&eacute;&nbsp;&amp;&#11;&#x1F;&#233; A & B &lt;i&gt;"))) == [
        (3, "café &é A & B <i>")
    ]


def test_a_record_that_is_broken_is_lost_alone():
    assert pieces(document(item("one"), item("<i>two"), item("three"))) == [
        (3, "one"),
        (4, "This record is not well-formed XML (line 4: Opening and ending tag mismatch: i). Export it again."),
        (5, "three"),
    ]


def test_a_record_that_is_cut_gives_way_to_the_next():
    assert pieces(document(item("one"), "<item><title>tw\n", item("three"))) == [
        (3, "one"),
        (4, "This record stops in the middle: the next one begins before its end. Export it again."),
        (5, "three"),
    ]


@pytest.mark.parametrize(
    ("left", "reason"),
    [
        ("<item><title>tw", "The file ends in the middle of this record. Export it again."),
        ("<item", "The file stops before its end, “</items>”: records may be missing. Export it again."),
        ("<it", "The file stops before its end, “</items>”: records may be missing. Export it again."),
        ("", "The file stops before its end, “</items>”: records may be missing. Export it again."),
    ],
)
def test_of_a_truncated_file_what_came_before_is_kept(left: str, reason: str):
    text = document(item("one"), item("two")).partition("<item><title>two")[0] + left

    assert pieces(text) == [(3, "one"), (4, reason)]


def test_two_files_one_behind_the_other_are_both_read():
    assert pieces(document(item("one")) + document(item("two"))) == [(3, "one"), (7, "two")]


def test_what_looks_like_an_end_in_a_comment_or_character_data_is_none():
    text = document(item("one<!-- </item> <item> -->"), item("<![CDATA[</item> & <item> ]]>"), item("three"))

    assert pieces(text) == [(3, "one"), (4, "</item> & <item>"), (5, "three")]


def test_a_record_within_a_record_is_part_of_it_where_it_has_a_namespace():
    text = document('<item>one <item xmlns="urn:x">two</item> three</item>\n', item("four"))

    assert pieces(text) == [(3, "one two three"), (4, "four")]


def test_namespaces_of_the_elements_around_hold_in_the_records():
    group = "<group xmlns:b='urn:b'><a:item><b:title>one</b:title></a:item></group>"
    text = f"<a:items xmlns:a='urn:a' xmlns='urn:d'>{group}</a:items>"
    (piece,) = read_pieces(BytesIO(text.encode()), "item")

    assert not isinstance(piece, Rejected)
    assert [element.tag for element in piece.element.iter()] == ["{urn:a}item", "{urn:b}title"]


def test_a_record_beyond_the_limit_is_rejected_and_the_next_is_read(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(xml_source, "LARGEST_RECORD", 200_000)

    found = pieces(document(item("one"), item("x" * 400_000), item("three")))

    assert [(line, text[:28]) for line, text in found] == [
        (3, "one"),
        (4, "This record is longer than 1"),
        (5, "three"),
    ]


@pytest.mark.parametrize("data", [b"", b"  \n"])
def test_an_empty_file_is_refused(data: bytes):
    with pytest.raises(UnreadableFile, match="This file is empty"):
        pieces(data)


def test_what_is_no_xml_is_refused():
    with pytest.raises(UnreadableFile, match="it has no first element"):
        pieces("Dear librarian,\n")


@pytest.mark.parametrize("declared", ["utf-8", "ISO-8859-1", "GBK", "no-such-encoding", ""])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_what_a_file_says_of_its_encoding_counts_less_than_what_it_shows(encoding: str, declared: str):
    before = f'<?xml version="1.0" encoding="{declared}"?>\n' if declared else DECLARATION

    assert pieces(document(item("Zoë"), item("护理研究"), before=before).encode(encoding)) == [
        (3, "Zoë"),
        (4, "护理研究"),
    ]


@given(st.integers(0, 400))
def test_wherever_a_file_is_cut_its_whole_records_are_kept_and_the_cut_is_reported(length: int):
    whole = document(*(item(f"Zoë {number}") for number in range(8))).encode()
    data = whole[:length]
    if not data.strip() or b"<items>" not in data:
        with pytest.raises(UnreadableFile):
            pieces(data)
        return

    *kept, last = [text for _, text in pieces(data)]

    full = data.count(b"</item>")
    if b"</items" in data:
        # Whatever of its last tag is missing, no record is.
        assert [*kept, last] == [f"Zoë {number}" for number in range(8)]
    else:
        assert kept == [f"Zoë {number}" for number in range(full)]
        assert last.startswith(("The file ends in the middle of this record", "The file stops before its end"))


@pytest.mark.parametrize(
    ("encoding", "text", "name"),
    [
        ("gbk", "护理质量改进研究：三年随访", "GBK (Chinese)"),
        ("big5", "臺灣護理研究的品質改善", "Big5 (Chinese)"),
        ("iso-8859-1", "Zoë Müller", "Windows-1252"),
        ("cp1252", "Zoë – “naïve”", "Windows-1252"),
        ("koi8-r", "Улучшение качества сестринской помощи в стационаре", "KOI8-R (Russian)"),
    ],
)
def test_an_older_encoding_is_believed_where_it_is_declared_and_else_found_and_reported_once(
    encoding: str, text: str, name: str
):
    rows = [item("plain"), item(text), item(f"{text} again")]
    expected = ["plain", text, f"{text} again"]

    right = problems(document(*rows, before=f'<?xml version="1.0" encoding="{encoding}"?>\n').encode(encoding))
    wrong = problems(document(*rows, before='<?xml version="1.0" encoding="UTF-8"?>\n').encode(encoding))

    assert right == [(row, ()) for row in expected]
    assert [row for row, _ in wrong] == expected
    sentence = f"Line 4 is the first that is not in UTF-8: from it on, the file was read as {name}."
    assert [found for _, found in wrong] == [(), (sentence,), ()]


def test_a_file_in_utf_8_that_says_otherwise_is_reported():
    data = document(item("plain"), item("Zoë"), item("Noël"), before='<?xml version="1.0" encoding="ISO-8859-1"?>\n')

    assert problems(data.encode()) == [
        ("plain", ()),
        (
            "Zoë",
            ("Line 4 is in UTF-8, though the file says that it is in another encoding; the file was read as UTF-8.",),
        ),
        ("Noël", ()),
    ]


def test_a_single_line_in_another_encoding_is_reported():
    data = document(item("Zoë")).encode() + document(item("Noël")).encode("cp1252")

    assert problems(data) == [("Zoë", ()), ("Noël", ("Line 7 is not in UTF-8 and was read as Windows-1252.",))]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("<a/>", "a"),
        ('\n<?xml version="1.0"?>\n<!-- <b> -->\n<!DOCTYPE x PUBLIC "p" "s">\n<n:x:y>'.replace("x:y", "y"), "y"),
        ("<!DOCTYPE x [<!ENTITY a 'b'>]><root >", "root"),
        ("TY  - JOUR", ""),
        ("", ""),
        ("<?xml", ""),
    ],
)
def test_the_name_of_the_first_element(text: str, name: str):
    assert root_name(text) == name


def test_beginnings_without_end_are_told_without_reading_on_to_the_end_of_the_file():
    class Counted(BytesIO):
        taken = 0

        def read(self, size: int | None = -1) -> bytes:
            data = super().read(size)
            self.taken += len(data)
            return data

    stream = Counted((DECLARATION + "<items>" + "<item><title>x" * 100_000).encode())
    first = next(read_pieces(stream, "item"))

    assert isinstance(first, Rejected)
    assert first.reason == "This record stops in the middle: the next one begins before its end. Export it again."
    assert stream.taken < 200_000
