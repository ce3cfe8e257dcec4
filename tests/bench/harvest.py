"""Measure how fast a harvester takes over a big portal by OAI-PMH, page by page over HTTP; prints JSON.

python -m tests.bench.harvest [--records 100000] [--prefix oai_dc]

Of the first and the last pages the median counts, of as many as a hundredth of all; the very first one, which counts
the list, stands apart.
"""

import argparse
import http.client
import json
import statistics
import time
from urllib.parse import urlencode

from lxml import etree

from tests.bench.pages import seed
from tests.bench.portal import portal, served

OAI = "{http://www.openarchives.org/OAI/2.0/}"


def main() -> None:
    """Make the big portal unless it is there from an earlier run, serve it, harvest it whole, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--prefix", default="oai_dc")
    options = parser.parse_args()
    with portal(f"bench_{options.records}") as url:
        seed(url, options.records)
        with served() as port:
            figures = _harvest(port, options.prefix)
    print(json.dumps(figures, indent=2))  # noqa: T201


def _harvest(port: int, prefix: str) -> dict[str, object]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    question = {"verb": "ListRecords", "metadataPrefix": prefix}
    taken, identifiers = [], []
    started = time.perf_counter()
    while question:
        asked = time.perf_counter()
        connection.request("GET", f"/oai?{urlencode(question)}")
        content = connection.getresponse().read()
        taken.append((time.perf_counter() - asked) * 1_000)
        told = etree.fromstring(content)
        identifiers += [one.text for one in told.iter(f"{OAI}identifier")]
        token = told.findtext(f".//{OAI}resumptionToken")
        question = {"verb": "ListRecords", "resumptionToken": token} if token else {}
    seconds = time.perf_counter() - started
    connection.close()
    some = max(1, len(taken) // 100)
    first, last = statistics.median(taken[1 : 1 + some]), statistics.median(taken[-1 - some : -1])
    return {
        "format": prefix,
        "records": len(identifiers),
        "all different": len(set(identifiers)) == len(identifiers),
        "seconds": round(seconds, 1),
        "records per second": round(len(identifiers) / seconds),
        "counting page ms": round(taken[0], 1),
        "first pages ms": round(first, 1),
        "last pages ms": round(last, 1),
        "last over first": round(last / first, 2),
    }


if __name__ == "__main__":
    main()
