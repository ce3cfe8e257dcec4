"""What is renamed at the desk is found under its new name, wherever it is named."""

import pytest
from django.apps import apps
from procrastinate.contrib.django.models import ProcrastinateJob
from taggit.models import Tag

from kmportal.people.models import Expertise
from kmportal.search import upkeep
from kmportal.search.models import SearchDocument
from kmportal.search.sources import registered
from kmportal.search.tasks import follow
from repository.models import Contributor, SubjectTerm
from tests import builders
from tests.desk import save

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(signed_in, administrator):
    return signed_in(administrator)


@pytest.fixture
def portal(staff):
    """One thing of each kind, and of each thing that they name."""
    ward, river = builders.make_department("Quokka"), builders.make_site("River")
    record = builders.make_record(
        department=ward, collection=builders.make_collection("Papers"), subjects=("Ageing",), tags=("stumbles",)
    )
    lesson = builders.make_lesson(department=ward, site=river, tags=("stumbles",))
    session = builders.make_session(site=river, facilitator=staff)
    staff.profile.department, staff.profile.site = ward, river
    staff.profile.save()
    staff.profile.expertise.add("Ageing")
    follow([staff.profile])
    return {"record": record, "lesson": lesson, "session": session, "person": staff.profile}


def run_waiting() -> int:
    """Do what waits in the queue in this transaction; return how many things were renewed."""
    waiting = ProcrastinateJob.objects.filter(task_name="kmportal.search.tasks.refresh_what_names")
    return sum(upkeep.refresh_what_names(**job.args) for job in waiting)


def kinds_that_say(word: str) -> set[str]:
    return set(SearchDocument.objects.filter(vector=word).values_list("kind", flat=True))


@pytest.mark.parametrize(
    ("model", "old", "kinds"),
    [
        ("people.department", "quokka", {"record", "lesson", "person"}),
        ("people.site", "river", {"lesson", "session", "person"}),
        ("taggit.tag", "stumbl", {"record", "lesson"}),
        ("repository.collection", "paper", {"record"}),
    ],
)
def test_what_is_renamed_is_found_by_its_new_name(desk, portal, model, old, kinds):
    assert kinds_that_say(old) == kinds
    thing = apps.get_model(model).objects.get()
    address = f"/admin/{model.replace('.', '/')}/{thing.pk}/change/"
    answer = save(desk, address, {"name": "Zebra", "slug": thing.slug, "parent": "", "position": "0"})
    assert answer.status_code == 302
    assert run_waiting() == len(kinds)
    assert (kinds_that_say("zebra"), kinds_that_say(old)) == (kinds, set())


def test_a_facilitator_who_is_renamed_is_found_with_their_sessions(desk, portal, staff):
    counts = {"TOTAL_FORMS": 1, "INITIAL_FORMS": 1, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": 1}
    profile = {"id": staff.profile.pk, "user": staff.pk, "expertise": "", "department": "", "site": ""}
    form = {f"profile-{name}": value for name, value in counts.items()}
    form |= {f"profile-0-{name}": value for name, value in profile.items()}
    form |= {"name": "Stella Zebra", "email": staff.email, "is_active": "on"}
    assert save(desk, f"/admin/people/user/{staff.pk}/change/", form).status_code == 302
    assert kinds_that_say("zebra") == {"person"}
    assert run_waiting() == 1
    assert kinds_that_say("zebra") == {"person", "session"}
    assert SearchDocument.objects.get(kind="session").people == ["Stella Zebra"]


def test_only_records_count_as_changed_when_something_that_they_name_is(portal):
    follow([builders.make_department("Quokka")])
    run_waiting()
    moved = {}
    for kind in ("record", "lesson"):
        before = portal[kind].changed_at
        portal[kind].refresh_from_db()
        moved[kind] = portal[kind].changed_at > before
    assert moved == {"record": True, "lesson": False}


def test_many_are_renewed_in_chunks_and_what_is_not_published_stays_out(monkeypatch):
    monkeypatch.setattr(upkeep, "CHUNK", 2)
    ward = builders.make_department("Quokka")
    for status in ("published",) * 5 + ("draft", "withdrawn"):
        builders.make_record(department=ward, status=status)
    ward.name = "Zebra"
    ward.save()
    assert upkeep.refresh_what_names("people.department", ward.pk) == 5
    assert SearchDocument.objects.filter(vector="zebra").count() == 5


def test_what_nobody_names_starts_no_job(staff):
    follow([staff.profile])
    follow([])
    assert (kinds_that_say("stella"), ProcrastinateJob.objects.count()) == ({"person"}, 0)


def test_every_path_leads_from_a_source_to_the_model_that_it_says():
    for source in registered():
        for model, path in source.depends_on.items():
            assert list(source.findable().filter(**{path: 0})) == []
            target = source.model
            for step in path.split("__"):
                target = target._meta.get_field(step).related_model
            assert target is apps.get_model(model), (source.kind, path)
    assert {Tag, SubjectTerm, Contributor, Expertise} <= {
        apps.get_model(model) for source in registered() for model in source.depends_on
    }
