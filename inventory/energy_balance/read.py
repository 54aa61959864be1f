"""Reads a printed energy balance table from a sheet: rows and columns are found by their labels, never by their position.

Any order of rows and columns, headers over several rows, merged headers, units in a row of their own or beside the label, continued tables
("续表") and notes below are taken as they come. What is not understood is an error that names the cell; nothing is skipped silently.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

from ..core import units
from ..core.problems import Collector, Origin
from ..reading.cells import Cell, Sheet
from ..reading.numbers import Number, parse_number
from .table import BalanceCell, BalanceTable, Key, Layout, plain_label

NOT_GIVEN = ("…", "...", "⋯")
_BRACKETED = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_YEARBOOK = re.compile(r"(年鉴|制度)\s*[-—(（]?\s*(19|20)\d{2}|(19|20)\d{2}\s*年?版")
_BOOK = re.compile(r"《[^》]*》|中国(能源)?统计年鉴")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")
_KIND = re.compile(r"数据性质\s*[::]\s*(统计|部门|调查|估算|示例)")
_SPELLED_UNITS = {"万百万千焦": "百亿千焦", "10000百万千焦": "百亿千焦"}


@dataclass
class _Block:
    """One header and the rows below it (a sheet holds several when the table is printed in parts)."""

    top: int
    data: int
    end: int
    columns: dict[int, str] = field(default_factory=dict)
    units: dict[int, str] = field(default_factory=dict)
    texts: dict[int, str] = field(default_factory=dict)


def is_balance_sheet(sheet: Sheet, layout: Layout) -> bool:
    """Whether a sheet looks like an energy balance table: a header row of fuels and a column of the table's row labels."""
    return bool(_header_rows(sheet, layout)) and bool(_label_columns(sheet, layout))


def read_table(sheet: Sheet, layout: Layout, regions: Iterable[tuple[str, tuple[str, ...]]], found: Collector) -> BalanceTable | None:
    """The table on a sheet; None when there is none or its region or year cannot be told (with the problem in `found`).

    `regions` are the known regions with their other spellings. Units stay as printed and must measure the same thing as the column's own unit.
    """
    headers, labels = _header_rows(sheet, layout), _label_columns(sheet, layout)
    whole = Origin(sheet.file, sheet.name)
    if not headers or not labels:
        found.add("balance.no_table", whole)
        return None
    blocks = _blocks(sheet, layout, headers, labels, found)
    cells: dict[Key, BalanceCell] = {}
    unavailable: dict[Key, Origin] = {}
    rows: set[str] = set()
    for block in blocks:
        _read_block(sheet, layout, block, labels, cells, unavailable, rows, found)
    columns = {c for b in blocks for c in b.columns.values() if layout.columns[c].kind != "ignore"}
    unit_of = {b.columns[c]: u for b in blocks for c, u in sorted(b.units.items()) if c in b.columns}
    title, notes = _free_text(sheet, layout, blocks, labels)
    region, year = _region(sheet, (*title, *notes), regions, found), _year(sheet, title, found)
    if not region or not year:
        return None
    newer = {c for c in columns if layout.columns[c].layouts == ("2010",)}
    kind = next((m[1] for text in (*title, *notes) if (m := _KIND.search(unicodedata.normalize("NFKC", text)))), "统计")
    return BalanceTable(
        region, year, "2010" if newer else "2005", dict(sorted(cells.items(), key=lambda kv: layout.order(kv[0]))),
        dict(sorted(unavailable.items(), key=lambda kv: layout.order(kv[0]))), tuple(r for r in layout.rows if r in rows),
        tuple(c for c in layout.columns if c in columns), {c: unit_of[c] for c in layout.columns if c in unit_of}, sheet.file, sheet.name,
        title[0] if title else "", kind, tuple(notes),
    )


def _text(cell: Cell) -> str:
    return cell.text if cell.kind == "text" else ""


def _header_rows(sheet: Sheet, layout: Layout) -> list[int]:
    """Rows that hold the names of at least two different fuels."""
    rows = []
    for r in range(1, sheet.height + 1):
        names = {layout.column_id(_text(sheet.cell(r, c))) for c in range(1, sheet.width + 1)} - {""}
        if len([n for n in names if layout.columns[n].kind != "ignore"]) >= 2:
            rows.append(r)
    return rows


def _label_columns(sheet: Sheet, layout: Layout) -> list[int]:
    """Columns that hold at least two different row labels, the fullest first."""
    counts = []
    for c in range(1, sheet.width + 1):
        names = {layout.row_id(_text(sheet.cell(r, c))) for r in range(1, sheet.height + 1)} - {""}
        if len(names) >= 2:
            counts.append((-len(names), c))
    return [c for _, c in sorted(counts)]


def _row_of(sheet: Sheet, layout: Layout, r: int, labels: list[int]) -> str:
    for c in labels:
        name = layout.row_id(_text(sheet.cell(r, c)))
        if name:
            return name
    return ""


