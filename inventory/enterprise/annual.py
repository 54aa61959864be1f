"""The template's sheet of annual figures: consumption of every fuel and the weighted laboratory means, as live formulas
over the monthly sheets."""

from __future__ import annotations

from ..core.problems import Collector
from ..sheets.address import letters
from ..templates_xlsx.book import SheetWriter
from .fuels import fuel_years
from .industries import Industry
from .labs import as_entered_means
from .model import Enterprise
from .tables import BY_NAME, ENGLISH, fuel_in_family, word_text

HEAD_ROW = 2
PAGE = {"zh": "第 &P 页，共 &N 页", "en": "page &P of &N"}
TITLE = {"zh": "年度汇总（自动计算，不用填写）", "en": "Annual figures (calculated, nothing to fill in)"}
NOTE = {
    "zh": "年消耗量＝年初库存＋购入－外销－年末库存－边界外设施的计量消耗量；没有库存的燃料为边界内计量消耗量之和。"
    "加权平均只含收到基的结果：月内按代表量（没有的按份数），月间按消耗量加权；其他基准和分设施的结果在编制报告时换算。",
    "en": "Consumption = first opening stock + purchases - sales - last closing stock - what was metered "
    "outside the boundary; without a stock the metered "
    "sum. Means of as-received results: within a month by batch quantity (else evenly), between "
    "months by consumption; other bases are converted "
    "when the report is compiled.",
}
HEADS = {
    "zh": ("燃料品种", "年消耗量", "其中计量消耗量合计", "差异", "加权平均低位发热量", "加权平均含碳量"),
    "en": ("Fuel", "Consumption of the year", "of it metered", "Difference", "Weighted NCV", "Weighted carbon"),
}


def write_annual(pen: SheetWriter, industry: Industry, e: Enterprise, lang: str) -> None:
    """Live: consumption of every fuel of the family from the ledger, weighted means from the laboratory sheet."""
    pen.text(0, 0, TITLE[lang], "title", measure=False)
    pen.text(1, 0, NOTE[lang], "plain", measure=False)
    for c, head in enumerate(HEADS[lang]):
        pen.text(HEAD_ROW, c, head, "head")
    if industry.fuel_source is None:
        pen.finish(PAGE[lang], landscape=True)
        return
    problems = Collector()
    years = {y.fuel: y for y in fuel_years(e, industry, problems)}
    own = [f for f in industry.edition.vocabulary["fuel"] if fuel_in_family(f, industry.family, industry.edition)]
    at = _Ranges(lang)
    for r, fuel in enumerate(dict.fromkeys([*own, *years]), HEAD_ROW + 1):
        pen.text(r, 0, word_text("fuel", fuel, industry.edition, lang), "fixed")
        y = years.get(fuel)
        metered = y.metered if y else None
        pen.formula(r, 1, at.consumption(r), y.value if y else "", "fixed")
        count = (
            f'COUNTIFS({at.of("readings", "fuel")},$A{r + 1},{at.of("readings", "metered")},"<>")-{at.outside(r, True)}'
        )
        pen.formula(
            r,
            2,
            f'=IF({count}=0,"",{at.sum_of("metered", r)}-{at.outside(r)})',
            metered if metered is not None else "",
            "fixed",
        )
        gap: float | str = metered - y.value if y and metered is not None else ""
        pen.formula(r, 3, f'=IF(OR(B{r + 1}="",C{r + 1}=""),"",C{r + 1}-B{r + 1})', gap, "fixed")
        means = as_entered_means([x for x in e.labs if x.fuel == fuel], y) if y else {}
        for c, name in ((4, "ncv"), (5, "carbon")):
            pen.formula(r, c, at.weighted(name, r), means.get(name, ""), "fixed")
    pen.finish(PAGE[lang], landscape=True)


