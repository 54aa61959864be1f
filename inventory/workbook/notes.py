"""The sheets around the figures: cover, named choices, information items, completeness, warnings."""

from __future__ import annotations

import math
from collections import Counter

from ..analysis.report_lines import TableLine
from ..core.completeness import Completeness, LineStatus, state_of
from ..core.gwp import set_label
from ..core.questions import item_text
from ..core.rounding import STATEMENT
from ..sheets.address import a1, from_a1, quoted
from ..sheets.model import OutputSheet, Spot, shared_decimals, width_of
from .context import Filing, header, heading, note, note_rows
from .data_sheets import factor_groups, reason_text, standing_text
from .figures import CO2E, MASS, LineSum
from .tables import ReportSheets
from .texts import LANGUAGES, Words


def memo_sheet(f: Filing, sheet: OutputSheet, reports: ReportSheets) -> None:
    """Everything outside the total: category, gas, mass and CO2e by year; lines of the guideline that were not computed
    with their notation key."""
    t, ledger = f.t, f.ledger
    years = reports.years
    row = heading(sheet, t, t("table.gwp", set=ledger.gwp.name))
    labels = [t("column.region"), t("column.category"), t("column.gas"), t("column.method")]
    labels += (
        [f"{y}\n{t('column.mass')}\n(t)" for y in years]
        + [f"{y}\n{t('column.co2e')}" for y in years]
        + [t("column.flags")]
    )
    row = header(sheet, row, labels)
    sheet.freeze, sheet.head = (row, 3), (row - 1, row - 1)
    sheet.widths.update({1: 34, 3: 30})
    groups: dict[tuple[str, str, str, str], dict[int, list[int]]] = {}
    for i, line in enumerate(ledger.lines):
        if line.account == "memo":
            groups.setdefault((line.region, line.category, line.gas, line.method), {}).setdefault(line.year, []).append(
                i
            )
    undone: dict[tuple[str, str, str], dict[int, list[LineStatus]]] = {}
    for region in reports.regions:
        for year in years:
            for s in reports.statuses(region, year):
                if f.edition.categories[s.category].memo and s.status != "computed":
                    undone.setdefault((region, s.category, s.gas), {}).setdefault(year, []).append(s)
    for region, category, gas in undone:
        if not any(group[:3] == (region, category, gas) for group in groups):
            groups[region, category, gas, ""] = {}
    order = {c: i for i, c in enumerate(f.edition.categories)}
    methods = f.edition.declared.methods
    for (region, category, gas, method), by_year in sorted(
        groups.items(), key=lambda x: (reports.regions.index(x[0][0]), order[x[0][1]])
    ):
        sheet.text(row, 0, f.value_label("region", region))
        sheet.text(row, 1, f.value_label("category", category))
        sheet.text(row, 2, gas, "center")
        sheet.text(row, 3, t.label(methods[method].label) if method in methods else method, "wrap")
        flags: dict[str, None] = {}
        for k, year in enumerate(years):
            lines = tuple(by_year.get(year, ()))
            what = {
                lang: Words(lang)("table.sum", label=f.edition.label_of_category(category, lang), gas=gas, year=year)
                for lang in LANGUAGES
            }
            if not lines:
                for col in (4 + k, 4 + len(years) + k):
                    undone_lines = undone.get((region, category, gas), {}).get(year, ())
                    reports.without_figure(Spot(sheet, row, col), undone_lines, what)
                continue
            figures, spot = reports.figures, Spot(sheet, row, 4 + k)
            style = f"num:{shared_decimals([figures.value_t(lines, False)])}"
            mass = figures.put(spot, LineSum(lines, MASS, gas, "t"), style, what, figures.mass_parts(lines, gas, "t"))
            style = f"num:{shared_decimals([figures.value_t(lines, True) / 1e4])}"
            parts = figures.co2e_parts(lines, "万t CO2e", row=[(mass, gas)])
            figures.put(spot.right(len(years)), LineSum(lines, CO2E, gas, "万t CO2e"), style, what, parts)
            flags.update(dict.fromkeys(x for i in lines for x in ledger.lines[i].flags))
        sheet.text(row, 4 + 2 * len(years), f.flags(flags))
        row += 1


