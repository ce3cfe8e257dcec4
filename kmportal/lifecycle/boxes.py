"""The desk's boxes that look for a thing while somebody types its name: whatever is sent, the form comes back."""

from typing import Any

from django.contrib.admin.widgets import AutocompleteSelect


class SearchBox(AutocompleteSelect):
    """Chooses one thing by its key. What is no key chooses nothing and the field says so; Django's own breaks off."""

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        keys = [one for one in value if str(one).isascii() and str(one).isdigit() and len(str(one)) < 19]
        return super().optgroups(name, keys, attr)


class WithSearchBoxes:
    """Mixed into a desk or its rows: their `autocomplete_fields` are search boxes."""

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **options: Any) -> Any:
        desk: Any = self
        if db_field.name in desk.get_autocomplete_fields(request):
            options.setdefault("widget", SearchBox(db_field, desk.admin_site, using=options.get("using")))
        return super().formfield_for_foreignkey(db_field, request, **options)  # type: ignore[misc] # of the desk
