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

RECALLED = {
    "zh": "按城市标准（GPC）的合计；行与类别的对应关系凭记忆，未与标准原文核对：",
    "en": "Totals of the city standard (GPC); the correspondence of its lines is from memory, not checked against it:",
}
STANDINGS = {"unverified": ("凭记忆，未核对", "from memory, not checked")}
GASES = ("CO2", "CH4", "N2O")
NAMES = {
    "BASIC": {"zh": "BASIC 合计", "en": "BASIC total"},
    "BASIC+": {"zh": "BASIC+ 合计", "en": "BASIC+ total"},
    "territorial": {"zh": "属地合计（范围一）", "en": "Territorial total (scope 1)"},
}


def text(s: Scopes, lang: str = "zh") -> Iterator[str]:
    """Totals and the user sectors, in 10^4 t CO2e."""
    zh = lang == "zh"
    yield (
        f"{s.region} {s.year} 年（万吨CO2e，GWP {set_label(s.gwp.name, 'zh', short=True)}）：直接排放 {_wan(s.direct_t)}，其中发电供热 {_wan(s.power_t)}"
        if zh
        else f"{region_label(s.region, lang)} {s.year} (10^4 t CO2e, GWP {set_label(s.gwp.name, 'en', short=True)}): "
        f"direct {_wan(s.direct_t)}, of which power and heat {_wan(s.power_t)}"
    )
    if s.with_net_t is not None and s.net_purchased_t is not None:
        yield (
            f"净外购电力热力 {_wan(s.net_purchased_t)}；直接加净外购 {_wan(s.with_net_t)}"
            if zh
            else f"net purchased electricity and heat {_wan(s.net_purchased_t)}; direct plus net purchased {_wan(s.with_net_t)}"
        )
    yield (
        "按用户（不含发电供热）：直接 + 外购电力热力 = 合计"
        if zh
        else "By user, without power plants: direct + purchased = sum"
    )
    for u in s.users:
        if not u.direct.masses and not u.purchased.masses:
            continue
        direct, bought = (a.notation or (_wan(a.co2e_t(s.gwp)) if a.masses else "—") for a in (u.direct, u.purchased))
        total = _wan(u.direct.co2e_t(s.gwp) + u.purchased.co2e_t(s.gwp))
        label = f"{u.row.label_zh}：" if zh else f"{u.row.label_en}: "
        yield f"  {label}{direct} + {bought} = {total}"
    yield RECALLED[lang]
    for basis in TOTALS:
        colon = "：" if zh else ": "
        yield f"{NAMES[basis][lang]}{colon}{_wan(s.total_t(basis))}{_gaps(s.not_estimated(basis), zh)}"


def _gaps(refs: tuple[str, ...], zh: bool, most: int = 6) -> str:
    """Lines that a total does without, the first few by name."""
    if not refs:
        return ""
    named = "、".join(refs[:most]) if zh else ", ".join(refs[:most])
    more = len(refs) > most
    if zh:
        return f"（已计算部分；缺 {len(refs)} 行：{named}{'等' if more else ''}）"
    return f" (as far as computed; {len(refs)} line(s) NE: {named}{', ...' if more else ''})"


def _wan(tonnes: float) -> str:
    return shown(tonnes / 1e4, 2)


def book(s: Scopes, lang: str = "zh") -> Book:
    """The workbook: the lines of the standard, and the user sectors."""
    zh = lang == "zh"
    result = Book(f"{region_label(s.region, lang)} {s.year} GPC", lang)
    _lines(result.add("GPC", "GPC"), s, lang)
    _users(result.add("按用户" if zh else "By user", "按用户" if zh else "By user"), s, lang)
    for sheet in result.sheets.values():
        on_paper(sheet, "", lang)
    return result