def completeness_sheet(f: Filing, sheet: OutputSheet) -> Completeness:
    """Every line of the guideline with what became of it, and why it is not whole; gives the state for the cover."""
    t = f.t
    row = header(
        sheet,
        heading(sheet, t, t("table.legend")),
        [t(f"column.{c}") for c in ("region", "year", "category", "gas", "status", "reason", "file")],
    )
    sheet.freeze, sheet.head = (row, 3), (row - 1, row - 1)
    sheet.widths.update({2: 44, 4: 16, 5: 50, 6: 28})
    state = state_of(f.ledger)
    styles = {
        "computed": "good",
        "partial": "notation",
        "incomplete": "missing",
        "missing": "missing",
        "notation": "notation",
    }
    first = row
    for status in state.lines:
        sheet.text(row, 0, f.value_label("region", status.region))
        sheet.number(row, 1, status.year, "year")
        sheet.text(row, 2, f.value_label("category", status.category))
        sheet.text(row, 3, status.gas, "center")
        sheet.text(
            row, 4, status.notation.key if status.notation else t(f"completeness.{status.state}"), styles[status.state]
        )
        items = "、".join(f"{f.quantity_label(c.quantity)} {item_text(c.item)}".strip() for c in status.cells)
        reasons = [status.reasons, t("completeness.missing_rows", items=items) if items else ""]
        sheet.text(row, 5, t.semicolon.join(r for r in reasons if r), "wrap")
        origins = [n.origin for n in (status.notation, *status.keys) if n is not None] + [
            c.origin for c in status.cells
        ]
        sheet.text(row, 6, str(origins[0]) if origins else "")
        row += 1
    note_rows(f, sheet, first, row, 7)
    return state


def problems_sheet(f: Filing, sheet: OutputSheet) -> None:
    """All warnings and hints of this compilation."""
    t = f.t
    row = header(sheet, heading(sheet, t), [t(f"column.{c}") for c in ("number", "severity", "place", "message")])
    sheet.freeze, sheet.head = (row, 0), (row - 1, row - 1)
    sheet.widths.update({1: 10, 2: 34, 3: 100})
    note_rows(f, sheet, row, row + len(f.ledger.warnings), 4)
    for number, p in enumerate(f.ledger.warnings, 1):
        sheet.number(row, 0, number, "year")
        sheet.text(
            row,
            1,
            {"error": "错误", "warning": "警告", "hint": "提示"}[p.severity] if f.lang == "zh" else p.severity,
            "center",
        )
        sheet.text(row, 2, str(p.origin), "wrap")
        sheet.text(
            row,
            3,
            t.semicolon.join(
                x for x in (p.part("what", f.lang), p.part("expected", f.lang), p.part("fix", f.lang)) if x
            ),
            "wrap",
        )
        row += 1


