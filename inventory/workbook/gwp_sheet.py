"""GWP比较: the ledger under every GWP set side by side, and which lines move. Masses are referred to; no column mixes
two sets."""

from __future__ import annotations

from ..analysis.gwp_comparison import GwpComparison, GwpComparisonRow, GwpTotal, compare_gwp
from ..sheets.address import Ref
from ..sheets.model import OutputSheet, decimals, shared_decimals
from .calc import calculated
from .context import Filing, header, heading, note, note_rows
from .figures import MASS
from .tables import ReportSheets
from .texts import LANGUAGES, Words


def applies(f: Filing) -> bool:
    return len(f.edition.gwp_sets) > 1 and any(line.account == "total" for line in f.ledger.lines)


def fill(f: Filing, sheet: OutputSheet, reports: ReportSheets) -> None:
    """Three blocks: totals and sectors, the sets themselves, every category and gas. Written from the last to the
    first, so that each refers downwards."""
    t, result = f.t, compare_gwp(f.ledger)
    sheet.widths.update({0: 10, 1: 8, 2: 56, 3: 12, 4: 18})
    sheet.one_page_wide = True
    n = len(result.sets)
    row = heading(sheet, t, t("gwp_comparison.in_force", set=f.ledger.gwp.name))
    row = note(sheet, row, t("gwp_comparison.note"), 4 + n, "note", 116) + 1
    totals_at = row
    gases = list(dict.fromkeys(r.gas for r in result.rows))
    sets_at = totals_at + len(result.totals) + 3
    rows_at = sets_at + len(gases) + 3
    values = _sets(f, sheet, sets_at, result, gases)
    first = _rows(f, sheet, rows_at, result, values, reports)
    _totals(f, sheet, totals_at, result, first)
    sheet.freeze = (0, 3)


def _names(f: Filing, result: GwpComparison) -> list[str]:
    return [
        f"{s.name}\n{f.t('gwp_comparison.now')}" if k == result.in_force else s.name for k, s in enumerate(result.sets)
    ]


def _sets(
    f: Filing, sheet: OutputSheet, row: int, result: GwpComparison, gases: list[str]
) -> dict[tuple[int, str], Ref]:
    t = f.t
    sheet.text(row, 0, t("gwp_comparison.values"), "section")
    row = first = header(
        sheet, row + 1, [t("column.gas"), "", t("column.factor_id"), "", t("column.unit"), *_names(f, result)]
    )
    values: dict[tuple[int, str], Ref] = {}
    for gas in gases:
        sheet.text(row, 0, gas, "center")
        sheet.text(row, 1, "")
        ids = [f"{s.ids[gas]}（{t.of('standing', s.standings.get(gas, ''))}）" for s in result.sets if gas in s.ids]
        sheet.text(row, 2, t.semicolon.join(ids), "wrap")
        sheet.text(row, 3, "")
        sheet.text(row, 4, "t CO2e/t", "center")
        for k, s in enumerate(result.sets):
            col = 5 + k
            if gas not in s.values:
                sheet.text(row, col, t("table.missing"), "missing")
            elif k == result.in_force:
                source = f.gwp[gas]
                values[k, gas] = sheet.formula(
                    row, col, "=" + source.seen_from(sheet.name), s.values[gas], f"num:{decimals(s.values[gas])}"
                )
                f.book.note(
                    values[k, gas],
                    "calc",
                    what=dict.fromkeys(LANGUAGES, f"GWP {gas} {s.name}"),
                    unit="t CO2e/t",
                    text="a",
                    names={"a": str(source)},
                )
            else:
                values[k, gas] = sheet.number(row, col, s.values[gas], f"num:{decimals(s.values[gas])}")
        row += 1
    note_rows(f, sheet, first, row, 5 + len(result.sets))
    return values


def _rows(
    f: Filing,
    sheet: OutputSheet,
    row: int,
    result: GwpComparison,
    values: dict[tuple[int, str], Ref],
    reports: ReportSheets,
) -> int:
    """Every category and gas; gives the row of the first."""
    t = f.t
    sheet.text(row, 0, t("gwp_comparison.lines"), "section")
    labels = [
        t("column.region"),
        t("column.year"),
        t("column.category"),
        t("column.gas"),
        f"{t('column.mass')}\n(t)",
        *_names(f, result),
        t("gwp_comparison.moves"),
    ]
    row = first = header(sheet, row + 1, labels)
    for entry in result.rows:
        _line(f, sheet, row, entry, result, values, reports)
        row += 1
    return first


