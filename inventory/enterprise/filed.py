"""Reads a filed report back: activity data, factors with their ticks, intermediate results and totals, each with its
cell.

Only what is printed in the report counts: labels, items and units. Both report families become the same `Filed`.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from ..core import equation
from ..core.declarations import Method, Quantity, Step
from ..core.edition import Edition
from ..core.names import display_name
from ..core.problems import Collector, InventoryError, Origin, Problem, problem
from ..edition import available, load
from ..spreadsheets.cells import Cell, Sheet, Unreadable, read_sheets
from ..spreadsheets.numbers import Number, parse_number, plain
from .draft import draft_of
from .english import block_title, chinese, chinese_tab
from .filed_model import Filed, FiledDatum, FiledFactor, FiledFigures, FiledLine, FiledResult, Keys
from .industries import Industry, default_edition, edition_named, entered_under, find, report_lines
from .model import TICKS
from .read import enterprise_of
from .report_parameters import ACTIVITY_HEAD, FACTOR_HEAD, FUEL_ACTIVITY, FUEL_FACTORS
from .tables import fold, parse_item, word_of

SOURCE_TITLE = re.compile(r"(?:附表|Annex )\d+\D*?(\d\d-\d\d)")


def read_filed(path: Path | str) -> Filed:
    """A filed report. Raises `InventoryError` for what is no report: another kind of file, damage, a password, missing
    tables, another version."""
    path = Path(path)
    try:
        sheets = read_sheets(path)
    except Unreadable as error:
        raise InventoryError([error.problem]) from error
    return filed_from_sheets(sheets, display_name(path))


def filed_from_sheets(sheets: Sequence[Sheet], file: str) -> Filed:
    named = {chinese_tab(s.name): s for s in sheets}
    missing = [n for n in ("封面", "企业基本情况", "附表1") if n not in named]
    enterprise, read_problems = enterprise_of(draft_of(sheets, file, only_forms=True))
    if missing:
        raise InventoryError(
            [Problem("enterprise.not_a_report", Origin(file), (("missing", "、".join(f"“{n}”" for n in missing)),))]
        )
    version = _version(named["封面"])
    edition = _edition_printed(version)
    if edition is None:
        known = "、".join(e.label["zh"] + " / " + e.label["en"] for e in _editions())
        raise InventoryError(
            [Problem("enterprise.version", Origin(file, "封面"), (("expected", known), ("found", version or "未写")))]
        )
    if not enterprise.profile.industry or not enterprise.profile.year:
        raise InventoryError(read_problems)
    industry = find(enterprise.profile.industry, edition)
    figures = FiledFigures(edition)
    figures.problems.extend(read_problems)
    figures.problems.extend(_hidden_annexes(named))
    if industry.report_type == "P":
        for name, reader in (("附表2", _activity_table), ("附表3", _factor_table)):
            if name not in named:
                raise InventoryError([Problem("enterprise.not_a_report", Origin(file), (("missing", f"“{name}”"),))])
            reader(named[name], industry, figures)
    else:
        for name, sheet in named.items():
            if re.match(r"附表([2-9]|\d\d)\b|附表([2-9]|\d\d)\s", name):
                _source_table(sheet, industry, figures)
    _by_other_method(figures, industry)
    lines = _lines(named["附表1"], industry, figures.problems)
    return Filed(
        file,
        industry,
        version,
        enterprise,
        tuple(figures.data.values()),
        tuple(figures.factors.values()),
        lines,
        tuple(figures.problems),
        tuple(figures.results),
    )


@functools.lru_cache(maxsize=64)
def _edition_printed(version: str) -> Edition | None:
    """The edition of a cover: by its label in either language, or by its id, which earlier reports print."""
    known = edition_named(version)
    return known or next((e for e in _editions() if fold(version) in map(fold, e.label.values())), None)


def _editions() -> Iterator[Edition]:
    """The enterprise editions, that of 2013-2015 first: the others are loaded only when they are asked for."""
    first = default_edition()
    yield first
    yield from (load(name) for name in available("enterprise") if name != first.id)


def _hidden_annexes(named: Mapping[str, Sheet]) -> list[Problem]:
    """Tables of the report that nobody sees but that are filed and count all the same."""
    hidden = [
        (name, s) for name, s in named.items() if not s.visible and name.startswith(("附表", "封面", "企业基本情况"))
    ]
    return [problem("verify.hidden_table", Origin(s.file, s.name), title=name) for name, s in hidden]


def _by_other_method(figures: FiledFigures, industry: Industry) -> None:
    """A fuel whose carbon or slag and ash are filed counts by that method: its printed row holds the same amount under
    another quantity, and an oxidation that was computed is no factor."""
    for marker, quantity in (
        ("slag", "coal_with_ash"),
        ("fuel_component", "gas_with_composition"),
        ("fossil_share", "fuel_part_fossil"),
        ("fuel_carbon_content", "fuel_measured"),
    ):
        fuels = {fuel_line(keys) for name, keys in figures.data if name == marker}
        for name, keys in [k for k in figures.data if k[0] == "fuel_consumption" and fuel_line(k[1]) in fuels]:
            d = figures.data.pop((name, keys))
            figures.data[quantity, keys] = FiledDatum(quantity, keys, d.value, d.unit, d.origin)
            if quantity == "coal_with_ash":
                figures.factors.pop(("fuel_of", tuple(k for k in keys if k[0] != "category")), None)


def fuel_line(keys: Keys) -> tuple[str, str]:
    """The fuel of a datum, and the boiler or kiln whose part it is (empty: all of it)."""
    held = dict(keys)
    return held["fuel"], held.get("line", "")


def _printed_fuel(text: str, edition: Edition) -> Keys:
    """`烟煤（1号炉）` (`bituminous coal (1号炉)`) as fuel and line; a fuel's own name, with or without brackets, as the fuel."""
    part = re.fullmatch(r"(.+?) ?[（(](.+)[）)]", text)
    known, fuel = edition.vocabulary["fuel"], word_of("fuel", text, edition)
    if fuel in known or part is None or word_of("fuel", part[1], edition) not in known:
        return (("fuel", fuel),)
    return (("fuel", word_of("fuel", part[1], edition)), ("line", word_of("line", part[2], edition)))


