"""What the page of a thing that may be linked shows of its links: templates/links/panel.html."""

from typing import Any

from django.db import models

from kmportal.links.forms import LinkForm
from kmportal.links.reading import shown
from kmportal.links.registry import linkable_of, name_of


def of(thing: models.Model, user: Any) -> dict[str, Any]:
    """Return what the panel wants in its context: the links, and the form for those who may link the thing."""
    return {"links": shown([thing], to=user), **form_of(thing, user)}


def form_of(thing: models.Model, user: Any) -> dict[str, Any]:
    """Return what the form wants in its context; there is no form for those who may not link the thing."""
    may_link = linkable_of(thing).may_link(user, thing)
    return {"link_form": LinkForm(to_user=user) if may_link else None, "link_name": name_of(thing)}
