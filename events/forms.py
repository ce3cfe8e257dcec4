"""The form in which a session is set up at the desk."""

from typing import Any

from django import forms
from django.contrib.auth.backends import ModelBackend
from django.db.models import Q

from events.models import Session
from kmportal.lifecycle.forms import GuardedForm
from kmportal.people.models import User


class SessionForm(GuardedForm):
    """A session as a whole, except where it stands in its lifecycle."""

    class Meta:
        model = Session
        fields = ("kind", "title", "purpose", "starts_at", "ends_at", "site", "place", "facilitator")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        facilitator = self.fields.get("facilitator")  # not there in the form of somebody who may only look
        if isinstance(facilitator, forms.ModelChoiceField):
            may_arrange = ModelBackend().with_perm("events.publish_session")
            # A facilitator who has left stays on the sessions that were theirs.
            present = Q(pk=self.instance.facilitator_id)
            facilitator.queryset = User.objects.filter(Q(pk__in=may_arrange.values("pk")) | present)
