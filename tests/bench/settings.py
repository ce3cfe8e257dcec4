"""The portal's own settings, with the bare view beside its pages, and a file store that goes with the measurement."""

import os

from kmportal.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench.urls"
if folder := os.environ.get("BENCH_MEDIA_ROOT"):
    MEDIA_ROOT = folder