def _version(sheet: Sheet) -> str:
    for r, row in enumerate(sheet.values, 1):
        for c, value in enumerate(row[:-1], 1):
            if isinstance(value, str) and chinese(value) == "指南版本":
                return sheet.cell(r, c + 1).text
    return ""


def number_of(cell: Cell, origin: Origin, label: str, problems: Collector, unit: str = "") -> float | None:
    """A figure of the report; None when empty. What is no number, or has a percent sign where `unit` has none, becomes
    a problem."""
    number = parse_number(cell)
    if isinstance(number, Number):
        if number.mark and not plain(unit).startswith(number.mark):
            shown = f"{number.value:.10g}{number.mark}"
            problems.add("number.percent_unit", origin, found=shown, unit=unit or "—", label=label)
            return None
        return number.value
    if not number.blank:
        problems.add("enterprise.not_a_number", origin, label=label, found=number.text or cell.text or cell.kind)
    return None


# ---- 附表1 ----


def _lines(sheet: Sheet, industry: Industry, problems: Collector) -> tuple[FiledLine, ...]:
    labels = {fold(text): line for line in report_lines(industry) for text in (line.label_en, line.label)}
    lines = []
    many = "CO2当量" in chinese(sheet.cell(4, 4).text)
    for r in range(1, sheet.height + 1):
        line = labels.get(fold(sheet.cell(r, 1).text))
        if line is None:
            continue
        mass, co2e = sheet.cell(r, 3), sheet.cell(r, 4)
        gas = sheet.cell(r, 2).text
        mass_value = number_of(mass, sheet.origin(r, 3), line.label, problems, "t")
        co2e_value = number_of(co2e, sheet.origin(r, 4), line.label, problems, "t") if many else mass_value
        lines.append(
            FiledLine(
                line,
                gas,
                None if not line.sources and many else mass_value,
                co2e_value,
                sheet.origin(r, 3),
                sheet.origin(r, 4 if many else 3),
            )
        )
    return tuple(lines)


