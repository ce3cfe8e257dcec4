"""Every template of the portal, and every stylesheet and script: what the security policy and the plain look ask."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import engines

TEMPLATES = sorted((settings.BASE_DIR / "templates").rglob("*.html"))
STATIC = sorted(path for path in (settings.BASE_DIR / "static").rglob("*") if path.suffix in {".css", ".js", ".svg"})


def name(path: Path) -> str:
    return str(path.relative_to(settings.BASE_DIR))


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_template_compiles(path: Path) -> None:
    template = engines["django"].from_string(path.read_text(encoding="utf-8"))

    assert template.template.nodelist


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_template_holds_nothing_that_the_security_policy_forbids(path: Path) -> None:
    source = path.read_text(encoding="utf-8")

    assert {
        "style attributes": re.findall(r'\sstyle\s*=\s*["\']', source),
        "event attributes": re.findall(r"<[^>]*\son[a-z]+\s*=", source),
        "style elements": re.findall(r"<style\b", source),
        "inline scripts": re.findall(r"<script\b(?![^>]*\bsrc=)", source),
        "javascript links": re.findall(r"javascript:", source),
        "files from elsewhere": re.findall(r'(?:src|href)="(?:https?:)?//[^"]*\.(?:js|css|png|svg|woff2?)', source),
    } == {
        "style attributes": [],
        "event attributes": [],
        "style elements": [],
        "inline scripts": [],
        "javascript links": [],
        "files from elsewhere": [],
    }


@pytest.mark.parametrize("path", STATIC, ids=name)
def test_a_static_file_asks_nothing_from_elsewhere(path: Path) -> None:
    source = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")

    assert re.findall(r"(?:https?:)?//[\w.-]+\.\w+/|@import|\beval\(|innerHTML", source) == []
