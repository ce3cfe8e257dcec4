"""The door through which an app tells what may be linked: it registers a model in its apps.py."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.http import HttpRequest
from django.urls import Resolver404, get_script_prefix, resolve


class NotFound(Exception):
    """An address leads to nothing that may be linked; the message says why, in words for the form field."""


@dataclass(frozen=True)
class Linkable:
    """A model whose things may be linked.

    `visible_to(user)` gives its things that the user may see, and `may_link(user, thing)` tells whether the user may
    make and remove links on one of them. `title` names the column with what the thing is called, and `kind` the one
    with what it is ("Policy"), where its model's own name does not say that. `pages` are the names of addresses that
    lead to a thing by its key `pk`. `on_superseded(thing, by=)` is called when something takes the thing's place.
    """

    model: type[models.Model]
    visible_to: Callable[[Any], models.QuerySet[Any]]
    may_link: Callable[[Any, Any], bool]
    title: str
    pages: tuple[str, ...]
    kind: str = ""
    on_superseded: Callable[..., None] | None = None

    @property
    def label(self) -> str:
        """The name by which an address names the model: "repository.record"."""
        return self.model._meta.label_lower

    def kind_label(self, value: str) -> str:
        """Return what a thing is, in a reader's words, by the value of its `kind` column."""
        if not self.kind:
            return str(self.model._meta.verbose_name).capitalize()
        choices: Any = self.model._meta.get_field(self.kind)
        return str(dict(choices.flatchoices).get(value, value))


_linkables: dict[type[models.Model], Linkable] = {}


def register(model: type[models.Model], **said: Any) -> None:
    """Let the things of a model be linked; what is to be said of it stands at Linkable."""
    _linkables[model] = Linkable(model, **said)


def linkable_of(thing: models.Model) -> Linkable:
    """Return what is known of the thing's model. Raises LookupError where it may not be linked."""
    try:
        return _linkables[type(thing)]
    except KeyError:
        raise LookupError(f"{type(thing).__name__} may not be linked.") from None


def linkable_of_type(content_type_id: int) -> Linkable | None:
    """Return what is known of the model with that content type, if it may be linked."""
    model = ContentType.objects.get_for_id(content_type_id).model_class()
    return _linkables.get(model) if model else None


def thing_named(name: str, *, to: Any) -> Any:
    """Return the thing that a form names ("repository.record/12") if the user may see it, and else None."""
    label, _, key = name.partition("/")
    for linkable in _linkables.values():
        if linkable.label == label and key.isascii() and key.isdigit() and len(key) < 19:
            return linkable.visible_to(to).filter(pk=int(key)).first()
    return None


def name_of(thing: models.Model) -> str:
    """Return the name under which `thing_named` finds the thing."""
    return f"{linkable_of(thing).label}/{thing.pk}"


def thing_at(address: str, *, to: Any, hosts: Collection[str]) -> Any:
    """Return the thing that a pasted address leads to: a whole one of this portal, or its part from the first "/".

    `hosts` are the names of the portal. Raises NotFound where the address is another site's, leads to nothing that can
    be linked, or to something that the user may not see: the last two read the same.
    """
    try:
        parts = urlsplit(address.strip())
        host = parts.hostname
    except ValueError:
        raise NotFound("This is not an address. Copy it from the top of the page that you mean.") from None
    if parts.scheme not in ("", "http", "https") or (host and host not in hosts):
        raise NotFound("This address is not one of this portal. Copy it from the top of one of its pages.")
    if not parts.path.startswith("/"):
        raise NotFound("This is not an address. Copy it from the top of the page that you mean.")
    found = _thing_at_path(parts.path, to)
    if found is None:
        raise NotFound("Nothing that can be linked is at this address. Paste that of a record, a lesson or a session.")
    return found


def hosts_of(request: HttpRequest) -> frozenset[str]:
    """Return the names of the portal: the one that the request came to, and the one that its mail speaks of."""
    addresses = (request.build_absolute_uri("/"), settings.PORTAL_URL)
    return frozenset(filter(None, (urlsplit(address).hostname for address in addresses)))


def _thing_at_path(path: str, user: Any) -> Any:
    prefix = get_script_prefix().rstrip("/")
    try:
        match = resolve(path.removeprefix(prefix))
    except Resolver404:
        return None
    for linkable in _linkables.values():
        if match.view_name in linkable.pages:
            return linkable.visible_to(user).filter(pk=match.kwargs["pk"]).first()
    return None
