"""What each format that we write cannot carry: the fields of an entry that are lost or narrowed, and how.

The documentation's table is made from this, and the round-trip tests of each format hold it to be the whole list: what
is not named here comes back as it went out.
"""

# Key of the format, name of the field in Entry, and what becomes of it.
NOT_CARRIED: dict[str, dict[str, str]] = {
    "bibtex": {
        "available_online": "Left out: the format has one date, that of publication.",
        "conflict_of_interest": "Left out: the format has no field for it.",
        "contributors": "Affiliations are left out; a person’s initials come back as given names.",
        "funding": "Left out: the format has no field for it.",
        "keywords": "The labels of subject headings follow them.",
        "notices": "Left out: the format has no field for them.",
        "publication_types": "Left out: the format has no field for them.",
        "registrations": "Left out: the format has no field for them.",
        "subjects": "Come back as keywords, without their qualifiers.",
        "substances": "Left out: the format has no field for them.",
    },
    # What CSL has no place for stands under "custom", which it leaves to its users.
    "csl_json": {},
    "ris": {
        "available_online": "Kept for articles without an edition, in the field that EndNote calls Epub Date.",
        "conflict_of_interest": "Left out: the format has no field for it.",
        "container_title": "Left out for books and reports, whose second title is the series.",
        "contributors": "ORCID iDs are left out; a person's initials come back as given names.",
        "copyright_statement": "Left out: the format has no field for it.",
        "event_date": "Left out: the format has one date, that of publication.",
        "keywords": "A keyword with a semicolon comes back as two.",
        "licence": "Left out: the format has no field for it.",
        "publication_types": "Left out: reference managers take the field for something else.",
        "publisher": "Comes back as the institution for reports and theses, which have one of the two.",
        "registrations": "Left out: the format has no field for them.",
        "subjects": (
            "A heading without a qualifier comes back as a keyword, because both share one field; “Humans” and the "
            "like stay headings beside one that has a qualifier."
        ),
        "url": "Where a work has none, the address of its page in the portal stands there.",
    },
}