class _Ranges:
    """Formulas over the columns of the monthly sheets, under their titles in a language."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self.no = "否" if lang == "zh" else ENGLISH["否"]
        self.received = "收到基" if lang == "zh" else ENGLISH["收到基"]

    def of(self, table: str, field: str) -> str:
        spec = BY_NAME[table]
        column = letters([f.id for f in spec.fields].index(field))
        return f"'{spec.title(self.lang)}'!${column}${HEAD_ROW + 2}:${column}$2000"

    def sum_of(self, field: str, r: int, month: int | str | None = None) -> str:
        when = "" if month is None else f",{self.of('readings', 'month')},{month}"
        return f"SUMIFS({self.of('readings', field)},{self.of('readings', 'fuel')},$A{r + 1}{when})"

    def consumption(self, r: int) -> str:
        """Balance where stocks, purchases or sales are entered, else the metered sum."""
        fuel = f"{self.of('readings', 'fuel')},$A{r + 1}"
        has = "+".join(
            f'COUNTIFS({fuel},{self.of("readings", f)},"<>")' for f in ("opening", "purchased", "sold", "closing")
        )
        month = self.of("readings", "month")
        first, last = f"_xlfn.MINIFS({month},{fuel})", f"_xlfn.MAXIFS({month},{fuel})"
        balance = f"{self.sum_of('opening', r, first)}+{self.sum_of('purchased', r)}-{self.sum_of('sold', r)}-{self.sum_of('closing', r, last)}"
        return f'=IF(COUNTIFS({fuel})=0,"",IF({has}=0,{self.sum_of("metered", r)},{balance})-{self.outside(r)})'

    def outside(self, r: int, count: bool = False) -> str:
        """Metered consumption (or the number of its rows) of facilities that the list of facilities puts outside the
        boundary."""
        names, inside, facility = (
            self.of("facilities", "name"),
            self.of("facilities", "inside"),
            self.of("readings", "facility"),
        )
        metered = self.of("readings", "metered")
        rows = f'({self.of("readings", "fuel")}=$A{r + 1})*({facility}<>"")*COUNTIFS({names},{facility},{inside},"{self.no}")'
        return f'SUMPRODUCT({rows}*({metered}<>""))' if count else f"SUMPRODUCT({rows},{metered})"

    def weighted(self, field: str, r: int) -> str:
        """Mean over the as-received laboratory rows of a fuel: the month's consumption, shared among its samples by
        batch quantity where all have one."""
        fuel_of, month_of, value = self.of("labs", "fuel"), self.of("labs", "month"), self.of("labs", field)
        quantity, basis = self.of("labs", "quantity"), self.of("labs", f"{field}_basis")

        def month(name: str) -> str:
            return f"SUMIFS({self.of('readings', name)},{self.of('readings', 'fuel')},$A{r + 1},{self.of('readings', 'month')},{month_of})"

        stock = f"({month('opening')}+{month('purchased')}-{month('sold')}-{month('closing')})"
        fuel = f"{self.of('readings', 'fuel')},$A{r + 1}"
        counts = "+".join(f'COUNTIFS({fuel},{self.of("readings", name)},"<>")' for name in ("purchased", "opening"))
        has = f"({counts}>0)"
        mine = f'({fuel_of}=$A{r + 1})*({value}<>"")*(({basis}="")+({basis}="{self.received}"))'
        of_month = f'{fuel_of},$A{r + 1},{month_of},{month_of},{value},"<>"'
        samples = f'(COUNTIFS({of_month})+({value}=""))'
        weighed = f'(COUNTIFS({of_month},{quantity},"<>")=COUNTIFS({of_month}))'
        batch = f'SUMIFS({quantity},{fuel_of},$A{r + 1},{month_of},{month_of},{value},"<>")'
        share = f"({weighed}*{quantity}/({batch}+({batch}=0))+(1-{weighed})/{samples})"
        weight = f"{mine}*({has}*{stock}+(1-{has})*{month('metered')})*{share}"
        return f'=IF(SUMPRODUCT({mine})=0,"",SUMPRODUCT({weight},{value})/SUMPRODUCT({weight}))'
