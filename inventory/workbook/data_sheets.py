"""The sheets at the bottom of every figure: activity data, factors, GWP values, each with all that is known of it."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from ..core import units
from ..core.ledger import Ledger
from ..core.resolve import STEPS
from ..core.resolved import Resolved
from ..sheets.address import PlanError, Ref, scale_text
from ..sheets.model import OutputSheet, decimals
from .context import Filing, header, heading
from .texts import place_in_guideline

DATA_COLUMNS = (
    "number",
    "region",
    "year",
    "quantity",
    "category",
    "item",
    "entered",
    "entered_unit",
    "scale",
    "canonical",
    "canonical_unit",
    "data_kind",
    "source",
    "uncertainty",
    "uncertainty_basis",
    "note",
    "file",
    "sheet",
    "cell",
    "used_by",
    "quantity_id",
)
FACTOR_COLUMNS = (
    "number",
    "factor_id",
    "parameter",
    "gas",
    "keys",
    "value",
    "unit",
    "standing",
    "step",
    "reason",
    "table",
    "lower",
    "upper",
    "uncertainty",
    "uncertainty_basis",
    "source",
    "note",
    "checked",
    "file",
    "used_by",
)


def used_by(ledger: Ledger) -> tuple[dict[int, list[str]], dict[int, list[str]]]:
    """Sheets that use each datum and each factor, in the order of the methods."""
    data: dict[int, dict[str, None]] = defaultdict(dict)
    factors: dict[int, dict[str, None]] = defaultdict(dict)
    for table in ledger.tables:
        columns = [*table.columns.values(), *(s.column for s in table.sums.values())]
        for column in columns:
            kept = data if column.kind == "activity" else factors if column.kind == "factor" else None
            if kept is not None:
                for i in set(column.refs.tolist()):
                    if i >= 0:
                        kept[i][table.method.sheet] = None
    return {i: list(s) for i, s in data.items()}, {i: list(s) for i, s in factors.items()}


def data_order(f: Filing) -> list[int]:
    """Indices of the data as a reader looks for them: by quantity as declared, region, item, year."""
    quantities = {q: i for i, q in enumerate(f.edition.declared.quantities)}
    data = f.ledger.data

    def key(i: int) -> tuple[Any, ...]:
        d = data[i]
        return (
            quantities.get(d.quantity, len(quantities)),
            d.quantity,
            f.rank("region", d.region),
            d.year,
            [(k, f.rank(k, v)) for k, v in d.item],
            i,
        )

    return sorted(range(len(data)), key=key)


def conversion(entered: str, canonical: str) -> Fraction:
    return units.ratio(entered, canonical) if entered != canonical else Fraction(1)


def data_sheet(f: Filing, sheet: OutputSheet) -> None:
    """Every datum: as entered, converted by a live formula, with supplier and the cell it came from."""
    ledger, t = f.ledger, f.t
    used, _ = used_by(ledger)
    row = first = header(sheet, heading(sheet, t), [t(f"column.{c}") for c in DATA_COLUMNS])
    sheet.freeze, sheet.head = (row, 4), (row - 1, row - 1)
    at = {name: i for i, name in enumerate(DATA_COLUMNS)}
    for number, i in enumerate(data_order(f), 1):
        d = ledger.data[i]
        scale = conversion(d.unit, ledger.data_units[i])
        rest = tuple((k, v) for k, v in d.item if k != "category")
        category = f.category_of(d)
        sheet.number(row, at["number"], number, "year")
        sheet.text(row, at["region"], f.value_label("region", d.region))
        sheet.number(row, at["year"], int(d.year), "year")
        sheet.text(row, at["quantity"], f.quantity_label(d.quantity))
        sheet.text(row, at["category"], f.value_label("category", category) if category else "")
        sheet.text(row, at["item"], f.item_text(rest), "wrap")
        entered = _entered(f, sheet, row, at["entered"], i)
        sheet.text(row, at["entered_unit"], d.unit)
        sheet.text(row, at["scale"], scale_text(scale).replace("*", "×").replace("/", "÷"), "center")
        value = float(ledger.data_values[i])
        f.data[i] = sheet.formula(
            row,
            at["canonical"],
            f"={entered.seen_from(sheet.name)}{scale_text(scale)}",
            value,
            f"num:{decimals(value)}",
        )
        sheet.text(row, at["canonical_unit"], ledger.data_units[i])
        sheet.text(row, at["data_kind"], d.data_kind, "warn" if d.data_kind == "示例" else "text")
        sheet.text(row, at["source"], d.source, "wrap")
        _uncertainty(f, sheet, row, at, int(f.uncertainty.inputs.of_datum[i]), d.uncertainty)
        sheet.text(row, at["note"], d.note, "wrap")
        sheet.text(row, at["file"], d.origin.file)
        sheet.text(row, at["sheet"], d.origin.sheet)
        sheet.text(row, at["cell"], d.origin.cell)
        sheet.text(row, at["used_by"], "、".join(used.get(i, [])), "wrap")
        sheet.text(row, at["quantity_id"], d.quantity)
        row += 1
    if row > first:
        f.book.note(
            Ref(sheet.name, first, 0),
            "data",
            Ref(sheet.name, row - 1, len(DATA_COLUMNS) - 1),
            at=at,
            terms={f.data[i].row: [str(a), b.row] for i, (a, b) in sorted(f.terms.items())},
        )


def _entered(f: Filing, sheet: OutputSheet, row: int, col: int, i: int) -> Ref:
    """The value as entered; for a derived datum the sum of its allocated amounts, live."""
    d = f.ledger.data[i]
    if i not in f.terms:
        return sheet.number(row, col, d.value, f"num:{decimals(d.value, digits=15)}")
    first, last = f.terms[i]
    total = sum(term.amount for term in d.terms)
    if abs(total - d.value) > 1e-9 * max(abs(total), abs(d.value), 1e-300):
        raise PlanError(
            f"{d.quantity} {d.region} {d.year} {d.item}: the terms add up to {total!r}, the datum is {d.value!r}"
        )
    place = first.seen_from(sheet.name) + (f":{last.seen_from(last.sheet)}" if last != first else "")
    return sheet.formula(row, col, f"=SUM({place})", d.value, f"num:{decimals(d.value)}")


def _uncertainty(
    f: Filing, sheet: OutputSheet, row: int, at: dict[str, int], number: int, stated: float | None
) -> None:
    """The half-width in use and whose statement it is. Unknown stays an empty cell: what is entered there is counted at
    once by the formulas above it."""
    t = f.t
    item = f.uncertainty.inputs.items[number] if number >= 0 else None
    half = (
        item.distribution.relative_pct
        if item is not None and item.distribution is not None
        else stated
        if item is None
        else None
    )
    if half is None or not math.isfinite(half):
        sheet.text(row, at["uncertainty"], "")
    else:
        sheet.number(row, at["uncertainty"], half, f"num:{decimals(half, digits=3)}")
    if item is None:
        sheet.text(row, at["uncertainty_basis"], "")
    elif item.distribution is None:
        sheet.text(row, at["uncertainty_basis"], t("uncertainty.ask"), "warn")
    else:
        basis = t.of("uncertainty_basis", item.basis)
        sheet.text(row, at["uncertainty_basis"], f"{basis}{t.comma}{t.of('distribution', item.distribution.kind)}")


def standing_text(f: Filing, r: Resolved) -> str:
    word = f.t.of("standing", r.standing)
    return f"{f.t.of('standing', 'checked')}（{word}）" if r.checked_by else word


def reason_text(f: Filing, r: Resolved) -> str:
    return f.t.label(r.reason) if r.reason else ""


def factor_groups(f: Filing) -> list[list[int]]:
    """Positions of the factors, by parameter as declared, then id; a figure taken for the same reason in many places is
    one group."""
    parameters = {p: i for i, p in enumerate(f.edition.declared.parameters)}
    groups: dict[tuple[Any, ...], list[int]] = {}
    for i, r in enumerate(f.ledger.factors):
        groups.setdefault(
            (r.parameter, r.id, r.gas, r.keys, r.value, r.unit, r.step, reason_text(f, r), r.origin), []
        ).append(i)
    return [
        groups[k] for k in sorted(groups, key=lambda k: (parameters.get(k[0], len(parameters)), *k[:4], groups[k][0]))
    ]


def factor_sheet(f: Filing, sheet: OutputSheet) -> None:
    """Every factor in use with its standing, the step of the chain that chose it, and why."""
    ledger, t = f.ledger, f.t
    _, used = used_by(ledger)
    row = first = header(sheet, heading(sheet, t), [t(f"column.{c}") for c in FACTOR_COLUMNS])
    sheet.freeze, sheet.head = (row, 3), (row - 1, row - 1)
    at = {name: i for i, name in enumerate(FACTOR_COLUMNS)}
    for number, group in enumerate(factor_groups(f), 1):
        r = ledger.factors[group[0]]
        declared = f.edition.declared.parameters.get(r.parameter)
        doubtful = r.standing in ("unverified", "conflict") and not r.checked_by
        sheet.number(row, at["number"], number, "year")
        sheet.text(row, at["factor_id"], r.id)
        sheet.text(row, at["parameter"], t.label(declared.label, r.parameter) if declared else r.parameter)
        sheet.text(row, at["gas"], r.gas, "center")
        sheet.text(row, at["keys"], f.item_text(r.keys), "wrap")
        ref = sheet.number(row, at["value"], r.value, f"num:{decimals(r.value, digits=15)}")
        f.factors.update(dict.fromkeys(group, ref))
        sheet.text(row, at["unit"], r.unit)
        sheet.text(row, at["standing"], standing_text(f, r), "warn" if doubtful else "text")
        sheet.text(row, at["step"], STEPS[r.step][f.lang], "warn" if r.step == "fallback" else "text")
        sheet.text(row, at["reason"], reason_text(f, r), "wrap")
        sheet.text(row, at["table"], place_in_guideline(r.table, f.lang), "wrap")
        for name, bound in (("lower", r.lower), ("upper", r.upper)):
            if bound is None:
                sheet.text(row, at[name], "")
            else:
                sheet.number(row, at[name], bound, f"num:{decimals(bound)}")
        _uncertainty(f, sheet, row, at, int(f.uncertainty.inputs.of_factor[group[0]]), r.uncertainty)
        sheet.text(row, at["source"], r.source, "wrap")
        sheet.text(row, at["note"], r.note, "wrap")
        sheet.text(row, at["checked"], " ".join(x for x in (r.checked_by, r.checked_date) if x))
        sheet.text(row, at["file"], str(r.origin))
        sheet.text(row, at["used_by"], "、".join(dict.fromkeys(s for i in group for s in used.get(i, []))), "wrap")
        row += 1
    if row > first:
        f.book.note(
            Ref(sheet.name, first, 0),
            "factor",
            Ref(sheet.name, row - 1, len(FACTOR_COLUMNS) - 1),
            at=at,
            computed=f.computed,
        )


def link_computed(f: Filing, results: Mapping[tuple[str, str], tuple[str, int, int]]) -> None:
    """Factors that a step computed become live: their cell points at the step's result. `results`: (method, step) ->
    sheet, first row, column."""
    for i, ref in f.factors.items():
        result = f.ledger.factors[i].computed
        if result is None or str(ref.row) in f.computed:
            continue
        name, first, col = results[result[0], result[1]]
        target = Ref(name, first + result[2], col)
        sheet = f.book.sheets[ref.sheet]
        cell = sheet.cells.pop((ref.row, ref.col))
        sheet.formula(ref.row, ref.col, "=" + target.seen_from(sheet.name), cell.value, cell.style)
        f.computed[str(ref.row)] = str(target)


def gwp_sheet(f: Filing, sheet: OutputSheet) -> None:
    """The one set in force; every CO2 equivalent of the workbook multiplies by a cell of this sheet."""
    t, gwp = f.t, f.ledger.gwp
    columns = ("gas", "gwp", "factor_id", "standing", "note")
    row = first = header(sheet, heading(sheet, t, t("table.gwp", set=gwp.name)), [t(f"column.{c}") for c in columns])
    sheet.freeze, sheet.head, sheet.portrait = (row, 1), (row - 1, row - 1), True
    sheet.widths[4] = 60
    emitted = {line.gas for line in f.ledger.lines}
    for gas in sorted(gwp.values, key=lambda g: (g not in emitted, list(gwp.values).index(g))):
        standing = gwp.standings.get(gas, "")
        sheet.text(row, 0, gas, "center")
        f.gwp[gas] = sheet.number(row, 1, gwp.values[gas], f"num:{decimals(gwp.values[gas])}")
        sheet.text(row, 2, gwp.ids.get(gas, ""))
        sheet.text(
            row,
            3,
            t.of("standing", standing) if standing else "",
            "warn" if standing in ("unverified", "conflict") else "text",
        )
        sheet.text(row, 4, gwp.notes.get(gas, ""), "wrap")
        row += 1
    f.book.note(Ref(sheet.name, first, 0), "gwp", Ref(sheet.name, row - 1, 4), set=gwp.name)
