"""The workbook an enterprise fills in: profile, facilities, monthly ledger, laboratory, electricity, heat, process
data, own parameters, output, evidence.

Made from `forms.toml` and the declarations of its industry, so that it cannot drift from what is read. The annual
figures are live formulas. A draft is written back whole: also the cells that could not be read, the columns and the
sheets that no form has.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..core.files import write_bytes
from ..core.places import position
from ..forms.form import Field, Form
from ..sheets.cells_alone import CellBook, Rows
from ..sheets.drawing import Drawing
from ..sheets.english import english_unit
from ..templates_xlsx.book import Lists, SheetWriter, Styles, width_of
from ..texts import LIST, SEMICOLON
from .annual import write_annual
from .draft import Draft, DraftCell, DraftRow, DraftTable, draft_of_enterprise
from .english import dictionary, text_of
from .fuels import has_flights
from .industries import Industry, quantities_of
from .model import Enterprise, Profile
from .tables import (
    BY_NAME,
    PROFILE,
    PROFILE_SHEET,
    PROFILE_SHEET_EN,
    TABLES,
    fold,
    item_text,
    key_labels,
    lists_of,
    offered,
    source_text,
    word_text,
)

CREATED = datetime.datetime(2013, 10, 15)
HEAD_ROW = 2
TITLES = {
    "zh": {"annual": "年度汇总", "guide": "数据项说明", "lists": "列表"},
    "en": {"annual": "Annual figures", "guide": "Guide to the data", "lists": "Lists"},
}
PAGE = {"zh": "第 &P 页，共 &N 页", "en": "page &P of &N"}
FLIGHT_NOTE = {
    "zh": "航班用油按月计量，设施写“国内航班”或“国际航班”，两者分别报告。",
    "en": " Fuel of flights is metered by month; name the facility domestic flights or "
    "international flights: they are reported apart.",
}
WARN = {"zh": "不在列表中：可以填写，读取时会核对", "en": "not on the list: it may stand, and is checked when read"}
TEXTS = {
    "zh": {
        "title": "{name} 温室气体排放填报工作簿",
        "basis": "依据：{document}；排放源：{sources}",
        "months": "月份为1—12",
        "uncached": "（公式未计算）",
    },
    "en": {
        "title": "Greenhouse gas report of an enterprise: {name}",
        "basis": "After {document}; sources: {sources}",
        "months": "months are 1-12",
        "uncached": "(formula never calculated)",
    },
}
GUIDE = {
    "zh": ("排放源", "数据项", "单位", "分项的写法", "可选值", "数据来源", "说明"),
    "en": ("Source", "Datum", "Unit", "How to write the item", "Possible values", "Who has it", "Remark"),
}


@dataclass(frozen=True, slots=True)
class _TemplateBook:
    """What every sheet of one template shares."""

    book: Any
    styles: Styles
    lists: Lists
    industry: Industry
    lang: str
    draft: Draft

    def pen(self, sheet: Any) -> SheetWriter:
        return SheetWriter(sheet, self.styles, self.lang)


def write_template(
    path: str | Path, industry: Industry, enterprise: Enterprise | None = None, lang: str = "zh"
) -> None:
    """Write the template, filled with an enterprise's data when given. Same input, same bytes. Raises `InventoryError`
    when it cannot be written."""
    e = enterprise or Enterprise(profile=Profile(industry=industry.code))
    write_draft(path, industry, draft_of_enterprise(e), lang, e)


def write_draft(
    path: str | Path, industry: Industry, draft: Draft, lang: str = "zh", enterprise: Enterprise | None = None
) -> None:
    """Write a draft back as the workbook it came from, with every cell as typed. `enterprise` are its values, for the
    annual figures' cached results."""
    drawing = Drawing(TEXTS[lang]["title"].format(name=_name(industry, lang)), created=CREATED)
    book = drawing.book
    _sheets(
        _TemplateBook(book, Styles(book, lang), Lists(TITLES[lang]["lists"]), industry, lang, draft), draft, enterprise
    )
    write_bytes(path, drawing.data(), "workbook.not_writable")


