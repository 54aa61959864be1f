"""What stands between the fuel CO2 of the example and raw coal at 20908 kJ/kg × 26.37 tC/TJ × 0.94: kind by kind and
equipment by equipment.

Heat values make no difference in the whole (that is the identity), only between rows; carbon content and oxidation of
each row do.
"""

from __future__ import annotations

from collections import defaultdict

from inventory.core.ledger import Ledger

RAW, CARBON, OXIDATION = 20908.0, 26.37, 0.94
MT = 44 / 12 / 1e6 * 0.01  # 万t × kJ/kg × tC/TJ -> Mt CO2 (1 万t × 1 kJ/kg = 0.01 TJ)
GROUPS = ("公用电站锅炉", "自备电站锅炉", "工业锅炉", "水泥窑", "其他设备")


def group(category: str, equipment: str) -> str:
    if equipment == "发电锅炉":
        return GROUPS[0] if category == "1.1.1.1" else GROUPS[1]
    return {"工业锅炉": "工业锅炉", "水泥回转窑": "水泥窑", "水泥立窑": "水泥窑"}.get(equipment, "其他设备")


def terms(ledger: Ledger, year: int) -> dict[tuple[str, str], tuple[float, float, float, float]]:
    """(kind, group) -> (coal in 万t, effect of heat value, of carbon content, of oxidation, in Mt CO2)."""
    table = next(t for t in ledger.tables if t.method.id == "fuel_combustion_co2")
    category, equipment, fuel = (table.keys.index(k) for k in ("category", "equipment", "fuel"))
    columns = [table.columns[n].values for n in ("fuel", "ncv", "carbon_content", "oxidation")]
    found: dict[tuple[str, str], list[float]] = defaultdict(lambda: [0.0] * 4)
    for row, mass, ncv, carbon, oxidation in zip(table.rows, *columns, strict=True):
        if row[1] == str(year) and row[fuel] in ("无烟煤", "烟煤", "褐煤"):
            parts = (
                mass,
                mass * (ncv - RAW) * CARBON * OXIDATION * MT,
                mass * ncv * (carbon - CARBON) * OXIDATION * MT,
                mass * ncv * carbon * (oxidation - OXIDATION) * MT,
            )
            mine = found[row[fuel], group(row[category], row[equipment])]
            for i, part in enumerate(parts):
                mine[i] += part
    return {k: tuple(v) for k, v in found.items()}  # type: ignore[misc]


def lines(ledger: Ledger) -> list[str]:
    """The table of docs/coal.md, for the years 2005 and 2010."""
    found = {year: terms(ledger, year) for year in (2005, 2010)}
    total = {year: ledger.mass_t(category="1.1", gas="CO2", year=year) / 1e6 for year in found}
    out, sums = [], {year: [0.0] * 4 for year in found}
    for kind in ("烟煤", "无烟煤"):
        for name in GROUPS:
            cells = []
            for year in found:
                parts = found[year].get((kind, name), (0.0,) * 4)
                sums[year] = [a + b for a, b in zip(sums[year], parts, strict=True)]
                cells += [f"{parts[0]:,.0f}", f"{parts[1] + parts[2]:+.2f}", f"{parts[3]:+.2f}"]
            out.append(f"| {kind}，{name} | {' | '.join(cells)} |")
    both = [
        f"{x:,.0f}" if i % 3 == 0 else f"{x:+.2f}"
        for i, x in enumerate(
            v for year in found for v in (sums[year][0], sums[year][1] + sums[year][2], sums[year][3])
        )
    ]
    out.append(f"| 合计 | {' | '.join(both)} |")
    start = {year: total[year] - sum(sums[year][1:]) for year in found}
    out.append(f"| 每吨原煤 20908 × 26.37 × 0.94 | {start[2005]:.1f} | {start[2010]:.1f} |")
    out.append(f"| 缺省（按比例折算） | {total[2005]:.1f} | {total[2010]:.1f} |")
    return out
