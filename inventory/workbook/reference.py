"""参考方法比较: the reference approach beside the sectoral one, by fuel and in total, with the difference and its
percent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..sheets.address import a1
from ..sheets.model import OutputSheet, Spot, shared_decimals
from .context import Filing, heading, note
from .figures import MASS, Lines, LineSum, Written
from .tables import ReportSheets
from .texts import LANGUAGES, Words

UNIT = "万t"


def has_reference(f: Filing) -> bool:
    return any(line.account == "check" for line in f.ledger.lines)


def reference_sheet(f: Filing, sheet: OutputSheet, reports: ReportSheets) -> None:
    """One block per check method and region; rows are fuels in their classes, columns years."""
    t = f.t
    row = note(sheet, heading(sheet, t), t("reference.note"), 1 + 4 * len(reports.years))
    sheet.widths[0] = 30
    blocks: dict[tuple[str, str, str, str], None] = {}
    for line in f.ledger.lines:
        if line.account == "check":
            blocks[line.method, line.category, line.gas, line.region] = None
    for place in blocks:
        row = _Block(f, sheet, reports, *place).fill(row) + 1


@dataclass(frozen=True, slots=True)
class _Row:
    """A fuel, a class of fuels (level 1) or the total (level 0)."""

    row: int
    label: str
    fuels: Sequence[str]
    level: int

    @property
    def style(self) -> str:
        return "total" if self.level == 0 else "bold" if self.level == 1 else "num"


@dataclass(frozen=True)
class _Block:
    """One check method in one region."""

    f: Filing
    sheet: OutputSheet
    reports: ReportSheets
    method: str
    category: str
    gas: str
    region: str

    def fill(self, row: int) -> int:
        f, sheet, years = self.f, self.sheet, self.reports.years
        self._heads(row)
        mine, theirs = self._lines()
        fuels = sorted({fuel for fuel, _ in (*mine, *theirs)}, key=lambda x: f.rank("fuel", x))
        rows = self._rows(row + 3, fuels)
        for entry in sorted(rows, key=lambda r: r.row):
            sheet.text(entry.row, 0, entry.label, f"line{entry.level}")
        for k, year in enumerate(years):
            near: dict[str, list[Written]] = {"reference": [], "sectoral": []}
            for entry in sorted(rows, key=lambda r: (-r.level, r.row)):  # fuels before the sums that refer to them
                spot, both = Spot(sheet, entry.row, 1 + 4 * k), True
                for c, (side, source) in enumerate((("reference", mine), ("sectoral", theirs))):
                    lines = tuple(sorted(i for fuel in entry.fuels for i in source.get((fuel, year), ())))
                    what = self._what(entry, year, side)
                    both &= self._figure(spot.right(c), lines, entry.style, what, near[side])
                self._difference(spot, both, entry, year)
        return max(r.row for r in rows) + 1

    def _heads(self, row: int) -> None:
        f, sheet, t = self.f, self.sheet, self.f.t
        label = t.label(f.edition.declared.methods[self.method].label)
        parts = (f.value_label("region", self.region), label, f.value_label("category", self.category), self.gas, UNIT)
        sheet.text(row, 0, "\u3000".join(parts), "section")
        sheet.text(row + 1, 0, f.key_label("fuel"), "head")
        sheet.text(row + 2, 0, "", "head")
        sheet.merges.append((row + 1, 0, row + 2, 0))
        for k, year in enumerate(self.reports.years):
            sheet.merges.append((row + 1, 1 + 4 * k, row + 1, 4 + 4 * k))
            sheet.number(row + 1, 1 + 4 * k, year, "head")
            for c, word in enumerate(("reference", "sectoral", "difference", "percent")):
                sheet.text(row + 2, 1 + 4 * k + c, t(f"column.{word}"), "head")
                sheet.widths[1 + 4 * k + c] = 13

    def _lines(self) -> tuple[dict[tuple[str, int], list[int]], dict[tuple[str, int], list[int]]]:
        """Ledger lines of the check method and of the categories it is compared with, by fuel and year."""
        below = self.f.edition.descendants(self.category)
        mine: dict[tuple[str, int], list[int]] = {}
        theirs: dict[tuple[str, int], list[int]] = {}
        for i, line in enumerate(self.f.ledger.lines):
            if line.region == self.region and line.gas == self.gas:
                fuel = dict(line.item).get("fuel", "")
                if line.account == "check" and line.method == self.method:
                    mine.setdefault((fuel, line.year), []).append(i)
                elif line.account == "total" and line.category in below and fuel:
                    theirs.setdefault((fuel, line.year), []).append(i)
        return mine, theirs

    def _rows(self, row: int, fuels: list[str]) -> list[_Row]:
        """Classes with their fuels below them, the total last."""
        f = self.f
        rows: list[_Row] = []
        classes: dict[str, list[str]] = {}
        for fuel in fuels:
            known = f.edition.word("fuel", fuel)
            classes.setdefault(known.classes[-1] if known and known.classes else "", []).append(fuel)
        for name, members in classes.items():
            rows.extend(_Row(row + 1 + i, f.value_label("fuel", fuel), [fuel], 2) for i, fuel in enumerate(members))
            rows.append(_Row(row, f.value_label("fuel_class", name), members, 1))
            row += 1 + len(members)
        return [*rows, _Row(row, f.t("reference.total"), fuels, 0)]

    def _what(self, entry: _Row, year: int, side: str) -> dict[str, str]:
        return {
            lang: Words(lang)(
                "table.sum", label=f"{entry.label} {Words(lang)(f'column.{side}')}", gas=self.gas, year=year
            )
            for lang in LANGUAGES
        }

    def _figure(self, spot: Spot, lines: Lines, style: str, what: dict[str, str], near: list[Written]) -> bool:
        """One side's figure; False where it has none."""
        if not lines:
            spot.text("", "notation")
            return False
        figures = self.reports.figures
        style = f"{style}:{shared_decimals([figures.value_t(lines, False) / 1e4])}"
        parts = figures.mass_parts(lines, self.gas, UNIT, near)
        near.append(figures.put(spot, LineSum(lines, MASS, self.gas, UNIT), style, what, parts))
        return True

    def _difference(self, spot: Spot, both: bool, entry: _Row, year: int) -> None:
        """reference - sectoral, and that in percent of the sectoral figure; blank where one side has none."""
        difference, percent = spot.right(2), spot.right(3)
        if not both:
            difference.text("", "notation")
            percent.text("", "notation")
            return
        sheet, row, col = spot.sheet, spot.row, spot.col
        a, b = (float(sheet.cells[row, col + k].value) for k in (0, 1))
        one, two = a1(row, col), a1(row, col + 1)
        names = {"a": f"{sheet.name}!{one}", "b": f"{sheet.name}!{two}"}
        what = {lang: f"{entry.label} {Words(lang)('column.difference')} {year}" for lang in LANGUAGES}
        ref = difference.formula(f"={one}-{two}", a - b, f"{entry.style}:{shared_decimals([a - b])}")
        self.f.book.note(ref, "calc", what=what, unit=UNIT, text="a - b", names=names)
        if b:
            ref = percent.formula(f"={one}/{two}-1", a / b - 1, "percent")
            what = {lang: f"{entry.label} {Words(lang)('column.percent')} {year}" for lang in LANGUAGES}
            self.f.book.note(ref, "calc", what=what, unit="%", text="a / b - 1", names=names)
        else:
            percent.text("", "notation")
