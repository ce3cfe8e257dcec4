"""The tags and filters that pages are built with; settings.py makes them known to every template.

Each tag hands plain values to one template in templates/components/. None of them asks the database anything.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import slugify

from kmportal.design import dates, forms, status
from kmportal.design.charts import BarChart, LineChart
from kmportal.design.facets import Facet
from kmportal.design.tables import Table

register = template.Library()
Context = dict[str, Any]


# --- Forms -------------------------------------------------------------------------------------------------------
@register.inclusion_tag("components/form/error_summary.html")
def error_summary(*forms_and_formsets: Any) -> Context:
    """List what is wrong, each line a link to its field. Stands first on the page: {% error_summary form %}."""
    return {"problems": list(forms.problems(*forms_and_formsets))}


@register.inclusion_tag("components/form/fields.html")
def form_fields(form: Any, *names: str) -> Context:
    """Draw the form's fields, or only the named ones in that order. Hidden fields always go along."""
    visible = [form[name] for name in names] if names else form.visible_fields()
    return {"hidden": form.hidden_fields(), "visible": visible}


@register.inclusion_tag("components/form/group.html")
def form_field(field: BoundField) -> Context:
    """Draw one field: label, hint, error and control."""
    drawing = forms.control_for(field).template
    return {
        "field": field,
        "template": drawing,
        "control": "" if drawing in ("checkboxes", "radios") else forms.control_html(field),
        "control_template": f"components/form/{drawing}.html",
        "errors": forms.error_texts(field),
        "optional": "" if field.field.required else " (optional)",
    }


@register.inclusion_tag("components/post_button.html", takes_context=True)
def post_button(context: Context, label: str, url: str, style: str = "", **hidden: Any) -> Context:
    """Draw a button that posts to the address at once: {% post_button "Publish" url "secondary" note="x" %}.

    `style` is "", "secondary" or "warning"; further names become hidden fields.
    """
    return {"label": label, "url": url, "style": style, "hidden": hidden.items()}


# --- Blocks of content -------------------------------------------------------------------------------------------
@register.simple_block_tag
def card(content: str, heading: str, href: str = "", level: int = 2) -> SafeString:
    """Wrap content in a card; with `href` the whole card is one link target."""
    return _component("card", content=content, heading=heading, href=href, level=level)


@register.simple_block_tag
def panel(content: str, heading: str = "", level: int = 2) -> SafeString:
    """Wrap content in a white sheet."""
    return _component("panel", content=content, heading=heading, level=level, id=slugify(heading))


@register.simple_block_tag
def details(content: str, summary: str) -> SafeString:
    """Hide content behind a line of text that opens it."""
    return _component("details", content=content, summary=summary)


@register.simple_block_tag
def inset(content: str) -> SafeString:
    """Set content apart from the text around it."""
    return _component("inset", content=content)


@register.simple_block_tag
def banner(content: str, heading: str = "Important", kind: str = "") -> SafeString:
    """Wrap content in a notification banner. `kind`: "" (blue), "success" (green) or "error" (red)."""
    return _component("banner", content=content, heading=heading, kind=kind, id=slugify(heading))


@register.simple_block_tag
def result(content: str, heading: str, href: str, kind: str = "", meta: str = "", level: int = 2) -> SafeString:
    """Draw one hit of a list: its kind, its title as the link, a line of facts, then the content as its snippet.

    Stands in <ol class="app-results">. An empty content leaves the snippet out.
    """
    snippet = content if content.strip() else ""
    return _component("result", content=snippet, heading=heading, href=href, kind=kind, meta=meta, level=level)


@register.simple_block_tag
def summary_row(content: str, key: str) -> str:
    """Draw one row of a <dl class="nhsuk-summary-list">; a row whose content is blank is left out."""
    return _component("summary_row", content=content, key=key) if content.strip() else ""


@register.inclusion_tag("components/empty_state.html")
def empty_state(heading: str, text: str, href: str = "", label: str = "") -> Context:
    """Say that there is nothing here, and what to do next: a sentence and, where there is one, a link."""
    return {"heading": heading, "text": text, "href": href, "label": label}


@register.inclusion_tag("components/table.html")
def table(table: Table) -> Context:
    """Draw a table made by kmportal.design.tables.table; on a phone each row becomes a small list."""
    return {"table": table}


@register.inclusion_tag("components/stat.html")
def stat(value: Any, label: str, href: str = "", note: str = "") -> Context:
    """Draw one figure with what it counts; stands in <div class="app-stats">."""
    return {"value": value, "label": label, "href": href, "note": note}


