"""What a record's form holds beside its own columns: contributors, identifiers, headings and files."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.html import format_html

from kmportal.lifecycle.boxes import WithSearchBoxes
from repository import file_kinds, files
from repository.file_store import Incoming, RefusedFile
from repository.models import Contribution, Identifier, RecordFile, RecordSubject
from repository.uploads import incoming_of


class OrderedForm(forms.ModelForm):
    """A row that has its place among others; without a number it goes to the end."""

    position = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=100_000,
        widget=forms.TextInput(attrs={"size": 2, "inputmode": "numeric"}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if not self.instance.pk:
            self.initial["position"] = None


class RowsFormSet(forms.BaseInlineFormSet):
    """Rows of one thing. What somebody else removed meanwhile comes back if it is saved by whoever has seen that.

    Two rows never have the same `stands_once` columns, whether the form has both or somebody else has added one.
    """

    stands_once: tuple[str, ...] = ()

    def clean(self) -> None:
        super().clean()
        if not self.stands_once:
            return
        rows = [form for form in self.forms if form.has_changed() or form.instance.pk]
        model: Any = self.model
        others = model._default_manager.filter(**{self.fk.name: self.instance.pk})
        others = others.exclude(pk__in=[form.instance.pk for form in rows if form.instance.pk])
        standing = set(others.values_list(*self.stands_once))
        for form in rows:
            if form in self.deleted_forms or not form.is_valid():
                continue
            said = tuple(getattr(form.instance, column) for column in self.stands_once)
            if said in standing:
                form.add_error(None, "This stands here already. Remove this row.")
            standing.add(said)

    def _construct_form(self, index: int, **options: Any) -> Any:
        form = super()._construct_form(index, **options)  # type: ignore[misc]
        if self._is_gone(form, index):
            key = form.fields[self._pk_field.name]  # type: ignore[attr-defined]
            key.disabled, key.required = True, False
        return form

    def save_new_objects(self, commit: bool = True) -> list[Any]:
        again = [
            form
            for index, form in enumerate(self.initial_forms)
            if self._is_gone(form, index) and not self._should_delete_form(form)  # type: ignore[attr-defined]
        ]
        back = [self.save_new(form, commit=commit) for form in again]
        new = [*back, *super().save_new_objects(commit)]
        self.new_objects = new
        return new

    def _is_gone(self, form: Any, index: int) -> bool:
        return self.is_bound and index < self.initial_form_count() and form.instance.pk is None


class OrderedFormSet(RowsFormSet):
    """Rows of one record in their order."""

    def clean(self) -> None:
        super().clean()
        rows = [form for form in self.forms if form.has_changed() or form.instance.pk]
        given = [form.cleaned_data.get("position") for form in rows if form.is_valid()]
        last = max((position for position in given if position is not None), default=-1)
        for form in rows:
            if form.is_valid() and form.cleaned_data.get("position") is None:
                last += 1
                form.instance.position = last


class RowsInline(WithSearchBoxes, admin.TabularInline):
    """Rows of a thing's form; what they choose is changed on its own page and not from here."""

    extra = 0

    def formfield_for_dbfield(self, db_field, request, **options):
        field = super().formfield_for_dbfield(db_field, request, **options)
        widget = getattr(field, "widget", None)
        if isinstance(widget, RelatedFieldWidgetWrapper):
            widget.can_change_related = widget.can_delete_related = widget.can_view_related = False
        return field


class ContributionForm(OrderedForm):
    """A contributor's place on the record; the name as printed is that of the contributor unless it is given."""

    class Meta:
        model = Contribution
        fields = ("position", "contributor", "role", "credited_as", "affiliation", "department")
        widgets = {
            "credited_as": forms.TextInput(attrs={"size": 14}),
            "affiliation": forms.Textarea(attrs={"rows": 2, "cols": 15}),
        }

    def clean(self) -> None:
        super().clean()
        contributor = self.cleaned_data.get("contributor")
        if contributor and not self.cleaned_data.get("credited_as"):
            self.cleaned_data["credited_as"] = contributor.inverted_name


