"""The demo accounts, one for each role: what the sign-in page and the terminal tell people. Needs no database."""

from dataclasses import dataclass

# Printed for everybody to read: the demo content belongs on no portal with content of its own.
PASSWORD = "knowledge-is-for-sharing"  # noqa: S105


@dataclass(frozen=True)
class DemoAccount:
    """An account that can be signed in to with PASSWORD, and the name of the role that it has (people/roles.py)."""

    role: str
    email: str


ACCOUNTS = (
    DemoAccount("Staff", "staff@demo.example"),
    DemoAccount("Librarian", "librarian@demo.example"),
    DemoAccount("Library manager", "manager@demo.example"),
    DemoAccount("Facilitator", "facilitator@demo.example"),
    DemoAccount("KM lead", "lead@demo.example"),
    DemoAccount("Administrator", "admin@demo.example"),
)