@register.inclusion_tag("components/chart.html")
def chart(figure: BarChart | LineChart) -> Context:
    """Draw a chart made by kmportal.design.charts, with its table behind it."""
    return {"chart": figure, "id": slugify(figure.title), "drawing": f"components/chart_{figure.kind}.html"}


@register.inclusion_tag("components/progress.html")
def progress(done: int, total: int, label: str) -> Context:
    """Draw how far a job is, in a bar and in words. A total of 0 means that it is not yet known."""
    return {"done": done, "total": total, "label": label, "id": slugify(label)}


@register.simple_tag
def status_tag(label: str, state: str = "grey") -> SafeString:
    """Draw a state as a coloured word: {% status_tag record.get_status_display record.status %}.

    `state` is a state's stored value (kmportal/design/status.py knows their colours) or the name of a colour.
    """
    return format_html('<strong class="nhsuk-tag nhsuk-tag--{}">{}</strong>', status.colour_of(state), label)


# --- Finding one's way -------------------------------------------------------------------------------------------
@register.inclusion_tag("components/breadcrumbs.html", takes_context=True)
def breadcrumbs(context: Context, *labels_and_urls: str) -> Context:
    """Draw the way here from the home page: {% breadcrumbs "Research repository" list_url "Cardiology" url %}.

    Give label and address in turn, from the top down, without the home page and without this page.
    """
    if len(labels_and_urls) % 2:
        raise template.TemplateSyntaxError("breadcrumbs takes a label and an address in turn")
    home = ("Home", context["portal"].home_url)
    links = [home, *zip(labels_and_urls[::2], labels_and_urls[1::2], strict=True)]
    return {"links": links, "back": links[-1]}


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: Context, page: Page) -> Context:
    """Draw links to the other pages of a list; the rest of the address's query stays as it is."""
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    # Django marks the gaps with its ellipsis text; a gap is no page and gets no address.
    return {"page": page, "numbers": [number if isinstance(number, int) else None for number in numbers]}


@register.inclusion_tag("components/result_count.html")
def result_count(page: Page, one: str = "result", many: str = "results") -> Context:
    """Say which part of how many stands on the page: "Showing 21 to 40 of 1,204 records"."""
    return {"page": page, "noun": one if page.paginator.count == 1 else many}


@register.inclusion_tag("components/sort_links.html", takes_context=True)
def sort_links(context: Context, choices: Sequence[tuple[str, str]], current: str) -> Context:
    """Draw the orders a list can stand in as links with ?sort=: (value, label) pairs, and the present value."""
    return {"choices": choices, "current": current}


@register.inclusion_tag("components/facets.html")
def facets(facets: Sequence[Facet]) -> Context:
    """Draw facets as lists of boxes to tick; stands inside a form that sends with GET."""
    return {"facets": [facet for facet in facets if facet.choices]}


@register.inclusion_tag("components/facet_chips.html", takes_context=True)
def facet_chips(context: Context, facets: Sequence[Facet]) -> Context:
    """Draw what the list is narrowed by, each as a link that takes it off."""
    query = context["request"].GET
    chips = [
        {"facet": facet.label, "choice": choice.label, "url": _without(query, facet.name, choice.value)}
        for facet in facets
        for choice in facet.selected
    ]
    clear = query.copy()
    for name in [facet.name for facet in facets] + ["page"]:
        clear.pop(name, None)
    return {"chips": chips, "clear_url": f"?{clear.urlencode()}"}


def _without(query: QueryDict, name: str, value: str) -> str:
    """Return the query without one value of one parameter, back on the first page."""
    rest = query.copy()
    rest.setlist(name, [other for other in query.getlist(name) if other != value])
    rest.pop("page", None)
    return f"?{rest.urlencode()}"


# --- Dates -------------------------------------------------------------------------------------------------------
@register.filter
def day(value: date | datetime | None) -> str:
    """Write a date as "5 November 2026", in a <time> element; nothing for None."""
    if value is None:
        return ""
    local = _local(value)
    return format_html('<time datetime="{}">{}</time>', f"{local:%Y-%m-%d}", dates.day_words(local))


@register.filter
def moment(value: datetime | None) -> str:
    """Write a date and time as "5 November 2026 at 7:45pm", UK time, in a <time> element."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    return format_html('<time datetime="{}">{}</time>', local.isoformat(timespec="minutes"), dates.moment_words(local))


@register.filter
def ago(value: datetime | None) -> str:
    """Write how long ago: "5 minutes ago", "yesterday"; the exact time shows when pointed at."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        local.isoformat(timespec="minutes"),
        dates.moment_words(local),
        dates.relative_words(local, timezone.localtime()),
    )


def _local(value: date | datetime) -> date | datetime:
    return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value


def _component(name: str, **context: Any) -> SafeString:
    return render_to_string(f"components/{name}.html", context)