def _lines(sheet: OutputSheet, s: Scopes, lang: str) -> None:
    zh = lang == "zh"
    sheet.text(
        0,
        0,
        f"{s.region} {s.year} 年温室气体清单（城市标准 GPC 的行，对应关系未与原文核对）"
        if zh
        else f"{region_label(s.region, lang)} {s.year}: inventory in the lines of the GPC (correspondence not checked against the standard)",
        "page_title",
    )
    heads = (
        ("编号", "范围", "部门", "行", "填报符号", "CO2（t）", "CH4（t）", "N2O（t）", "CO2e（t）", "计入", "对应依据")
        if zh
        else (
            *("Ref", "Scope", "Sector", "Line", "Notation", "CO2 (t)", "CH4 (t)", "N2O (t)", "CO2e (t)"),
            *("Counted in", "Correspondence"),
        )
    )
    for c, head in enumerate(heads):
        sheet.text(2, c, head, "head")
    sheet.widths.update({0: 8, 1: 7, 2: 34, 3: 52, 4: 10, **dict.fromkeys(range(5, 9), 15), 9: 12, 10: 26})
    sheet.freeze = (3, 1)
    places: dict[str, Ref] = {}
    for n, x in enumerate(s.lines):
        r = 3 + n
        label = (x.row.label_zh, x.row.sector_zh) if zh else (x.row.label_en, x.row.sector_en)
        for c, value in enumerate((x.row.ref, x.row.scope, label[1], label[0], x.amount.notation)):
            sheet.text(r, c, value, "notation" if c == 4 and value else "text")
        for c, gas in enumerate(GASES, start=5):
            if gas in x.amount.masses:
                sheet.number(r, c, x.amount.masses[gas], "num:2")
        if x.amount.masses:
            places[x.row.ref] = sheet.number(r, 8, x.amount.co2e_t(s.gwp), "num:2")
        sheet.text(r, 9, _basis(x.row.basis, zh), "center")
        sheet.text(r, 10, STANDINGS.get(x.row.standing, (x.row.standing,) * 2)[0 if zh else 1], "text")
    row = 4 + len(s.lines)
    for basis in TOTALS:
        terms = [
            (places[x.row.ref], "-" if x.row.basis == "imported" else "+")
            for x in s.lines
            if x.row.ref in places and _in(x.row.basis, x.row.scope, basis)
        ]
        sheet.text(row, 3, NAMES[basis][lang], "section")
        sheet.text(row, 4, "、".join(s.not_estimated(basis)) and "NE", "notation")
        formula = "=" + "".join(f"{sign}I{ref.row + 1}" for ref, sign in terms).lstrip("+") if terms else ""
        if formula:
            sheet.formula(row, 8, formula, s.total_t(basis), "num:2")
        refs = s.not_estimated(basis)
        if refs:
            sheet.text(row, 9, f"缺 {len(refs)} 行" if zh else f"{len(refs)} lines NE", "warn")
        row += 1


def _in(line: str, scope: str, basis: str) -> bool:
    if basis == "territorial":
        return scope == "1" and line != "imported"
    return line in ("BASIC", "imported") or (basis == "BASIC+" and line == "BASIC+")


def _basis(basis: str, zh: bool) -> str:
    words = {"territorial": ("属地", "territorial"), "imported": ("减去", "taken off")}
    return words.get(basis, (basis, basis))[0 if zh else 1]


def _users(sheet: OutputSheet, s: Scopes, lang: str) -> None:
    zh = lang == "zh"
    sheet.text(0, 0, f"{region_label(s.region, lang)} {s.year}", "title")
    heads = (
        ("用户", "直接排放（t CO2e）", "外购电力热力（t CO2e）", "合计")
        if zh
        else ("User", "Direct (t CO2e)", "Purchased (t CO2e)", "Sum")
    )
    for c, head in enumerate(heads):
        sheet.text(2, c, head, "head")
    sheet.widths.update({0: 40, 1: 20, 2: 24, 3: 20})
    for n, u in enumerate(s.users):
        sheet.text(3 + n, 0, u.row.label_zh if zh else u.row.label_en, "text")
        for c, amount in ((1, u.direct), (2, u.purchased)):
            if amount.masses:
                sheet.number(3 + n, c, amount.co2e_t(s.gwp), "num:2")
            elif amount.notation:
                sheet.text(3 + n, c, amount.notation, "notation")
        _sum(sheet, (3 + n, 3), [(3 + n, 1), (3 + n, 2)])
    last = 3 + len(s.users)
    sheet.text(last, 0, "合计（不含发电供热）" if zh else "Sum without power and heat plants", "section")
    for c in (1, 2, 3):
        _sum(sheet, (last, c), [(3 + n, c) for n in range(len(s.users))])
    if any(cell.value == "NE" for cell in sheet.cells.values()):
        note = (
            "NE：没有数据，未估算；合计只含已计算的部分。"
            if zh
            else "NE: no data, not estimated; sums hold what is computed."
        )
        sheet.text(last + 2, 0, note, "note")


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
