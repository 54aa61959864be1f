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
from ..texts import LIST, Catalogue, text_of
from .departments import department_of
from .files import write_file
from .gaps import wanted_of_table
from .matrix import matrix_title
from .plan import SheetPlan, TemplatePlan, plan
from .splits import blocks
from .texts import HERE
from .write import template_bytes

TITLE = "函"


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
    t = Catalogue(lang, HERE).group("letter")
    place = (edition.label_of_region(region, lang) if region else "") or t["here"]
    lines, n = [], 0
    for sheet in sheets:
        for q in sheet.quantities:
            rows = [r for r in sheet.rows if r.quantity == q.id]
            n += 1
            units = LIST[lang].join(dict.fromkeys(english_unit(r.unit) if lang == "en" else r.unit for r in rows))
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
        file = text_of(HERE, "letter.file", letter.plan.lang, {"department": letter.department})
        name = "".join("-" if c in '\\/:*?"<>|' else c for c in printable(file))
        path = folder / name
        write_file(path, template_bytes(letter.plan, project if letter.splits else None, ledger))
        out.append(path)
    return out