# ---- family P ----


def _heading(sheet: Sheet, words: Sequence[str]) -> int | None:
    wanted = [fold(w) for w in words[:2]]
    for r, row in enumerate(sheet.values, 1):
        if len(row) > 1 and isinstance(row[0], str) and [fold(chinese(str(v or ""))) for v in row[:2]] == wanted:
            return r
    return None


def _block(sheet: Sheet, top: int) -> list[int]:
    """Rows below a heading up to the first empty one."""
    rows = []
    r = top + 1
    while r <= sheet.height and not sheet.cell(r, 1).blank:
        rows.append(r)
        r += 1
    return rows


def _quantities(edition: Edition) -> dict[str, Quantity]:
    """Quantities by label in either language."""
    return {fold(q.label[lang]): q for lang in ("en", "zh") for q in edition.declared.quantities.values()}


def _parameters(edition: Edition) -> dict[str, str]:
    """Ids of parameters by label in either language."""
    return {fold(p.label[lang]): p.id for lang in ("en", "zh") for p in edition.declared.parameters.values()}


def _activity_table(sheet: Sheet, industry: Industry, figures: FiledFigures) -> None:
    top = _heading(sheet, FUEL_ACTIVITY)
    source = industry.fuel_source
    if top is not None and source is not None:
        for r in _block(sheet, top):
            fuel = word_of("fuel", sheet.cell(r, 1).text, industry.edition)
            keys = _printed_fuel(fuel, industry.edition)
            value = number_of(sheet.cell(r, 2), sheet.origin(r, 2), fuel, figures.problems, sheet.cell(r, 3).text)
            if value is not None:
                figures.datum(
                    FiledDatum(
                        "fuel_consumption",
                        (("category", source.id), *keys),
                        value,
                        sheet.cell(r, 3).text,
                        sheet.origin(r, 2),
                    )
                )
                _factor_at(sheet, r, 4, ("fuel_ncv", keys, source.id), figures)
    top = _heading(sheet, ACTIVITY_HEAD)
    by_label = industry.edition.derived(_quantities)
    for r in _block(sheet, top) if top is not None else []:
        quantity = by_label.get(fold(sheet.cell(r, 2).text))
        item = parse_item(sheet.cell(r, 3).text, industry.edition)
        label, unit = sheet.cell(r, 2).text, sheet.cell(r, 5).text
        value = number_of(sheet.cell(r, 4), sheet.origin(r, 4), label, figures.problems, unit)
        if quantity is None or item is None:
            figures.problems.add(
                "verify.unknown_row", sheet.origin(r, 2), label=sheet.cell(r, 2).text, item=sheet.cell(r, 3).text
            )
        elif value is not None:
            if "category" in quantity.all_keys:
                item["category"] = sheet.cell(r, 1).text[:5]
            figures.datum(
                FiledDatum(quantity.id, tuple(sorted(item.items())), value, sheet.cell(r, 5).text, sheet.origin(r, 4))
            )


def _factor_table(sheet: Sheet, industry: Industry, figures: FiledFigures) -> None:
    top = _heading(sheet, FUEL_FACTORS)
    source = industry.fuel_source
    if top is not None and source is not None:
        for r in _block(sheet, top):
            keys = _printed_fuel(sheet.cell(r, 1).text, industry.edition)
            _factor_at(sheet, r, 2, ("fuel_cc", keys, source.id), figures)
            _factor_at(sheet, r, 5, ("fuel_of", keys, source.id), figures)
    top = _heading(sheet, FACTOR_HEAD)
    by_label = industry.edition.derived(_parameters)
    for r in _block(sheet, top) if top is not None else []:
        parameter = by_label.get(fold(sheet.cell(r, 2).text))
        item = parse_item(sheet.cell(r, 3).text, industry.edition)
        if parameter is None or item is None:
            figures.problems.add(
                "verify.unknown_row", sheet.origin(r, 2), label=sheet.cell(r, 2).text, item=sheet.cell(r, 3).text
            )
        else:
            _factor_at(sheet, r, 4, (parameter, tuple(sorted(item.items())), sheet.cell(r, 1).text[:5]), figures)