class ContributionFormSet(OrderedFormSet):
    """The contributors of one record."""

    stands_once = ("contributor_id", "role")


class ContributionInline(RowsInline):
    """Who made the work, in order."""

    model = Contribution
    form = ContributionForm
    formset = ContributionFormSet
    verbose_name, verbose_name_plural = "contributor", "contributors"
    autocomplete_fields = ("contributor",)

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("contributor")


class IdentifierFormSet(RowsFormSet):
    """The numbers of one record."""

    stands_once = ("scheme", "value")


class IdentifierInline(RowsInline):
    """The work's numbers; they are brought into their normal form when saved."""

    model = Identifier
    formset = IdentifierFormSet


class SubjectFormSet(OrderedFormSet):
    """The headings of one record."""

    stands_once = ("term_id",)


class SubjectInline(RowsInline):
    """The work's subject headings."""

    model = RecordSubject
    form = OrderedForm
    formset = SubjectFormSet
    verbose_name, verbose_name_plural = "subject heading", "subject headings"
    fields = ("position", "term", "major")
    autocomplete_fields = ("term",)

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("term")


class RecordFileForm(OrderedForm):
    """A file to add, or the description of one that is there."""

    upload = forms.FileField(label="File", required=False, help_text=f"One of: {', '.join(file_kinds.ENDINGS)}")

    class Meta:
        model = RecordFile
        fields = ("position", "description")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        upload = self.fields["upload"]
        if self.instance.pk:
            # Another content is another file: readers and checksums rely on it.
            upload.disabled, upload.widget = True, forms.FileInput(attrs={"hidden": True})
        else:
            upload.required = True

    def clean_upload(self) -> UploadedFile | None:
        upload = self.cleaned_data["upload"]
        if upload and not self.instance.pk:
            name = file_kinds.clean_name(upload.name)
            try:
                self.incoming: Incoming = incoming_of(upload)
                self.instance.content_type = file_kinds.media_type_of(name, self.incoming)
            except RefusedFile as refusal:
                raise ValidationError(str(refusal)) from None
            self.instance.name = name
        return upload

    def save(self, commit: bool = True) -> RecordFile:
        if self.instance.pk:
            return super().save(commit)
        new = self.instance
        self.instance = files.attach(
            new.record,
            self.incoming,
            name=new.name,
            media_type=new.content_type,
            by=new.uploaded_by,
            description=self.cleaned_data["description"],
        )
        if new.position != self.instance.position:
            self.instance.position = new.position
            self.instance.save(update_fields=["position"])
        return self.instance


class RecordFileFormSet(OrderedFormSet):
    """The files of one record: no two of the same name, because the name is a part of the address."""

    def clean(self) -> None:
        super().clean()
        names: set[str] = set()
        for form in self.forms:
            if not form.instance.name or form in self.deleted_forms:
                continue
            if form.instance.name.lower() in names:
                form.add_error("upload", f"There are two files of the name {form.instance.name}. Rename one of them.")
            names.add(form.instance.name.lower())

    def delete_existing(self, obj: RecordFile, commit: bool = True) -> None:
        if commit:
            files.detach(obj)


class FileInline(RowsInline):
    """The files of the record."""

    model = RecordFile
    form = RecordFileForm
    formset = RecordFileFormSet
    verbose_name, verbose_name_plural = "file", "files"
    fields = ("position", "link", "upload", "description")
    readonly_fields = ("link",)

    def has_delete_permission(self, request, obj=None):
        # What readers have seen changes by a new version.
        may = super().has_delete_permission(request, obj)
        return may and (obj is None or files.may_remove(obj))

    @admin.display(description="name")
    def link(self, file: RecordFile) -> str:
        return format_html('<a href="{}">{}</a>', file.get_absolute_url(), file.name) if file.pk else ""
