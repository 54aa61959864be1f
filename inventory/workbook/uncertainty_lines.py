"""The lines of 不确定性: one formula a line over the half-widths of its inputs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ..sheets.address import Ref, Span, scale_text
from ..sheets.model import OutputSheet, shared_decimals
from ..uncertainty.approach1 import LineUncertainty
from ..uncertainty.inputs import Input
from ..uncertainty.results import figures
from .context import Filing, header
from .data_sheets import DATA_COLUMNS, FACTOR_COLUMNS

WAN = 10_000

EMISSION, ACTIVITY, FACTOR, COMBINED, HALF, REMARK, LOW = 5, 6, 7, 8, 9, 10, 11  # columns of the lines

PERCENT_OF = "100 * half / max(emission, -emission)"

# what a formula gives where nothing is stated, the same in both languages; the remark says it in words
UNKNOWN = "?"

EXACT = 1e-9


@dataclass
class LineBlock:
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
            "" if is_one(elasticity) else f"*{elasticity!r}"
        )

    def _combination(self, row: int, col: int, own: Sequence[tuple[Input, float]], value: float | None) -> None:
        """Root of the sum of squares over inputs of one kind; an input that is empty on its sheet counts as nothing,
        all empty as unknown."""
        sheet = self.sheet
        if not own:
            sheet.text(row, col, "—", "notation")
            return
        refs = [self._cell(item).seen_from(sheet.name) for item, _ in own]
        terms = [ref if is_one(e) else f"{ref}*{e!r}" for ref, (_, e) in zip(refs, own, strict=True)]
        again = math.sqrt(
            math.fsum(
                (item.distribution.relative_pct * e) ** 2
                for item, e in own
                if item.distribution is not None and item.value
            )
        )
        # an uncertain zero among the inputs has no percentage to refer to
        if value is not None and abs(again - value) > EXACT * max(again, value):
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
        """One record for the whole block: where each row's inputs stand (its mass: see `trace.note_lines`)."""
        f, sheet = self.f, self.sheet
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
            inputs={
                "d": [sheet_of(f.data.values()), DATA_COLUMNS.index("uncertainty")],
                "f": [sheet_of(f.factors.values()), FACTOR_COLUMNS.index("uncertainty")],
                "s": [sheet_of(f.shares.values()), next((ref.col for ref in f.shares.values()), 0)],
            },
        )


def sheet_of(refs: object) -> str:
    return next((ref.sheet for ref in refs), "")  # type: ignore[attr-defined]


def is_one(elasticity: float) -> bool:
    return abs(abs(elasticity) - 1.0) <= 1e-12