def blank_cells(industry: Industry, lang: str = "zh") -> tuple[tuple[str, Rows], ...]:
    """What stands in the cells of the visible sheets of the blank template, by title: the same cells that reading the
    written template gives, without writing it."""
    book, e = CellBook(), Enterprise(profile=Profile(industry=industry.code))
    draft = draft_of_enterprise(e)
    _sheets(_TemplateBook(book, Styles(book, lang), Lists(TITLES[lang]["lists"]), industry, lang, draft), draft, e)
    return tuple((s.get_name(), s.rows()) for s in book.worksheets() if s.visible)


def _name(industry: Industry, lang: str) -> str:
    return industry.name if lang == "zh" else industry.name_en


def _sheets(b: _TemplateBook, draft: Draft, enterprise: Enterprise | None) -> None:
    from .read import enterprise_of

    lang, industry = b.lang, b.industry
    e = enterprise if enterprise is not None else enterprise_of(draft)[0]
    profile_title = PROFILE_SHEET if lang == "zh" else PROFILE_SHEET_EN
    sheets = {"profile": b.book.add_worksheet(profile_title)}
    specs = [t for t in TABLES if offered(t, industry) or draft.table(t.name) is not None]
    for spec in specs:
        sheets[spec.name] = b.book.add_worksheet(spec.title(lang))
    annual, guide = b.book.add_worksheet(TITLES[lang]["annual"]), b.book.add_worksheet(TITLES[lang]["guide"])
    hidden = b.book.add_worksheet(b.lists.sheet)
    hidden.hide()
    _profile(b, b.pen(sheets["profile"]), draft)
    for spec in specs:
        _table(b, b.pen(sheets[spec.name]), spec, draft.table(spec.name))
    write_annual(b.pen(annual), industry, e, lang)
    _guide(b, b.pen(guide))
    pen = b.pen(hidden)
    for column, (title, values) in enumerate(b.lists.columns.items()):
        pen.text(0, column, title, "head")
        for r, value in enumerate(values, 1):
            pen.text(r, column, value, "plain", measure=False)
    _others(b, draft)
    sheets["profile"].activate()


def _profile(b: _TemplateBook, pen: SheetWriter, draft: Draft) -> None:
    industry, lang = b.industry, b.lang
    words = lists_of(industry, lang)
    names = [s.label if lang == "zh" else s.label_en for s in industry.sources]
    pen.text(0, 0, TEXTS[lang]["title"].format(name=_name(industry, lang)), "title", measure=False)
    document = industry.document if lang == "zh" else text_of(industry.document, dictionary(industry.edition))
    basis = TEXTS[lang]["basis"].format(document=document, sources=LIST[lang].join(names))
    _note(pen, basis, [24, 46])
    for r, field in enumerate(PROFILE, 3):
        pen.text(r, 0, field.text(lang) + ("*" if field.required else ""), "label")
        cell = draft.profile.get(field.id)
        if field.id == "industry":
            cell = DraftCell(words["industry"][0])
        _cell(b, pen, (r, 1), field, cell, ("number", "word"))
        _comment(b, pen, (r, 1), cell, b.draft.home)
        if field.choices:
            pen.choose(r, 1, b.lists.add(field.choices, words[field.choices]), WARN[lang])
    taken = {(r, c) for r in (0, 1, *range(3, 3 + len(PROFILE))) for c in (0, 1)}
    _outside(b, pen, (PROFILE_SHEET, PROFILE_SHEET_EN), taken)
    pen.limits[1] = 46
    pen.widths[1] = max(pen.widths.get(1, 0), 40)
    pen.finish(PAGE[lang], landscape=False)


