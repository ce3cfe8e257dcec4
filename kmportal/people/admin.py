"""The desk for people: accounts and their roles, profiles, and the lists that profiles choose from.

Whatever is saved here is announced (changes.py), so that the search follows without people knowing of it. Of two who
have one thing open, whoever saves later sees both texts (NotedAdmin).
"""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.core.exceptions import ValidationError
from django.forms import CheckboxSelectMultiple, Field

from kmportal.lifecycle import edits
from kmportal.lifecycle.desk import NotedAdmin
from kmportal.lifecycle.forms import GuardedForm
from kmportal.people import changes
from kmportal.people.forms import ProfileForm
from kmportal.people.models import Department, Expertise, Profile, Site, User

NOT_ONESELF = "You cannot deactivate your own account."
ACCOUNT_PARTS = ("name", "email", "is_active", "groups")
PROFILE_PARTS = ProfileForm.Meta.fields


class NewAccountForm(AdminUserCreationForm):
    """A new account; without a password the person signs in by a link or single sign-on."""

    class Meta:
        model = User
        fields = ("email", "name")
        field_classes: dict[str, type[Field]] = {}

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()


class AccountForm(GuardedForm, UserChangeForm):
    """An account that is there."""

    changed_by: User  # given by AccountAdmin

    class Meta:
        model = User
        fields = ("email", "name", "is_active", "groups")
        field_classes: dict[str, type[Field]] = {}
        widgets = {"groups": CheckboxSelectMultiple}
        labels = {"groups": "Roles"}
        help_texts = {"groups": "A person may have several."}

    clean_email = NewAccountForm.clean_email

    def clean_is_active(self) -> bool:
        is_active = self.cleaned_data["is_active"]
        if not is_active and self.instance == self.changed_by:
            raise ValidationError(NOT_ONESELF)
        return is_active


class GuardedProfileForm(GuardedForm, ProfileForm):
    """A profile at the desk."""


class ProfileInline(admin.StackedInline):
    """The profile on the page of its account."""

    model = Profile
    form = ProfileForm
    can_delete = False


@admin.register(User)
class AccountAdmin(NotedAdmin, UserAdmin):
    """Accounts. They are deactivated, never deleted: what a person did keeps their name."""

    form = AccountForm
    add_form = NewAccountForm
    list_display = ("name", "email", "roles", "is_active", "last_login")
    list_filter = ("is_active", "groups")
    search_fields = ("name", "email")
    search_help_text = "Name or e-mail address"
    ordering = ("name",)
    filter_horizontal = ()
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("name", "email", "password")}),
        ("What the person may do", {"fields": ("is_active", "groups")}),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "name", "usable_password", "password1", "password2")}),)
    actions = ("deactivate", "activate")

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("groups")

    def get_form(self, request, obj=None, change=False, **options):
        # Each request has a form class of its own.
        form: Any = super().get_form(request, obj, change=change, **options)
        form.changed_by = request.user
        return form

    def description(self, thing):
        profile = edits.describe_fields(Profile.objects.get(user=thing), PROFILE_PARTS)
        return edits.describe_fields(User.objects.get(pk=thing.pk), ACCOUNT_PARTS) | profile

    def part_labels(self):
        return edits.labels_of(User, ACCOUNT_PARTS) | edits.labels_of(Profile, PROFILE_PARTS)

    def get_inlines(self, request, obj):
        # A new account makes its own profile as it is saved; the form would make a second one.
        return (ProfileInline,) if obj else ()

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description="roles")
    def roles(self, user: User) -> str:
        return ", ".join(group.name for group in user.groups.all())

    @admin.action(description="Deactivate: can no longer sign in", permissions=["change"])
    def deactivate(self, request, queryset):
        if queryset.filter(pk=request.user.pk).exists():
            self.message_user(request, NOT_ONESELF, messages.ERROR)
        self._set_active(request, queryset.exclude(pk=request.user.pk), False)

    @admin.action(description="Activate: can sign in again", permissions=["change"])
    def activate(self, request, queryset):
        self._set_active(request, queryset, True)

    def _set_active(self, request, queryset, active: bool) -> None:
        users = list(queryset.select_related("profile").exclude(is_active=active))
        User.objects.filter(pk__in=[user.pk for user in users]).update(is_active=active)
        for user in users:
            user.is_active = active
            self.log_change(request, user, "Activated." if active else "Deactivated.")
        changes.announce([user.profile for user in users])
        done = "activated" if active else "deactivated"
        self.message_user(request, f"{len(users)} account{'' if len(users) == 1 else 's'} {done}.", messages.SUCCESS)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        changes.announce([Profile.objects.get(user=form.instance)])
        if change and "name" in form.changed_data:
            changes.announce([form.instance])


@admin.register(Profile)
class ProfileAdmin(NotedAdmin):
    """Profiles, for those who look after the directory but not the accounts."""

    form = GuardedProfileForm
    fields = ("user", *PROFILE_PARTS)
    readonly_fields = ("user",)
    list_display = ("__str__", "job_title", "department", "site")
    list_filter = ("user__is_active", "department", "site", "staff_group")
    list_select_related = ("user", "department", "site")
    search_fields = ("user__name", "user__email", "job_title")
    search_help_text = "Name, e-mail address or job title"
    ordering = ("user__name",)

    def part_labels(self):
        return edits.labels_of(Profile, PROFILE_PARTS)

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        changes.announce([form.instance])


class NamedAdmin(NotedAdmin):
    """A list that profiles and others choose from."""

    list_display = ("name", "slug")
    search_fields = ("name",)
    prepopulated_fields = {"slug": ("name",)}

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if change and form.changed_data:
            changes.announce([form.instance])


@admin.register(Department)
class DepartmentAdmin(NamedAdmin):
    """Departments."""


@admin.register(Site)
class SiteAdmin(NamedAdmin):
    """Sites."""


@admin.register(Expertise)
class ExpertiseAdmin(NamedAdmin):
    """The subjects that people know about."""

    def delete_model(self, request, obj):
        profiles = list(Profile.objects.filter(expertise=obj))
        super().delete_model(request, obj)
        changes.announce(profiles)

    def delete_queryset(self, request, queryset):
        profiles = list(Profile.objects.filter(expertise__in=queryset).distinct())
        super().delete_queryset(request, queryset)
        changes.announce(profiles)
