"""What tells a MeSH heading from a keyword where a format keeps both in one field."""

# Qualifiers (subheadings) of MeSH, as PubMed writes them, with those that NLM has given up but old records have.
QUALIFIERS = frozenset(
    """
    abnormalities|administration & dosage|adverse effects|agonists|analogs & derivatives|analysis|anatomy & histology
    antagonists & inhibitors|biosynthesis|blood|blood supply|cerebrospinal fluid|chemical synthesis|chemically induced
    chemistry|classification|complications|congenital|contraindications|cytology|deficiency|diagnosis
    diagnostic imaging|diagnostic use|diet therapy|drug effects|drug therapy|economics|education|embryology|enzymology
    epidemiology|ethics|ethnology|etiology|genetics|growth & development|history|immunology|injuries|innervation
    instrumentation|isolation & purification|legislation & jurisprudence|manpower|metabolism|methods|microbiology
    mortality|nursing|organization & administration|parasitology|pathogenicity|pathology|pharmacokinetics|pharmacology
    physiology|physiopathology|poisoning|prevention & control|psychology|radiation effects|radiography
    radionuclide imaging|radiotherapy|rehabilitation|secondary|secretion|standards|statistics & numerical data
    supply & distribution|surgery|therapeutic use|therapy|toxicity|transmission|transplantation|transplant|trends
    ultrasonography|ultrastructure|urine|utilization|veterinary|virology
    """.strip()
    .replace("\n", "|")
    .replace("    ", "")
    .split("|")
)

# Headings that NLM gives to nearly every record ("check tags").
CHECK_TAGS = frozenset(
    {
        *("Adolescent", "Adult", "Aged", "Aged, 80 and over", "Animals", "Cats", "Cattle", "Child", "Child, Preschool"),
        *("Cricetinae", "Dogs", "Female", "Guinea Pigs", "Humans", "Infant", "Infant, Newborn", "Male", "Mice"),
        *("Middle Aged", "Pregnancy", "Rabbits", "Rats", "Swine", "Young Adult"),
    }
)