def _table(b: _TemplateBook, pen: SheetWriter, spec: Form, table: DraftTable | None) -> None:
    lang, words = b.lang, lists_of(b.industry, b.lang)
    note = spec.note if lang == "zh" else spec.note_en
    pen.text(0, 0, spec.title(lang), "title", measure=False)
    _note(
        pen,
        note + (FLIGHT_NOTE[lang] if spec.name == "readings" and has_flights(b.industry) else ""),
        [max(f.width, min(34, width_of(f.text(lang)) + 3)) for f in spec.fields],
    )
    pen.header_row = HEAD_ROW
    rows = [r for r in (table.rows if table else ()) if r.cells or r.more]
    if not rows and spec.name == "process":
        rows = [DraftRow(n, cells, {}) for n, cells in enumerate(_suggested(b))]
    heads = list(dict.fromkeys(head for r in rows for head in r.more))
    home = table.sheet if table is not None else ""
    last = HEAD_ROW + max(spec.rows, len(rows) + 10)
    for c, field in enumerate(spec.fields):
        pen.text(HEAD_ROW, c, field.text(lang) + ("*" if field.required else ""), "head")
        pen.widths[c] = max(pen.widths.get(c, 0), field.width - 2)
        pen.limits[c] = max(34, field.width)
        if field.choices and words.get(field.choices):
            pen.choose(HEAD_ROW + 1, c, b.lists.add(field.choices, words[field.choices]), WARN[lang], last)
        elif field.kind == "month":
            pen.sheet.data_validation(
                HEAD_ROW + 1,
                c,
                last,
                c,
                {
                    "validate": "integer",
                    "criteria": "between",
                    "minimum": 1,
                    "maximum": 12,
                    "error_type": "warning",
                    "error_message": TEXTS[lang]["months"],
                },
            )
    for c, head in enumerate(heads, len(spec.fields)):
        pen.text(HEAD_ROW, c, head, "head")
    for r, row in enumerate(rows, HEAD_ROW + 1):
        for c, field in enumerate(spec.fields):
            _cell(b, pen, (r, c), field, row.cells.get(field.id), ("number", "word"))
            _comment(b, pen, (r, c), row.cells.get(field.id), home)
        for c, head in enumerate(heads, len(spec.fields)):
            _cell(b, pen, (r, c), None, row.more.get(head), ("number", "word"))
            _comment(b, pen, (r, c), row.more.get(head), home)
    for r in range(HEAD_ROW + 1 + len(rows), last + 1):
        for c, field in enumerate(spec.fields):
            pen.text(r, c, "", "number" if field.kind in ("number", "month") else "word", measure=False)
    wide = len(spec.fields) + len(heads)
    taken = {(0, 0), *((r, c) for r in (1, HEAD_ROW) for c in range(1 if r == 1 and lang == "zh" else wide))}
    _outside(b, pen, (spec.sheet, spec.sheet_en), taken, HEAD_ROW)
    pen.sheet.freeze_panes(HEAD_ROW + 1, 1)
    pen.finish(PAGE[lang], landscape=True)
    for r, row in enumerate(rows, HEAD_ROW + 1):
        if row.hidden:
            pen.sheet.set_row(r, None, None, {"hidden": True})
    if table is not None and table.hidden:
        pen.sheet.hide()


def _outside(
    b: _TemplateBook, pen: SheetWriter, titles: tuple[str, str], taken: set[tuple[int, int]], last: int | None = None
) -> None:
    """What was typed where no field stands, at its place; the first free one to its right where that is taken, in the
    first row where the table (below row `last`) stands there now."""
    for title, cells in b.draft.outside:
        if title not in titles and fold(title) not in map(fold, titles):
            continue
        for place, cell in cells.items():
            row, column = (n - 1 for n in position(place))
            row = 0 if last is not None and row > last else row
            while (row, column) in taken:
                column += 1
            taken.add((row, column))
            _cell(b, pen, (row, column), None, cell, ("number", "plain"))
            _comment(b, pen, (row, column), cell, title)


def _note(pen: SheetWriter, note: str, widths: list[int]) -> None:
    """The note above a table. In English over the columns of the table, in as many lines as it needs: a text that runs
    beyond the table makes the page print small."""
    if pen.lang == "zh":
        pen.text(1, 0, note, "plain", measure=False)
    else:
        pen.across(1, 0, len(widths) - 1, note, sum(widths))


