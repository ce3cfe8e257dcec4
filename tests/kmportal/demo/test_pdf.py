"""The demo's PDFs are files that readers open: every object stands where the table says."""

import re

from kmportal.demo.pdf import LINES_ON_A_PAGE, pdf


def objects(content: bytes) -> dict[int, bytes]:
    """Read a PDF as a reader does: from its end to the table, and from the table to each object."""
    start = int(re.search(rb"startxref\n(\d+)\n%%EOF\n$", content)[1])
    header, _, rows = content[start:].partition(b"\n0000000000 65535 f \n")
    count = int(header.split()[-1]) - 1
    found = {}
    for number, row in enumerate(rows.splitlines()[:count], start=1):
        offset = int(row.split()[0])
        assert content[offset:].startswith(f"{number} 0 obj\n".encode())
        found[number] = content[offset : content.index(b"\nendobj\n", offset)]
    return found


def test_a_short_text_is_one_page_with_its_lines():
    found = objects(pdf("Falls (a poster)", ["Nurses’ first look.", "Back\\slash"]))
    assert b"/Count 1" in found[2]
    assert found[4].endswith(rb"<< /Title (Falls \(a poster\)) >>")
    assert re.findall(rb"\((.*)\) '", found[6]) == [
        rb"Falls \(a poster\)",
        b"",
        b"Nurses\x92 first look.",
        b"",
        rb"Back\\slash",
    ]


def test_each_content_says_how_long_it_is():
    content = objects(pdf("Title", ["word " * 200]))[6]
    length = int(re.search(rb"/Length (\d+)", content)[1])
    assert len(content.partition(b"stream\n")[2].rpartition(b"\nendstream")[0]) == length


def test_a_long_text_goes_on_over_pages():
    found = objects(pdf("Title", ["line"] * LINES_ON_A_PAGE))
    assert b"/Count 3" in found[2]
    assert b"/Kids [5 0 R 7 0 R 9 0 R]" in found[2]
