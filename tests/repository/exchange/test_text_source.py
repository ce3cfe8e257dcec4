"""Bytes become numbered lines, whatever their encoding, line breaks and length."""

from io import BytesIO, RawIOBase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repository.exchange import text_source
from repository.exchange.text_source import Line, UnreadableFile, read_lines


def lines_of(data: bytes) -> list[Line]:
    return list(read_lines(BytesIO(data)))


class Trickle(RawIOBase):
    """A stream that gives three bytes at a time, as a network may."""

    def __init__(self, data: bytes) -> None:
        self.data = BytesIO(data)

    def read(self, size: int = -1) -> bytes:
        return self.data.read(min(size, 3))


def test_lines_are_numbered_and_the_last_one_tells_whether_it_is_finished():
    assert lines_of(b"one\r\ntwo\rthree\n\nfive") == [
        Line(1, "one"),
        Line(2, "two"),
        Line(3, "three"),
        Line(4, ""),
        Line(5, "five", finished=False),
    ]
    assert lines_of(b"one\n") == [Line(1, "one")]


def test_line_breaks_of_other_alphabets_do_not_break_lines():
    assert lines_of("one\u2028still\u0085one\n".encode()) == [Line(1, "one\u2028still\u0085one")]


@given(
    st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffd\ufffe\uffff\ufeff"))),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]),
    st.integers(1, 20),
)
def test_any_text_comes_back_line_by_line(lines: list[str], ending: str, encoding: str, chunk: int):
    text = "".join(line + ending for line in ["TI  - a text", *lines])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text_source, "CHUNK", chunk * 4)

        read = lines_of(text.encode(encoding))

    assert [line.text for line in read] == ["TI  - a text", *lines]
    assert [line.number for line in read] == list(range(1, len(read) + 1))
    assert not any(line.problem for line in read)


def test_a_stream_may_give_few_bytes_at_a_time():
    assert list(read_lines(Trickle("TI  - Zoë\r\nAB  - ß".encode("utf-16")))) == [
        Line(1, "TI  - Zoë"),
        Line(2, "AB  - ß", finished=False),
    ]


def test_only_the_line_that_is_no_utf_8_is_read_as_windows_1252():
    assert lines_of("Zoë\n".encode() + "Zoë – “x”\n".encode("cp1252") + b"end\n") == [
        Line(1, "Zoë"),
        Line(2, "Zoë – “x”", "Line 2 is not in UTF-8 and was read as Windows-1252."),
        Line(3, "end"),
    ]


@pytest.mark.parametrize(
    ("encoding", "text", "name"),
    [
        ("cp1252", "Zoë – “x”", "Windows-1252"),
        ("iso-8859-1", "Hôpital de Valmont, Université de Montréal", "Windows-1252"),
        ("cp1250", "Zlepšení kvality ošetřovatelské péče v nemocnici: příběh", "Windows-1250 (Central European)"),
        ("gbk", "中文标题：护理研究的质量改进", "GBK (Chinese)"),
        ("gbk", "张伟", "GBK (Chinese)"),
        ("big5", "臺灣護理研究的品質改善", "Big5 (Chinese)"),
        ("shift_jis", "日本の看護研究における質の改善について", "Shift-JIS (Japanese)"),
        ("euc_jp", "日本の看護研究における質の改善について", "EUC-JP (Japanese)"),
        ("euc_kr", "한국 간호 연구의 질 향상에 관한 연구", "EUC-KR (Korean)"),
        ("cp1251", "Улучшение качества сестринской помощи в стационаре", "Windows-1251 (Cyrillic)"),
        ("cp1253", "Βελτίωση της ποιότητας της νοσηλευτικής φροντίδας", "Windows-1253 (Greek)"),
    ],
)
def test_a_file_in_an_older_encoding_is_read_in_it_and_says_so_once(encoding: str, text: str, name: str):
    assert lines_of(f"TY  - JOUR\nTI  - {text}\nT2  - {text}\nER  - \n".encode(encoding)) == [
        Line(1, "TY  - JOUR"),
        Line(2, f"TI  - {text}", f"Line 2 is the first that is not in UTF-8: from it on, the file was read as {name}."),
        Line(3, f"T2  - {text}"),
        Line(4, "ER  - "),
    ]


def test_in_chinese_two_characters_may_look_like_one_of_utf_8():
    # The bytes of 模 in GBK are those of ģ in UTF-8.
    lines = lines_of("护理研究的质量改进\n模\n".encode("gbk"))

    assert [line.text for line in lines] == ["护理研究的质量改进", "模"]


def test_a_byte_that_is_nothing_in_either_encoding_is_shown_and_reported():
    assert lines_of(b"a\x81\xffb\n") == [
        Line(1, "a\ufffdÿb", "Line 1 has a character that could not be read, shown as \ufffd.")
    ]


def test_characters_that_xml_forbids_are_taken_out():
    assert lines_of(b"a\x00b\x0bc\td\xef\xbf\xbe\n") == [Line(1, "abc\td")]


@pytest.mark.parametrize("chunk", [7, 65_536])
def test_a_line_beyond_the_limit_is_cut_between_characters_and_the_next_is_whole(
    monkeypatch: pytest.MonkeyPatch, chunk: int
):
    monkeypatch.setattr(text_source, "LONGEST_LINE", 10)
    monkeypatch.setattr(text_source, "CHUNK", chunk)
    long = "é" * (40 if chunk < 10 else 70_000)

    read = lines_of(f"one\n{long}\r\nthree\nfour\n".encode())

    assert [line.text for line in read] == ["one", "é" * 5, "three", "four"]
    assert [line.problem for line in read] == [
        "",
        "Line 2 is longer than 10 bytes, and the rest of it was left out.",
        "",
        "",
    ]
    assert [line.number for line in read] == [1, 2, 3, 4]


def test_a_long_line_at_the_end_is_cut_too(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(text_source, "LONGEST_LINE", 10)

    assert [line.text for line in lines_of(b"one\n" + b"x" * 200_000)] == ["one", "x" * 10]


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"PK\x03\x04....", "a zip file or an Office document"),
        (b"\xd0\xcf\x11\xe0....", "an Office document"),
        (b"{\\rtf1 PMID- 1}", "a Rich Text document"),
        (b"\x1f\x8b....", "compressed (gzip)"),
        (b"\x89PNG....", "a picture"),
        (bytes(range(256)), "binary"),
        (b"\x00" * 100, "binary"),
    ],
)
def test_what_is_no_text_is_refused_by_name(data: bytes, kind: str):
    with pytest.raises(UnreadableFile, match=f"This file is {kind[:10]}"):
        lines_of(data)


@given(st.binary(max_size=200))
def test_whatever_the_bytes_are_the_lines_are_clean_text_or_the_file_is_refused(data: bytes):
    try:
        read = lines_of(data)
    except UnreadableFile as error:
        assert str(error).startswith("This file is ")
    else:
        assert any(line.text.strip() for line in read)
        for line in read:
            line.text.encode()  # no lone surrogates
            assert not set(line.text) & set(map(chr, [*range(9), 11, 12, *range(14, 32)]))