def _line(
    f: Filing,
    sheet: OutputSheet,
    row: int,
    entry: GwpComparisonRow,
    result: GwpComparison,
    values: dict[tuple[int, str], Ref],
    reports: ReportSheets,
) -> None:
    t = f.t
    sheet.text(row, 0, f.value_label("region", entry.region))
    sheet.number(row, 1, entry.year, "year")
    sheet.text(row, 2, f.value_label("category", entry.category))
    sheet.text(row, 3, entry.gas, "center")
    what = {
        lang: Words(lang)(
            "table.sum",
            label=f"{entry.region} {f.edition.label_of_category(entry.category, lang)}",
            gas=entry.gas,
            year=entry.year,
        )
        for lang in LANGUAGES
    }
    mass = reports.figures.put(
        sheet,
        row,
        4,
        entry.lines,
        MASS,
        entry.gas,
        "t",
        f"num:{shared_decimals([entry.mass_t])}",
        what,
        reports.figures.mass_parts(entry.lines, entry.gas, "t"),
    ).ref
    for k, s in enumerate(result.sets):
        value = values.get((k, entry.gas))
        if value is None:
            sheet.text(row, 5 + k, t("table.missing"), "missing")
            continue
        named = {lang: f"{what[lang]} {s.name}" for lang in LANGUAGES}
        style = f"{'changed' if s.values[entry.gas] != result.sets[result.in_force].values.get(entry.gas) and entry.mass_t else 'num'}:4"
        calculated(f, sheet, row, 5 + k, "m * g / 10000", {"m": mass, "g": value}, "万t CO2e", named, style)
    sheet.text(row, 5 + len(result.sets), t("gwp_comparison.yes") if entry.moves else "", "center")


def _totals(f: Filing, sheet: OutputSheet, row: int, result: GwpComparison, first: int) -> None:
    t = f.t
    sheet.text(row, 0, t("gwp_comparison.totals"), "section")
    labels = [t("column.region"), t("column.year"), t("gwp_comparison.part"), "", t("column.unit"), *_names(f, result)]
    row = header(sheet, row + 1, labels)
    below = {s: f.edition.descendants(s) for s in {x.sector for x in result.totals if x.sector}}
    for entry in result.totals:
        style = "line2" if entry.sector else "line0"
        sheet.text(row, 0, f.value_label("region", entry.region), style)
        sheet.number(row, 1, entry.year, "year")
        sheet.text(row, 2, f.value_label("category", entry.sector) if entry.sector else t("column.total"), style)
        sheet.text(row, 3, "", style)
        sheet.text(row, 4, "万t CO2e", "center")
        at = [
            first + i
            for i, r in enumerate(result.rows)
            if (r.region, r.year) == (entry.region, entry.year)
            and (not entry.sector or r.category in below[entry.sector])
        ]
        for k in range(len(result.sets)):
            _total(f, sheet, row, 5 + k, entry, k, at, result)
        row += 1


def _total(
    f: Filing, sheet: OutputSheet, row: int, col: int, entry: GwpTotal, k: int, at: list[int], result: GwpComparison
) -> None:
    value = entry.co2e[k]
    if value is None:
        sheet.text(row, col, f"{f.t('table.missing')} {'、'.join(entry.missing[k])}", "missing")
        return
    refs = [Ref(sheet.name, r, col) for r in at if not isinstance(sheet.cells[r, col].value, str)]
    # rows of one region, year and sector stand together, so the sum is one range (two where a sector's rows are parted)
    runs: list[list[int]] = []
    for ref in refs:
        if runs and ref.row == runs[-1][1] + 1:
            runs[-1][1] = ref.row
        else:
            runs.append([ref.row, ref.row])
    areas = [
        Ref(sheet.name, a, col).seen_from(sheet.name)
        + (f":{Ref(sheet.name, b, col).seen_from(sheet.name)}" if b > a else "")
        for a, b in runs
    ]
    total = float(value) / 1e4
    made_cell = sheet.formula(row, col, f"=SUM({','.join(areas)})", total, f"{'num' if entry.sector else 'total'}:1")
    part = {
        lang: f.edition.label_of_category(entry.sector, lang) if entry.sector else Words(lang)("column.total")
        for lang in LANGUAGES
    }
    label = {lang: f"{entry.region} {entry.year} {part[lang]} {result.sets[k].name}" for lang in LANGUAGES}
    f.book.note(
        made_cell, "sum", what=label, unit="万t CO2e", gas="total", parts=[{"r": [str(r) for r in refs], "s": [1, 1]}]
    )
