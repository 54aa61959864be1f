"""What a city, a county or a park takes from outside, in the long report: the direct total with net purchased
electricity and heat beside it, and by user where the project says who used it.

The purchase is an information item and never enters the total: the same kilowatt hour is a direct emission elsewhere.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from ..core.ledger import Line
from ..levels.walk import data_of
from .basis import Basis
from .blocks import Block, DocumentTable, Heading, Paragraph, columns, figures
from .region_sections import users_table
from .words import ReportWords

OWN_TERRITORY = ("", "国家", "省级")  # levels whose statistics give power moved in and out instead


def purchased_blocks(b: Basis) -> Iterator[Block]:
    """Nothing for a nation, a province, or a region that names no purchase."""
    places = [(r, y) for r in b.trends if _level(b, r) not in OWN_TERRITORY for y in b.trends[r].years]
    bought = {place: _by_quantity(b, *place) for place in places}
    places = [p for p in places if bought[p]]
    if not places:
        return
    t = b.t
    several = len({r for r, _ in places}) > 1
    heads = [f"{b.region(r)} {y}" if several else str(y) for r, y in places]
    quantities = list(dict.fromkeys(q for p in places for q in bought[p]))
    direct = [b.co2e_wan_t(b.lines(region=r, year=y)) for r, y in places]
    rows: list[tuple[str, list[float]]] = [(t("report.direct"), direct)]
    rows += [(b.filing.quantity_label(q), [bought[p].get(q, 0.0) for p in places]) for q in quantities]
    rows.append((t("report.direct_and_purchased"), [math.fsum(row[1][k] for row in rows) for k in range(len(places))]))
    yield Heading(2, t("report.purchased"))
    yield Paragraph(t("report.purchased_note"))
    by_column = [figures([values[k] for _, values in rows]) for k in range(len(places))]
    yield DocumentTable(
        t("report.purchased_table"),
        (t("column.name"), *heads),
        columns([name for name, _ in rows], *by_column),
        tuple(range(1, 1 + len(heads))),
        (0, len(rows) - 1),
    )
    for scopes in b.scopes:
        if (scopes.region, scopes.year) in places:
            table = users_table(scopes, ReportWords(b.lang))
            caption = f"{b.region(scopes.region)} {scopes.year} {table.caption}"
            yield replace(table, caption=t("report.with_unit", caption=caption))


def _level(b: Basis, region: str) -> str:
    word = b.ledger.edition.word("region", region)
    return word.attributes.get("level", "") if word is not None else ""


def _by_quantity(b: Basis, region: str, year: int) -> dict[str, float]:
    """Net purchases by quantity, 10^4 t CO2."""
    category = b.ledger.edition.roles.imported_power
    lines: dict[str, list[Line]] = {}
    for line in b.ledger.lines:
        if (line.region, line.year, line.category) == (region, year, category):
            lines.setdefault(data_of(b.ledger, line)[0].quantity, []).append(line)
    return {quantity: b.co2e_wan_t(own) for quantity, own in lines.items()}
