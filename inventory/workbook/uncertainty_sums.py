"""The sums of 不确定性: categories, sectors and totals over the lines."""

from __future__ import annotations

from collections.abc import Callable

from ..core import equation
from ..sheets.address import Ref, Span, spans, sum_arguments
from ..sheets.model import OutputSheet, shared_decimals
from ..uncertainty.approach1 import TargetUncertainty
from ..uncertainty.targets import UncertaintyTarget
from .context import Filing, header
from .texts import LANGUAGES, Words
from .uncertainty_lines import EMISSION, HALF, PERCENT_OF, REMARK, UNKNOWN, WAN

SHARED, COVERED, PERCENT = 6, 7, 8  # columns of the sums


def write_sums(f: Filing, sheet: OutputSheet, row: int, lines_at: int) -> dict[int, int]:
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
