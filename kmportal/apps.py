"""Fit apps that are not ours to the portal: the librarians' desk, and what it calls the tags."""

from django.contrib.admin.apps import AdminConfig
from taggit.apps import TaggitAppConfig


class PortalAdminConfig(AdminConfig):
    default_site = "kmportal.admin.PortalAdminSite"


class TagsConfig(TaggitAppConfig):
    verbose_name = "Tags"
