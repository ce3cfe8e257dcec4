"""Every address of the portal; the first part of each stays for good."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.defaults import page_not_found

from kmportal.health import healthz

urlpatterns = [
    path("", include("kmportal.dashboards.urls")),
    path("search/", include("kmportal.search.urls")),
    path("repository/", include("repository.urls")),
    path("lessons/", include("lessons.urls")),
    path("events/", include("events.urls")),
    path("review-cycle/", include("kmportal.review_cycle.urls")),
    path("people/", include("kmportal.people.urls")),
    path("links/", include("kmportal.links.urls")),
    # The library keeps the addresses of accounts, so nobody changes or confirms them here.
    path("accounts/email/", page_not_found, {"exception": None}),
    path("accounts/confirm-email/", page_not_found, {"exception": None}),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("healthz", healthz),
]

if settings.DEBUG:
    urlpatterns.append(path("design/", include("kmportal.design.urls")))
