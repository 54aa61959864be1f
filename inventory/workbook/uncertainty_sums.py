"""The sums of 不确定性: categories, sectors and totals over the lines."""

from __future__ import annotations

from dataclasses import dataclass

from ..core import equation
from ..sheets.address import Ref, Span, spans, sum_arguments
from ..sheets.model import OutputSheet, shared_decimals
from ..uncertainty.approach1 import TargetUncertainty
from ..uncertainty.targets import UncertaintyTarget
from .context import Filing, header, note_rows
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
        own = tuple(lines_at + i for i in target.target.lines.tolist())
        below = tuple(rows[c] for c in target.target.children)
        _Sum(f, sheet, rows[n], target, own, below).fill()
    note_rows(f, sheet, first, first + len(rows), REMARK + 1)
    return rows


def part_label(f: Filing, target: UncertaintyTarget, lang: str | None = None) -> str:
    """What a target is called on the sheets."""
    t = f.t if lang is None else Words(lang)
    if target.level in ("total", "total_without_lucf"):
        return t(f"uncertainty.{target.level}")
    name = f.edition.label_of_category(target.category, t.lang)
    return f"{target.category} {name}"


@dataclass(frozen=True)
class _Sum:
    """The row of one target: the lines of its own (rows `own`, in t) and the targets below it (rows `below`, in 万t)."""

    f: Filing
    sheet: OutputSheet
    row: int
    reported: TargetUncertainty
    own: tuple[int, ...]
    below: tuple[int, ...]

    def fill(self) -> None:
        f, sheet, row, reported = self.f, self.sheet, self.row, self.reported
        t, target = f.t, reported.target
        sheet.text(row, 0, f.value_label("region", target.region), "text")
        sheet.number(row, 1, target.year, "year")
        sheet.text(row, 2, part_label(f, target), self._level)
        sheet.text(row, 3, "", "text")
        sheet.text(row, 4, "", "text")
        emission = self._emission()
        self._half()
        self._percent(emission)
        if reported.shared_pct is None:
            sheet.text(row, SHARED, t("uncertainty.unknown"), "notation")
        else:
            sheet.number(row, SHARED, reported.shared_pct, "num:2")
        sheet.number(row, COVERED, reported.covered, "percent")
        remark = ""
        if reported.lower_bound:
            remark = t("uncertainty.bound" if reported.guideline_pct is not None else "uncertainty.unknown")
        sheet.text(row, REMARK, remark, "warn" if remark else "text")

    @property
    def _level(self) -> str:
        target = self.reported.target
        if target.level in ("total", "total_without_lucf"):
            return "line0"
        return "line1" if target.level == "sector" else "line2" if target.category.count(".") < 2 else "line3"

    @property
    def _number(self) -> str:
        return {"line0": "total", "line1": "bold"}.get(self._level, "num")

    def _what(self, word: str) -> dict[str, str]:
        """What a figure of the target is, for `explain`."""
        target, out = self.reported.target, {}
        for lang in LANGUAGES:
            words = Words(lang)
            facts = {"part": part_label(self.f, target, lang), "region": target.region, "year": target.year}
            out[lang] = words("uncertainty.said", what=words(f"uncertainty.word_{word}"), **facts)
        return out

    def _parts(self, col: int) -> list[tuple[list[Span], int]]:
        """Cells of a column that are added, with what they are divided by to become 万t; empty groups left out."""
        groups = ((self.own, WAN), (self.below, 1))
        return [(spans(Ref(self.sheet.name, r, col) for r in rows), scale) for rows, scale in groups if rows]

    def _traced(self, col: int) -> list[dict[str, object]]:
        return [{"r": [str(s) for s in cells], "s": [1, scale]} for cells, scale in self._parts(col)]

    def _emission(self) -> Ref:
        home, value = self.sheet.name, self.reported.emission / WAN
        terms = [
            f"SUM({sum_arguments(cells, home)})" + (f"/{WAN}" if scale != 1 else "")
            for cells, scale in self._parts(EMISSION)
        ]
        ref = self.sheet.formula(
            self.row, EMISSION, "=" + "+".join(terms), value, f"{self._number}:{shared_decimals([value])}"
        )
        self.f.book.note(
            ref, "sum", what=self._what("emission"), unit="万t CO2e", gas="total", parts=self._traced(EMISSION)
        )
        return ref

    def _half(self) -> None:
        """Root of the sum of squares of the half-widths that are known."""
        reported, home = self.reported, self.sheet.name
        parts = [(sum_arguments(cells, home), scale) for cells, scale in self._parts(HALF)]
        squares = [f"SUMSQ({cells})" + (f"/{WAN}^2" if scale != 1 else "") for cells, scale in parts]
        counted = ",".join(cells for cells, _ in parts)
        text = f'=IF(COUNT({counted})=0,"{UNKNOWN}",SQRT({"+".join(squares)}))'
        if reported.guideline_pct is None:
            ref = self.sheet.formula(self.row, HALF, text, UNKNOWN, "missing")
        else:
            half = reported.guideline_pct / 100.0 * abs(reported.emission) / WAN
            ref = self.sheet.formula(self.row, HALF, text, half, f"{self._number}:{shared_decimals([half])}")
        self.f.book.note(ref, "quad", what=self._what("half"), unit="万t CO2e", parts=self._traced(HALF))

    def _percent(self, emission: Ref) -> None:
        reported, sheet = self.reported, self.sheet
        cells = {"half": Ref(sheet.name, self.row, HALF), "emission": emission}
        half = cells["half"].seen_from(sheet.name)
        text = equation.excel(PERCENT_OF, lambda name: cells[name].seen_from(sheet.name), lambda name: "")
        formula = f"=IF(ISNUMBER({half}),{text},{half})"
        if reported.guideline_pct is None:
            ref = sheet.formula(self.row, PERCENT, formula, UNKNOWN, "missing")
        elif not reported.emission:
            sheet.text(self.row, PERCENT, "—", "notation")
            return
        else:
            style = "total:2" if self._number == "total" else "result:2"
            ref = sheet.formula(self.row, PERCENT, formula, reported.guideline_pct, style)
        names = {k: str(v) for k, v in cells.items()}
        self.f.book.note(ref, "calc", what=self._what("pct"), unit="%", text=PERCENT_OF, names=names)
