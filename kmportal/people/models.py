"""Who uses the portal: accounts, the profile that colleagues see, and the departments and sites they belong to."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from taggit.managers import TaggableManager
from taggit.models import GenericTaggedItemBase, TagBase

from kmportal.people import access
from kmportal.people.validators import validate_orcid


class Department(models.Model):
    """A part of the organisation that people, records and lessons belong to."""

    name = models.CharField(max_length=120, unique=True)
    slug = models.SlugField(max_length=120, unique=True)

    class Meta:
        ordering = (Lower("name"),)

    def __str__(self) -> str:
        return self.name


class Site(models.Model):
    """A place where the organisation works: a hospital, a clinic, an office."""

    name = models.CharField(max_length=120, unique=True)
    slug = models.SlugField(max_length=120, unique=True)

    class Meta:
        ordering = (Lower("name"),)

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    """Make accounts; people sign in with their e-mail address."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """Find an account by e-mail address, whatever its case."""
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make and return an account; without a password nobody can sign in to it locally."""
        if not email:
            raise ValueError("An account needs an e-mail address.")
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make and return an account that may do everything."""
        return self.create_user(email, password, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """An account: the name and e-mail address of a person, and through groups what the person may do."""

    email = models.EmailField("e-mail address", unique=True)
    name = models.CharField("full name", max_length=150)
    is_active = models.BooleanField(
        "active", default=True, help_text="Clear this when somebody leaves, instead of deleting the account."
    )
    date_joined = models.DateTimeField(default=timezone.now, editable=False)

    objects = UserManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        permissions = [("enter_desk", "Can enter the librarians' desk")]
        ordering = (Lower("name"),)

    def __str__(self) -> str:
        return self.name or self.email

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the account; a new one gets its profile with it."""
        is_new = self._state.adding
        super().save(*args, **kwargs)
        if is_new:
            Profile.objects.create(user=self)

    @property
    def is_staff(self) -> bool:
        """Tell whether the person may enter the desk (Django's admin site), which a role decides."""
        return self.is_active and self.has_perm("people.enter_desk")

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.split(" ")[0]


class Expertise(TagBase):
    """A subject that people know about; kept apart from the tags of records."""

    class Meta:
        verbose_name = verbose_name_plural = "expertise"


class ProfileExpertise(GenericTaggedItemBase):
    """A person's claim to an expertise."""

    tag = models.ForeignKey(Expertise, on_delete=models.CASCADE, related_name="claims")


class ProfileQuerySet(models.QuerySet["Profile"]):
    """Questions that pages ask about people."""

    def present(self) -> "ProfileQuerySet":
        """Return the people who have not left."""
        return self.filter(access.PRESENT)

    def visible_to(self, user: Any) -> "ProfileQuerySet":
        """Return the people whom the user may see (see access.py)."""
        return self.filter(access.visible_profiles(user))

    def by_name(self) -> "ProfileQuerySet":
        return self.order_by(Lower("user__name"), "pk")

    def for_list(self) -> "ProfileQuerySet":
        """Fetch with each profile what a list and its own page show, in a fixed number of queries."""
        return self.select_related("user", "department", "site").prefetch_related("expertise")


class StaffGroup(models.TextChoices):
    """The staff groups of the NHS workforce statistics, in words that staff use."""

    MEDICAL = "medical", "Medical and dental"
    NURSING = "nursing", "Nursing and midwifery"
    ALLIED = "allied", "Allied health professions"
    SCIENTIFIC = "scientific", "Scientific and technical"
    PHARMACY = "pharmacy", "Pharmacy"
    AMBULANCE = "ambulance", "Ambulance"
    ESTATES = "estates", "Estates and facilities"
    ADMIN = "admin", "Administrative and clerical"
    LIBRARY = "library", "Library and knowledge services"
    MANAGEMENT = "management", "Management"
    STUDENT = "student", "Student or trainee"
    OTHER = "other", "Other"


class Profile(models.Model):
    """What colleagues see of a person."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="profile")
    job_title = models.CharField(max_length=150, blank=True)
    staff_group = models.CharField(max_length=20, choices=StaffGroup, blank=True)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, null=True, blank=True, related_name="profiles")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, blank=True, related_name="profiles")
    about = models.TextField(blank=True, max_length=5_000)
    orcid = models.CharField(
        "ORCID iD", max_length=19, blank=True, validators=[validate_orcid], help_text="For example 0000-0002-1825-0097."
    )
    expertise = TaggableManager(through=ProfileExpertise, blank=True, help_text="Subjects, with commas between them.")

    objects = ProfileQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("orcid", condition=~models.Q(orcid=""), name="profile_orcid_is_one_persons")
        ]

    def __str__(self) -> str:
        return self.user.name

    def get_absolute_url(self) -> str:
        return reverse("people:profile", args=[self.pk])
