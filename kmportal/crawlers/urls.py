"""Addresses that crawlers and browsers look for."""

from django.urls import path

from kmportal.crawlers import views

app_name = "crawlers"
urlpatterns = [
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", views.sitemap, name="sitemap"),
    path("sitemap-<slug:name>-<int:number>.xml", views.sitemap_part, name="sitemap_part"),
    path("opensearch.xml", views.opensearch, name="opensearch"),
]
