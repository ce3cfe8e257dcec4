"""Put the librarians' desk in the place of Django's default admin site."""

from django.contrib.admin.apps import AdminConfig


class PortalAdminConfig(AdminConfig):
    default_site = "kmportal.admin.PortalAdminSite"
