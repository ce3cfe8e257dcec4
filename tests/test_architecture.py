"""Hold the house to its plan: who may import whom, and what only one module may do."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APPS = ("repository", "lessons", "events")

# Each place and what it may import of ours beside itself. The composition side (urls, settings, demo content, the
# tools that run the portal) may import anything and has no row.
MAY_IMPORT = {
    # Its pages and its desk are built like everybody's.
    "kmportal/people": {"kmportal.design", "kmportal.lifecycle"},
    "kmportal/design": set(),
    "kmportal/env.py": set(),
    "kmportal/requests.py": set(),
    "kmportal/jobs.py": set(),
    "kmportal/health.py": set(),
    "kmportal/copying.py": set(),
    "kmportal/mail": {"kmportal.people", "kmportal.design", "kmportal.jobs"},
    "kmportal/lifecycle": {"kmportal.design"},
    "kmportal/links": {"kmportal.people", "kmportal.design", "kmportal.search", "kmportal.lifecycle", "kmportal.mail"},
    "kmportal/review_cycle": {
        *("kmportal.people", "kmportal.design", "kmportal.search", "kmportal.lifecycle", "kmportal.links"),
        *("kmportal.mail", "kmportal.jobs"),
    },
    # What goes out of the portal: each app registers what it has.
    "kmportal/feeds": {"kmportal.mail", "kmportal.search"},
    "kmportal/crawlers": {"kmportal.mail"},
    "kmportal/api": {"kmportal.mail", "kmportal.search"},
    "kmportal/search": {"kmportal.people", "kmportal.design", "kmportal.jobs", "kmportal.requests"},
    **{
        app: {
            "kmportal.people",
            "kmportal.design",
            "kmportal.lifecycle",
            "kmportal.search",
            "kmportal.mail",
            "kmportal.links",
            "kmportal.review_cycle",
            "kmportal.feeds",
            "kmportal.crawlers",
            "kmportal.api",
            "kmportal.jobs",
            "kmportal.requests",
            "kmportal.copying",
        }
        for app in APPS
    },
}
# Pure logic: plain values in, plain values out.
PURE = (
    "kmportal/lifecycle/transitions.py",
    "kmportal/review_cycle/due.py",
    "kmportal/search/ranking.py",
    "kmportal/search/query.py",
    "kmportal/search/evaluation.py",
    "kmportal/search/plain_text.py",
    "kmportal/design/charts.py",
    "kmportal/design/dates.py",
    "kmportal/design/tables.py",
    "events/times.py",
    "repository/abstracts.py",
    "repository/board_table.py",
    "repository/time_limit.py",
    "repository/byte_ranges.py",
    *(
        f"repository/extraction/{name}.py"
        for name in ("child", "images", "limits", "office", "pdf", "process", "texts")
    ),
    "repository/partial_dates.py",
    "repository/identifiers.py",
    "repository/languages.py",
    *(f"repository/crawlers/{name}.py" for name in ("highwire", "schema_org", "signposting")),
    "repository/exchange",
    "repository/oai/arguments.py",
    "repository/oai/tokens.py",
    "repository/prefill/bibtex.py",
    "repository/prefill/guess.py",
    "repository/prefill/names.py",
    "repository/prefill/reference.py",
    "repository/prefill/ris.py",
    "repository/prefill/styles.py",
)
SAFE_MARKERS = {"mark_safe", "SafeString"}
MAY_MARK_SAFE = ("kmportal/search/snippets.py", "kmportal/design")


def modules(place: str) -> list[Path]:
    path = ROOT / place
    found = [path] if path.is_file() else sorted(path.rglob("*.py"))
    return [module for module in found if "migrations" not in module.parts]


def imported_names(module: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{module} imports relatively; write the whole name"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def is_within(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


@pytest.mark.parametrize("place", MAY_IMPORT)
def test_each_part_imports_only_what_stands_below_it(place):
    own = place.removesuffix(".py").replace("/", ".")
    allowed = MAY_IMPORT[place] | {own}
    ours = ("kmportal", *APPS)
    assert modules(place), f"{place} is not there"
    wrong = {
        f"{module.relative_to(ROOT)} imports {name}"
        for module in modules(place)
        for name in imported_names(module)
        if any(is_within(name, part) for part in ours) and not any(is_within(name, part) for part in allowed)
    }
    assert wrong == set()


def test_dashboards_read_only_reports_of_the_apps():
    wrong = {
        f"{module.relative_to(ROOT)} imports {name}"
        for module in modules("kmportal/dashboards")
        for name in imported_names(module)
        if name.split(".")[0] in APPS and "reports" not in name.split(".")
    }
    assert wrong == set()


def test_models_never_import_verbs():
    verbs = {"repository.deposits", "repository.intake.importing", "lessons.capture", "events.booking"}
    assert {verb for verb in verbs if not (ROOT / verb.replace(".", "/")).with_suffix(".py").is_file()} == set()
    wrong = {
        f"{module.relative_to(ROOT)} imports {name}"
        for app in APPS
        for place in (f"{app}/models", f"{app}/models.py")
        if (ROOT / place).exists()
        for module in modules(place)
        for name in imported_names(module)
        if any(is_within(name, verb) for verb in verbs)
    }
    assert wrong == set()


@pytest.mark.parametrize("place", PURE)
def test_pure_logic_knows_no_django(place):
    assert modules(place), f"{place} is not there"
    wrong = {
        str(module.relative_to(ROOT))
        for module in modules(place)
        for name in imported_names(module)
        if is_within(name, "django")
    }
    assert wrong == set()


def called_names(module: Path) -> set[str]:
    calls = (node.func for node in ast.walk(ast.parse(module.read_text())) if isinstance(node, ast.Call))
    return {call.attr if isinstance(call, ast.Attribute) else getattr(call, "id", "") for call in calls}


def test_only_named_modules_mark_text_as_safe_html():
    wrong = {
        str(module.relative_to(ROOT))
        for place in ("kmportal", *APPS)
        for module in modules(place)
        if called_names(module) & SAFE_MARKERS
        and not any(str(module.relative_to(ROOT)).startswith(allowed) for allowed in MAY_MARK_SAFE)
    }
    assert wrong == set()


def test_no_template_holds_a_style_or_script_of_its_own():
    wrong = {
        f"{template.relative_to(ROOT)}: {marker}"
        for template in (ROOT / "templates").rglob("*.html")
        for marker in (" style=", "<style", " onclick=", " onload=", " onchange=", " onsubmit=", "<script>")
        if marker in template.read_text()
    }
    assert wrong == set()