def _blocks(sheet: Sheet, layout: Layout, headers: list[int], labels: list[int], found: Collector) -> list[_Block]:
    data_rows = [r for r in range(1, sheet.height + 1) if _row_of(sheet, layout, r, labels)]
    starts: list[tuple[int, int]] = []
    for header in headers:
        first = next((r for r in data_rows if r > header), 0)
        if first and (not starts or starts[-1][1] != first):
            starts.append((header, first))
    blocks = []
    for i, (header, first) in enumerate(starts):
        before = max((r for r in data_rows if r < header), default=0)
        top = header
        while top - 1 > before and header - top < 2 and _is_header_part(sheet, top - 1):
            top -= 1
        end = (starts[i + 1][0] - 1) if i + 1 < len(starts) else sheet.height
        block = _Block(top, first, end)
        for c in range(1, sheet.width + 1):
            if c not in labels:
                _read_header(sheet, layout, block, c, found)
        blocks.append(block)
    return blocks


def _is_header_part(sheet: Sheet, r: int) -> bool:
    """A row above the header belongs to it when it has several texts (a title has one)."""
    return len({sheet.shown(r, c).text for c in range(1, sheet.width + 1) if not sheet.shown(r, c).blank}) >= 3


def _unit_of(text: str) -> str:
    """The unit a header text is, or holds in brackets; empty when it is none."""
    flat = unicodedata.normalize("NFKC", text).strip()
    candidates = [*_BRACKETED.findall(flat), re.sub(r"^(单位|计量单位)\s*:\s*", "", flat)]
    for candidate in candidates:
        candidate = _SPELLED_UNITS.get(candidate.replace(" ", ""), candidate)
        try:
            if units.parse(candidate).dims:
                return candidate.strip("() ")
        except units.UnitError:
            continue
    return ""


def _read_header(sheet: Sheet, layout: Layout, block: _Block, c: int, found: Collector) -> None:
    texts = [sheet.shown(r, c).text for r in range(block.top, block.data) if sheet.shown(r, c).kind == "text"]
    texts = list(dict.fromkeys(t for t in texts if t.strip()))
    block.texts[c] = " ".join(texts)
    names = [n for n in (layout.column_id(t) for t in reversed(texts)) if n]
    if not names and texts:
        joined = layout.column_id("".join(t for t in texts if not _unit_of(t) or plain_label(t)))
        without_units = layout.column_id("".join(t for t in texts if not _unit_of(t)))
        names = [n for n in (joined, without_units) if n]
    if names:
        block.columns[c] = names[0]
    printed = next((u for u in (_unit_of(t) for t in reversed(texts)) if u), "")
    name = block.columns.get(c, "")
    if not name or layout.columns[name].kind == "ignore":
        return
    own = layout.columns[name].unit
    if not printed:
        unknown = [t for t in texts if not layout.column_id(t) and not plain_label(t).startswith("续") and _in_unit_row(sheet, layout, block, t)]
        where = sheet.origin(block.data - 1, c)
        if unknown:
            found.add("balance.unknown_unit", where, unit=unknown[0], column=name, expected=own)
        else:
            found.add("balance.unit_not_printed", where, column=name, unit=own)
        block.units[c] = own
    elif not units.same_dimension(printed, own):
        found.add("balance.unit_dimension", sheet.origin(block.data - 1, c), unit=printed, column=name, expected=own)
        block.units[c] = own
    else:
        block.units[c] = printed


def _in_unit_row(sheet: Sheet, layout: Layout, block: _Block, text: str) -> bool:
    """Whether a text stands in a row whose other texts are units: then it is meant as one."""
    for r in range(block.top, block.data):
        texts = [t for t in (_text(sheet.cell(r, c)) for c in range(1, sheet.width + 1)) if t]
        if text in texts and sum(bool(_unit_of(t)) and not layout.column_id(t) for t in texts) * 2 >= len(texts):
            return True
    return False


def _read_block(sheet: Sheet, layout: Layout, block: _Block, labels: list[int], cells: dict[Key, BalanceCell], unavailable: dict[Key, Origin],
                rows: set[str], found: Collector) -> None:
    _unknown_columns(sheet, layout, block, labels, found)
    for r in range(block.data, block.end + 1):
        row = _row_of(sheet, layout, r, labels)
        if not row:
            _unknown_row(sheet, layout, block, r, labels, found)
            continue
        rows.add(row)
        for c, column in sorted(block.columns.items()):
            if layout.columns[column].kind == "ignore":
                continue
            cell, origin = sheet.cell(r, c), sheet.origin(r, c)
            number = parse_number(cell)
            if not isinstance(number, Number):
                if number.blank and number.found.strip() in NOT_GIVEN:
                    unavailable[row, column] = origin
                elif not number.blank:
                    found.add("balance.not_a_number", origin, found=number.found or number.reason, row=row, column=column)
                continue
            if number.mark or number.suffix:
                found.add("balance.not_a_number", origin, found=cell.text, row=row, column=column)
                continue
            earlier = cells.get((row, column))
            if earlier is not None:
                found.add("balance.duplicate", origin, row=row, column=column, other=str(earlier.origin), first=f"{earlier.value:g}",
                          second=f"{number.value:g}")
                continue
            cells[row, column] = BalanceCell(number.value, block.units[c], origin, number.value)


