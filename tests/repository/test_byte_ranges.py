"""Ranges of bytes as RFC 9110, section 14, has them."""

import pytest

from repository.byte_ranges import ByteRange, Unsatisfiable, wanted_range


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("bytes=0-0", (0, 0)),
        ("bytes=0-499", (0, 499)),
        ("bytes=500-999", (500, 999)),
        ("bytes=9500-", (9_500, 9_999)),
        ("bytes=-500", (9_500, 9_999)),
        ("bytes=-20000", (0, 9_999)),
        ("bytes=9999-20000", (9_999, 9_999)),
        ("BYTES=1-2", (1, 2)),
        ("bytes= 1-2 ", (1, 2)),
    ],
)
def test_one_range_is_read(header, wanted):
    assert wanted_range(header, 10_000) == ByteRange(*wanted, 10_000)


@pytest.mark.parametrize(
    "header",
    [
        *("", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=1-2-3", "bytes=2-1", "bytes=1 -2", "lines=1-2"),
        *("bytes=0-1,5-9", "bytes=0-1, -1", "bytes=--1", "bytes=+1-2", "bytes=१-२", f"bytes=0-{'9' * 5_000}"),
    ],
)
def test_what_is_not_one_well_formed_range_is_ignored(header):
    assert wanted_range(header, 10_000) is None


@pytest.mark.parametrize(
    ("header", "size"),
    [("bytes=10-", 10), ("bytes=99-100", 10), ("bytes=-0", 10), ("bytes=-1", 0), ("bytes=0-", 0)],
)
def test_a_range_behind_the_end_cannot_be_satisfied(header, size):
    with pytest.raises(Unsatisfiable):
        wanted_range(header, size)


def test_a_range_says_its_length_and_place():
    wanted = ByteRange(2, 4, 10)
    assert (wanted.length, wanted.content_range) == (3, "bytes 2-4/10")
