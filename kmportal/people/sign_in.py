"""How people sign in: allauth's account pages, fitted to a portal whose accounts the library makes."""

from typing import Any, ClassVar

from allauth.account import forms
from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from kmportal.people.models import User


class AccountAdapter(DefaultAccountAdapter):
    """Close sign-up: the administrator makes accounts, or single sign-on does."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "The e-mail address or the password is not right. Check both and try again.",
        "too_many_login_attempts": (
            "There were too many wrong tries. Wait five minutes and try again, or ask for a new password."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class LoginForm(forms.LoginForm):
    """The sign-in form, in the portal's words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "E-mail address"
        self.fields["password"].help_text = ""  # the way to a new password stands below the form
        self.fields["remember"].label = "Keep me signed in on this computer"


def display_name(user: User) -> str:
    """Return the name that allauth's pages and mails use for a person."""
    return user.name
