"""The desk of things with a lifecycle: moves as actions, a page that asks for the reason, and saving beside them."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import unquote
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from kmportal.design.templatetags.portal import status_tag
from kmportal.lifecycle import edits
from kmportal.lifecycle.boxes import WithSearchBoxes
from kmportal.lifecycle.edits import Change, changes_between
from kmportal.lifecycle.forms import GuardedForm, MoveForm, value_text
from kmportal.lifecycle.history import timeline
from kmportal.lifecycle.transitions import Lifecycle, NotAllowed, Transition


class NotedAdmin(WithSearchBoxes, admin.ModelAdmin):
    """A desk whose every save is kept as text before and after, and whose History button tells it in sentences.

    Of two people who have one thing open, whoever saves later sees both texts first (`form` is a GuardedForm).
    """

    form = GuardedForm
    change_form_template = "lifecycle/change_form.html"

    def description(self, thing: Any) -> dict[str, str]:
        """Return what the thing says, part to text, as the database has it now."""
        fresh = self.model._base_manager.get(pk=thing.pk)
        return edits.describe_fields(fresh, self.part_labels())

    def part_labels(self) -> dict[str, str]:
        """Return what the parts are called, in the order of the history."""
        names = [field.name for field in self.opts.get_fields() if field.concrete and field.editable]
        return edits.labels_of(self.model, names)

    def state_of(self, thing: Any) -> str:
        """Return a text that differs once somebody has changed the thing: a digest of what it says."""
        return hashlib.sha256(json.dumps(self.description(thing)).encode()).hexdigest()

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:
        # Each request has a form class of its own.
        form: Any = super().get_form(request, obj, change=change, **options)
        form.state_of = staticmethod(self.state_of)
        return form

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [name for name in super().get_fields(request, obj) if name != "seen"]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Put what guards the form (`seen`) below the fields of whoever may change the thing."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is not None and self.has_change_permission(request, obj):
            return (*fieldsets, (None, {"fields": ("seen",)}))
        return fieldsets

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **options: Any) -> HttpResponse:
        """Show beside the fields that differ (forms.py) the rows that differ, where somebody else has saved first."""
        found = getattr(context["adminform"].form, "conflict", None)
        if found:
            rows = [_rows_that_differ(inline) for inline in context["inline_admin_formsets"]]
            context["conflict"] = replace(found, changes=(*found.changes, *filter(None, rows)))
        return super().render_change_form(request, context, *args, **options)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        form.described_before = self.description(obj) if change else {}
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if change:
            after = self.description(form.instance)
            found = changes_between(form.described_before, after, self.part_labels())
            edits.note(form.instance, found, by=request.user)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        thing = self.get_object(request, unquote(object_id))
        told = {"timeline": self.timeline(thing)} if thing is not None else {}
        return super().history_view(request, object_id, {**told, **(extra_context or {})})

    def timeline(self, thing: Any) -> list[Any]:
        """Return what happened to the thing, the latest first."""
        return timeline(thing)


class LifecycleAdmin(NotedAdmin):
    """The desk of a model with a lifecycle. Nothing that has been published is ever deleted; a draft may be.

    `move_one(thing, name, by=user, note="")` is the app's verb; the table says which moves there are, and the verb
    refuses those that are not legal. `refresh_search(things)` is called once a thing is saved with all that belongs to
    it.
    """

    lifecycle: Lifecycle
    move_one: staticmethod
    refresh_search: staticmethod
    first_state = "draft"

    def state_of(self, thing: Any) -> str:
        """Every move and every save sets `changed_at`: whoever opened the form before a move is told of it too."""
        return str(thing.changed_at.isoformat())

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions: dict[str, Any] = super().get_actions(request)
        # Django leaves actions out of the pop-up that picks one thing for another form.
        if "_popup" not in request.GET:
            for transition in self.lifecycle.transitions:
                if transition.is_button and request.user.has_perm(transition.permission):
                    actions[transition.name] = (_action(transition), transition.name, transition.label)
        return actions

    @admin.display(description="status", ordering="status")
    def state(self, thing: Any) -> str:
        return status_tag(thing.get_status_display(), thing.status)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save what the form asks for and no other column: where the thing stands is the verbs' to say."""
        form.described_before = self.description(obj) if change else {}
        obj.changed_at = timezone.now()
        if not change:
            obj.save()
            return
        columns = {field.name for field in self.opts.concrete_fields}
        obj.save(update_fields=columns & form.cleaned_data.keys() | {"changed_at"})

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        self.refresh_search([form.instance])

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is not None and obj.status == self.first_state and super().has_delete_permission(request, obj)

    def move_many(self, request: HttpRequest, things: QuerySet[Any], transition: Transition) -> HttpResponse | None:
        """Make the move with each thing that it is legal for, and say what became of the others and why."""
        form = MoveForm(transition, request.POST)
        if not form.is_valid():
            # The first time nobody has seen the form yet, so nothing is wrong with it.
            form = form if "note" in request.POST else MoveForm(transition)
            return self._ask_for_the_reason(request, things, form)
        moved = 0
        for thing in things:
            try:
                self.move_one(thing, transition.name, by=request.user, note=form.reason)
                moved += 1
            except NotAllowed as error:
                self.message_user(request, f"{thing}: {error}", messages.ERROR)
        if moved:
            noun = self.opts.verbose_name if moved == 1 else self.opts.verbose_name_plural
            self.message_user(request, f"{transition.label}: done for {moved} {noun}.", messages.SUCCESS)
        return None

    def _ask_for_the_reason(self, request: HttpRequest, things: QuerySet[Any], form: MoveForm) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": f"{form.transition.label}: why?",
            "opts": self.opts,
            "things": things,
            "form": form,
            "checkbox_name": ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "lifecycle/reason.html", context)


def _rows_that_differ(inline: Any) -> Change | None:
    """Return what is saved of an inline's rows and what was sent of them, one row on each line; None if the same."""
    formset = inline.formset
    model, fields = formset.model, formset.empty_form.fields
    columns = {field.name for field in model._meta.concrete_fields} - {"id", "position", formset.fk.name}
    names = [name for name in fields if name in columns]
    stored = model._base_manager.filter(**{formset.fk.name: formset.instance})
    saved = [
        [str(row), *(value_text(fields[name], getattr(row, name)) for name in names)]
        for row in stored.order_by(*model._meta.ordering or ("pk",))
    ]
    sent = [
        [_row_name(form), *(_sent_text(form, name) for name in names)]
        for form in formset.forms
        if form not in formset.deleted_forms and (form.has_changed() or form.instance.pk)
    ]
    before, after = ("\n".join(map(_line, rows)) for rows in (saved, sent))
    label = str(inline.opts.verbose_name_plural)
    return Change(formset.prefix, label[:1].upper() + label[1:], before, after) if before != after else None


def _line(parts: Sequence[str]) -> str:
    return ", ".join(dict.fromkeys(filter(None, parts)))


def _row_name(form: Any) -> str:
    try:
        return str(form.instance)
    except ObjectDoesNotExist:  # nothing is chosen in it
        return ""


def _sent_text(form: Any, name: str) -> str:
    value = form.cleaned_data.get(name) if form.is_valid() else form[name].value()
    return value_text(form.fields[name], value)


def _action(transition: Transition) -> Callable[..., HttpResponse | None]:
    def act(modeladmin: LifecycleAdmin, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        return modeladmin.move_many(request, queryset, transition)

    return act
