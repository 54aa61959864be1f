"""不确定性: approach 1 as live formulas in the order input, line, category, sector, total.

The half-widths of the inputs stand once, in the uncertainty columns of 活动数据 and 排放因子; a line's formula refers
to them there, empty cells (unknown) included, so that what a compiler fills in is counted at once. What stands above a
line refers to the lines.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ..core import equation
from ..sheets.address import Ref, Span, scale_text, spans, sum_arguments
from ..sheets.model import OutputSheet, shared_decimals
from ..uncertainty.approach1 import LineUncertainty, TargetUncertainty
from ..uncertainty.assumptions import ASSUMED, set_names
from ..uncertainty.inputs import Input
from ..uncertainty.labels import label_of
from ..uncertainty.requests import label_of_kind, named
from ..uncertainty.results import figures
from ..uncertainty.targets import UncertaintyTarget
from .context import Filing, header, heading, note, note_rows
from .data_sheets import DATA_COLUMNS, FACTOR_COLUMNS
from .tables import ReportSheets
from .texts import LANGUAGES, Words

ASKS = 40
WAN = 10_000
EMISSION, ACTIVITY, FACTOR, COMBINED, HALF, REMARK, LOW = 5, 6, 7, 8, 9, 10, 11  # columns of the lines
SHARED, COVERED, PERCENT = 6, 7, 8  # columns of the sums
PERCENT_OF = "100 * half / max(emission, -emission)"
# what a formula gives where nothing is stated, the same in both languages; the remark says it in words
UNKNOWN = "?"
_EXACT = 1e-9


def applies(f: Filing) -> bool:
    return bool(f.ledger.lines)


def fill(f: Filing, sheet: OutputSheet, reports: ReportSheets) -> None:
    """Sums, trends and asks on top, the lines below them."""
    result, t = f.uncertainty, f.t
    sheet.widths.update({0: 10, 1: 8, 2: 44, 3: 34, 4: 8, 5: 18, 6: 14, 7: 14, 8: 12, 9: 16, 10: 26, 11: 18, 12: 18})
    sheet.one_page_wide = True
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
    asks_at = trends_at + (len(trends) + 3 if trends else 0)
    requests = result.asks()
    lines_at = asks_at + (min(len(requests), ASKS) + 3 if requests else 0)
    _LineBlock(f, sheet).fill(lines_at)
    rows = _sums(f, sheet, sums_at, lines_at + 2)
    if trends:
        _trends(f, sheet, trends_at, trends, rows)
    if requests:
        _asks(f, sheet, asks_at, requests)
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
    for number, ((kind, name, pct), reaches) in enumerate(ordered[:ASKS], 1):
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


@dataclass
class _LineBlock:
    """The block of lines: one row a ledger line, in the order of the ledger."""

    f: Filing
    sheet: OutputSheet

    def fill(self, row: int) -> None:
        f, sheet, t = self.f, self.sheet, self.f.t
        sheet.text(row, 0, t("uncertainty.lines"), "section")
        labels = [t(f"column.{c}") for c in ("region", "year", "category", "item", "gas")]
        labels += [t(f"uncertainty.{c}") for c in ("emission_t", "activity", "factor", "combined", "half_t", "remark")]
        if f.montecarlo is not None:
            labels += [t("uncertainty.mc_low"), t("uncertainty.mc_high")]
        first = row = header(sheet, row + 1, labels)
        sheet.head = (row - 1, row - 1)  # the long block: its heads stand on every page that follows
        result = f.uncertainty
        s = result.sensitivities
        starts, entries, slopes = s.starts(len(result.lines)).tolist(), s.inputs.tolist(), s.values.tolist()
        items = result.inputs.items
        parts: list[str] = []
        for n, reported in enumerate(result.lines):
            span = range(starts[n], starts[n + 1])
            elastic = (
                [
                    (items[entries[e]], slopes[e] * items[entries[e]].value / reported.emission)
                    for e in span
                    if slopes[e]
                ]
                if reported.emission
                else []
            )
            parts.append(self._line(row, n, reported, elastic))
            row += 1
        if row > first:
            self._trace(first, row, parts)

    def _line(self, row: int, n: int, reported: LineUncertainty, elastic: Sequence[tuple[Input, float]]) -> str:
        """One line; gives its inputs in short for the trace (`d12 f7*0.5`: rows of the two sheets, with elasticities
        that are not 1)."""
        f, sheet = self.f, self.sheet
        line = f.ledger.lines[n]
        sheet.text(row, 0, f.value_label("region", line.region))
        sheet.number(row, 1, line.year, "year")
        sheet.text(row, 2, f.value_label("category", line.category))
        sheet.text(row, 3, f.item_text((k, v) for k, v in line.item if k != "category"))
        sheet.text(row, 4, line.gas, "center")
        source, scale = f.lines[n]
        formula = f"={source.seen_from(sheet.name)}{scale_text(scale)}*{f.gwp[line.gas].seen_from(sheet.name)}"
        sheet.formula(row, EMISSION, formula, float(reported.emission), f"num:{shared_decimals([reported.emission])}")
        shorts = []
        for col, wanted_kind, value in ((ACTIVITY, False, reported.activity_pct), (FACTOR, True, reported.factor_pct)):
            own = [(item, e) for item, e in elastic if (item.kind == "factor") == wanted_kind]
            shorts += [self._short(item, e) for item, e in own]
            self._combination(row, col, own, value)
        self._combined(row, reported)
        self._remark(row, reported)
        if f.montecarlo is not None:
            spread = f.montecarlo.lines[n]
            for k, bound in enumerate((spread.low, spread.high) if spread is not None else (None, None)):
                if bound is None:
                    sheet.text(row, LOW + k, f.t("uncertainty.unknown"), "notation")
                else:
                    sheet.number(row, LOW + k, figures(bound), f"num:{shared_decimals([bound])}")
        return " ".join(shorts)

    def _cell(self, item: Input) -> Ref:
        """Where the half-width of an input stands."""
        if item.kind == "share":
            return self.f.shares[item.ref]
        if item.kind == "factor":
            at = self.f.factors[item.ref]
            return Ref(at.sheet, at.row, FACTOR_COLUMNS.index("uncertainty"))
        at = self.f.data[item.ref]
        return Ref(at.sheet, at.row, DATA_COLUMNS.index("uncertainty"))

    def _short(self, item: Input, elasticity: float) -> str:
        return f"{ {'factor': 'f', 'share': 's'}.get(item.kind, 'd') }{self._cell(item).row}" + (
            "" if _is_one(elasticity) else f"*{elasticity!r}"
        )

    def _combination(self, row: int, col: int, own: Sequence[tuple[Input, float]], value: float | None) -> None:
        """Root of the sum of squares over inputs of one kind; an input that is empty on its sheet counts as nothing,
        all empty as unknown."""
        sheet = self.sheet
        if not own:
            sheet.text(row, col, "—", "notation")
            return
        refs = [self._cell(item).seen_from(sheet.name) for item, _ in own]
        terms = [ref if _is_one(e) else f"{ref}*{e!r}" for ref, (_, e) in zip(refs, own, strict=True)]
        again = math.sqrt(
            math.fsum(
                (item.distribution.relative_pct * e) ** 2
                for item, e in own
                if item.distribution is not None and item.value
            )
        )
        # an uncertain zero among the inputs has no percentage to refer to
        if value is not None and abs(again - value) > _EXACT * max(again, value):
            sheet.number(row, col, value, "num:2")
            return
        text = f"SQRT(SUMSQ({','.join(terms)}))"
        text = f'=IF(COUNT({",".join(refs)})=0,"{UNKNOWN}",{text})'
        if value is None:
            sheet.formula(row, col, text, UNKNOWN, "missing")
        else:
            sheet.formula(row, col, text, value, "num:2")

    def _combined(self, row: int, reported: LineUncertainty) -> None:
        sheet = self.sheet
        if not reported.emission:
            sheet.text(row, COMBINED, "—", "notation")
            if reported.combined_pct is None:
                sheet.text(row, HALF, "—", "notation")
            else:  # nothing that is uncertain moves it
                sheet.number(row, HALF, 0, "num:2")
            return
        both = (
            Span(sheet.name, ACTIVITY, row, row).seen_from(sheet.name)
            + ":"
            + Ref(sheet.name, row, FACTOR).seen_from(sheet.name)
        )
        cell, emission = (
            Ref(sheet.name, row, COMBINED).seen_from(sheet.name),
            Ref(sheet.name, row, EMISSION).seen_from(sheet.name),
        )
        if reported.combined_pct is None:
            sheet.formula(row, COMBINED, f'=IF(COUNT({both})=0,"{UNKNOWN}",SQRT(SUMSQ({both})))', UNKNOWN, "missing")
            sheet.formula(row, HALF, f"=IF(ISNUMBER({cell}),ABS({emission})*{cell}/100,{cell})", UNKNOWN, "missing")
            return
        # a line without inputs is certain
        if not any(isinstance(sheet.cells[row, c].value, (int, float)) for c in (ACTIVITY, FACTOR)):
            sheet.number(row, COMBINED, reported.combined_pct, "num:2")
        else:
            sheet.formula(
                row,
                COMBINED,
                f'=IF(COUNT({both})=0,"{UNKNOWN}",SQRT(SUMSQ({both})))',
                reported.combined_pct,
                "result:2",
            )
        half = reported.combined_pct / 100.0 * abs(reported.emission)
        sheet.formula(
            row,
            HALF,
            f"=IF(ISNUMBER({cell}),ABS({emission})*{cell}/100,{cell})",
            half,
            f"num:{shared_decimals([half])}",
        )

    def _remark(self, row: int, reported: LineUncertainty) -> None:
        t = self.f.t
        if not reported.emission:
            text = t("uncertainty.fixed")
        elif reported.complete:
            text = ""
        else:
            text = t(
                "uncertainty.nothing" if reported.combined_pct is None else "uncertainty.at_least",
                n=len(reported.unknown),
            )
        self.sheet.text(row, REMARK, text, "warn" if text and reported.emission else "text")

    def _trace(self, first: int, end: int, parts: list[str]) -> None:
        """One record for the whole block: where each row's mass and inputs stand, and what identifies the ledger line
        (read by `diff`)."""
        f, sheet, lines = self.f, self.sheet, self.f.ledger.lines
        last = LOW + 1 if f.montecarlo is not None else REMARK
        f.book.note(
            Ref(sheet.name, first, 0),
            "uline",
            Ref(sheet.name, end - 1, last),
            parts=parts,
            head=first - 1,
            at={
                "emission": EMISSION,
                "activity": ACTIVITY,
                "factor": FACTOR,
                "combined": COMBINED,
                "half": HALF,
                "remark": REMARK,
            },
            masses=[str(f.lines[n][0]) for n in range(len(lines))],
            scales=[[f.lines[n][1].numerator, f.lines[n][1].denominator] for n in range(len(lines))],
            gwp={gas: str(ref) for gas, ref in f.gwp.items()},
            inputs={
                "d": [_sheet_of(f.data.values()), DATA_COLUMNS.index("uncertainty")],
                "f": [_sheet_of(f.factors.values()), FACTOR_COLUMNS.index("uncertainty")],
                "s": [_sheet_of(f.shares.values()), next((ref.col for ref in f.shares.values()), 0)],
            },
            ids=[[x.region, x.category, x.item_text, x.account, x.method] for x in lines],
        )


def _sheet_of(refs: object) -> str:
    return next((ref.sheet for ref in refs), "")  # type: ignore[attr-defined]


def _is_one(elasticity: float) -> bool:
    return abs(abs(elasticity) - 1.0) <= 1e-12


# ---- sums ----


def _sums(f: Filing, sheet: OutputSheet, row: int, lines_at: int) -> dict[int, int]:
    """Categories, sectors and totals; gives the row of each target. `lines_at` is the row of the first ledger line."""
    t, result = f.t, f.uncertainty
    sheet.text(row, 0, t("uncertainty.totals"), "section")
    labels = [
        t("column.region"),
        t("column.year"),
        t("uncertainty.part"),
        "",
        "",
        *(t(f"uncertainty.{c}") for c in ("emission_wan", "shared", "covered", "pct", "half_wan", "remark")),
    ]
    first = header(sheet, row + 1, labels)
    rows = {n: first + i for i, n in enumerate(result.targets_tree.in_order(f.edition))}
    for n, target in enumerate(result.targets):  # children stand before their parents
        _sum(f, sheet, rows[n], target, rows, lines_at)
    return rows


def part_label(f: Filing, target: UncertaintyTarget, lang: str | None = None) -> str:
    """What a target is called on the sheets."""
    t = f.t if lang is None else Words(lang)
    if target.level in ("total", "total_without_lucf"):
        return t(f"uncertainty.{target.level}")
    name = f.edition.label_of_category(target.category, t.lang)
    return f"{target.category} {name}"


def _sum(
    f: Filing, sheet: OutputSheet, row: int, reported: TargetUncertainty, rows: dict[int, int], lines_at: int
) -> None:
    t, target, home = f.t, reported.target, sheet.name
    level = {"total": "line0", "total_without_lucf": "line0", "sector": "line1"}.get(
        target.level, "line2" if target.category.count(".") < 2 else "line3"
    )
    number = {"line0": "total", "line1": "bold"}.get(level, "num")
    sheet.text(row, 0, f.value_label("region", target.region), "text")
    sheet.number(row, 1, target.year, "year")
    sheet.text(row, 2, part_label(f, target), level)
    sheet.text(row, 3, "", "text")
    sheet.text(row, 4, "", "text")
    own = [Ref(home, lines_at + n, HALF) for n in target.lines.tolist()]
    below = [Ref(home, rows[c], HALF) for c in target.children]

    def of(refs: list[Ref], col: int) -> list[Span]:
        return spans(Ref(r.sheet, r.row, col) for r in refs)

    def args(refs: list[Ref], col: int) -> str:
        return sum_arguments(of(refs, col), home)

    amount = ([f"SUM({args(own, EMISSION)})/{WAN}"] if own else []) + (
        [f"SUM({args(below, EMISSION)})"] if below else []
    )
    emission = sheet.formula(
        row,
        EMISSION,
        "=" + "+".join(amount),
        reported.emission / WAN,
        f"{number}:{shared_decimals([reported.emission / WAN])}",
    )
    statement = {lang: _said(f, target, lang) for lang in LANGUAGES}
    parts = [
        {"r": [str(s) for s in of(refs, EMISSION)], "s": [1, scale]} for refs, scale in ((own, WAN), (below, 1)) if refs
    ]
    f.book.note(
        emission,
        "sum",
        what={lang: statement[lang]["emission"] for lang in LANGUAGES},
        unit="万t CO2e",
        gas="total",
        parts=parts,
    )
    _half(
        f,
        sheet,
        row,
        reported,
        own,
        below,
        [str(s) for s in of(own, HALF)],
        [str(s) for s in of(below, HALF)],
        {lang: statement[lang]["half"] for lang in LANGUAGES},
        args,
        number,
    )
    _percent(f, sheet, row, reported, emission, {lang: statement[lang]["pct"] for lang in LANGUAGES}, number)
    if reported.shared_pct is None:
        sheet.text(row, SHARED, t("uncertainty.unknown"), "notation")
    else:
        sheet.number(row, SHARED, reported.shared_pct, "num:2")
    sheet.number(row, COVERED, reported.covered, "percent")
    remark = (
        ""
        if not reported.lower_bound
        else t("uncertainty.bound")
        if reported.guideline_pct is not None
        else t("uncertainty.unknown")
    )
    sheet.text(row, REMARK, remark, "warn" if remark else "text")


def _said(f: Filing, target: UncertaintyTarget, lang: str) -> dict[str, str]:
    """What the figures of a target are, for `explain`."""
    words, part = Words(lang), part_label(f, target, lang)
    return {
        k: words(
            "uncertainty.said", part=part, region=target.region, year=target.year, what=words(f"uncertainty.word_{k}")
        )
        for k in ("half", "pct", "emission")
    }


def _half(
    f: Filing,
    sheet: OutputSheet,
    row: int,
    reported: TargetUncertainty,
    own: list[Ref],
    below: list[Ref],
    own_text: list[str],
    below_text: list[str],
    what: dict[str, str],
    args: Callable[[list[Ref], int], str],
    number: str,
) -> None:
    squares = ([f"SUMSQ({args(own, HALF)})/{WAN}^2"] if own else []) + (
        [f"SUMSQ({args(below, HALF)})"] if below else []
    )
    counted = ",".join(args(refs, HALF) for refs in (own, below) if refs)
    text = f'=IF(COUNT({counted})=0,"{UNKNOWN}",SQRT({"+".join(squares)}))'
    if reported.guideline_pct is None:
        ref = sheet.formula(row, HALF, text, UNKNOWN, "missing")
    else:
        half = reported.guideline_pct / 100.0 * abs(reported.emission) / WAN
        ref = sheet.formula(row, HALF, text, half, f"{number}:{shared_decimals([half])}")
    f.book.note(
        ref,
        "quad",
        what=what,
        unit="万t CO2e",
        parts=[{"r": r, "s": [1, scale]} for r, scale in ((own_text, WAN), (below_text, 1)) if r],
    )


def _percent(
    f: Filing,
    sheet: OutputSheet,
    row: int,
    reported: TargetUncertainty,
    emission: Ref,
    what: dict[str, str],
    number: str,
) -> None:
    cells = {"half": Ref(sheet.name, row, HALF), "emission": emission}
    half = cells["half"].seen_from(sheet.name)
    text = equation.excel(PERCENT_OF, lambda name: cells[name].seen_from(sheet.name), lambda name: "")
    formula = f"=IF(ISNUMBER({half}),{text},{half})"
    if reported.guideline_pct is None:
        ref = sheet.formula(row, PERCENT, formula, UNKNOWN, "missing")
    elif not reported.emission:
        sheet.text(row, PERCENT, "—", "notation")
        return
    else:
        ref = sheet.formula(
            row, PERCENT, formula, reported.guideline_pct, "total:2" if number == "total" else "result:2"
        )
    f.book.note(ref, "calc", what=what, unit="%", text=PERCENT_OF, names={k: str(v) for k, v in cells.items()})


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


def _asks(f: Filing, sheet: OutputSheet, row: int, requests: Sequence[tuple[Input, float]]) -> None:
    t, shown = f.t, requests[:ASKS]
    sheet.text(row, 0, t("uncertainty.requests", n=len(shown)), "section")
    row = first = header(
        sheet, row + 1, ["", "", t("uncertainty.input"), t("uncertainty.where"), "", t("uncertainty.affected")]
    )
    cells = _LineBlock(f, sheet)
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
