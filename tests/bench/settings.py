"""The portal's own settings, with the bare view beside its pages."""

from kmportal.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench.urls"
