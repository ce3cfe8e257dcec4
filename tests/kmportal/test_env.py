"""Settings from the environment: good values are read, bad ones stop the start and name the variable."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from kmportal import env


def test_unset_and_empty_variables_give_the_default(monkeypatch):
    monkeypatch.delenv("PORT", raising=False)
    monkeypatch.setenv("DEBUG", "  ")
    assert env.integer("PORT", default=8000) == 8000
    assert env.boolean("DEBUG", default=True) is True


@pytest.mark.parametrize(("word", "value"), [("1", True), ("Yes", True), ("on", True), ("0", False), ("FALSE", False)])
def test_booleans_are_read_in_the_words_that_people_use(monkeypatch, word, value):
    monkeypatch.setenv("DEBUG", word)
    assert env.boolean("DEBUG", default=not value) is value


def test_lists_are_parted_by_commas(monkeypatch):
    monkeypatch.setenv("ALLOWED_HOSTS", "portal.example.org, , intranet.example.org")
    assert env.words("ALLOWED_HOSTS") == ["portal.example.org", "intranet.example.org"]


def test_a_choice_is_given_as_it_is_listed_whatever_its_case(monkeypatch):
    monkeypatch.setenv("LOG_LEVEL", "info")
    assert env.choice("LOG_LEVEL", ("INFO", "WARNING"), default="WARNING") == "INFO"
    monkeypatch.setenv("LOG_LEVEL", "")
    assert env.choice("LOG_LEVEL", ("INFO", "WARNING"), default="WARNING") == "WARNING"


@pytest.mark.parametrize(
    ("read", "word"),
    [
        (lambda: env.choice("X", ("INFO", "WARNING"), default="WARNING"), "LOUD"),
        (lambda: env.boolean("X", default=False), "maybe"),
        (lambda: env.integer("X", default=1), "eight"),
        (lambda: env.integer("X", default=1, at_least=1, at_most=65_535), "65536"),
        (lambda: env.integer("X", default=1, at_least=1), "0"),
        (lambda: env.networks("X"), "10.1.2.3/16"),
        (lambda: env.networks("X"), "10.1.0.0/16, everybody"),
        (lambda: env.domain("X", address=""), "localhost"),
        (lambda: env.domain("X", address=""), "10.1.2.3"),
        (lambda: env.database("X", pool_size=4), "mysql://localhost/portal"),
        (lambda: env.database("X", pool_size=4), "not an address"),
        (lambda: env.database("X", pool_size=4), ""),
    ],
)
def test_a_bad_value_stops_the_start_with_a_sentence_that_names_the_variable(monkeypatch, read, word):
    monkeypatch.setenv("X", word)
    with pytest.raises(ImproperlyConfigured, match=r"^X "):
        read()


def test_the_password_in_a_bad_database_address_is_not_repeated(monkeypatch):
    monkeypatch.setenv("X", "mysql://portal:secret@localhost/portal")
    with pytest.raises(ImproperlyConfigured) as stop:
        env.database("X", pool_size=4)
    assert "secret" not in str(stop.value)


def test_a_database_address_becomes_settings_with_a_pool(monkeypatch):
    monkeypatch.setenv("X", "postgresql://portal@%2Ftmp%2Fsocket%20dir/kmportal")
    settings = env.database("X", pool_size=5)
    assert (settings["HOST"], settings["NAME"], settings["USER"]) == ("/tmp/socket dir", "kmportal", "portal")
    assert settings["OPTIONS"] == {"pool": {"min_size": 1, "max_size": 5, "timeout": 10}}
    assert settings["CONN_MAX_AGE"] == 0


def test_networks_are_one_address_or_many(monkeypatch):
    monkeypatch.setenv("X", "10.1.0.0/16, 192.168.1.7, fd00::/8")
    assert [str(network) for network in env.networks("X")] == ["10.1.0.0/16", "192.168.1.7/32", "fd00::/8"]
    monkeypatch.delenv("X")
    assert env.networks("X") == []


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://Library.example.nhs.uk:8443/portal", "library.example.nhs.uk"),
        ("http://localhost:8000", "portal.invalid"),
        ("http://127.0.0.1:8000", "portal.invalid"),
        ("http://[::1]:8000", "portal.invalid"),
        ("http://library", "portal.invalid"),
        ("https://kb.3rd.example", "portal.invalid"),
    ],
)
def test_a_domain_comes_from_the_address_where_it_has_one(monkeypatch, address, expected):
    monkeypatch.delenv("X", raising=False)
    assert env.domain("X", address=address) == expected
    monkeypatch.setenv("X", "Named.example")
    assert env.domain("X", address=address) == "named.example"
