"""How content is kept: once, under its checksum, whole or not at all."""

import errno
import hashlib
import os

import pytest

from repository import file_store
from repository.file_store import RefusedFile, StoredFile

NO_ROOM = "The portal has no room for this file now. Tell the library, and try again later."


def on_disk(settings):
    return [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]


def test_content_is_kept_once_under_its_checksum(settings):
    digest = hashlib.sha256(b"onetwo").hexdigest()
    expected = StoredFile(digest, 6)
    assert [file_store.store([b"one", b"two"]), file_store.store([b"onetwo"])] == [expected, expected]
    path = settings.MEDIA_ROOT / "files" / digest[:2] / digest[2:4] / digest
    assert file_store.path_of(digest) == path
    assert path.read_bytes() == b"onetwo"
    assert (on_disk(settings), oct(path.stat().st_mode & 0o777)) == ([path], "0o640")


def test_what_comes_in_can_be_read_before_it_is_kept_and_leaves_nothing_where_it_is_not(settings):
    incoming = file_store.receive([b"one"])
    assert incoming.path.read_bytes() == b"one"
    assert on_disk(settings) == [incoming.path]
    incoming.drop()
    assert on_disk(settings) == []
    incoming = file_store.receive([b"two"])
    del incoming
    assert on_disk(settings) == []


def test_an_upload_that_breaks_off_leaves_nothing(settings):
    def breaking():
        yield b"half"
        raise ConnectionError("gone")

    with pytest.raises(ConnectionError):
        file_store.store(breaking())
    assert on_disk(settings) == []


def test_a_file_above_the_limit_is_refused_while_it_comes_in(settings):
    settings.MAX_UPLOAD_MB = 1
    read = []

    def chunks():
        for number in range(100):
            read.append(number)
            yield b"x" * 256 * 1024

    with pytest.raises(RefusedFile, match="Choose one of 1 MB or less"):
        file_store.store(chunks())
    assert (len(read), on_disk(settings)) == (5, [])


@pytest.mark.parametrize("call", ["fsync", "replace", "chmod"])
def test_a_full_disk_is_said_in_words_wherever_it_shows(settings, monkeypatch, call):
    def full(*arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, call, full)
    with pytest.raises(RefusedFile) as refused:
        file_store.store([b"content"])
    assert (str(refused.value), on_disk(settings)) == (NO_ROOM, [])


def test_a_disk_that_fills_while_a_file_is_written_is_said_in_words(settings):
    incoming = file_store.Incoming()
    incoming._file.close()
    with open("/dev/full", "wb", buffering=0) as full:
        incoming._file = full
        with pytest.raises(RefusedFile) as refused:
            incoming.write(b"content")
    incoming.drop()
    assert (str(refused.value), on_disk(settings)) == (NO_ROOM, [])


def test_some_room_is_always_left_on_the_disk(settings, monkeypatch):
    file_store.refuse_without_room(1)
    monkeypatch.setattr(file_store, "ROOM_TO_LEAVE", 2**60)
    with pytest.raises(RefusedFile) as refused:
        file_store.refuse_without_room(1)
    assert str(refused.value) == NO_ROOM
