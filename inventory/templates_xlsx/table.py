"""One fill-in sheet: title and region, heading, worked example, rows to fill, spare rows with lists."""

from __future__ import annotations

from dataclasses import dataclass

from ..core import units
from ..core.activity import DATA_KINDS
from ..core.declarations import Quantity
from ..forms.form import DEFAULT_WIDTH
from ..forms.province import form
from ..reading.headers import PRINTED
from ..sheets.address import letters
from ..texts import SEMICOLON
from .book import Lists, SheetWriter
from .labels import PrintedLabels, key_column
from .plan import SheetPlan, TemplatePlan
from .plan_rows import RowPlan
from .table_checks import BLANK_ROWS, FIRST, SheetProgress, own_notation, progress_of, row_notation, validate
from .texts import text

HEAD, EXAMPLE = 4, 5  # rows, counted from 0
KEY_LIMIT, NARROW_KEY, MANY_KEYS = 22, 17, 3  # of three and more keys each is narrower, so that a page holds them


def columns_of(sheet: SheetPlan, result: TemplatePlan) -> list[tuple[str, str]]:
    """Columns as (what, label): fields by name, keys as `key:fuel`, years as `year:2005`."""
    lang, words = result.lang, result.words
    out = [("mark", PRINTED["mark"][lang])]
    if result.with_region_column:
        out.append(("region", PRINTED["region"][lang]))
    out.append(("quantity", PRINTED["quantity"][lang]))
    if sheet.with_item:
        out.append(("item", PRINTED["item"][lang]))
    out += [
        ("category", PRINTED["category"][lang]) if k == "category" else (f"key:{k}", words.label(k, lang))
        for k in sheet.keys
    ]
    out.append(("unit", PRINTED["unit"][lang]))
    out += [(f"year:{y}", str(y)) for y in sheet.years]
    if result.last:
        out += [(f, PRINTED[f][lang]) for f in ("last", "last_change", "last_source")]
    out += [(f, PRINTED[f][lang]) for f in ("notation", "source", "uncertainty", "data_kind", "note", "supplier")]
    return out


def write_sheet(writer: SheetWriter, sheet: SheetPlan, result: TemplatePlan, lists: Lists) -> SheetProgress:
    """Write the sheet and say how its progress is counted."""
    columns = columns_of(sheet, result)
    at = {what: i for i, (what, _) in enumerate(columns)}
    _head(writer, sheet, result, columns, lists)
    shown = PrintedLabels(result)
    _example(writer, sheet, result, at, shown)
    draft = _Form(writer, sheet, result, at, shown)
    row = FIRST
    commented: set[str] = set()
    for number, entry in enumerate(sheet.rows, 1):
        quantity = result.words.quantities[entry.quantity]
        _row(draft, row, number, entry, quantity, quantity.id not in commented)
        if quantity.id not in commented:
            commented.add(quantity.id)
            _help(writer, row, at["quantity"], quantity, result)
        if entry.folded:
            writer.folded.add(row)
        row += 1
    last = row - 1
    _blank_rows(draft, row, lists)
    validate(writer, sheet, result, at, last, lists)
    writer.sheet.freeze_panes(HEAD + 1, at["unit"])
    writer.header_row = HEAD
    widths = {f.id: f.width for f in form("activity").fields if f.width != DEFAULT_WIDTH}
    if result.lang == "en":
        widths |= WIDTHS_IN_ENGLISH
    writer.limits.update(
        {
            column: widths.get(what, KEY_LIMIT if len(sheet.keys) < MANY_KEYS else NARROW_KEY)
            for what, column in at.items()
        }
    )
    for what, least in (("source", 18), ("note", 16)):
        writer.widths[at[what]] = max(writer.widths[at[what]], least)
    return progress_of(sheet, result, at, last)


WIDTHS_IN_ENGLISH = {"supplier": 26, "uncertainty": 12, "data_kind": 11}


