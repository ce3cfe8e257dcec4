"""Fill in the desk's forms as somebody does who opens them first."""

from typing import Any

from django.test import Client


def seen(browser: Client, address: str) -> str:
    """Open the form at an address, and return what it remembers of the thing: its hidden field `seen`."""
    return browser.get(address).context["adminform"].form["seen"].value()


def save(browser: Client, address: str, form: dict[str, Any]) -> Any:
    """Open the form at an address, send what was filled in, and return the answer."""
    return browser.post(address, {"seen": seen(browser, address), **form})
