"""The view by scopes as text and as a workbook in the lines of the city standard; totals by formula."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from ..core.gwp import set_label
from ..core.rounding import shown
from ..regions import region_label
from ..sheets.address import Ref, a1
from ..sheets.model import Book, OutputSheet
from ..sheets.paper import on_paper
from .scopes import TOTALS, Scopes
from .words import LevelWords

GASES = ("CO2", "CH4", "N2O")


def text(s: Scopes, lang: str = "zh") -> Iterator[str]:
    """Totals and the user sectors, in 10^4 t CO2e."""
    t = LevelWords(lang)
    yield t(
        "scopes.total",
        region=region_label(s.region, lang),
        year=s.year,
        gwp=set_label(s.gwp.name, lang, short=True),
        direct=_wan(s.direct_t),
        power=_wan(s.power_t),
    )
    if s.with_net_t is not None and s.net_purchased_t is not None:
        yield t("scopes.net", net=_wan(s.net_purchased_t), sum=_wan(s.with_net_t))
    yield t("scopes.by_user")
    for u in s.users:
        if not u.direct.masses and not u.purchased.masses:
            continue
        direct, bought = (a.notation or (_wan(a.co2e_t(s.gwp)) if a.masses else "—") for a in (u.direct, u.purchased))
        total = _wan(u.direct.co2e_t(s.gwp) + u.purchased.co2e_t(s.gwp))
        yield "  " + t("scopes.line", name=t.named(u.row), value=f"{direct} + {bought} = {total}")
    yield t("scopes.recalled")
    for basis in TOTALS:
        value = f"{_wan(s.total_t(basis))}{_gaps(s.not_estimated(basis), t)}"
        yield t("scopes.line", name=t.of("scope_total", basis), value=value)


def _gaps(refs: tuple[str, ...], t: LevelWords, most: int = 6) -> str:
    """Lines that a total does without, the first few by name."""
    if not refs:
        return ""
    more = t("scopes.gaps_more") if len(refs) > most else ""
    return t("scopes.gaps", n=len(refs), named=t.listed(refs[:most]), more=more)


def _wan(tonnes: float) -> str:
    return shown(tonnes / 1e4, 2)


def book(s: Scopes, lang: str = "zh") -> Book:
    """The workbook: the lines of the standard, and the user sectors."""
    t = LevelWords(lang)
    result = Book(f"{region_label(s.region, lang)} {s.year} GPC", lang)
    _lines(result.add("GPC", "GPC"), s, t)
    _users(result.add(t("scopes.tab"), t("scopes.tab")), s, t)
    for sheet in result.sheets.values():
        on_paper(sheet, "", lang)
    return result


def _lines(sheet: OutputSheet, s: Scopes, t: LevelWords) -> None:
    sheet.text(0, 0, t("scopes.title", region=region_label(s.region, t.lang), year=s.year), "page_title")
    sheet.row(2, 0, t.heads("scopes.line_heads"), "head")
    sheet.widths.update({0: 8, 1: 7, 2: 34, 3: 52, 4: 10, **dict.fromkeys(range(5, 9), 15), 9: 12, 10: 26})
    sheet.freeze = (3, 1)
    places: dict[str, Ref] = {}
    for n, x in enumerate(s.lines):
        r = 3 + n
        sector = x.row.sector_zh if t.lang == "zh" else x.row.sector_en
        for c, value in enumerate((x.row.ref, x.row.scope, sector, t.named(x.row), x.amount.notation)):
            sheet.text(r, c, value, "notation" if c == 4 and value else "text")
        for c, gas in enumerate(GASES, start=5):
            if gas in x.amount.masses:
                sheet.number(r, c, x.amount.masses[gas], "num:2")
        if x.amount.masses:
            places[x.row.ref] = sheet.number(r, 8, x.amount.co2e_t(s.gwp), "num:2")
        sheet.text(r, 9, t.of("scope_basis", x.row.basis), "center")
        sheet.text(r, 10, t.of("scope_standing", x.row.standing), "text")
    row = 4 + len(s.lines)
    for basis in TOTALS:
        terms = [
            (places[x.row.ref], "-" if x.row.basis == "imported" else "+")
            for x in s.lines
            if x.row.ref in places and _in(x.row.basis, x.row.scope, basis)
        ]
        sheet.text(row, 3, t.of("scope_total", basis), "section")
        sheet.text(row, 4, "、".join(s.not_estimated(basis)) and "NE", "notation")
        formula = "=" + "".join(f"{sign}I{ref.row + 1}" for ref, sign in terms).lstrip("+") if terms else ""
        if formula:
            sheet.formula(row, 8, formula, s.total_t(basis), "num:2")
        refs = s.not_estimated(basis)
        if refs:
            sheet.text(row, 9, t("scopes.lacking", n=len(refs)), "warn")
        row += 1


def _in(line: str, scope: str, basis: str) -> bool:
    if basis == "territorial":
        return scope == "1" and line != "imported"
    return line in ("BASIC", "imported") or (basis == "BASIC+" and line == "BASIC+")


def _users(sheet: OutputSheet, s: Scopes, t: LevelWords) -> None:
    sheet.text(0, 0, f"{region_label(s.region, t.lang)} {s.year}", "title")
    sheet.row(2, 0, t.heads("scopes.user_heads"), "head")
    sheet.widths.update({0: 40, 1: 20, 2: 24, 3: 20})
    for n, u in enumerate(s.users):
        sheet.text(3 + n, 0, t.named(u.row), "text")
        for c, amount in ((1, u.direct), (2, u.purchased)):
            if amount.masses:
                sheet.number(3 + n, c, amount.co2e_t(s.gwp), "num:2")
            elif amount.notation:
                sheet.text(3 + n, c, amount.notation, "notation")
        _sum(sheet, (3 + n, 3), [(3 + n, 1), (3 + n, 2)])
    last = 3 + len(s.users)
    sheet.text(last, 0, t("scopes.sum"), "section")
    for c in (1, 2, 3):
        _sum(sheet, (last, c), [(3 + n, c) for n in range(len(s.users))])
    if any(cell.value == "NE" for cell in sheet.cells.values()):
        sheet.text(last + 2, 0, t("scopes.not_estimated"), "note")


def _sum(sheet: OutputSheet, at: tuple[int, int], terms: Sequence[tuple[int, int]]) -> None:
    """The sum of the figures of some cells in a row or column; where none holds a figure, their notation key: what has no
    data is not zero."""
    cells = [cell for place in terms if (cell := sheet.cells.get(place)) is not None]
    figures = [float(cell.value) for cell in cells if isinstance(cell.value, float | int)]
    if figures:
        span = f"{a1(*terms[0])}:{a1(*terms[-1])}"
        sheet.formula(*at, f"=SUM({span})", math.fsum(figures), "num:2")
        return
    keys = dict.fromkeys(str(cell.value) for cell in cells if cell.value)
    if keys:
        sheet.text(*at, "NE" if "NE" in keys else next(iter(keys)), "notation")
