"""Take uploads in as they stream: hashed, counted, and written beside the file store, never whole in memory."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.csrf import csrf_protect

from repository import file_store
from repository.file_store import Incoming, RefusedFile

# What a form holds beside its files, in bytes.
FORM = 1024 * 1024
# A request of so many times the limit is not even read to its end for the sake of a friendly answer.
PATIENCE = 4


class StreamedFile(UploadedFile):
    """A file that has come in: either its content lies beside the store, or `refusal` says why we did not take it."""

    def __init__(self, name: str, *, incoming: Incoming | None, refusal: str = "") -> None:
        super().__init__(name=name, size=incoming.size if incoming else 0)
        self.incoming = incoming
        self.refusal = refusal

    def close(self) -> None:
        """Drop what was not kept. Django calls this when the request ends."""
        if self.incoming:
            self.incoming.drop()


class StoreUploadHandler(FileUploadHandler):
    """Writes each file of a request beside the store, and stops writing where it is too large or the disk is full."""

    chunk_size = 256 * 1024

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self._length = 0
        self._incoming: Incoming | None = None
        self._refusal = ""

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, str],  # noqa: N803  # Django calls it by this name
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        self._length = content_length

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._incoming, self._refusal = None, ""
        try:
            if self._length > most_bytes():
                raise RefusedFile(f"This is too large. Choose files of at most {settings.MAX_UPLOAD_MB} MB together.")
            file_store.refuse_without_room(self._length)
            self._incoming = Incoming()
        except RefusedFile as refusal:
            self._refusal = str(refusal)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self._incoming:
            try:
                self._incoming.write(raw_data)
            except RefusedFile as refusal:
                self._refuse(refusal)

    def file_complete(self, file_size: int) -> StreamedFile:
        if self._incoming:
            try:
                self._incoming.finish()
            except RefusedFile as refusal:
                self._refuse(refusal)
        incoming, self._incoming = self._incoming, None
        return StreamedFile(self.file_name or "", incoming=incoming, refusal=self._refusal)

    def upload_interrupted(self) -> None:
        """Leave nothing of a file that did not come to its end."""
        if self._incoming:
            self._incoming.drop()

    def _refuse(self, refusal: RefusedFile) -> None:
        """Leave nothing of the file; the rest of it is read and forgotten."""
        if self._incoming:
            self._incoming.drop()
        self._incoming, self._refusal = None, str(refusal)


def most_bytes() -> int:
    """Return how many bytes a request with files may have."""
    return settings.MAX_UPLOAD_MB * 1024 * 1024 + FORM


def is_hopeless(request: HttpRequest) -> bool:
    """Tell whether the request says of itself that it is so large that it is not worth reading."""
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0) > PATIENCE * most_bytes()
    except ValueError:
        return True


def incoming_of(upload: UploadedFile) -> Incoming:
    """Return the content of an upload, beside the store. Raises RefusedFile where it was or now is refused."""
    if isinstance(upload, StreamedFile):
        if upload.incoming is None:
            raise RefusedFile(upload.refusal)
        return upload.incoming
    file_store.refuse_above_limit(upload.size or 0)
    file_store.refuse_without_room(upload.size or 0)
    return file_store.receive(upload.chunks())


def streaming(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let files of the view's POST be streamed into the store.

    The form's token is checked here, when the handler stands ready: the check itself reads the form. So the outermost
    function of the view must be csrf_exempt.
    """
    protected = csrf_protect(view)

    @wraps(view)
    def receive(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        handler = StoreUploadHandler(request)
        request.upload_handlers = [handler]
        try:
            return protected(request, *args, **kwargs)
        finally:
            handler.upload_interrupted()  # Django does not say so of somebody who goes away in the middle of a file

    return receive