def _head(
    writer: SheetWriter, sheet: SheetPlan, result: TemplatePlan, columns: list[tuple[str, str]], lists: Lists
) -> None:
    lang = result.lang
    writer.sheet.set_row(0, 24)
    writer.text(0, 0, sheet.title, "title", measure=False)
    writer.text(1, 0, text("region", lang), "label", measure=False)
    if result.with_region_column:
        shown_regions = text("region_by_row", lang) if result.purpose else "、".join(result.regions)
        writer.text(1, 2, shown_regions, "plain", measure=False)
    else:
        writer.text(1, 1, result.region, "input", measure=False)
        writer.choose(1, 1, lists.source("region"), text("list_warn", lang))
    if len(columns) > 6:
        place = 4 if result.with_region_column else 3
        writer.text(1, place, text("rest", lang), "label", measure=False)
        writer.text(1, place + 1, "", "input", measure=False)
        writer.choose(1, place + 1, lists.source("notation"), text("list_warn", lang))
        writer.comment(1, place, text("rest_help", lang))
    folded = sum(r.folded for r in sheet.rows)
    above = text("reference", lang, text=sheet.reference) if sheet.reference else ""
    if folded:
        above += ("　" if above and lang == "zh" else "") + text("folded", lang, n=str(folded))
    if above:
        writer.text(2, 0, above, "plain", measure=False)
    if sheet.title == text("measured", lang):
        writer.text(2, 0, text("measured_sheet", lang), "plain", measure=False)
    writer.text(3, 0, text("legend", lang), "plain", measure=False)
    for column, (what, label) in enumerate(columns):
        if what.startswith("year:"):
            writer.number(HEAD, column, int(label), "head")
            writer.widths[column] = 10
        else:
            writer.text(HEAD, column, label, "head")
        help_text = {"notation": "notation_help", "data_kind": "kind_help", "uncertainty": "uncertainty_help"}.get(what)
        if help_text:
            writer.comment(HEAD, column, text(help_text, lang))


def _example(
    writer: SheetWriter, sheet: SheetPlan, result: TemplatePlan, at: dict[str, int], shown: PrintedLabels
) -> None:
    """A worked example from the declarations; its mark tells the reader to pass over it."""
    quantity = next((q for q in sheet.quantities if q.example is not None), sheet.quantities[0])
    lang = result.lang
    for column in range(len(at)):
        writer.text(EXAMPLE, column, "", "example")
    entry = next((r for r in sheet.rows if r.quantity == quantity.id and not r.spare), None)
    item = (
        dict(entry.item) if entry else {k: (result.words.allowed(quantity, k) or ("1990",))[0] for k in quantity.keys}
    )
    writer.text(EXAMPLE, at["mark"], text("example", lang), "example")
    writer.text(EXAMPLE, at["quantity"], shown.quantity(quantity), "example")
    for key, value in item.items():
        place = key_column(key, at)
        if place is not None:
            writer.text(EXAMPLE, place, shown.value(quantity, key, value), "example")
    writer.text(EXAMPLE, at["unit"], entry.unit if entry else quantity.unit[0], "example")
    for year in sheet.years:
        writer.number(
            EXAMPLE, at[f"year:{year}"], quantity.example if quantity.example is not None else 1, "example_number"
        )
    writer.text(EXAMPLE, at["source"], text("example_source", lang), "example")
    writer.number(EXAMPLE, at["uncertainty"], 5, "example_number")
    writer.text(EXAMPLE, at["data_kind"], DATA_KINDS[0], "example")
    writer.text(EXAMPLE, at["note"], text("example_note", lang), "example")


@dataclass(frozen=True, slots=True)
class _Form:
    """One sheet while its rows are written: where it goes, what it holds, the columns by what stands in them."""

    writer: SheetWriter
    sheet: SheetPlan
    result: TemplatePlan
    at: dict[str, int]
    shown: PrintedLabels


