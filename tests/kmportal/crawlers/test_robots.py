"""What crawlers are told: pages of things yes, lists as they can be narrowed no."""

import re
from urllib.robotparser import RobotFileParser

import pytest

pytestmark = pytest.mark.django_db


class Rules:
    """robots.txt as a crawler reads it that knows RFC 9309, which has "*" for anything, and as an older one does."""

    def __init__(self, client):
        answer = client.get("/robots.txt")
        assert (answer.status_code, answer["Content-Type"]) == (200, "text/plain; charset=utf-8")
        self.older = RobotFileParser()
        self.older.parse(answer.text.splitlines())
        self.paths = re.findall(r"^Disallow: (.+)$", answer.text, re.MULTILINE)

    def allow(self, path):
        return not any(re.match(".*".join(map(re.escape, rule.split("*"))), path) for rule in self.paths)


@pytest.mark.parametrize(
    "path",
    ["/", "/repository/", "/repository/12/", "/repository/12/paper.pdf", "/repository/contributors/3/", "/lessons/",
     "/lessons/4/", "/events/", "/events/5/", "/sitemap.xml", "/sitemap-records-1.xml", "/static/css/base.css"],
)  # fmt: skip
def test_pages_may_be_read(client, path):
    rules = Rules(client)
    assert (rules.allow(path), rules.older.can_fetch("Googlebot", path)) == (True, True)


@pytest.mark.parametrize(
    "path",
    ["/repository/?type=article", "/repository/?page=2", "/lessons/?tag=x", "/events/?when=past", "/search/?q=x",
     "/search/", "/api/v1/records/", "/feeds/search/atom/?q=x", "/repository/export/", "/repository/feed/atom/",
     "/repository/take-away/", "/repository/12/cite/", "/repository/12/statistics/", "/people/?page=2",
     "/accounts/login/", "/admin/"],
)  # fmt: skip
def test_narrowed_lists_searches_exports_and_desks_may_not(client, path):
    assert not Rules(client).allow(path)


def test_it_says_where_the_map_is(client, settings):
    settings.PORTAL_URL = "https://portal.example"
    assert Rules(client).older.site_maps() == ["https://portal.example/sitemap.xml"]


def test_a_portal_can_ask_crawlers_to_stay_away(client, settings):
    settings.ROBOTS_ALLOWED = False
    assert client.get("/robots.txt").text == "User-agent: *\nDisallow: /\n"
