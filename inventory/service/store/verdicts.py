"""From the cells as typed to a verdict: the same reader, engine and checks as the command. A draft is a list of sheets,
each a list of rows of cells.

A cell is a number, a text or null; nothing that was typed is lost, whether it can be read or not.
"""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import json
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import inventory
from inventory.core.activity import Project
from inventory.core.edition import Edition
from inventory.core.places import address, position
from inventory.core.problems import InventoryError, Problem, in_order
from inventory.enterprise.compute import Result, compute
from inventory.enterprise.draft import draft_of as typed_draft
from inventory.enterprise.filed_model import FiledDatum
from inventory.enterprise.fuel_amounts import fuel_amounts
from inventory.enterprise.industries import default_edition, find
from inventory.enterprise.read import enterprise_of
from inventory.enterprise.screens import screen
from inventory.enterprise.template import blank_cells, write_draft
from inventory.spreadsheets.cells import Cell, Sheet, read_sheets

from ..domain.findings import OF_SEVERITY, Grade

Draft = list[dict[str, Any]]
NOT_CALCULATED = "#未计算"
# made from the rest: nothing is typed there
DERIVED = frozenset({"年度汇总", "数据项说明", "Annual figures", "Guide to the data"})
MAX_ROWS, MAX_COLUMNS = 2000, 60
MOST_LETTERS = 32_767  # of a cell, as in a workbook
PLAIN_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")


def engine_name() -> str:
    return f"ghg-inventory-cn {inventory.__version__}"


@functools.cache
def edition_hash() -> str:
    """One hash of every file of the edition in use."""
    return hash_of_folder(default_edition().path)


@functools.cache
def hash_of_folder(folder: Path) -> str:
    """One hash of every file below a folder, by name and content."""
    total = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and "__pycache__" not in p.parts):
        total.update(
            path.relative_to(folder).as_posix().encode("utf-8") + b"\0" + hashlib.sha256(path.read_bytes()).digest()
        )
    return total.hexdigest()