def _row(form: _Form, row: int, number: int, entry: RowPlan, quantity: Quantity, first: bool) -> None:
    writer, sheet, result, at, shown = form.writer, form.sheet, form.result, form.at, form.shown
    fixed = "word" if entry.spare else "fixed"
    writer.text(row, at["mark"], str(number), "mark")
    if "region" in at:
        writer.text(row, at["region"], entry.region, "word")
    writer.text(row, at["quantity"], shown.quantity(quantity), "fixed")
    item = dict(entry.item)
    for key in sheet.keys:
        column = key_column(key, at)
        if column is not None:
            mine = key in quantity.all_keys
            given = shown.value(quantity, key, item[key]) if key in item else ""
            writer.text(row, column, given, ("word" if entry.spare or not given else fixed) if mine else "fixed")
    if sheet.with_item:
        writer.text(
            row,
            at["item"],
            SEMICOLON[result.lang].join(shown.value(quantity, k, v) for k, v in entry.item),
            "word" if entry.spare else "fixed",
        )
    writer.text(row, at["unit"], entry.unit, "word")
    style = "figure_required" if entry.required else "figure_optional"
    for year in sheet.years:
        column = at[f"year:{year}"]
        if year in entry.figures:
            writer.number(row, column, entry.figures[year], style)
        else:
            writer.text(row, column, own_notation(entry, year, sheet), style)
    if result.last:
        _last(writer, row, entry, sheet, result, at)
    writer.text(row, at["notation"], row_notation(entry, sheet), "word")
    writer.own(row, at["source"], entry.source, "word")
    if entry.uncertainty is not None:
        writer.number(row, at["uncertainty"], entry.uncertainty, "number")
    else:
        writer.text(row, at["uncertainty"], "", "number")
    writer.text(row, at["data_kind"], entry.data_kind, "word")
    writer.own(row, at["note"], entry.note, "word")
    writer.text(row, at["supplier"], quantity.supplier if first else "", "small")


def _last(
    writer: SheetWriter, row: int, entry: RowPlan, sheet: SheetPlan, result: TemplatePlan, at: dict[str, int]
) -> None:
    """The figure of the last filing, how the new one differs, and where it came from; grey, for comparison."""
    known = result.last.get((entry.quantity, entry.item))
    if known is None:
        for name in ("last", "last_change", "last_source"):
            writer.text(row, at[name], "", "small")
        return
    try:
        value = known.value * float(units.ratio(known.unit, entry.unit))
    except units.UnitError:
        value = known.value
    writer.number(row, at["last"], value, "amount")
    year, last = (f"{letters(at[name])}{row + 1}" for name in (f"year:{sheet.years[-1]}", "last"))
    writer.formula(
        row,
        at["last_change"],
        f'=IF(OR({year}="",NOT(ISNUMBER({year})),{last}=0),"",100*({year}/{last}-1))',
        "",
        "amount",
    )
    writer.own(row, at["last_source"], f"{known.year}{'：' if result.lang == 'zh' else ': '}{known.source}", "small")


def _help(writer: SheetWriter, row: int, column: int, quantity: Quantity, result: TemplatePlan) -> None:
    parts = [quantity.help.get(result.lang) or quantity.help.get("zh", "")]
    if quantity.supplier:
        parts.append(text("supplier", result.lang, text=quantity.supplier))
    message = "\n".join(p for p in parts if p)
    if message:
        writer.comment(row, column, message)


def _blank_rows(form: _Form, row: int, lists: Lists) -> None:
    """Empty rows at the end, where a quantity of this sheet can be added with keys of one's choice."""
    writer, sheet, result, at, shown = form.writer, form.sheet, form.result, form.at, form.shown
    names = tuple(shown.quantity(q) for q in sheet.quantities)
    for r in range(row, row + BLANK_ROWS):
        for what, column in at.items():
            style = (
                "figure_optional"
                if what.startswith("year:")
                else "small"
                if what == "supplier" or what.startswith("last")
                else "word"
            )
            writer.text(r, column, "", "mark" if what == "mark" else style)
    warn = text("list_warn", result.lang)
    writer.choose(row, at["quantity"], lists.add("quantity", names), warn, row + BLANK_ROWS - 1)
    for key in sheet.keys:
        place = key_column(key, at)
        offered = tuple(dict.fromkeys(w for q in sheet.quantities if key in q.all_keys for w in shown.choices(q, key)))
        if place is not None and offered:
            writer.choose(row, place, lists.add(key, offered), warn, row + BLANK_ROWS - 1)