def cover_sheet(
    f: Filing,
    sheet: OutputSheet,
    reports: ReportSheets,
    tables: dict[str, list[TableLine]],
    state: Completeness,
    names: dict[str, str],
) -> None:
    """What the workbook holds, what it rests on, and what to mind: the first thing a reviewer reads."""
    t, ledger, last = f.t, f.ledger, 5
    sheet.portrait = True
    sheet.widths.update({0: 30, 1: 17, 2: 17, 3: 17, 4: 17, 5: 17})
    sheet.merges.append((0, 0, 0, last))
    sheet.text(0, 0, f.book.title, "cover_title")
    sheet.heights[0] = 46
    row = _banners(f, sheet, 2, last, state)
    for label, text in (
        (t("cover.region"), "、".join(f.value_label("region", r) for r in reports.regions)),
        (t("cover.years"), "、".join(str(y) for y in reports.years)),
        (t("cover.edition"), t.label(ledger.edition.label)),
        (t("cover.gwp"), f"{ledger.gwp.name}：{set_label(ledger.gwp.name, t.lang)}"),
        (t("cover.code"), ledger.project.archive_code),
    ):
        if not text:
            continue
        sheet.text(row, 0, label, "line1")
        sheet.merges.append((row, 1, row, last))
        sheet.text(row, 1, text, "wrap")
        row += 1
    row = _totals(f, sheet, row + 1, reports, tables)
    row = note(sheet, row, t("cover.missing_lines", **state.summary()), last) + 1
    row = _rests_on(f, sheet, row, last)
    row = _contents(f, sheet, row, last, names)
    sheet.text(row + 1, 0, t("cover.how"), "section")
    row = note(sheet, row + 2, t("cover.how_text"), last, "note", 112)
    row = note(sheet, row, STATEMENT[f.lang], last, "note", 112) + 1
    _counts(f, sheet, row)


def _banners(f: Filing, sheet: OutputSheet, row: int, last: int, state: Completeness) -> int:
    """Illustrative data, and places and years that are not complete; the row after them."""
    t = f.t
    illustrative = sum(d.data_kind == "示例" for d in f.ledger.data)
    if illustrative:
        row = note(sheet, row, t("cover.illustrative", n=illustrative), last, "banner", 100) + 1
    short = {place: len(state.unanswered(*place)) for place in dict.fromkeys((s.region, s.year) for s in state.lines)}
    places = [
        t("cover.incomplete_place", region=f.value_label("region", region), year=year, n=n)
        for (region, year), n in short.items()
        if n
    ]
    if places:
        text = t("cover.incomplete", places="、".join(places[:6]) + ("…" if len(places) > 6 else ""))
        row = note(sheet, row, text, last, "banner", 100) + 1
    return row


def _contents(f: Filing, sheet: OutputSheet, row: int, last: int, names: dict[str, str]) -> int:
    """The other sheets with a link and what stands on each; the row after them."""
    sheet.text(row, 0, f.t("cover.contents"), "section")
    row += 1
    room = sum(sheet.widths.get(c, 12) for c in range(1, last + 1)) - 2
    for other in f.book.sheets.values():
        if other.hidden or other.name == sheet.name:
            continue
        sheet.text(row, 0, other.name, "link", link=other.name)
        sheet.merges.append((row, 1, row, last))
        statement = names.get(other.name, other.title)
        sheet.text(row, 1, statement, "wrap")
        if (broken := math.ceil(width_of(statement) / room)) > 1:  # a merged cell sets no height of its own
            sheet.heights[row] = 13.5 * broken + 3
        row += 1
    return row


def _rests_on(f: Filing, sheet: OutputSheet, row: int, last: int) -> int:
    """How many substitutes and remarks there are, and the sheets that list them."""
    t = f.t
    groups = [g for g in factor_groups(f) if f.ledger.factors[g[0]].step == "fallback"]
    row = note(sheet, row, t("cover.fallbacks_count", n=len(groups)) if groups else t("cover.no_fallbacks"), last)
    warnings = f.ledger.warnings
    return (
        note(sheet, row, t("cover.warnings_count", n=len(warnings)) if warnings else t("cover.no_warnings"), last) + 1
    )


