"""Taking the items of JSON files one by one."""

import json
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from repository.exchange import json_source
from repository.exchange.entry import Rejected
from repository.exchange.json_source import Item, items
from repository.exchange.text_source import UnreadableFile

CUT = "The file breaks off here, and nothing after it could be read. Export the records again."
WRONG = "This is not valid JSON, and nothing after it could be read. Export the records again."


def read(text):
    return list(items(BytesIO(text if isinstance(text, bytes) else text.encode())))


@pytest.mark.parametrize(
    "text",
    [
        '[{"a": 1},\n{"a": 2}]',
        '{"a": 1}\n{"a": 2}\n',
        '{"items": [{"a": 1},\n{"a": 2}]}',
        '{"status": "ok", "message": {"total": 2, "items": [{"a": 1},\n{"a": 2}], "query": {}}, "x": [1]}',
        '[{"a": 1}]\n[{"a": 2}]',
        '\ufeff[{"a": 1},\n{"a": 2}]',
        '[{"a": 1},\n{"a": 2}]'.encode("utf-16"),
    ],
)
def test_where_items_stand(text):
    assert read(text) == [Item(1, {"a": 1}), Item(2, {"a": 2})]


def test_a_single_item():
    assert read('{"message-type": "work", "message": {"a": {"items": 7}}}') == [Item(1, {"a": {"items": 7}})]
    assert read("[]") == []


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ('[{"a": 1},\n{"a": ', 2, CUT),
        ('[{"a": 1},\n{"a" 2}]', 2, WRONG),
        ('[{"a": 1}\n', 2, CUT),
        ('[{"a": 1}\n, ]x', 2, WRONG),
        ('[{"a": 1}] \n<html>', 2, WRONG),
    ],
)
def test_what_comes_before_the_damage_is_kept(text, line, reason):
    assert read(text) == [Item(1, {"a": 1}), Rejected(line, reason)]


def test_what_is_no_object():
    reason = "This is not a record: a list of records in JSON holds objects in curly brackets."
    assert read('[1, "x",\n null, {"a": 1}]') == [
        *(Rejected(1, reason), Rejected(1, reason), Rejected(2, reason)),
        Item(2, {"a": 1}),
    ]


def test_nesting_without_end():
    assert [type(item) for item in read("[" * 100_000)] == [Rejected]
    assert [type(item) for item in read('[{"a":' + "[" * 900 + "]" * 900 + "}]")] in ([Rejected], [Item])


def test_an_item_without_end(monkeypatch):
    monkeypatch.setattr(json_source, "LARGEST_ITEM", 100_000)
    found = read('[{"a": 1}, {"a": "' + "x" * 400_000 + '"}]')
    assert found == [
        Item(1, {"a": 1}),
        Rejected(1, "This item is longer than 100,000 characters. The rest was not read."),
    ]


def test_what_cannot_be_sent_on_is_left_out():
    assert read(r'{"a": ["x\u0000y", "\ud800z", "\ud83d\ude00"]}') == [Item(1, {"a": ["xy", "z", "😀"]})]


def test_other_encodings_are_told_once():
    text = json.dumps([{"a": "Café naïve"}, {"a": "Müller"}], ensure_ascii=False)
    assert read(text.encode("cp1252")) == [
        Item(1, {"a": "Café naïve"}, ("The file is not in UTF-8, as JSON has to be, and was read as Windows-1252.",)),
        Item(1, {"a": "Müller"}),
    ]


def test_empty_and_binary_files():
    with pytest.raises(UnreadableFile):
        read(b"")
    with pytest.raises(UnreadableFile):
        read(b"PK\x03\x04" + bytes(200))
    assert read("  \n ") == [Rejected(1, "There is nothing in this file.")]


def test_no_more_is_read_than_the_items_need():
    stream = BytesIO(b"[" + b'{"a": "' + b"x" * 1_000 + b'"},\n' * 1 + b'{"a": 1},' * 100_000)
    assert next(items(stream)).value == {"a": "x" * 1_000}
    assert stream.tell() == json_source.CHUNK


VALUES = st.recursive(
    st.none() | st.integers() | st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn"))), st.lists
)


@settings(max_examples=50)
@given(st.lists(st.dictionaries(st.text("abc"), VALUES, max_size=3)), st.sampled_from([None, 2]), st.integers(1, 40))
def test_any_list_in_pieces_of_any_size(values, indent, size):
    data = json.dumps(values, indent=indent, ensure_ascii=False).encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_source, "CHUNK", size)
        assert [item.value for item in items(BytesIO(data))] == values
