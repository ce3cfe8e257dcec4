"""Form widgets that HTML has none for."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

_PARTS = (("day", "Day", 2), ("month", "Month", 2), ("year", "Year", 4))


class DateParts(forms.Widget):
    """Ask for a date in three boxes, day month year, as the NHS.UK date input does. Goes with forms.DateField.

    What was typed but is no date reaches the field as "31|2|2026": the field refuses it, and the boxes keep it.
    """

    template_name = "components/form/date_parts.html"
    use_fieldset = True

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        identifier = context["widget"]["attrs"].get("id", f"id_{name}")
        context["widget"]["invalid"] = "aria-invalid" in context["widget"]["attrs"]
        context["widget"]["parts"] = [
            {"name": f"{name}_{part}", "id": f"{identifier}_{part}", "label": label, "width": width, "value": written}
            for (part, label, width), written in zip(_PARTS, _written(value), strict=True)
        ]
        return context

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_day"

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> date | str | None:
        day, month, year = (str(data.get(f"{name}_{part}", "")).strip() for part, _, _ in _PARTS)
        if not (day or month or year):
            return None
        try:
            value = date(int(year), int(month), int(day))
        except (ValueError, OverflowError):
            return f"{day}|{month}|{year}"
        # "26" is nearly always meant as 2026, so it is asked again rather than taken as a year of antiquity.
        return value if value.year >= 1000 else f"{day}|{month}|{year}"

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return not any(f"{name}_{part}" in data for part, _, _ in _PARTS)


def _written(value: Any) -> list[str]:
    """Return what stands in the three boxes."""
    if isinstance(value, date):
        return [str(value.day), str(value.month), str(value.year)]
    parts = str(value or "").split("|", 2)
    return parts if len(parts) == len(_PARTS) else ["", "", ""]