def _totals(f: Filing, sheet: OutputSheet, row: int, reports: ReportSheets, tables: dict[str, list[TableLine]]) -> int:
    """The level-0 lines of the first table, by year: references to its cells."""
    t = f.t
    sheet.text(row, 0, t("cover.totals"), "section")
    row += 1
    sheet.text(row, 0, t("column.name"), "head")
    for k, year in enumerate(reports.years[:5]):
        sheet.number(row, 1 + k, year, "head")
    row += 1
    for region in reports.regions:
        for line in next(iter(tables.values())):
            if line.level > 1 or line.memo:
                continue
            cells = [reports.cells.get((line.table, line.number, region, y, "total")) for y in reports.years[:5]]
            if not any(cells):
                continue
            name = t.label(line.label)
            sheet.text(
                row,
                0,
                f"{f.value_label('region', region)}　{name}" if len(reports.regions) > 1 else name,
                "line1" if line.level == 0 else "line2",
            )
            for k, ref in enumerate(cells):
                if ref is None:
                    sheet.text(row, 1 + k, "", "notation")
                    continue
                result = sheet.formula(
                    row,
                    1 + k,
                    "=" + ref.seen_from(sheet.name),
                    f.book.figure(ref),
                    f"{'bold' if line.level == 0 else 'num'}:1",
                )
                f.book.note(
                    result,
                    "sum",
                    what=reports.what(line, "total", reports.years[k], region),
                    unit="万t CO2e",
                    gas="total",
                    parts=[{"r": [str(ref)], "s": [1, 1]}],
                )
            row += 1
    return row + 1


def _counts(f: Filing, sheet: OutputSheet, row: int) -> int:
    """How many factors of each standing, how many data of each kind: counted by formulas on their sheets."""
    t = f.t
    for title, name, words in (
        ("cover.standings", "factors", [standing_text(f, f.ledger.factors[g[0]]) for g in factor_groups(f)]),
        ("cover.kinds", "data", [d.data_kind for d in f.ledger.data]),
    ):
        record = next((r for r in f.book.trace if r[2]["k"] == {"factors": "factor", "data": "data"}[name]), None)
        if record is None:
            continue
        sheet.text(row, 0, t(title), "section")
        row += 1
        place, what = record[1], record[2]
        first, last = place.split(":")
        column = what["at"]["standing" if name == "factors" else "data_kind"]
        area = f"{quoted(record[0])}!{a1(from_a1(first)[0], column)}:{a1(from_a1(last)[0], column)}"
        for word, count in sorted(Counter(words).items(), key=lambda x: (-x[1], x[0])):
            if word:
                sheet.text(row, 0, word)
                ref = sheet.formula(row, 1, f'=COUNTIF({area},"{word}")', count, "num:0")
                f.book.note(
                    ref,
                    "count",
                    what={lang: f"{Words(lang)(title)}：{word}" for lang in LANGUAGES},
                    area=f"{record[0]}!{place}",
                )
                row += 1
        row += 1
    return row


def substitutes_sheet(f: Filing, sheet: OutputSheet) -> None:
    """Declared substitutes in force, those of one parameter and reason together."""
    t = f.t
    row = note(sheet, heading(sheet, t), t("cover.fallbacks"), 3, "formula", 112) + 1
    row = header(sheet, row, [t(c) for c in ("column.parameter", "column.reason", "cover.count", "column.factor_id")])
    sheet.freeze, sheet.head = (row, 1), (row - 1, row - 1)
    sheet.widths.update({0: 34, 1: 60, 2: 8, 3: 60})
    by_reason: dict[tuple[str, str], list[int]] = {}
    for group in factor_groups(f):
        r = f.ledger.factors[group[0]]
        if r.step == "fallback":
            by_reason.setdefault((r.parameter, reason_text(f, r)), []).append(group[0])
    first = row
    for (parameter, reason), members in by_reason.items():
        declared = f.edition.declared.parameters.get(parameter)
        sheet.text(row, 0, t.label(declared.label, parameter) if declared else parameter, "wrap")
        sheet.text(row, 1, reason, "wrap")
        sheet.number(row, 2, len(members), "num:0")
        sheet.text(row, 3, ", ".join(f.ledger.factors[i].id for i in members), "wrap")
        row += 1
    note_rows(f, sheet, first, row, 4)
