"""How forms look: Django's renderer with NHS.UK markup, and the pieces that the form templates are made of.

The renderer changes two templates only, that of a whole form (`{{ form }}`) and that of a field with its label
(`{{ field.as_field_group }}`). Django admin asks for neither, it draws each widget by itself, so the renderer can be
the project's default, reach the forms of allauth and django-filter too, and leave the admin's forms as they are.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.utils.safestring import SafeString


class PortalRenderer(TemplatesSetting):
    """Render whole forms and field groups from templates/components/form/."""

    form_template_name = "components/form/form.html"
    field_template_name = "components/form/field.html"


@dataclass(frozen=True)
class Control:
    """How one family of widgets is drawn: a template in components/form/ and the classes of the element itself."""

    template: str
    classes: str = ""


# The first family that the widget belongs to counts (a list of checkboxes is, for Django, also a list of radios).
CONTROLS: tuple[tuple[type[forms.Widget], Control], ...] = (
    (forms.CheckboxSelectMultiple, Control("checkboxes")),
    (forms.RadioSelect, Control("radios")),
    (forms.Select, Control("plain", "nhsuk-select")),
    (forms.Textarea, Control("plain", "nhsuk-textarea")),
    (forms.CheckboxInput, Control("checkbox", "nhsuk-checkboxes__input")),
    (forms.FileInput, Control("file", "nhsuk-file-upload__input")),
    (
        forms.PasswordInput,
        Control("password", "nhsuk-input nhsuk-password-input__input nhsuk-js-password-input-input"),
    ),
    (forms.widgets.Input, Control("plain", "nhsuk-input")),
)


def control_for(field: BoundField) -> Control:
    """Return how the field's widget is drawn; a widget of no known family draws itself."""
    return next((control for family, control in CONTROLS if isinstance(field.field.widget, family)), Control("plain"))


def control_html(field: BoundField) -> SafeString:
    """Draw the widget with its NHS.UK classes, beside any that the form gave it.

    A placeholder is left out: it is no label, it is hard to read, and it is gone once one types.
    """
    classes = f"{control_for(field).classes} {field.field.widget.attrs.get('class', '')}".strip()
    if field.errors and classes:
        classes = f"{classes} {classes.split()[0]}--error"
    attrs: dict[str, Any] = {"placeholder": False}
    if classes:
        attrs["class"] = classes
    widget = field.field.widget
    if isinstance(widget, forms.ClearableFileInput):
        # Its own template adds the current file and a box to remove it; components/form/file.html words these.
        widget = forms.FileInput(widget.attrs)
    return field.as_widget(widget, attrs=attrs)


def error_texts(field: BoundField) -> list[str]:
    """Return what is wrong with the field, in words that also make sense in the summary, away from the field.

    Django's "This field is required." names neither the field nor what to do, so it becomes "Enter the title" and
    the like; a form's own wording stays as it is.
    """
    if not field.errors:
        return []
    return [
        _missing(field) if error.code == "required" and error.messages == [_REQUIRED] else message
        for error in field.errors.as_data()
        for message in error.messages
    ]


_REQUIRED = forms.Field.default_error_messages["required"]


def _missing(field: BoundField) -> str:
    widget, label = field.field.widget, str(field.label)
    if isinstance(widget, forms.CheckboxInput):
        return f"Tick “{label}”"
    if label.endswith("?"):
        return f"Answer “{label}”"
    verb = "Choose" if isinstance(widget, (forms.widgets.ChoiceWidget, forms.FileInput)) else "Enter"
    return f"{verb} {_within_sentence(label)}"


def _within_sentence(label: str) -> str:
    """Lower the first letter, unless the label opens with a word like DOI."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def first_control_id(field: BoundField) -> str:
    """Return the id that a link to the field jumps to: for a list of choices that of the first choice."""
    return field.id_for_label or next((option.id_for_label for option in field.subwidgets), field.auto_id)


@dataclass(frozen=True)
class Problem:
    """One line of the error summary; `target` is the id of the control to mend, empty when the whole form is meant."""

    text: str
    target: str


def problems(*items: Any) -> Iterator[Problem]:
    """Yield what is wrong with the given forms and formsets, in the order in which they stand on the page.

    A form that the page does not have for this reader may be given as None.
    """
    for item in items:
        if hasattr(item, "forms"):
            yield from (Problem(str(error), "") for error in item.non_form_errors())
            yield from problems(*item.forms)
        elif item is not None and item.errors:
            yield from (Problem(str(error), "") for error in item.non_field_errors())
            for field in item:
                target = "" if field.is_hidden else first_control_id(field)
                yield from (Problem(text, target) for text in error_texts(field))
