"""The one error of this package: something on this machine stands in the way."""


class CannotStart(Exception):
    """The portal, its database or its static files cannot be had here; the message tells the person what to do."""
