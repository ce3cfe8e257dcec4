"""Set up the mail app: its check of the settings is known."""

from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "kmportal.mail"
    label = "mail"

    def ready(self) -> None:
        from kmportal.mail import checks  # noqa: F401