def sha_of(draft: Draft, verdict: Mapping[str, Any]) -> str:
    """The hash of a version: of its cells and its verdict with the reasons."""
    text = json.dumps(_same_numbers([draft, verdict]), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _same_numbers(value: Any) -> Any:
    """Numbers as one kind: a database may give 1e22 back as a whole number."""
    if isinstance(value, dict):
        return {k: _same_numbers(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_same_numbers(v) for v in value]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


# ---- drafts ----


@functools.lru_cache(maxsize=32)
def _blank(industry: str, lang: str) -> str:
    sheets = blank_cells(find(industry, default_edition()), lang)
    draft = [{"name": name, "rows": [row[:MAX_COLUMNS] for row in rows[:MAX_ROWS]]} for name, rows in sheets]
    return json.dumps([s for s in draft if s["name"] not in DERIVED], ensure_ascii=False)


def blank_draft(industry: str, lang: str = "zh") -> Draft:
    """A draft with nothing filled in: the template's cells, whose headings are read in either language."""
    blank: Draft = json.loads(_blank(industry, lang))
    return blank


def sheets_of_sector(
    edition: Edition, sector: str, region: str, years: Sequence[int], project: Project | None = None
) -> Draft:
    """The cells of a sector's sheets (of all sectors without one), with the figures of a project where one is given."""
    from inventory.templates_xlsx.plan import plan
    from inventory.templates_xlsx.write import template_bytes

    planned = plan(edition, [sector] if sector else [], region, years, project=project)
    return draft_of(template_bytes(replace(planned, to_service=True), project), "t.xlsx")


def draft_of(content: bytes, name: str) -> Draft:
    """Every cell of a workbook as typed. Raises `Unreadable` for what is no workbook (limits of the container
    included)."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"upload{Path(name).suffix.lower()}"
        path.write_bytes(content)
        sheets = read_sheets(path, name)
    return [
        {
            "name": s.name,
            "rows": [
                [_typed(s.cell(r, c)) for c in range(1, min(s.width, MAX_COLUMNS) + 1)]
                for r in range(1, min(s.height, MAX_ROWS) + 1)
            ],
        }
        for s in sheets
        if s.visible and s.name not in DERIVED
    ]


def _typed(cell: Cell) -> float | str | None:
    if cell.kind == "uncached":
        return NOT_CALCULATED
    if cell.percent and isinstance(cell.value, float):
        return f"{cell.value * 100:.15g}%"
    if isinstance(cell.value, float):
        return cell.value
    if isinstance(cell.value, (dt.date, dt.datetime)):
        return cell.text
    return cell.text.replace("\0", "") or None


def sheets_of(draft: Draft, name: str) -> tuple[Sheet, ...]:
    """The draft as the reader takes it."""
    return tuple(
        Sheet(
            name,
            str(s["name"]),
            tuple(
                tuple(float(v) if isinstance(v, (int, float)) and not isinstance(v, bool) else v for v in row)
                for row in s["rows"]
            ),
        )
        for s in draft
    )


def text_of(value: float | str | None) -> str:
    """What the grid shows for a cell."""
    if value is None:
        return ""
    if isinstance(value, (int, float)):
        return str(int(value)) if abs(value) < 1e15 and value == int(value) else repr(float(value))
    return str(value)


def value_of(text: str) -> float | str | None:
    """What is kept for a text typed into the grid: a plain number as a number, everything else as it was typed. 007,
    a code of eighteen digits and １２ are no plain numbers: as numbers they would read otherwise."""
    text = text.replace("\0", "")
    stripped = text.strip()
    if not stripped:
        return None
    return float(stripped) if PLAIN_NUMBER.fullmatch(stripped) and sum(c.isdigit() for c in stripped) <= 15 else text


def put(draft: Draft, sheet: str, cell: str, text: str) -> str:
    """Type a text into a cell of a draft (in place); gives what it showed before. Raises KeyError for a sheet or place
    that cannot be."""
    row, column = position(cell)
    if row > MAX_ROWS or column > MAX_COLUMNS or len(text) > MOST_LETTERS:
        raise KeyError(cell)
    part = next(s for s in draft if s["name"] == sheet) if any(s["name"] == sheet for s in draft) else None
    if part is None:
        raise KeyError(sheet)
    rows = part["rows"]
    rows.extend([] for _ in range(row - len(rows)))
    line = rows[row - 1]
    line.extend([None] * (column - len(line)))
    before = text_of(line[column - 1])
    line[column - 1] = value_of(text)
    return before


def shown(draft: Draft, sheet: str, cell: str) -> str:
    row, column = position(cell)
    rows = _rows(draft, sheet)
    return text_of(rows[row - 1][column - 1]) if row <= len(rows) and column <= len(rows[row - 1]) else ""


def differences(old: Draft, new: Draft) -> list[dict[str, str]]:
    """Cells that differ between two drafts."""
    out = []
    names = list(dict.fromkeys([s["name"] for s in old] + [s["name"] for s in new]))
    for name in names:
        a, b = _rows(old, name), _rows(new, name)
        for r in range(max(len(a), len(b))):
            left, right = (x[r] if r < len(x) else [] for x in (a, b))
            for c in range(max(len(left), len(right))):
                before, after = (text_of(x[c]) if c < len(x) else "" for x in (left, right))
                if before != after:
                    out.append({"sheet": name, "cell": address(r + 1, c + 1), "before": before, "after": after})
    return out


def _rows(draft: Draft, name: str) -> list[list[float | str | None]]:
    return next((s["rows"] for s in draft if s["name"] == name), [])


def workbook_of(draft: Draft, industry: str, lang: str = "zh") -> bytes:
    """The draft as a workbook to go on with: every cell as typed, readable or not. The same draft gives the same
    bytes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "draft.xlsx"
        write_draft(path, find(industry, default_edition()), typed_draft(sheets_of(draft, path.name), path.name), lang)
        return path.read_bytes()


# ---- verdicts ----


def result_of(draft: Draft, name: str) -> Result:
    """The computed report behind a draft. Raises `InventoryError` while an error stands in the way."""
    enterprise, problems = enterprise_of(typed_draft(sheets_of(draft, name), name))
    return compute(enterprise, problems)


def verdict_of(draft: Draft, name: str, edition: Edition | None = None) -> dict[str, Any]:
    """Totals, source lines and everything to say about a draft, as plain data."""
    enterprise, problems = enterprise_of(typed_draft(sheets_of(draft, name), name))
    result: Result | None = None
    try:
        result = compute(enterprise, problems)
        remarks = list(result.problems)
    except InventoryError as error:
        remarks = list(error.problems)
    if not any(p.severity == "error" for p in remarks):
        remarks.extend(screen(enterprise, edition or default_edition()))
    lines = (
        [
            {
                "source": t.source.id,
                "label": {"zh": t.source.label, "en": t.source.label_en or t.source.label},
                "gas": t.gas,
                "scope": t.source.scope,
                "mass_t": t.mass_t,
                "co2e_t": t.co2e_t,
            }
            for t in result.totals
        ]
        if result
        else []
    )
    items = [as_item(p) for p in in_order(remarks)]
    return {
        "total_t": result.total(True) if result else None,
        "direct_t": result.total(False) if result else None,
        "lines": lines,
        "findings": items,
        "year": enterprise.profile.year,
        "industry": enterprise.profile.industry,
        "name": enterprise.profile.name,
        "code": enterprise.profile.code,
        "city": enterprise.profile.city,
        "fuels": fuels_of(result) if result else [],
        "engine": engine_name(),
        "edition_hash": edition_hash(),
    }


def fuels_of(result: Result) -> list[dict[str, Any]]:
    """Fuel quantities behind the verdict, for sums over firms."""
    ledger = result.ledger
    data = [
        FiledDatum(d.quantity, d.item, float(value), unit, d.origin)
        for d, value, unit in zip(ledger.data, ledger.data_values, ledger.data_units, strict=True)
    ]
    return [
        {"fuel": dict(d.keys).get("fuel", ""), "amount": amount, "unit": unit} for d, amount, unit in fuel_amounts(data)
    ]


def as_item(p: Problem) -> dict[str, Any]:
    """A problem as data, in both languages, with what it demands and the key by which an explanation finds it."""
    grade = OF_SEVERITY[p.severity]
    key = hashlib.sha256(
        json.dumps([p.code, p.origin.sheet, p.origin.cell, p.facts], ensure_ascii=False).encode("utf-8")
    ).hexdigest()[:32]
    return {
        "key": key,
        "code": p.code,
        "grade": grade.value,
        "sheet": p.origin.sheet,
        "cell": p.origin.cell,
        **{lang: {part: p.part(part, lang) for part in ("what", "expected", "fix")} for lang in ("zh", "en")},
    }


def counts(verdict: Mapping[str, Any] | None, explained: frozenset[str] = frozenset()) -> tuple[int, int]:
    """How many findings block, and how many to verify have no reason yet."""
    items = verdict["findings"] if verdict else []
    return (
        sum(i["grade"] == Grade.blocking for i in items),
        sum(i["grade"] == Grade.to_verify and i["key"] not in explained for i in items),
    )
