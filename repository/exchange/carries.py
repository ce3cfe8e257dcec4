"""What each format that we write cannot carry: the fields of an entry that are lost or narrowed, and how.

The documentation's table is made from this, and the round-trip tests of each format hold it to be the whole list: what
is not named here comes back as it went out.
"""

_DATACITE: dict[str, str] = {
    "contributors": (
        "A person’s initials come back as given names; where a work names nobody, the body that issued it stands "
        "there; authors who all are its editors too come back as editors only."
    ),
    "event_date": "Left out: the format has no field for it.",
    "event_place": "Left out: the format has no field for it.",
    "institution": "The publisher comes back as the institution of a report or thesis, and the other way round.",
    "issue": "Left out where the work names no journal or book.",
    "issued": "Where a work has no date, the year of its first publication anywhere stands there.",
    "languages": "The first one; the format has one field for it.",
    "place": "Left out: the format has no field for it.",
    "publication_types": "Left out: the format has no field for them.",
    "publisher": "Comes back as the institution of a report or thesis.",
    "subjects": "The stars of major headings and qualifiers are left out.",
    "url": "Where a work has none, the address of its page in the portal stands there.",
    "volume": "Left out where the work names no journal or book.",
}

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
    "csv": {
        "abstract": "A label within a paragraph begins a paragraph of its own.",
        "contributors": "An editor’s affiliations are left out; a person’s initials come back as given names.",
        "funding": "A semicolon or bar in it comes back as a comma.",
        "keywords": "A semicolon or bar in one comes back as a comma.",
        "notices": "Stand in the table for people to read, and are not read again.",
    },
    "datacite": _DATACITE,
    "datacite_xml": {**_DATACITE, "url": "The address of the page in the portal comes back for a work without a DOI."},
    "marcxml": {
        "available_online": "Left out: the format has one date, that of publication.",
        "contributors": "A person’s initials come back as given names.",
        "keywords": "The substances follow them.",
        "subjects": "A star at a qualifier comes back as one at its heading.",
        "substances": "Come back as keywords.",
        "url": "Where a work has none, the address of its page in the portal stands there.",
    },
    "mods": {
        "contributors": "A person’s initials come back as given names.",
        "url": "Where a work has none, the address of its page in the portal stands there.",
    },
    "oai_dc": {
        "article_number": "Comes back as the pages of a work without any.",
        "available_online": "Left out: the format has one date, that of publication.",
        "conflict_of_interest": "Left out: the format has no field for it.",
        "container_abbreviation": "Left out: the format has no field for it.",
        "contributors": (
            "ORCID iDs, affiliations and editors are left out; a group whose name does not look like one comes back as "
            "a person."
        ),
        "degree": "Left out: the format has no field for it.",
        "edition": "Left out: the format has no field for it.",
        "event_date": "Left out: the format has no field for it.",
        "event_name": "Left out: the format has no field for it.",
        "event_place": "Left out: the format has no field for it.",
        "funding": "Left out: the format has no field for it.",
        "institution": "The publisher comes back as the institution of a report or thesis, and the other way round.",
        "issue": "Comes back only where it is a number: it stands in one text with journal, volume and pages.",
        "issued": "A season or quarter comes back as its year.",
        "keywords": "Subject headings and substances come before them.",
        "licence": "“In copyright” is left out, because no address says so.",
        "notices": "Left out: the format has no field for them.",
        "pages": "Come back only as “12-20” or “e12”: they stand in one text with journal, volume and issue.",
        "place": "Left out: the format has no field for it.",
        "publication_types": "The name of the type of work comes before them.",
        "publisher": "Comes back as the institution of a report or thesis.",
        "registrations": "Left out: the format has no field for them.",
        "subjects": "Come back as keywords.",
        "substances": "Come back as keywords.",
        "url": "The address of the page in the portal comes back in its place.",
        "vernacular_title": "Left out where it is the same as the title.",
        "volume": "Comes back only as far as it is a number: it stands in one text with journal, issue and pages.",
    },
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
