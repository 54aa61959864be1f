"""What is sent to a department: a letter that says what is asked for, and the sheets to fill in, holding the missing
rows only.

What comes back is put into the project folder as it is; figures that two departments give differently are told by the
reader.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ..core.activity import Project
from ..core.declarations import Quantity
from ..core.edition import Edition
from ..core.ledger import Ledger
from ..core.names import printable
from ..sheets.english import english_unit
from .departments import department_of
from .files import write_file
from .gaps import wanted_of_table
from .matrix import matrix_title
from .plan import SheetPlan, TemplatePlan, plan
from .splits import blocks
from .write import template_bytes

TITLE = "函"
TEXTS = {
    "zh": {
        "title": "关于提供{place}温室气体清单编制所需数据的函",
        "comma": "、",
        "file": "{department}-数据填报.xlsx",
        "to": "{department}：",
        "body": "根据《{edition}》，{place}正在编制{years}年温室气体清单，需请贵单位提供下列数据共{n}项。请在本文件各表黄色格内填写，写明数据来源"
        "（统计表名、年份、页码）；没有该项活动的填 NO（整张表其余各行都没有的，在表头“其余填”一格选 NO），未能统计的填 NE 并写原因。"
        "单位可改为同类单位，由程序换算。填好后原样返回本文件，不要改表名和栏目。",
        "list": "所需数据：",
        "here": "本省",
        "close": "联系人：　　　　　　　　　　电话：",
        "office": "（编制单位盖章）",
        "date": "年　　月　　日",
        "item": "{i}. {label}（{unit}）：表“{sheet}”，{rows}行",
        "table": "{i}. 地区能源平衡表（实物量）：表“能源平衡表”，照年鉴整块粘贴",
        "splits": "{i}. 能源平衡表分摊比例：表“分摊比例”，{rows}组",
    },
    "en": {
        "title": "Request for data for the greenhouse gas inventory of {place}",
        "comma": ", ",
        "file": "{department}, data form.xlsx",
        "to": "{department}:",
        "body": "Under the {edition}, {place} compiles its inventory of {years}. Please supply the data "
        "below ({n} in all) in the yellow cells of this "
        "file, naming the "
        "source. Write NO where an activity does not occur (once in the cell at the top for all other rows), "
        "NE with the reason where it was not "
        "estimated. Units may be changed to others of the same kind. Return the file as it is.",
        "list": "Data asked for:",
        "here": "the province",
        "close": "Contact:                    Telephone:",
        "office": "(seal)",
        "date": "Date:",
        "item": "{i}. {label} ({unit}): sheet {sheet}, rows: {rows}",
        "table": "{i}. Energy balance table of the region (physical quantities): sheet Energy balance, pasted as printed",
        "splits": "{i}. Shares of the energy balance table: sheet Allocation shares, sets: {rows}",
    },
}


@dataclass(frozen=True, slots=True)
class LetterScope:
    """What the letters of one round are about, and the language they are written in."""

    region: str
    years: Sequence[int]
    lang: str = "zh"


@dataclass(frozen=True)
class Letter:
    """One department's workbook: its plan (missing rows only) and how many sets of shares it is asked for."""

    department: str
    plan: TemplatePlan
    quantities: tuple[str, ...]
    splits: int = 0


def letters(
    project: Project,
    edition: Edition,
    scope: LetterScope,
    missing: dict[str, set[tuple[str, tuple[tuple[str, str], ...]]]],
    ledger: Ledger | None = None,
) -> list[Letter]:
    """`missing` holds (quantity, item) by department. Rows that are there already are left out of a department's
    sheets."""
    region, years, lang = scope.region, scope.years, scope.lang
    whole = plan(edition, region=region, years=years, lang=lang)
    requested = len([b for b in blocks(project, edition, ledger, lang) if b.region == region and not b.given])
    statistics = department_of("统计局")  # departments are told apart by their Chinese names, as in `missing`
    table = bool(wanted_of_table(project, edition, region))
    out = []
    for department in [*missing, *([statistics] if (requested or table) and statistics not in missing else [])]:
        required = missing.get(department, set())
        sheets = tuple(s for sheet in whole.sheets if (s := _of(sheet, required)).rows)
        shares = requested if department == statistics else 0
        with_table = table and department == statistics
        named = department_of(department, lang) or department
        text = _letter(named, sheets, edition, scope, (shares, with_table))
        result = replace(
            whole,
            sheets=sheets,
            notations=(),
            factors=(),
            choices={},
            letter=text,
            requires_table=with_table,
            bare=True,
        )
        out.append(Letter(named, result, tuple(dict.fromkeys(q.id for s in sheets for q in s.quantities)), shares))
    return out


def _of(sheet: SheetPlan, required: set[tuple[str, tuple[tuple[str, str], ...]]]) -> SheetPlan:
    """The rows of a sheet that are asked for; spare rows of their quantities with them."""
    quantities = {q for q, _ in required}
    structures = {q.division.shares for q in sheet.quantities if q.id in quantities and q.division is not None}
    rows = tuple(
        r
        for r in sheet.rows
        if (r.quantity, r.item) in required
        or ((r.spare or r.folded) and r.quantity in quantities)
        or r.quantity in structures
    )
    return replace(
        sheet, rows=rows, quantities=tuple(q for q in sheet.quantities if q.id in {r.quantity for r in rows})
    )


def _letter(
    department: str, sheets: Sequence[SheetPlan], edition: Edition, scope: LetterScope, more: tuple[int, bool]
) -> tuple[str, ...]:
    region, years, lang = scope.region, scope.years, scope.lang
    t = TEXTS[lang]
    place = (edition.label_of_region(region, lang) if region else "") or t["here"]
    lines, n = [], 0
    for sheet in sheets:
        for q in sheet.quantities:
            rows = [r for r in sheet.rows if r.quantity == q.id]
            n += 1
            units = t["comma"].join(dict.fromkeys(english_unit(r.unit) if lang == "en" else r.unit for r in rows))
            count = len(q.lines) or len(rows)
            lines.append(
                t["item"].format(
                    i=n, label=q.label.get(lang) or q.label["zh"], unit=units, sheet=_sheet(sheet, q, years), rows=count
                )
            )
    shares, with_table = more
    if with_table:
        n += 1
        lines.append(t["table"].format(i=n))
    if shares:
        n += 1
        lines.append(t["splits"].format(i=n, rows=shares))
    span = "、".join(map(str, years)) if lang == "zh" else ", ".join(map(str, years))
    body = t["body"].format(edition=edition.label.get(lang) or edition.id, place=place, years=span, n=n)
    return (
        t["title"].format(place=place),
        t["to"].format(department=department),
        body,
        t["list"],
        *lines,
        t["close"],
        t["office"],
        t["date"],
    )


def _sheet(sheet: SheetPlan, quantity: Quantity, years: Sequence[int]) -> str:
    """The sheet a quantity is asked for on; of a matrix one a year."""
    return "、".join(matrix_title(sheet, y) for y in years) if quantity.across else sheet.title


def write_letters(result: Sequence[Letter], folder: Path, project: Project, ledger: Ledger | None = None) -> list[Path]:
    """One workbook a department in `folder`. Raises `InventoryError` when the place cannot be written."""
    out = []
    for letter in result:
        file = TEXTS[letter.plan.lang]["file"].format(department=letter.department)
        name = "".join("-" if c in '\\/:*?"<>|' else c for c in printable(file))
        path = folder / name
        write_file(path, template_bytes(letter.plan, project if letter.splits else None, ledger))
        out.append(path)
    return out
