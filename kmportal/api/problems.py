"""What the API answers where it cannot give what was asked for (RFC 9457, problem details)."""

from typing import Any


class Problem(Exception):
    """A request that gets no data: its HTTP status, what kind of problem it is, and a sentence about this one."""

    def __init__(self, status: int, title: str, detail: str) -> None:
        super().__init__(detail)
        self.status, self.title, self.detail = status, title, detail

    def to_json(self) -> dict[str, Any]:
        return {"type": "about:blank", "title": self.title, "status": self.status, "detail": self.detail}


def bad_request(detail: str) -> Problem:
    """Return the problem of a request that cannot be understood."""
    return Problem(400, "This request cannot be answered", detail)


def not_found() -> Problem:
    """Return the problem of what is not there, or not for the caller, who cannot tell the two apart."""
    return Problem(404, "Not found", "There is nothing at this address, or it is not for you.")


def gone(detail: str) -> Problem:
    """Return the problem of what readers once had."""
    return Problem(410, "Withdrawn", detail)
