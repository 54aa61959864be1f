"""The comparison of enterprise reports with the provincial inventory as a workbook, in Chinese or English."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ..core.edition import Edition
from ..sheets.model import Book, OutputSheet
from ..sheets.write import save
from .reconcile import Reconciled
from .report_pages import on_pages
from .tables import source_text, word_text

Text = Mapping[str, str]
TITLE = {"zh": "重点企业直报与省级清单对比", "en": "Enterprise reports against the provincial inventory"}
SHEETS: Mapping[str, tuple[Text, tuple[Text, ...]]] = {
    "lines": (
        {"zh": "对比", "en": "Lines"},
        (
            {"zh": "省级清单行", "en": "Line of the inventory"},
            {"zh": "名称", "en": "Name"},
            {"zh": "气体", "en": "Gas"},
            {"zh": "企业数", "en": "Firms"},
            {"zh": "企业合计（t）", "en": "Reports (t)"},
            {"zh": "省级清单（t）", "en": "Inventory (t)"},
            {"zh": "差值（t）", "en": "Difference (t)"},
            {"zh": "覆盖率", "en": "Coverage"},
            {"zh": "说明", "en": "Remark"},
        ),
    ),
    "fuels": (
        {"zh": "分燃料对比", "en": "Fuels"},
        (
            {"zh": "省级清单行", "en": "Line of the inventory"},
            {"zh": "名称", "en": "Name"},
            {"zh": "统计燃料", "en": "Statistical fuel"},
            {"zh": "企业数", "en": "Firms"},
            {"zh": "企业合计CO2（t）", "en": "CO2 of reports (t)"},
            {"zh": "省级清单CO2（t）", "en": "CO2 of inventory (t)"},
            {"zh": "差值（t）", "en": "Difference (t)"},
            {"zh": "比较口径", "en": "What is compared"},
        ),
    ),
    "regions": (
        {"zh": "分地市对比", "en": "Cities"},
        (
            {"zh": "地市", "en": "City"},
            {"zh": "省级清单行", "en": "Line of the inventory"},
            {"zh": "名称", "en": "Name"},
            {"zh": "气体", "en": "Gas"},
            {"zh": "企业数", "en": "Firms"},
            {"zh": "企业合计（t）", "en": "Reports (t)"},
            {"zh": "该地市清单（t）", "en": "Inventory of the city (t)"},
            {"zh": "覆盖率", "en": "Coverage"},
            {"zh": "能否比较", "en": "What can be compared"},
        ),
    ),
    "unmatched": (
        {"zh": "无对应行", "en": "No line"},
        (
            {"zh": "排放源", "en": "Source"},
            {"zh": "气体", "en": "Gas"},
            {"zh": "企业数", "en": "Firms"},
            {"zh": "企业合计（t）", "en": "Reports (t)"},
            {"zh": "说明", "en": "Remark"},
        ),
    ),
    "offers": (
        {"zh": "企业加权因子", "en": "Weighted factors"},
        (
            {"zh": "参数", "en": "Parameter"},
            {"zh": "统计燃料", "en": "Statistical fuel"},
            {"zh": "加权平均", "en": "Weighted mean"},
            {"zh": "单位", "en": "Unit"},
            {"zh": "最小", "en": "Lowest"},
            {"zh": "最大", "en": "Highest"},
            {"zh": "加权标准差", "en": "Weighted deviation"},
            {"zh": "企业数", "en": "Firms"},
            {"zh": "其中检测", "en": "Of them measured"},
        ),
    ),
}
PHRASES: Mapping[str, Text] = {
    "no_line": {"zh": "清单没有这一行", "en": "no such line"},
    "no_fuel": {"zh": "清单没有", "en": "not in the inventory"},
    "above": {
        "zh": "企业合计超过清单，请核对重复、口径和活动水平；",
        "en": "reports exceed the inventory: check double counting, scope and activity data; ",
    },
    "no_city": {
        "zh": "结果文件没有该地市的清单，只列企业合计",
        "en": "the results hold no inventory of this city: reports only",
    },
    "city_line": {"zh": "直接排放，同一清单行", "en": "direct emissions, the same line"},
    "no_city_line": {"zh": "该地市清单没有这一行", "en": "the inventory of this city has no such line"},
    "unnamed": {"zh": "（没有填地市）", "en": "(no city)"},
    "elsewhere": {"zh": "未参加对比：所填省份不是本省的企业", "en": "Not compared: firms that say another province"},
    "no_province": {"zh": "（没有填省份）", "en": "(no province)"},
    "scope": {
        "zh": "只比直接排放；净购入电力、热力和输配电损失是间接排放，没有对应行的排放源另列。",
        "en": "Direct emissions only; bought electricity and heat and grid losses are indirect; sources without a line "
        "are listed apart.",
    },
}


class _Sheets:
    def __init__(self, result: Reconciled, edition: Edition, names: Mapping[str, str], lang: str) -> None:
        self.result, self.edition, self.names, self.lang = result, edition, names, lang
        self.book = Book(TITLE[lang], lang)
        self._lines()
        self._fuels()
        self._regions()
        self._unmatched()
        self._offers()

    def _sheet(self, key: str) -> OutputSheet:
        name, heading = SHEETS[key]
        s = self.book.add(name[self.lang], name[self.lang])
        s.text(0, 0, name[self.lang], "page_title")
        s.row(2, 0, tuple(h[self.lang] for h in heading), "head")
        s.freeze = (3, 0)
        return s

    def _say(self, key: str) -> str:
        return PHRASES[key][self.lang]

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
