"""Every address of the portal; the first part of each stays for good."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.defaults import page_not_found

from kmportal.health import healthz
from repository.oai.views import oai

urlpatterns = [
    path("", include("kmportal.dashboards.urls")),
    path("search/", include("kmportal.search.urls")),
    path("repository/", include("repository.urls")),
    path("lessons/", include("lessons.urls")),
    path("events/", include("events.urls")),
    path("review-cycle/", include("kmportal.review_cycle.urls")),
    path("people/", include("kmportal.people.urls")),
    path("links/", include("kmportal.links.urls")),
    path("feeds/", include("kmportal.feeds.urls")),
    path("api/", include("kmportal.api.urls")),
    path("", include("kmportal.crawlers.urls")),
    # The library keeps the addresses of accounts, so nobody changes or confirms them here.
    path("accounts/email/", page_not_found, {"exception": None}),
    path("accounts/confirm-email/", page_not_found, {"exception": None}),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("oai", oai, name="oai"),
    path("healthz", healthz),
]

if settings.DEBUG:
    urlpatterns.append(path("design/", include("kmportal.design.urls")))