def _cell(
    b: _TemplateBook,
    pen: SheetWriter,
    at: tuple[int, int],
    field: Field | None,
    cell: DraftCell | None,
    styles: tuple[str, str],
) -> None:
    """One cell as typed: numbers as numbers (85 % as the text it shows), words in the template's language, everything
    else as text."""
    figure = field is not None and field.kind in ("number", "month")
    empty = cell is None or cell.kind == "empty"
    if cell is not None and cell.kind == "number" and not cell.percent and isinstance(cell.value, float):
        pen.number(*at, cell.value, styles[0])
    elif cell is None or empty:
        pen.text(*at, "", styles[0] if figure else styles[1])
    else:
        pen.text(*at, _shown(b, field, cell), styles[0] if figure else styles[1])


def _comment(b: _TemplateBook, pen: SheetWriter, at: tuple[int, int], cell: DraftCell | None, sheet: str) -> None:
    """The comment that somebody had written at the cell on its `sheet`."""
    if cell is not None and (note := b.draft.notes.get((sheet, cell.place))):
        pen.comment(*at, note)


def _shown(b: _TemplateBook, field: Field | None, cell: DraftCell) -> str:
    if cell.kind == "uncached":
        return TEXTS[b.lang]["uncached"]
    if cell.kind == "bool":
        return "TRUE" if cell.value else "FALSE"
    if cell.kind == "number":
        return f"{float(f'{float(cell.value or 0) * 100:.15g}'):.15g}%"
    text = str(cell.value or "")
    edition = b.industry.edition
    if field is not None and field.choices == "source" and text in edition.categories:
        return source_text(text, edition, b.lang)
    if field is not None and field.choices and b.lang != "zh":
        return word_text(field.choices, text, edition, b.lang)
    return text


def _suggested(b: _TemplateBook) -> list[Mapping[str, DraftCell]]:
    """One line for every datum of the industry's own sources, value left open: the checklist of what the guideline asks
    for."""
    labels = key_labels(b.industry.edition, b.lang)
    rows: list[Mapping[str, DraftCell]] = []
    for place, q in quantities_of(b.industry):
        item = SEMICOLON[b.lang].join(f"{labels.get(k, k)}=" for k in q.keys if k != "category")
        rows.append(
            {
                name: DraftCell(text)
                for name, text in {
                    "source": place,
                    "quantity": q.label[b.lang],
                    "item": item,
                    "unit": q.unit[0],
                }.items()
            }
        )
    return rows


def _guide(b: _TemplateBook, pen: SheetWriter) -> None:
    """What every datum means, its unit, its items and who has it."""
    edition, lang = b.industry.edition, b.lang
    for c, head in enumerate(GUIDE[lang]):
        pen.text(0, c, head, "head")
        pen.limits[c] = (24, 34, 14, 30, 60, 24, 50)[c]
    words, comma = dictionary(edition), LIST[lang]
    for r, (place, q) in enumerate(quantities_of(b.industry), 1):
        keys = [k for k in q.keys if k != "category"]
        options = []
        for k in keys:
            known = [word_text(k, v, edition, lang) for v in edition.vocabulary.get(k, {})]
            options.append(comma.join(known[:12]) + ("…" if len(known) > 12 else ""))
        item = item_text(dict.fromkeys(keys, "…"), edition, lang)
        for c, value in enumerate(
            (
                source_text(place, edition, lang),
                q.label[lang],
                comma.join(q.unit if lang == "zh" else map(english_unit, q.unit)),
                item,
                "；".join(options) if lang == "zh" else "; ".join(options),
                q.supplier if lang == "zh" else text_of(q.supplier, words),
                q.help.get(lang, ""),
            )
        ):
            pen.text(r, c, value, "cell")
    pen.finish(PAGE[lang], landscape=True)


def _others(b: _TemplateBook, draft: Draft) -> None:
    """Sheets that no form has, cell by cell where they stood."""
    taken = {w.get_name().lower() for w in b.book.worksheets()}
    for title, cells in draft.others:
        if title.lower() in taken:
            continue
        pen = b.pen(b.book.add_worksheet(title))
        for place, cell in cells.items():
            row, column = position(place)
            _cell(b, pen, (row - 1, column - 1), None, cell, ("number", "plain"))
            _comment(b, pen, (row - 1, column - 1), cell, title)


__all__ = ["BY_NAME", "blank_cells", "write_draft", "write_template"]
