"""The formats in which harvesters get records: those writers that make one element of a record."""

from typing import Protocol

from lxml import etree

from repository.exchange import datacite_xml, dublin_core, marcxml, mods
from repository.exchange.outgoing import Outgoing


class Format(Protocol):
    """A format's metadataPrefix, its namespace, where its schema is, and how it describes a record."""

    @property
    def KEY(self) -> str: ...  # noqa: N802 - a constant of the modules

    @property
    def NAMESPACE(self) -> str: ...  # noqa: N802

    @property
    def SCHEMA(self) -> str: ...  # noqa: N802

    def element(self, item: Outgoing) -> etree._Element: ...


# By the prefix that harvesters name. oai_dc comes first: every repository has it (section 2.6).
FORMATS: dict[str, Format] = {
    "oai_dc": dublin_core,
    "datacite": datacite_xml,
    "marcxml": marcxml,
    "mods": mods,
}
