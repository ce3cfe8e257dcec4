"""Make colleagues findable for whoever is signed in. The people app stands below the search and cannot do it itself."""

from collections.abc import Iterable
from typing import Any

from kmportal.people.models import Profile, ProfileQuerySet
from kmportal.search.sources import Audience, Entry


class PeopleSource:
    kind = "person"
    plural = "People"
    keepers = ""
    model = Profile
    depends_on = {"people.department": "department", "people.site": "site", "people.expertise": "expertise"}
    is_dated = False

    def findable(self) -> ProfileQuerySet:
        return Profile.objects.present()

    def edit_many(self, user: Any) -> str:
        return ""

    def entries(self, things: ProfileQuerySet) -> Iterable[Entry]:
        for profile in things.for_list():
            about_work = [profile.job_title, profile.get_staff_group_display(), profile.department, profile.site]
            yield Entry(
                object_id=profile.pk,
                title=profile.user.name,
                url=profile.get_absolute_url(),
                label="Colleague",
                body=profile.about,
                keywords=(*(str(part) for part in about_work if part), *map(str, profile.expertise.all())),
                detail=", ".join(str(part) for part in (profile.job_title, profile.department) if part),
                audience=Audience.SIGNED_IN,
            )
