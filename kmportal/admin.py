"""The librarians' desk: Django's admin site, for those whose role lets them enter it."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.http import HttpRequest


class PortalAdminSite(admin.AdminSite):
    """The admin site in the portal's words; people sign in on the portal's own page, with its limits on guessing."""

    site_header = "Librarians’ desk"
    site_title = "Librarians’ desk"
    index_title = "What do you want to look after?"
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_active and request.user.has_perm("people.enter_desk")

    def index(self, request: HttpRequest, extra_context: dict | None = None):
        """Show above the lists what there is to do with them, and how much of it waits."""
        from repository.curation.desk import jobs_for  # the site is made before the apps have their models

        return super().index(request, {"desk_jobs": jobs_for(request.user), **(extra_context or {})})

    def login(self, request: HttpRequest, extra_context: dict | None = None):
        return secure_admin_login(super().login)(request, extra_context)
