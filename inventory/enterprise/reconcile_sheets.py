"""The comparison of enterprise reports with the provincial inventory as a workbook, in Chinese or English."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ..core.edition import Edition
from ..sheets.model import Book, OutputSheet
from ..sheets.write import save
from ..texts import Catalogue
from .reconcile import Reconciled
from .report_pages import on_pages
from .tables import source_text, word_text

HERE = "inventory.enterprise"


class _Sheets:
    def __init__(self, result: Reconciled, edition: Edition, names: Mapping[str, str], lang: str) -> None:
        self.result, self.edition, self.names, self.lang = result, edition, names, lang
        self.t = Catalogue(lang, HERE)
        self.book = Book(self.t("reconcile.title"), lang)
        self._lines()
        self._fuels()
        self._regions()
        self._unmatched()
        self._offers()

    def _sheet(self, key: str) -> OutputSheet:
        name = self.t(f"reconcile_sheet.{key}")
        s = self.book.add(name, name)
        s.text(0, 0, name, "page_title")
        s.row(2, 0, self.t.heads(f"reconcile_heads.{key}"), "head")
        s.freeze = (3, 0)
        return s

    def _say(self, key: str) -> str:
        return self.t(f"reconcile.{key}")

    def _name(self, lines: tuple[str, ...]) -> str:
        return "＋".join(self.names.get(x, "") for x in lines)

    def _fuel(self, fuel: str) -> str:
        return word_text("fuel", fuel, self.edition, self.lang)

    def _lines(self) -> None:
        s = self._sheet("lines")
        s.text(1, 0, self._say("scope"), "subtitle")
        for r, c in enumerate(self.result.comparisons, 3):
            s.text(r, 0, c.label, "text")
            s.text(r, 1, self._name(c.lines), "wrap")
            s.text(r, 2, c.gas, "center")
            s.number(r, 3, c.firms, "year")
            s.number(r, 4, c.reports_t, "num:1")
            if c.inventory_t is None:
                s.text(r, 5, self._say("no_line"), "missing")
                s.row(r, 6, ("", ""), "text")
            else:
                s.number(r, 5, c.inventory_t, "num:1")
                s.formula(r, 6, f"=E{r + 1}-F{r + 1}", c.difference_t, "num:1")
                if c.inventory_t:
                    s.formula(r, 7, f"=E{r + 1}/F{r + 1}", c.reports_t / c.inventory_t, "percent")
            s.text(r, 8, (self._say("above") if c.coverage and c.coverage > 1 else "") + c.remark, "wrap")
        below = len(self.result.comparisons) + 4
        if self.result.elsewhere:
            s.text(below, 0, self._say("elsewhere"), "section")
        for r, x in enumerate(self.result.elsewhere, below + 1):
            s.text(r, 0, x.province or self._say("no_province"), "text")
            s.number(r, 3, x.firms, "year")
            s.number(r, 4, x.reports_t, "num:1")
        s.widths = {0: 20, 1: 30, 4: 18, 5: 18, 6: 18, 8: 60}

    def _fuels(self) -> None:
        s = self._sheet("fuels")
        for r, x in enumerate(self.result.fuels, 3):
            s.row(r, 0, (x.line, self.names.get(x.line, ""), self._fuel(x.fuel)), "text")
            s.number(r, 3, x.firms, "year")
            s.number(r, 4, x.reports_t, "num:1")
            if x.inventory_t is None:
                s.text(r, 5, self._say("no_fuel"), "missing")
            else:
                s.number(r, 5, x.inventory_t, "num:1")
                s.formula(r, 6, f"=E{r + 1}-F{r + 1}", x.reports_t - x.inventory_t, "num:1")
            s.text(r, 7, x.comparable, "wrap")
        s.widths = {0: 14, 1: 30, 2: 20, 4: 18, 5: 18, 6: 18, 7: 50}

    def _regions(self) -> None:
        s = self._sheet("regions")
        for r, x in enumerate(self.result.regions, 3):
            s.row(r, 0, (x.region or self._say("unnamed"), "＋".join(x.lines), self._name(x.lines)), "text")
            s.text(r, 3, x.gas, "center")
            s.number(r, 4, x.firms, "year")
            s.number(r, 5, x.reports_t, "num:1")
            if x.inventory_t is not None:
                s.number(r, 6, x.inventory_t, "num:1")
                if x.inventory_t:
                    s.formula(r, 7, f"=F{r + 1}/G{r + 1}", x.reports_t / x.inventory_t, "percent")
            held = x.region in self.result.cities_held
            s.text(
                r,
                8,
                self._say("city_line" if x.inventory_t is not None else "no_city_line" if held else "no_city"),
                "wrap",
            )
        s.widths = {0: 14, 1: 20, 2: 30, 5: 18, 6: 18, 8: 44}

    def _unmatched(self) -> None:
        s = self._sheet("unmatched")
        for r, (source, gas, firms, mass, why) in enumerate(self.result.unmatched, 3):
            s.text(r, 0, source_text(source, self.edition, self.lang), "text")
            s.text(r, 1, gas, "center")
            s.number(r, 2, firms, "year")
            s.number(r, 3, mass, "num:1")
            s.text(r, 4, why, "wrap")
        s.widths = {0: 50, 3: 18, 4: 50}

    def _offers(self) -> None:
        s = self._sheet("offers")
        for r, o in enumerate(self.result.offers, 3):
            s.row(r, 0, (o.parameter, self._fuel(o.fuel), o.value, o.unit, o.low, o.high, o.deviation), "text")
            s.number(r, 7, o.firms, "year")
            s.number(r, 8, o.measured, "year")
        s.widths = {0: 18, 1: 20, 6: 16}


def write_reconciliation(
    result: Reconciled, path: Path | str, edition: Edition, labels: Mapping[str, str] | None = None, lang: str = "zh"
) -> None:
    """The comparison as a workbook: 对比, 分燃料对比, 分地市对比, 无对应行, 企业加权因子."""
    book = _Sheets(result, edition, labels or {}, lang).book
    on_pages(book)
    save(book, path)
