"""Read feeds as a feed reader does, for the tests of all feeds."""

from lxml import etree

ATOM = "{http://www.w3.org/2005/Atom}"
DC = "{http://purl.org/dc/elements/1.1/}"


def entries(answer):
    """Return the entries of an Atom feed."""
    root = etree.fromstring(answer.content)
    assert root.tag == f"{ATOM}feed"
    return root.findall(f"{ATOM}entry")


def titles(answer):
    """Return the titles in a feed, Atom or RSS, in its order."""
    if answer["Content-Type"].startswith("application/rss+xml"):
        return [item.findtext("title") for item in etree.fromstring(answer.content).iter("item")]
    return [entry.findtext(f"{ATOM}title") for entry in entries(answer)]
