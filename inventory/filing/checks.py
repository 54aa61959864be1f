"""Reference approach beside the sectoral one by solid, liquid and gas; information items; indicators with numerator and
denominator."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..analysis.indicators import Indicator
from ..analysis.reference_residual import CAUSES, residuals
from ..sheets.layout import spread
from ..sheets.look import NUMBER, SHADE, TEXT, Look, change, figure
from ..sheets.table import At, Entry, Table, TableColumn, TableRow, formula
from .basis import WAN, FilingBasis
from .frame import Pages, heading, notes, section, signatures
from .labels import legend, tiny, years_text
from .tables import KEY, LETTERS, MISSING, ReportPages

PARTS = Look(size=8.5, colour="#5F5F5F")


def has_reference(b: FilingBasis) -> bool:
    return any(x.account == "check" and x.region == b.region for x in b.ledger.lines)


def reference(b: FilingBasis, pages: Pages, number: int) -> None:
    """One block per check method: rows solid, liquid, gas, total; for every year both approaches and their
    difference."""
    t = b.t
    methods = dict.fromkeys(
        (x.method, x.category, x.gas) for x in b.ledger.lines if x.account == "check" and x.region == b.region
    )
    result = {m: _comparison(b, *m) for m in methods}
    causes = _causes(b)
    first = next(iter(result.values()))
    if causes is not None and len(causes.columns) > len(first.columns):  # one year: the wider table makes the grid
        widths, lying = spread(causes)
        result = {m: _spanned(table, len(causes.columns)) for m, table in result.items()}
    else:
        widths, lying = spread(first)
    plan = pages.page(t("sheet.reference", n=number), t("title.reference"), widths, number, landscape=lying)
    heading(b, plan, t("title.reference"), years_text(b, b.years), number, t.unit("万t"))
    for method, table in result.items():
        if len(methods) > 1:
            plan.add(section(t.label(b.edition.declared.methods[method[0]].label, method[0]), plan))
        plan.add(table)
    if causes is not None:
        plan.add(section(t("reference.causes"), plan), causes)
    notes(plan, t("reference.note"), t("reference.size"), t("reference.causes_note") if causes is not None else "")
    signatures(b, plan)


def _comparison(b: FilingBasis, method: str, category: str, gas: str) -> Table:
    t, ident = b.t, f"reference|{method}"
    below = b.edition.descendants(category)
    sums: dict[tuple[str, int, str], float] = {}
    for x in b.ledger.lines:
        fuel = dict(x.item).get("fuel", "")
        if x.region != b.region or x.gas != gas or not fuel:
            continue
        side = (
            "r"
            if x.account == "check" and x.method == method
            else "s"
            if x.account == "total" and x.category in below
            else ""
        )
        if side:
            known = b.edition.word("fuel", fuel)
            group = known.classes[-1] if known is not None and known.classes else fuel
            sums[group, x.year, side] = sums.get((group, x.year, side), 0.0) + x.mass_t / WAN
    groups = list(dict.fromkeys(g for g, _, _ in sums))
    order = {
        name: i
        for i, name in enumerate(
            dict.fromkeys(w.classes[-1] for w in b.edition.vocabulary.get("fuel", {}).values() if w.classes)
        )
    }
    groups.sort(key=lambda g: (order.get(g, 99), g))
    rows = []
    for group in [*groups, ""]:
        entries: dict[str, Entry] = {"name": Entry(b.word("fuel_class", group) if group else t("reference.total"))}
        for y in b.years:
            value = {}
            for side in "rs":
                value[side] = math.fsum(
                    v for (g, year, s), v in sums.items() if year == y and s == side and (not group or g == group)
                )
                add = None if group else formula("SUM({p})", p=[At(ident, g, f"{side}{y}") for g in groups])
                entries[f"{side}{y}"] = Entry(value[side], add, NUMBER.with_(number=figure(1, tiny(value[side], 1))))
            one, two = At(ident, group or "total", f"r{y}"), At(ident, group or "total", f"s{y}")
            entries[f"d{y}"] = Entry(
                value["r"] - value["s"], formula("{a}-{b}", a=one, b=two), NUMBER.with_(number=change(1))
            )
            if value["s"]:
                entries[f"p{y}"] = Entry(
                    100 * (value["r"] / value["s"] - 1),
                    formula("100*({a}/{b}-1)", a=one, b=two),
                    NUMBER.with_(number=change(1)),
                )
        rows.append(TableRow(group or "total", entries, bold=not group, fill="" if group else SHADE))
    columns = [TableColumn("name", (t("column.fuel"),), TEXT)]
    for y in b.years:
        columns += [
            TableColumn(f"{k}{y}", (t("column.year", year=y), t(f"column.{word}")), NUMBER)
            for k, word in (("r", "reference"), ("s", "sectoral"), ("d", "difference"), ("p", "percent"))
        ]
    return Table(ident, tuple(columns), tuple(rows), row_height=18)


def _spanned(table: Table, columns: int) -> Table:
    """The table over a grid of more columns: its figures two columns wide each, as far as the grid goes."""
    spare = columns - len(table.columns)
    wide = [replace(c, span=2) if 0 < n <= spare else c for n, c in enumerate(table.columns)]
    return replace(table, columns=tuple(wide))


def _causes(b: FilingBasis) -> Table | None:
    """The differences by class of fuel and year, each as the sum of its causes; None where nothing tells them."""
    t, ident = b.t, "residual"
    rests = residuals(b.ledger, b.region)
    if not rests:
        return None
    shown = [c for c in CAUSES if any(abs(r.causes[c]) > 1.0 for r in rests)]  # t; what no class has gets no column
    rows = []
    for r in rests:
        key = f"{r.fuel_class}|{r.year}"
        name = f"{b.word('fuel_class', r.fuel_class)}\n{b.t('column.year', year=r.year)}"
        entries = {"name": Entry(name, None, TEXT.with_(wrap=True))}
        for cause in shown:
            value = r.causes[cause] / WAN
            entries[cause] = Entry(value, None, NUMBER.with_(number=figure(1, True) if tiny(value, 1) else change(1)))
        parts = [At(ident, key, cause) for cause in shown]
        whole = math.fsum(r.causes[c] for c in shown) / WAN
        entries["whole"] = Entry(whole, formula("SUM({p})", p=parts), NUMBER.with_(number=change(1)))
        rows.append(TableRow(key, entries))
    columns = [TableColumn("name", (t("column.fuel"),), TEXT)]
    columns += [TableColumn(c, (t(f"reference.{c}"),), NUMBER) for c in shown]
    columns.append(TableColumn("whole", (t("column.difference"),), NUMBER))
    return Table(ident, tuple(columns), tuple(rows), repeat=False, row_height=26, size=9.0)


def memo(b: FilingBasis, pages: Pages, reports: ReportPages, number: int) -> None:
    """Everything outside the total: category and gas, mass and equivalent of each year, with the keys of what was not
    computed."""
    t = b.t
    groups: dict[tuple[str, str], dict[int, list[int]]] = {}
    for i, x in enumerate(b.ledger.lines):
        if x.account == "memo" and x.region == b.region:
            groups.setdefault((x.category, x.gas), {}).setdefault(x.year, []).append(i)
    undone: dict[tuple[str, str], dict[int, str]] = {}
    for y in b.years:
        for s in b.selection.statuses(b.region, y):
            if b.edition.categories[s.category].memo and s.status != "computed":
                undone.setdefault((s.category, s.gas), {})[y] = s.notation.key if s.notation else ""
                groups.setdefault((s.category, s.gas), {})
    order = {c: i for i, c in enumerate(b.edition.categories)}
    rows: list[TableRow] = []
    last = ""
    for (category, gas), by_year in sorted(groups.items(), key=lambda x: (order[x[0][0]], x[0][1])):
        entries = {
            "name": Entry(b.label(category) if category != last else ""),
            "gas": Entry(gas),
            "unit": Entry(t.unit("万t")),
            **_memo_years(b, reports, (category, gas), by_year, undone.get((category, gas), {})),
            "notes": Entry(b.notes(i for lines in by_year.values() for i in lines), None, LETTERS),
        }
        rows.append(TableRow(f"{category}|{gas}", entries, rule=4 if category != last and rows else 0))
        last = category
    columns = [
        TableColumn("name", (t("column.item"),), TEXT.with_(wrap=True)),
        TableColumn("gas", (t("column.gas"),), TEXT),
        TableColumn("unit", (t("column.unit"),), Look(align="center")),
    ]
    columns += [TableColumn(f"m{y}", (t("column.mass"), t("column.year", year=y)), NUMBER) for y in b.years]
    columns += [TableColumn(f"e{y}", (t("column.co2e_unit"), t("column.year", year=y)), NUMBER) for y in b.years]
    columns.append(TableColumn("notes", (t("column.notes"),), LETTERS))
    table = Table("memo", tuple(columns), tuple(rows), row_height=15)
    widths, lying = spread(table)
    plan = pages.page(t("sheet.memo", n=number), t("title.memo"), widths, number, landscape=lying)
    heading(b, plan, t("title.memo"), years_text(b, b.years), number)
    plan.add(table)
    notes(plan, legend(b))
    signatures(b, plan)


def _memo_years(
    b: FilingBasis,
    reports: ReportPages,
    line: tuple[str, str],
    by_year: Mapping[int, Sequence[int]],
    undone: Mapping[int, str],
) -> dict[str, Entry]:
    """Mass and equivalent of each year; where nothing was computed the key that was given, if any."""
    category, gas = line
    entries: dict[str, Entry] = {}
    for y in b.years:
        lines = tuple(by_year.get(y, ()))
        for column, unit in ((f"m{y}", "万t"), (f"e{y}", "万t CO2e")):
            if lines:
                at = At("memo", f"{category}|{gas}", column)
                masses = [w for w in reports.figures.written[-1:] if column[0] == "e"]
                result = reports.figures.put(at, lines, unit, gas, (), masses)
                places = 3 if column[0] == "m" and gas != "CO2" else 1
                look = NUMBER.with_(number=figure(places, tiny(float(result.value), places)))
                entries[column] = Entry(result.value, result.formula, look)
            elif (word := undone.get(y)) is not None:
                entries[column] = Entry(word or b.t("symbol.missing"), None, KEY if word else MISSING)
    return entries


def indicators(b: FilingBasis, pages: Pages, number: int) -> None:
    """One row an indicator, its numerator and denominator in grey below it; then the composition of the total."""
    t, n = b.t, len(b.years)
    columns = [
        TableColumn("name", (t("column.indicator"),), TEXT.with_(wrap=True)),
        TableColumn("unit", (t("column.unit_plain"),), Look(align="center")),
    ]
    columns += [TableColumn(str(y), (t("column.year", year=y),), NUMBER) for y in b.years]
    if n > 1:
        columns.append(TableColumn("change", (t("column.change", first=b.years[0], last=b.years[-1]),), NUMBER))
    rows: list[TableRow] = []
    by_id: dict[str, dict[int, Indicator]] = {}
    for x in b.indicators.values:
        if x.region == b.region:
            by_id.setdefault(x.id, {})[x.year] = x
    for name, by_year in by_id.items():
        rows += _indicator(b, name, by_year)
    shares = _shares(b)
    widths, lying = spread(Table("both", tuple(columns), (*rows, *shares)))
    plan = pages.page(t("sheet.indicators", n=number), t("title.indicators"), widths, number, landscape=lying)
    heading(b, plan, t("title.indicators"), years_text(b, b.years), number)
    plan.add(Table("indicators", tuple(columns), tuple(rows), row_height=15))
    plan.add(section(t("indicators.shares"), plan))
    plan.add(Table("shares", tuple(columns), tuple(shares), repeat=False, row_height=14))
    notes(plan, t("indicators.note"))
    signatures(b, plan)


def _indicator(b: FilingBasis, name: str, by_year: dict[int, Indicator]) -> list[TableRow]:
    t, any_year = b.t, next(iter(by_year.values()))
    entries: dict[str, Entry] = {"name": Entry(t.label(any_year.label)), "unit": Entry(t.unit(any_year.unit))}
    top: dict[str, Entry] = {
        "name": Entry(t("indicators.numerator"), None, PARTS.with_(indent=2)),
        "unit": Entry(t.unit("万t CO2e" if "CO2e" in any_year.unit else "万t"), None, PARTS.with_(align="center")),
    }
    per = {"tCO2e/人": ("population", "万人", 1e4), "tCO2/tce": ("energy", "万tce", 1e4)}.get(
        any_year.unit, ("gdp", "亿元", 1e4)
    )
    bottom: dict[str, Entry] = {
        "name": Entry(t(f"indicators.{per[0]}"), None, PARTS.with_(indent=2)),
        "unit": Entry(t.unit(per[1]), None, PARTS.with_(align="center")),
    }
    grey = PARTS.with_(align="right", number=figure(1))
    for y, x in by_year.items():
        if x.value is None:
            entries[str(y)] = Entry("—", None, NUMBER)
            continue
        a, c = At("indicators", f"{name}|n", str(y)), At("indicators", f"{name}|d", str(y))
        entries[str(y)] = Entry(x.value, formula("{a}/{c}", a=a, c=c), NUMBER.with_(number=figure(3)))
        top[str(y)] = Entry(x.numerator_t / WAN, None, grey)
        bottom[str(y)] = Entry(x.denominator / per[2], None, grey)
    one, two = by_year.get(b.years[0]), by_year.get(b.years[-1])
    if len(b.years) > 1 and one and two and one.value and two.value:
        cells = [At("indicators", name, str(y)) for y in (b.years[0], b.years[-1])]
        entries["change"] = Entry(
            100 * (two.value / one.value - 1),
            formula("100*({b}/{a}-1)", a=cells[0], b=cells[1]),
            NUMBER.with_(number=change(1)),
        )
    rows = [TableRow(name, entries, rule=4)]
    if any(x.value is not None for x in by_year.values()):
        rows += [TableRow(f"{name}|n", top), TableRow(f"{name}|d", bottom)]
    return rows


def _shares(b: FilingBasis) -> list[TableRow]:
    rows: dict[str, dict[str, Entry]] = {}
    for s in b.indicators.shares:
        if s.region == b.region:
            row = rows.setdefault(f"{s.kind}|{s.id}", {"name": Entry(b.t.label(s.label)), "unit": Entry("%")})
            if s.percent is not None:
                row[str(s.year)] = Entry(s.percent, None, NUMBER.with_(number=figure(1, tiny(s.percent, 1))))
    first_gas = next((k for k in rows if k.startswith("gas")), "")
    return [TableRow(k, v, rule=4 if k == first_gas else 0) for k, v in rows.items()]