def _has_number(sheet: Sheet, r: int, c: int) -> bool:
    return isinstance(parse_number(sheet.cell(r, c)), Number)


def _unknown_columns(sheet: Sheet, layout: Layout, block: _Block, labels: list[int], found: Collector) -> None:
    for c in range(1, sheet.width + 1):
        if c in block.columns or c in labels:
            continue
        filled = [r for r in range(block.data, block.end + 1) if _has_number(sheet, r, c) and _row_of(sheet, layout, r, labels)]
        if filled and block.texts.get(c):
            near = difflib.get_close_matches(plain_label(block.texts[c]), list(layout.column_labels), n=3, cutoff=0.3)
            found.add("balance.unknown_column", sheet.origin(block.data - 1, c), label=block.texts[c], near=_near(near, layout.column_labels))
        elif filled:
            found.add("balance.no_header", sheet.origin(filled[0], c), count=len(filled))


def _unknown_row(sheet: Sheet, layout: Layout, block: _Block, r: int, labels: list[int], found: Collector) -> None:
    numbers = [c for c in block.columns if layout.columns[block.columns[c]].kind != "ignore" and _has_number(sheet, r, c)]
    if not numbers:
        return
    label = next((sheet.cell(r, c).text for c in labels if not sheet.cell(r, c).blank), "")
    if label:
        near = difflib.get_close_matches(plain_label(label), list(layout.row_labels), n=3, cutoff=0.3)
        found.add("balance.unknown_row", sheet.origin(r, labels[0]), label=label, near=_near(near, layout.row_labels))
    else:
        found.add("balance.no_label", sheet.origin(r, min(numbers)), count=len(numbers))


def _near(spellings: list[str], labels: object) -> str:
    known = dict(labels)  # type: ignore[call-overload]
    return "、".join(dict.fromkeys(known[s] for s in spellings)) or "—"


def _free_text(sheet: Sheet, layout: Layout, blocks: list[_Block], labels: list[int]) -> tuple[list[str], list[str]]:
    """Texts outside the table: (those above it, those below it)."""
    above: list[str] = []
    below: list[str] = []
    first, last = blocks[0].top, max((r for r in range(1, sheet.height + 1) if _row_of(sheet, layout, r, labels)), default=0)
    for r in (*range(1, first), *range(last + 1, sheet.height + 1)):
        for c in range(1, sheet.width + 1):
            if not sheet.cell(r, c).blank:
                (above if r < first else below).append(sheet.cell(r, c).text)
    return above, below


def _places(sheet: Sheet, texts: Iterable[str]) -> list[str]:
    """Texts that may tell region and year, the most telling first: explicit, title, file name, sheet name."""
    plain = [unicodedata.normalize("NFKC", t) for t in texts]
    explicit = [t for t in plain if re.match(r"\s*(地区|省份|年份|年度)\s*[::]", t)]
    titles = [t for t in plain if "平衡表" in t and t not in explicit]
    return [*explicit, *titles, *(t for t in plain if t not in explicit and t not in titles and len(t) < 60), sheet.file, sheet.name]


def _region(sheet: Sheet, texts: Iterable[str], regions: Iterable[tuple[str, tuple[str, ...]]], found: Collector) -> str:
    known = list(regions)
    for text in _places(sheet, texts):
        plain = _BOOK.sub("", text)
        names = {name for name, others in known if any(n and n in plain for n in (name, *others))}
        if len(names) == 1:
            return names.pop()
        if len(names) > 1:
            found.add("balance.region_unclear", Origin(sheet.file, sheet.name), regions="、".join(sorted(names)), text=text)
            return ""
    found.add("balance.region_missing", Origin(sheet.file, sheet.name))
    return ""


def _year(sheet: Sheet, texts: Iterable[str], found: Collector) -> int:
    by_place: list[tuple[str, set[str]]] = []
    for text in _places(sheet, texts):
        years = set(_YEAR.findall(_YEARBOOK.sub("", text)))
        if years:
            by_place.append((text, years))
    if not by_place:
        found.add("balance.year_missing", Origin(sheet.file, sheet.name))
        return 0
    text, years = by_place[0]
    other = next(((t, y) for t, y in by_place if t in (sheet.file, sheet.name) and len(y) == 1 and y != years), None)
    if len(years) > 1:
        found.add("balance.year_unclear", Origin(sheet.file, sheet.name), years="、".join(sorted(years)), text=text)
        return 0
    if other is not None:
        found.add("balance.year_unclear", Origin(sheet.file, sheet.name), years="、".join(sorted(years | other[1])), text=f"{text} / {other[0]}")
        return 0
    return int(years.pop())
