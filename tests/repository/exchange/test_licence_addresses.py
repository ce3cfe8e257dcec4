"""Licences by their addresses and names."""

import pytest

from repository.exchange.licence_addresses import address_of, licence_of
from repository.licences import ADDRESSES, Licence


@pytest.mark.parametrize(("key", "address"), ADDRESSES.items())
def test_every_licence_that_we_know(key, address):
    assert licence_of(address) == licence_of(address.replace("https:", "http:").rstrip("/")) == licence_of(key) == key


def test_every_licence_leads_to_its_address():
    assert {key.value: address_of(key) for key in Licence} == {key.value: ADDRESSES.get(key, "") for key in Licence}
    assert address_of("") == address_of("unheard of") == ""


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (Licence.IN_COPYRIGHT.value, "in-copyright"),
        ("https://creativecommons.org/licenses/by/4.0/legalcode", "CC-BY-4.0"),
        ("https://creativecommons.org/licenses/by/3.0/", ""),
        ("https://creativecommons.org/licenses/by-nd-sa/4.0/", ""),
        ("© 2021 The Authors", ""),
        ("", ""),
    ],
)
def test_others(text, key):
    assert licence_of(text) == key
