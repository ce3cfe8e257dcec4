"""How the people directory narrows: by name, and by what colleagues know and where they work."""

from django.db.models import Q

from kmportal.design.narrowing import By
from kmportal.people.models import StaffGroup

DIRECTORY_FACETS = (
    By("expertise", "Expertise", "expertise__slug", text="expertise__name"),
    By("department", "Department", "department__slug", text="department__name"),
    By("site", "Site", "site__slug", text="site__name"),
    By("group", "Staff group", "staff_group", choices=dict(StaffGroup.choices)),
)
# A name has a few words; more would only make the query long.
MOST_WORDS = 8


def named(text: str) -> Q:
    """Return the condition for people whose name holds every word of the text."""
    condition = Q()
    for word in text.split()[:MOST_WORDS]:
        condition &= Q(user__name__icontains=word)
    return condition
