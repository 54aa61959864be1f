"""GWP比较: the ledger under every GWP set side by side, and which lines move. Masses are referred to; no column mixes
two sets."""

from __future__ import annotations

from dataclasses import dataclass

from ..analysis.gwp_comparison import GwpComparison, GwpComparisonRow, GwpTotal, compare_gwp
from ..sheets.address import Ref
from ..sheets.model import OutputSheet, Spot, decimals, shared_decimals
from .calc import Caption, calculated
from .context import Filing, header, heading, note, note_rows
from .figures import MASS, LineSum
from .tables import ReportSheets
from .texts import LANGUAGES, Words

Values = dict[tuple[int, str], Ref]  # (number of a set, gas) -> the cell of its value


def applies(f: Filing) -> bool:
    return len(f.edition.gwp_sets) > 1 and any(line.account == "total" for line in f.ledger.lines)


def fill(f: Filing, sheet: OutputSheet, reports: ReportSheets) -> None:
    """Three blocks: totals and sectors, the sets themselves, every category and gas. Written from the last to the
    first, so that each refers downwards."""
    t, result = f.t, compare_gwp(f.ledger)
    sheet.widths.update({0: 10, 1: 8, 2: 56, 3: 12, 4: 18})
    n = len(result.sets)
    row = heading(sheet, t, t("gwp_comparison.in_force", set=f.ledger.gwp.name))
    row = note(sheet, row, t("gwp_comparison.note"), 4 + n, "note", 116) + 1
    totals_at = row
    gases = list(dict.fromkeys(r.gas for r in result.rows))
    sets_at = totals_at + len(result.totals) + 3
    rows_at = sets_at + len(gases) + 3
    comparison = _Comparison(f, sheet, result)
    values = comparison.sets(sets_at, gases)
    first = comparison.lines(rows_at, values, reports)
    comparison.totals(totals_at, first)
    sheet.freeze = (0, 3)


@dataclass(frozen=True)
class _Comparison:
    """The three blocks of the sheet."""

    f: Filing
    sheet: OutputSheet
    result: GwpComparison

    def _names(self) -> list[str]:
        """The sets, with a word at the one in force."""
        result, now = self.result, self.f.t("gwp_comparison.now")
        return [f"{s.name}\n{now}" if k == result.in_force else s.name for k, s in enumerate(result.sets)]

    def sets(self, row: int, gases: list[str]) -> Values:
        """The values of every set; gives their cells."""
        f, sheet, result, t = self.f, self.sheet, self.result, self.f.t
        sheet.text(row, 0, t("gwp_comparison.values"), "section")
        row = first = header(
            sheet, row + 1, [t("column.gas"), "", t("column.factor_id"), "", t("column.unit"), *self._names()]
        )
        values: Values = {}
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

    def lines(self, row: int, values: Values, reports: ReportSheets) -> int:
        """Every category and gas; gives the row of the first."""
        sheet, result, t = self.sheet, self.result, self.f.t
        sheet.text(row, 0, t("gwp_comparison.lines"), "section")
        labels = [
            t("column.region"),
            t("column.year"),
            t("column.category"),
            t("column.gas"),
            f"{t('column.mass')}\n(t)",
            *self._names(),
            t("gwp_comparison.moves"),
        ]
        row = first = header(sheet, row + 1, labels)
        for entry in result.rows:
            self._line(row, entry, values, reports)
            row += 1
        note_rows(self.f, sheet, first, row, len(labels))
        return first

    def _line(self, row: int, entry: GwpComparisonRow, values: Values, reports: ReportSheets) -> None:
        f, sheet, result, t = self.f, self.sheet, self.result, self.f.t
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
        parts = reports.figures.mass_parts(entry.lines, entry.gas, "t")
        style = f"num:{shared_decimals([entry.mass_t])}"
        mass = reports.figures.put(
            Spot(sheet, row, 4), LineSum(entry.lines, MASS, entry.gas, "t"), style, what, parts
        ).ref
        now = result.sets[result.in_force].values.get(entry.gas)
        for k, s in enumerate(result.sets):
            value = values.get((k, entry.gas))
            if value is None:
                sheet.text(row, 5 + k, t("table.missing"), "missing")
                continue
            named = {lang: f"{what[lang]} {s.name}" for lang in LANGUAGES}
            caption = Caption(
                "万t CO2e", named, "changed:4" if s.values[entry.gas] != now and entry.mass_t else "num:4"
            )
            calculated(f, Spot(sheet, row, 5 + k), "m * g / 10000", {"m": mass, "g": value}, caption)
        sheet.text(row, 5 + len(result.sets), t("gwp_comparison.yes") if entry.moves else "", "center")

    def totals(self, row: int, first: int) -> None:
        f, sheet, result, t = self.f, self.sheet, self.result, self.f.t
        sheet.text(row, 0, t("gwp_comparison.totals"), "section")
        labels = [t("column.region"), t("column.year"), t("gwp_comparison.part"), "", t("column.unit"), *self._names()]
        row = top = header(sheet, row + 1, labels)
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
                self._total(row, entry, k, at)
            row += 1
        note_rows(f, sheet, top, row, len(labels))

    def _total(self, row: int, entry: GwpTotal, k: int, at: list[int]) -> None:
        """A total under set number `k`: the sum of the rows `at`."""
        f, sheet, col = self.f, self.sheet, 5 + k
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
        cell = sheet.formula(row, col, f"=SUM({','.join(areas)})", total, f"{'num' if entry.sector else 'total'}:1")
        part = {
            lang: f.edition.label_of_category(entry.sector, lang) if entry.sector else Words(lang)("column.total")
            for lang in LANGUAGES
        }
        label = {lang: f"{entry.region} {entry.year} {part[lang]} {self.result.sets[k].name}" for lang in LANGUAGES}
        f.book.note(
            cell, "sum", what=label, unit="万t CO2e", gas="total", parts=[{"r": [str(r) for r in refs], "s": [1, 1]}]
        )
