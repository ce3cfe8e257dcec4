"""A real browser for the journeys: Chromium, headless, which may speak to nobody but the portal under test."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Request, sync_playwright

SCREENSHOTS = Path(__file__).resolve().parent.parent.parent / ".data" / "screenshots"
# Without preloading, for which axe would ask for style sheets in a way that the portal's policy rightly refuses.
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], "preload": False}
# Playwright's loop runs in this thread, where Django would otherwise refuse its synchronous database calls.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def chromium() -> str:
    """Return the path of a Chromium, or skip; where CI is set, its absence is a failure."""
    path = os.environ.get("PORTAL_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if path:
        return path
    reason = "No Chromium: install one (on Debian: apt-get install chromium), or set PORTAL_CHROMIUM to its path."
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    arguments = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
    arguments += ["--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, live_server) -> Iterator[Page]:
    """Give a page at the portal; a request to anywhere else, or an error in the console, fails the test."""
    context = browser.new_context(base_url=live_server.url, viewport={"width": 1280, "height": 900}, locale="en-GB")
    page = context.new_page()
    page.set_default_timeout(10_000)
    strangers: list[str] = []
    complaints: list[str] = []
    under_way: set[Request] = set()
    page.on("request", lambda r: under_way.add(r))
    page.on("requestfinished", lambda r: under_way.discard(r))
    page.on("requestfailed", lambda r: under_way.discard(r))
    page.on("request", lambda r: None if r.url.startswith((live_server.url, "data:")) else strangers.append(r.url))
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    heard = list(complaints)
    # The server may not be asking the database any more when that is emptied: what is under way ends, and nothing that
    # a page saves as it closes begins.
    context.route("**/*", lambda route: route.abort())
    for _ in range(100):
        if not under_way:
            break
        page.wait_for_timeout(50)
    context.close()
    assert strangers == [], "a page asked another server for something"
    assert heard == [], "the browser complained"


@pytest.fixture
def look(page: Page, request) -> Callable[[str], None]:
    """Give a function that checks the page with axe and keeps screenshots of it at three widths."""
    axe = Axe()
    story = re.sub(r"\W+", "-", request.node.name)

    def look(name: str) -> None:
        found = axe.run(page, options=WCAG).response["violations"]
        assert [(v["id"], [node["target"] for node in v["nodes"]]) for v in found] == [], f"axe on “{name}”"
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        for width in (360, 768, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=SCREENSHOTS / f"{story}-{name}-{width}.png", full_page=True)
            overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert overflow <= 0, f"“{name}” is {overflow} pixels too wide at {width}"

    return look
