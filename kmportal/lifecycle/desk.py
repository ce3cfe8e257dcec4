"""The desk of things with a lifecycle: moves as actions, a page that asks for the reason, and saving beside them."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from kmportal.design.templatetags.portal import status_tag
from kmportal.lifecycle.forms import MoveForm
from kmportal.lifecycle.transitions import Lifecycle, NotAllowed, Transition


class LifecycleAdmin(admin.ModelAdmin):
    """The desk of a model with a lifecycle. Nothing that has been published is ever deleted; a draft may be.

    `move_one(thing, name, by=user, note="")` is the app's verb; the table says which moves there are, and the verb
    refuses those that are not legal. `form` is a GuardedForm. `refresh_search(things)` is called once a thing is saved
    with all that belongs to it.
    """

    lifecycle: Lifecycle
    move_one: staticmethod
    refresh_search: staticmethod
    first_state = "draft"

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions: dict[str, Any] = super().get_actions(request)
        # Django leaves actions out of the pop-up that picks one thing for another form.
        if "_popup" not in request.GET:
            for transition in self.lifecycle.transitions:
                if request.user.has_perm(transition.permission):
                    actions[transition.name] = (_action(transition), transition.name, transition.label)
        return actions

    @admin.display(description="status", ordering="status")
    def state(self, thing: Any) -> str:
        return status_tag(thing.get_status_display(), thing.status)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Put what guards the form (`seen`) below the fields of whoever may change the thing."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is not None and self.has_change_permission(request, obj):
            return (*fieldsets, (None, {"fields": ("seen",)}))
        return fieldsets

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save what the form asks for and no other column: where the thing stands is the verbs' to say."""
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


def _action(transition: Transition) -> Callable[..., HttpResponse | None]:
    def act(modeladmin: LifecycleAdmin, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        return modeladmin.move_many(request, queryset, transition)

    return act
