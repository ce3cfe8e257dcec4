"""Set up the review cycle app."""

from django.apps import AppConfig


class ReviewCycleConfig(AppConfig):
    name = "kmportal.review_cycle"
    label = "review_cycle"
