"""Figures for the charts of the page; how they are drawn is the script's affair."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from inventory.core.completeness import ancestors
from inventory.core.ledger import Ledger
from inventory.uncertainty.labels import label_of
from inventory.uncertainty.montecarlo import monte_carlo

WAN = 1e4
DRAWS = 4000
MOST = 12
LEAST_SHARE = 0.002


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
        "gwp": ledger.gwp.name,
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
    for line in ledger.select(region=region):
        group = (
            "HFCs"
            if line.gas.startswith("HFC")
            else "PFCs"
            if line.gas.startswith(("PFC", "CF4", "C2F6"))
            else line.gas
        )
        sums.setdefault(group, [0.0] * len(years))[years.index(line.year)] += float(ledger.co2e_t(line)) / WAN
    return [{"name": gas, "values": values} for gas, values in sums.items()]


def _flow(ledger: Ledger, region: str, year: int, lang: str) -> dict[str, Any]:
    """Fuels on the left, categories of combustion in the middle, their sector on the right; CO2e, small flows left
    out."""
    edition = ledger.edition
    flows: dict[tuple[str, str], float] = defaultdict(float)
    for line in ledger.select(category="1.1" if "1.1" in edition.categories else None, region=region, year=year):
        fuel = dict(line.item).get("fuel")
        chain = list(ancestors(edition, line.category))
        if not fuel or len(chain) < 3:
            continue
        word = edition.word("fuel", fuel)
        name = word.label_en if word and lang == "en" and word.label_en else fuel
        middle = chain[-3] if len(chain) > 2 else chain[-1]
        amount = float(ledger.co2e_t(line)) / WAN
        flows[name, edition.label_of_category(middle, lang)] += amount
        leaf = chain[-4] if len(chain) > 3 else None
        if leaf is not None:
            flows[edition.label_of_category(middle, lang), f"{edition.label_of_category(leaf, lang)} "] += amount
    total = sum(v for (a, b), v in flows.items() if not b.endswith(" "))
    kept = [{"source": a, "target": b, "value": v} for (a, b), v in flows.items() if v > LEAST_SHARE * total]
    return {
        "nodes": [{"name": n} for n in dict.fromkeys(x for f in kept for x in (f["source"], f["target"]))],
        "links": kept,
    }


def _contributions(ledger: Ledger, region: str, year: int, lang: str) -> dict[str, Any]:
    """The inputs behind the uncertainty of the total, by Monte Carlo with a fixed seed."""
    made = monte_carlo(ledger, DRAWS)
    for number, target in enumerate(made.tree.items):
        if target.level == "total" and target.region == region and target.year == year:
            shares = made.contributions.get(number, ())[:MOST]
            return {
                "draws": made.draws,
                "seed": made.seed,
                "items": [{"name": label_of(ledger, c.input)[lang], "value": 100 * c.share} for c in shares],
            }
    return {"draws": made.draws, "seed": made.seed, "items": []}
