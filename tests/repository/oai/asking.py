"""Ask the portal as a harvester does, and take its answers apart."""

from lxml import etree

NS = {
    "oai": "http://www.openarchives.org/OAI/2.0/",
    "oai_dc": "http://www.openarchives.org/OAI/2.0/oai_dc/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "id": "http://www.openarchives.org/OAI/2.0/oai-identifier",
}


def ask(client, **arguments):
    """Return the first element of the answer to arguments; `since` stands for `from`, which Python keeps."""
    if "since" in arguments:
        arguments["from"] = arguments.pop("since")
    answer = client.get("/oai", arguments)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/xml; charset=UTF-8")
    return etree.fromstring(answer.content)


def texts(element, path):
    """Return the texts of the elements, or the values of the attributes, that a path leads to."""
    return [one if isinstance(one, str) else one.text or "" for one in element.xpath(path, namespaces=NS)]


def codes(element):
    """Return the codes of the errors of an answer."""
    return texts(element, "/oai:OAI-PMH/oai:error/@code")


def headers(element):
    """Return the number of each record of a list and whether it is deleted, in order."""
    found = element.xpath("//oai:header", namespaces=NS)
    return [(int(texts(one, "oai:identifier")[0].rpartition(":")[2]), one.get("status", "")) for one in found]


def token(element):
    """Return the resumption token of a page: "" where the list ends here, None where there is none."""
    return next(iter(texts(element, "//oai:resumptionToken")), None)


def pages(client, **arguments):
    """Yield each page of a list."""
    page = ask(client, **arguments)
    while True:
        yield page
        if not (follows := token(page)):
            return
        page = ask(client, verb=arguments["verb"], resumptionToken=follows)
