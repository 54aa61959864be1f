"""不确定性: approach 1 as live formulas in the order input, line, category, sector, total.

The half-widths of the inputs stand once, in the uncertainty columns of 活动数据 and 排放因子; a line's formula refers
to them there, empty cells (unknown) included, so that what a compiler fills in is counted at once. What stands above a
line refers to the lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..core import equation
from ..sheets.address import Ref
from ..sheets.model import OutputSheet, shared_decimals
from ..uncertainty.assumptions import ASSUMED, set_names
from ..uncertainty.inputs import Input
from ..uncertainty.labels import label_of
from ..uncertainty.requests import label_of_kind, named
from .context import Filing, header, heading, note, note_rows
from .tables import ReportSheets
from .texts import LANGUAGES
from .uncertainty_lines import EMISSION, REMARK, WAN, LineBlock
from .uncertainty_sums import part_label, write_sums

MOST_REQUESTS = 40


def applies(f: Filing) -> bool:
    return bool(f.ledger.lines)


def fill(f: Filing, sheet: OutputSheet, reports: ReportSheets) -> None:
    """Sums, trends and asks on top, the lines below them."""
    result, t = f.uncertainty, f.t
    sheet.widths.update({0: 10, 1: 8, 2: 44, 3: 34, 4: 8, 5: 18, 6: 14, 7: 14, 8: 12, 9: 16, 10: 26, 11: 18, 12: 18})
    row = heading(sheet, t, t("uncertainty.subtitle"))
    unknown = sum(not item.known for item in result.inputs.items)
    assumed = sum(item.basis == ASSUMED for item in result.inputs.items)
    name = "open" if unknown else "assumed_of" if assumed else "closed"
    text = t(f"uncertainty.{name}", all=len(result.inputs.items), n=unknown or assumed)
    row = note(sheet, row, text, REMARK, "banner" if unknown else "note", 150)
    chosen = "、".join(result.inputs.sets) or t("uncertainty.no_set")
    row = note(
        sheet, row, t("uncertainty.sets", chosen=chosen, known="、".join(set_names(f.edition))), REMARK, "note", 150
    )
    row = note(sheet, row, t("uncertainty.method"), REMARK, "note", 150) + 1
    sums_at = _assumed(f, sheet, row)
    trends_at = sums_at + len(result.targets) + 3
    place = {result.targets_tree.items[n].at: k for k, n in enumerate(result.targets_tree.in_order(f.edition))}
    trends = sorted((x for x in result.trends if x.first.level != "category"), key=lambda x: place[x.later.at])
    requests_at = trends_at + (len(trends) + 3 if trends else 0)
    requests = result.requests()
    lines_at = requests_at + (min(len(requests), MOST_REQUESTS) + 3 if requests else 0)
    LineBlock(f, sheet).fill(lines_at)
    rows = write_sums(f, sheet, sums_at, lines_at + 2)
    if trends:
        _trends(f, sheet, trends_at, trends, rows)
    if requests:
        _requests(f, sheet, requests_at, requests)
    sheet.freeze = (0, 3)


# ---- what was assumed ----


def _assumed(f: Filing, sheet: OutputSheet, row: int) -> int:
    """Quantities, parameters and splits whose uncertainty is the edition's declared default, most emission first; gives
    the row below."""
    t, result = f.t, f.uncertainty
    listed = result.assumed()
    if not listed:
        return row
    groups: dict[tuple[str, str, float], list[float]] = {}
    for item, reach in listed:
        assert item.distribution is not None
        pct = round(item.distribution.relative_pct, 1) if item.value else 0.0
        groups.setdefault((*named(f.ledger, item), pct), []).append(reach)
    total = sum(r for reaches in groups.values() for r in reaches)
    ordered = sorted(groups.items(), key=lambda g: (-sum(g[1]), g[0]))
    sheet.text(row, 0, t("uncertainty.assumed", n=len(listed), groups=len(ordered)), "section")
    first = row = header(
        sheet,
        row + 1,
        [
            "",
            "",
            t("uncertainty.assumed_what"),
            t("uncertainty.assumed_kind"),
            "",
            t("uncertainty.affected"),
            t("uncertainty.assumed_pct"),
            t("uncertainty.assumed_inputs"),
        ],
    )
    for number, ((kind, name, pct), reaches) in enumerate(ordered[:MOST_REQUESTS], 1):
        sheet.number(row, 0, number, "year")
        sheet.text(row, 1, "")
        sheet.text(row, 2, label_of_kind(f.ledger, kind, name)[f.lang], "wrap")
        sheet.text(row, 3, t(f"uncertainty.kind_{kind}"))
        sheet.text(row, 4, "")
        sheet.number(row, 5, sum(reaches) / WAN, f"num:{shared_decimals([total / WAN])}")
        sheet.number(row, 6, pct, "num:1")
        sheet.number(row, 7, len(reaches), "year")
        row += 1
    note_rows(f, sheet, first, row, 8)
    return row + 1


# ---- lines ----


# ---- sums ----


# ---- trends, asks ----


def _trends(f: Filing, sheet: OutputSheet, row: int, trends: Sequence[Any], rows: dict[int, int]) -> None:
    t, result = f.t, f.uncertainty
    place = {x.at: n for n, x in enumerate(result.targets_tree.items)}
    sheet.text(row, 0, t("uncertainty.trends"), "section")
    labels = [
        t("column.region"),
        t("uncertainty.later_year"),
        t("uncertainty.part"),
        "",
        t("uncertainty.first_year"),
        t("uncertainty.change"),
        t("uncertainty.change_pct"),
        t("uncertainty.change_points"),
        "",
        t("uncertainty.change_half"),
        "",
    ]
    row = first = header(sheet, row + 1, labels)
    for x in trends:
        a, b = (Ref(sheet.name, rows[place[y.at]], EMISSION) for y in (x.first, x.later))
        sheet.text(row, 0, f.value_label("region", x.later.region))
        sheet.number(row, 1, x.later.year, "year")
        sheet.text(row, 2, part_label(f, x.later), "line0" if x.later.level != "sector" else "line1")
        sheet.text(row, 3, "")
        sheet.number(row, 4, x.first.year, "year")
        what = {lang: f"{part_label(f, x.later, lang)} {x.first.year}–{x.later.year}" for lang in LANGUAGES}
        for col, text, value, unit in (
            (5, "later - first", x.change / WAN, "万t CO2e"),
            (6, "100 * (later - first) / first", x.change_pct, "%"),
        ):
            if value is None:
                sheet.text(row, col, "—", "notation")
                continue
            cells = {"first": a, "later": b}
            texts = {name: cell.seen_from(sheet.name) for name, cell in cells.items()}
            ref = sheet.formula(
                row, col, "=" + equation.excel(text, texts.__getitem__, lambda name: ""), value, "num:2"
            )
            f.book.note(ref, "calc", what=what, unit=unit, text=text, names={k: str(v) for k, v in cells.items()})
        for col, value in ((7, x.half_width_points), (9, None if x.half_width is None else x.half_width / WAN)):
            if value is None:
                sheet.text(row, col, t("uncertainty.unknown"), "notation")
            else:
                sheet.number(row, col, value, "num:2")
        for col in (8, 10):
            sheet.text(row, col, "")
        row += 1
    note_rows(f, sheet, first, row, REMARK + 1)


def _requests(f: Filing, sheet: OutputSheet, row: int, requests: Sequence[tuple[Input, float]]) -> None:
    t, shown = f.t, requests[:MOST_REQUESTS]
    sheet.text(row, 0, t("uncertainty.requests", n=len(shown)), "section")
    row = first = header(
        sheet, row + 1, ["", "", t("uncertainty.input"), t("uncertainty.where"), "", t("uncertainty.affected")]
    )
    cells = LineBlock(f, sheet)
    for number, (item, reach) in enumerate(shown, 1):
        at = cells._cell(item)
        sheet.number(row, 0, number, "year")
        sheet.text(row, 1, "")
        sheet.text(row, 2, label_of(f.ledger, item)[f.lang], "wrap")
        sheet.text(row, 3, str(at), "link", link=at.sheet)
        sheet.text(row, 4, "")
        sheet.number(row, 5, reach / WAN, f"num:{shared_decimals([reach / WAN])}")
        row += 1
    note_rows(f, sheet, first, row, 6)
