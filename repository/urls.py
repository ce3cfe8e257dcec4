"""Addresses of the repository; they stay for good."""

from django.urls import path

from repository.views import contributors, files, imports, records

app_name = "repository"
urlpatterns = [
    path("", records.record_list, name="list"),
    path("contributors/<int:pk>/", contributors.contributor, name="contributor"),
    path("import/", imports.import_records, name="import"),
    path("import/<int:pk>/", imports.import_batch, name="import_batch"),
    path("<int:pk>/", records.record, name="record"),
    path("<int:pk>/move/<slug:move>/", records.move, name="move"),
    # Below the page of the record that it belongs to, as indexers of papers ask for; last, because a name is free.
    path("<int:pk>/<str:name>", files.file, name="file"),
]
