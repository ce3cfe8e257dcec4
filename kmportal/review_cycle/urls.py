"""Addresses of the review cycle; those in mail are good for 60 days, the others stay."""

from django.urls import path

from kmportal.review_cycle.views import answering, holding

app_name = "review_cycle"
urlpatterns = [
    path("answer/<str:token>/", answering.answer, name="answer"),
    path("confirm/<slug:kind>/<int:pk>/", answering.confirm, name="confirm"),
    path("flag/<slug:kind>/<int:pk>/", answering.flag, name="flag"),
    path("settle/<int:pk>/", answering.settle, name="settle"),
    path("mine/", holding.mine, name="mine"),
    path("reassign/", holding.reassign, name="reassign"),
]
