"""Figures for the charts of the page; how they are drawn is the script's affair."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from typing import Any

from inventory.core.completeness import ancestors
from inventory.core.edition import Edition
from inventory.core.gases import group_of
from inventory.core.gwp import set_label
from inventory.core.ledger import Ledger
from inventory.energy_balance.table import read_layout
from inventory.uncertainty.labels import label_of
from inventory.uncertainty.montecarlo import monte_carlo

WAN = 1e4
DRAWS = 4000
MOST = 12
LEAST_SHARE = 0.002
Place = tuple[int, str]  # level of the flow chart, name
Item = tuple[tuple[str, str], ...]


def all_charts(ledger: Ledger, region: str, lang: str) -> dict[str, Any]:
    """Everything the charts screen shows for one region."""
    years = sorted({x.year for x in ledger.lines if x.region == region})
    return {
        "years": years,
        "sectors": _sectors(ledger, region, years, lang),
        "gases": _gases(ledger, region, years),
        "sankey": {str(y): _flow(ledger, region, y, lang) for y in years},
        "contributions": _contributions(ledger, region, years[-1], lang),
        "latest": years[-1],
        "gwp": set_label(ledger.gwp.name, lang, short=True),
    }


def _sectors(ledger: Ledger, region: str, years: list[int], lang: str) -> list[dict[str, Any]]:
    roots = [c.id for c in ledger.edition.categories.values() if not c.parent and not c.memo]
    out = []
    for root in roots:
        values = [float(ledger.co2e(region=region, year=y, category=root)) / WAN for y in years]
        if any(values):
            out.append({"name": ledger.edition.label_of_category(root, lang), "values": values})
    return out


def _gases(ledger: Ledger, region: str, years: list[int]) -> list[dict[str, Any]]:
    """CO2e by gas without land use, whose CO2 has the other sign."""
    sums: dict[str, list[float]] = {}
    land_use = ledger.edition.lucf
    for line in ledger.select(region=region):
        if line.category in land_use:
            continue
        group = group_of(line.gas)
        sums.setdefault(group, [0.0] * len(years))[years.index(line.year)] += float(ledger.co2e_t(line)) / WAN
    return [{"name": gas, "values": values} for gas, values in sums.items()]


def _flow(ledger: Ledger, region: str, year: int, lang: str) -> dict[str, Any]:
    """From the balance table to the sectors: fuels as the table prints them, its rows, the sectors of combustion, their
    parts; CO2e, small flows left out. A fuel that was not taken from the table goes to its sector at once."""
    edition = ledger.edition
    origins = _of_balance(ledger, region, year)
    flows: dict[tuple[Place, Place], float] = defaultdict(float)
    for line in ledger.select(category=edition.roles.combustion or None, region=region, year=year):
        item = dict(line.item)
        chain = list(ancestors(edition, line.category))[::-1]
        if not item.get("fuel") or len(chain) < 3:
            continue
        amount = float(ledger.co2e_t(line)) / WAN
        sector = (2, edition.label_of_category(chain[2], lang))
        parts = origins.get((line.category, line.item)) or {("", item["fuel"]): 1.0}
        for (row, fuel), share in parts.items():
            steps = [(0, _word(edition, fuel, lang)), *([(1, _row_label(edition, row, lang))] if row else []), sector]
            for pair in pairwise(steps):
                flows[pair] += amount * share
        if len(chain) > 3:
            flows[sector, (3, edition.label_of_category(chain[3], lang))] += amount
    total = sum(v for (_, end), v in flows.items() if end[0] == 2)
    kept = {pair: v for pair, v in flows.items() if v > LEAST_SHARE * total}
    return {
        "nodes": [{"name": _node(n), "depth": n[0]} for n in dict.fromkeys(n for pair in kept for n in pair)],
        "links": [{"source": _node(a), "target": _node(b), "value": v} for (a, b), v in kept.items()],
    }


def _of_balance(ledger: Ledger, region: str, year: int) -> dict[tuple[str, Item], dict[tuple[str, str], float]]:
    """For each category and item the cells of the balance table (row, fuel) behind it, as parts of one. What is taken
    off makes the cell it is taken from smaller and is no source of its own."""
    out: dict[tuple[str, Item], dict[tuple[str, str], float]] = {}
    for datum in ledger.data:
        if datum.region != region or datum.year != year or not datum.terms:
            continue
        item = dict(datum.item)
        category = item.pop("category", "")
        cells = {cell: t.amount for t in datum.terms if len(cell := tuple(t.label.split("·"))) == 2 and t.amount > 0}
        whole = sum(cells.values())
        if whole and "fuel" in item:
            out[category, tuple(sorted(item.items()))] = {c: v / whole for c, v in cells.items()}  # type: ignore[misc]
    return out


def _word(edition: Edition, fuel: str, lang: str) -> str:
    layout = edition.derived(read_layout)
    if lang == "en" and fuel in layout.columns:
        return layout.columns[fuel].label_en
    word = edition.word("fuel", fuel)
    return word.label_en if word is not None and lang == "en" and word.label_en else fuel


def _row_label(edition: Edition, row: str, lang: str) -> str:
    layout = edition.derived(read_layout)
    return layout.rows[row].label_en if lang == "en" and row in layout.rows else row


def _node(place: Place) -> str:
    """Names of the chart are its keys: the same word at two levels differs by blanks that nobody sees."""
    return place[1] + " " * place[0]


def _contributions(ledger: Ledger, region: str, year: int, lang: str) -> dict[str, Any]:
    """The inputs behind the uncertainty of the total, by Monte Carlo with a fixed seed."""
    drawn = monte_carlo(ledger, DRAWS)
    for number, target in enumerate(drawn.tree.items):
        if target.level == "total" and target.region == region and target.year == year:
            shares = drawn.contributions.get(number, ())[:MOST]
            return {
                "draws": drawn.draws,
                "seed": drawn.seed,
                "items": [{"name": label_of(ledger, c.input)[lang], "value": 100 * c.share} for c in shares],
            }
    return {"draws": drawn.draws, "seed": drawn.seed, "items": []}
