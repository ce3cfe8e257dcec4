"""The forms for a person's profile: one's own page and the desk read them by the same rules."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from taggit.forms import TagField, TagWidget

from kmportal.people import tags
from kmportal.people.models import Department, Profile, Site, StaffGroup
from kmportal.people.orcid import InvalidOrcid, normalise_orcid

MOST_TAGS = 30
NOT_GIVEN = "Not given"


class OrcidField(forms.CharField):
    """An ORCID iD in any form that people paste it in: digits, with spaces, or as an address."""

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        try:
            return normalise_orcid(text) if text else ""
        except InvalidOrcid as error:
            raise ValidationError(str(error)) from None


class TagsField(TagField):
    """Subjects with commas between them; the value is the list of their names. Says itself what is wrong with them."""

    def clean(self, value: Any) -> list[str]:
        try:
            names = tags.split(forms.CharField.clean(self, value))
        except ValueError as error:
            raise ValidationError(str(error)) from None
        if len(names) > MOST_TAGS:
            raise ValidationError(f"Give at most {MOST_TAGS} subjects. You gave {len(names)}.")
        return names


class ProfileForm(forms.ModelForm):
    """What a person says of themselves."""

    staff_group = forms.ChoiceField(choices=[("", NOT_GIVEN), *StaffGroup.choices], required=False)
    department = forms.ModelChoiceField(Department.objects.all(), required=False, empty_label=NOT_GIVEN)
    site = forms.ModelChoiceField(Site.objects.all(), required=False, empty_label=NOT_GIVEN)
    expertise = TagsField(
        widget=TagWidget(attrs={"size": 60}),
        label="What do you know about?",
        required=False,
        max_length=4_000,
        help_text="Subjects that colleagues may ask you about, with commas between them. "
        "For example: frailty, quality improvement.",
    )
    orcid = OrcidField(
        label="ORCID iD",
        required=False,
        max_length=100,
        help_text="If you publish. For example, 0000-0002-1825-0097 or https://orcid.org/0000-0002-1825-0097.",
    )

    class Meta:
        model = Profile
        fields = ("job_title", "staff_group", "department", "site", "about", "expertise", "orcid")
        labels = {"about": "About you"}
        help_texts = {"about": "What you do, and when colleagues should ask you."}
        widgets = {"about": forms.Textarea(attrs={"rows": 6})}

    def clean_orcid(self) -> str:
        """Refuse the ORCID iD of another person here: the table's own rule could not name the field."""
        orcid = self.cleaned_data["orcid"]
        if orcid and Profile.objects.filter(orcid=orcid).exclude(pk=self.instance.pk).exists():
            raise ValidationError("A colleague has this ORCID iD on their profile. Check it, or ask the library.")
        return orcid
