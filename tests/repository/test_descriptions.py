"""What a record says, part by part: nothing that somebody can edit is left out of its history."""

import pytest

from repository.descriptions import describe, for_description
from repository.models import Record
from tests.builders import make_record

pytestmark = pytest.mark.django_db


def subjects_of(record):
    return describe(for_description(Record.objects.all()).get(pk=record.pk))["subjects"].splitlines()


def test_a_heading_is_told_with_its_qualifiers_and_what_is_a_major_topic():
    record = make_record(subjects=("Falls", "Aged", "Frailty"))
    falls, aged, _ = record.subjects.all()
    falls.qualifiers, falls.major = [["epidemiology", False], ["therapy", True]], True
    falls.save()
    aged.qualifiers = [["psychology", False]]
    aged.save()
    assert subjects_of(record) == [
        "Falls (epidemiology; therapy, major topic) (major topic)",
        "Aged (psychology)",
        "Frailty",
    ]