def _factor_at(sheet: Sheet, r: int, c: int, what: tuple[str, Keys, str], figures: FiledFigures) -> None:
    """Value, unit and tick side by side. `what` is the parameter, its keys and the source line."""
    parameter, keys, category = what
    label = figures.edition.declared.parameters[parameter].label["zh"]
    value = number_of(sheet.cell(r, c), sheet.origin(r, c), label, figures.problems, sheet.cell(r, c + 1).text)
    if value is not None:
        tick = chinese(sheet.cell(r, c + 2).text)
        if tick not in TICKS:
            figures.problems.add("verify.tick", sheet.origin(r, c + 2), found=tick, known="、".join(TICKS))
            tick = ""
        figures.factor(
            FiledFactor(parameter, keys, value, sheet.cell(r, c + 1).text, tick, category, sheet.origin(r, c))
        )


# ---- family S ----


def _steps(edition: Edition) -> Mapping[str, tuple[Method, Step]]:
    """Block titles of the source tables."""
    return {
        fold(block_title(m.label, s.label, lang)): (m, s)
        for lang in ("en", "zh")
        for m in edition.declared.methods.values()
        for s in m.steps
    }


def _source_table(sheet: Sheet, industry: Industry, figures: FiledFigures) -> None:
    category = ""
    mine = {s.id for s in industry.sources}
    for r in range(1, sheet.height + 1):
        text = sheet.cell(r, 1).text
        code = SOURCE_TITLE.match(text)
        if code or r == 1:  # several small tables may share a sheet
            category = code[1] if code else ""
            if category not in mine:
                figures.problems.add("verify.unknown_table", sheet.origin(r, 1), title=text)
            continue
        known = industry.edition.derived(_steps).get(fold(text)) if category in mine else None
        if known is not None and chinese(sheet.cell(r + 1, 1).text) == "分项":
            _source_block(sheet, r + 1, *known, category, figures)


def _source_block(sheet: Sheet, head: int, method: Method, step: Step, category: str, figures: FiledFigures) -> None:
    names = equation.parse(step.texts[0]).names
    activity = {a.name: a for a in method.activity}
    factors = {f.name: f for f in method.factor}
    r = head + 1
    while r <= sheet.height and not sheet.row_is_blank(r):
        item = parse_item(sheet.cell(r, 1).text, figures.edition)
        if item is None:
            figures.problems.add(
                "verify.unknown_row", sheet.origin(r, 1), label=method.label["zh"], item=sheet.cell(r, 1).text
            )
            r += 1
            continue
        row = {**item, "category": entered_under(method, category, figures.edition)}
        c = 2
        for name in names:
            if name in activity:
                _source_datum(sheet, r, c, activity[name].quantity, row, figures)
            elif name in factors:
                var = factors[name]
                keys = tuple(
                    sorted(
                        (k, s[1:] if s.startswith("=") else row.get(s, ""))
                        for k, s in var.keys.items()
                        if k not in ("family", "grid_year")
                    )
                )
                _factor_at(sheet, r, c, (var.parameter, tuple((k, v) for k, v in keys if v), category), figures)
            c += 3 if name in factors else 2
        result = number_of(sheet.cell(r, c), sheet.origin(r, c), step.label["zh"], figures.problems)
        if result is not None:
            where = tuple(sorted(row.items()))
            unit = sheet.cell(r, c + 1).text
            figures.results.append(FiledResult(method.id, step.name, where, result, unit, sheet.origin(r, c)))
        r += 1


def _source_datum(
    sheet: Sheet, r: int, c: int, quantity_id: str, row: Mapping[str, str], figures: FiledFigures
) -> None:
    quantity = figures.edition.declared.quantities[quantity_id]
    label, unit = quantity.label["zh"], sheet.cell(r, c + 1).text
    value = number_of(sheet.cell(r, c), sheet.origin(r, c), label, figures.problems, unit)
    if value is not None:
        keys = tuple(sorted((k, row[k]) for k in quantity.all_keys if row.get(k)))
        figures.datum(FiledDatum(quantity_id, keys, value, sheet.cell(r, c + 1).text, sheet.origin(r, c)))
