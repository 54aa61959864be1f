"""The inventory itself: tables, the reasons behind a figure, charts."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from inventory.workbook.figures import figure_scale

from ..shared.reasons import Reasons
from . import charts as chart_data
from . import site
from .render import lang_of, page
from .tables import Tables, unit_text
from .workspace import FolderState

_kept: dict[tuple[int, str], Tables] = {}


def tables_of(state: FolderState, lang: str) -> Tables:
    """The tables of this state of the folder, made once per language."""
    assert state.ledger is not None
    key = (state.stamp, lang)
    if key not in _kept:
        for old in [k for k in _kept if k[0] != state.stamp]:
            _kept.pop(old, None)
        _kept[key] = Tables(state.ledger, lang)
    return _kept[key]


@require_GET
def inventory(request: HttpRequest) -> HttpResponse:
    """One table of the guideline, years side by side."""
    state = site.workspace.state()
    if state.ledger is None:
        return page(request, "inventory", state)
    tables = tables_of(state, lang_of(request))
    titles = tables.titles()
    name = request.GET.get("table", titles[0][0])
    region = request.GET.get("region", tables.regions[0] if tables.regions else "")
    if name not in tables.lines or region not in tables.regions:
        raise Http404
    regions = [(r, tables.filing.value_label("region", r)) for r in tables.regions]
    return page(
        request,
        "inventory",
        state,
        titles=titles,
        table=tables.table(name, region),
        regions=regions,
        region=region,
        illustrative=any("illustrative" in x.flags for x in state.ledger.lines),
    )


@require_GET
def reasons(request: HttpRequest) -> HttpResponse:
    """The tree behind one cell of a table: `table`, `line`, `gas`, `region`, `year`."""
    state = site.workspace.state()
    if state.ledger is None:
        raise Http404
    tables = tables_of(state, lang_of(request))
    line = tables.find(request.GET.get("table", ""), request.GET.get("line", ""))
    year = request.GET.get("year", "")
    if line is None or not year.isdigit():
        raise Http404
    gas, region = request.GET.get("gas", "total"), request.GET.get("region", "")
    chosen = tables.sheets.select(line, gas, region, int(year))
    unit = line.unit(gas)
    co2e = "CO2e" in unit
    value = tables.sheets.selection.value_t(chosen, co2e) / float(figure_scale(unit))
    title = tables.sheets.what(line, gas, int(year), region)[tables.filing.lang]
    node = Reasons(state.ledger, tables.filing.lang).sum(
        title, chosen, value, unit_text(unit, tables.filing.lang), co2e
    )
    return JsonResponse({"tree": node.as_json(tables.filing.lang)})


@require_GET
def charts(request: HttpRequest) -> HttpResponse:
    """Trends, sectors, gases, contributions to uncertainty, and the flow from fuels to sectors."""
    state = site.workspace.state()
    if state.ledger is None:
        return page(request, "charts", state)
    lang = lang_of(request)
    regions = list(state.ledger.regions)
    region = request.GET.get("region", regions[0])
    if region not in regions:
        raise Http404
    drawn: dict[str, Any] = chart_data.all_charts(state.ledger, region, lang)
    word = tables_of(state, lang).filing
    return page(
        request,
        "charts",
        state,
        charts=drawn,
        regions=[(r, word.value_label("region", r)) for r in regions],
        region=region,
    )
