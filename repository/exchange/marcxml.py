"""Read and write MARCXML, the records of library catalogues (MARC 21) in XML."""

from collections.abc import Iterable, Iterator
from typing import BinaryIO

from lxml import etree
from pymarc import Field, Indicators, Record, Subfield
from pymarc.constants import LEADER_LEN

from repository.exchange import marc_reading
from repository.exchange.entry import Entry, Rejected
from repository.exchange.marc_record import record
from repository.exchange.outgoing import Outgoing
from repository.exchange.xml_source import children, line_of, read_pieces, root_name, text_of
from repository.exchange.xml_writing import root, stream

KEY = "marcxml"
LABEL = "MARCXML"
MEDIA_TYPE = "application/marcxml+xml"
EXTENSION = "xml"
NAMESPACE = "http://www.loc.gov/MARC21/slim"
SCHEMA = "http://www.loc.gov/standards/marcxml/schema/MARC21slim.xsd"

_Element = etree._Element
_LEADER, _CONTROL, _DATA, _SUBFIELD = (
    f"{{{NAMESPACE}}}{name}" for name in ("leader", "controlfield", "datafield", "subfield")
)


def write(items: Iterable[Outgoing]) -> Iterator[bytes]:
    """Yield the works as one <collection>, a record at a time."""
    return stream(items, element, f'<collection xmlns="{NAMESPACE}">', "</collection>")


def recognises(text: str) -> bool:
    """Tell whether a file that begins with the text is a record of MARC in XML, or a collection of them."""
    return root_name(text) in ("record", "collection") and "loc.gov/MARC21/slim" in text[:2000]


def read(stream: BinaryIO) -> Iterator[Entry | Rejected]:
    """Yield an entry for each record, or why it is none, in the order of the file.

    Raises UnreadableFile for a file that is no text, is empty or defines entities.
    """
    for piece in read_pieces(stream, "record"):
        if isinstance(piece, Rejected):
            yield piece
        else:
            yield make_entry(piece.element, piece.line, piece.problems) or Rejected(
                piece.line, "This record has no title."
            )


def element(item: Outgoing) -> _Element:
    """Return the work as <record>: see marc_record for its fields."""
    made = record(item)
    top = root(f"{{{NAMESPACE}}}record", {None: NAMESPACE}, f"{NAMESPACE} {SCHEMA}")
    etree.SubElement(top, _LEADER).text = str(made.leader)
    for field in made.fields:
        if field.control_field:
            etree.SubElement(top, _CONTROL, {"tag": field.tag}).text = field.data
            continue
        about = {"tag": field.tag, "ind1": field.indicator1, "ind2": field.indicator2}
        data = etree.SubElement(top, _DATA, about)
        for code, value in field.subfields:
            etree.SubElement(data, _SUBFIELD, {"code": code}).text = value
    return top


def make_entry(element: _Element, line: int, problems: tuple[str, ...]) -> Entry | None:
    """Return the work that a <record> describes, or None where it has no title (245)."""
    leader = next((child.text or "" for child in children(element, "leader")), "")
    # pymarc takes no leader of another length.
    read, lines = Record(leader=leader) if len(leader) == LEADER_LEN else Record(), []
    for child in children(element, "controlfield", "datafield"):
        tag = child.get("tag", "")
        lines.append(line + line_of(child) - 1)
        if child.get("ind1") is None and not tag.strip("0123456789") and tag < "010":
            read.add_field(Field(tag, data=child.text or ""))
            continue
        subfields = [Subfield(one.get("code", ""), text_of(one)) for one in children(child, "subfield")]
        read.add_field(Field(tag, Indicators(child.get("ind1", " "), child.get("ind2", " ")), subfields))
    return marc_reading.make_entry(read, lines, line, problems)
