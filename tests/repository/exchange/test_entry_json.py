"""Parts of an entry out of plain JSON, which may be anything."""

import pytest
from hypothesis import given

from repository.exchange.entry_json import part
from tests.repository.exchange.strategies import entries


@given(entries())
def test_every_part_comes_back(entry):
    for name, value in entry.to_json().items():
        assert part(name, value) == getattr(entry, name)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("type", "novel"), ("type", None), ("title", None), ("title", 7), ("keywords", "falls"), ("keywords", [7]),
        ("contributors", [{"role": "painter"}]), ("contributors", [{"orcid": "1"}]), ("contributors", [{"x": "y"}]),
        ("subjects", [{"scheme": "mesh"}]), ("subjects", [{"scheme": "mesh", "label": "A", "qualifiers": [7]}]),
        ("notices", [{"kind": "praise", "text": "x"}]), ("issued", "2020-13"), ("identifiers", [["doi", "no"]]),
        ("identifiers", [["colour", "red"]]), ("languages", ["xx"]), ("licence", "free"), ("line", 3),
        ("colour", "red"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(name, value):
    with pytest.raises(ValueError):
        part(name, value)
