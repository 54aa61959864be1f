"""Sheets beside the activity data: notation keys of whole categories, named choices, and the project's own factors."""

from __future__ import annotations

from ..core.activity import Notation
from ..forms.province import form, words_of
from ..reading.headers import PRINTED
from ..texts import SEMICOLON
from .book import Lists, SheetWriter
from .plan import TemplatePlan
from .texts import text

HEAD = 4
BLANK = 30
OWN = (  # of an own factor, as they stand on its form
    *("id", "parameter", "gas", "value", "unit", "source", "kind"),
    *("lower", "upper", "uncertainty", "distribution"),
)
REQUIRED = {"value": "figure_required", "source": "figure_required", "kind": "figure_required"}  # of a lacking factor


def write_notations(writer: SheetWriter, result: TemplatePlan, lists: Lists) -> None:
    """Categories that are not computed: one a row, the key under each year."""
    lang = result.lang
    with_region = result.with_region_column
    heads = ["mark", *(["region"] if with_region else []), "quantity", "category"]
    labels = (
        [PRINTED[h][lang] for h in heads]
        + [result.words.label("gas", lang)]
        + [str(y) for y in result.years]
        + [PRINTED["note"][lang]]
    )
    _top(writer, text("notations", lang), text("notation_sheet", lang), result, lists)
    _headings(writer, labels, years=range(len(heads) + 1, len(heads) + 1 + len(result.years)))
    gas = len(heads)
    groups: dict[tuple[str, str, str, str], dict[int, str]] = {}
    for n in sorted(result.notations, key=lambda n: (_rank(result, n), n.region, n.gas, n.year)):
        groups.setdefault((n.region, n.category, n.gas, n.reason), {})[n.year] = n.key
    row = HEAD + 1
    for (region, category, gas_name, reason), keys in groups.items():
        if with_region:
            writer.text(row, 1, region, "word")
        writer.text(row, 0, str(row - HEAD), "mark")
        writer.text(row, gas - 2, text("notations", lang), "fixed")
        writer.text(row, gas - 1, f"{category} {result.edition.label_of_category(category, lang)}", "word")
        writer.text(row, gas, gas_name, "word")
        for i, year in enumerate(result.years):
            writer.text(row, gas + 1 + i, keys.get(year, ""), "figure_optional")
        writer.own(row, gas + 1 + len(result.years), reason, "word")
        row += 1
    last = row + BLANK
    for r in range(row, last):
        for column in range(len(labels)):
            writer.text(r, column, "", "word")
        writer.text(r, gas - 2, text("notations", lang), "fixed")
    warn = text("list_warn", lang)
    categories = tuple(f"{c.id} {c.label[lang]}" for c in result.edition.categories.values())
    writer.choose(HEAD + 1, gas - 1, lists.add("category", categories), warn, last - 1)
    writer.choose(HEAD + 1, gas, lists.add("gas", result.words.gases), warn, last - 1)
    for i in range(len(result.years)):
        writer.choose(HEAD + 1, gas + 1 + i, lists.source("notation"), warn, last - 1)
    writer.limits[gas + 1 + len(result.years)] = 50
    writer.header_row = HEAD
    writer.sheet.freeze_panes(HEAD + 1, 0)


def _rank(result: TemplatePlan, notation: Notation) -> int:
    return list(result.edition.categories).index(notation.category)


def write_choices(writer: SheetWriter, result: TemplatePlan, lists: Lists) -> None:
    """One row a named choice; an empty option means the default."""
    lang = result.lang
    choice, option, reason = (f.text(lang) for f in form("choices").fields)
    heads = [choice, *form("choices").explanatory[lang], option, reason]
    _plain_top(writer, text("choices", lang), text("choice_sheet", lang))
    _headings(writer, heads)
    for row, declared in enumerate(result.edition.declared.choices.values(), HEAD + 1):
        option, reason = result.choices.get(declared.id, ("", ""))
        writer.text(row, 0, declared.id, "fixed")
        writer.text(row, 1, declared.label.get(lang) or declared.label["zh"], "fixed")
        writer.text(
            row,
            2,
            SEMICOLON[lang].join(
                f"{o}{'：' if lang == 'zh' else ': '}{declared.labels[o].get(lang, '')}" if o in declared.labels else o
                for o in declared.options
            ),
            "fixed",
        )
        writer.text(row, 3, declared.default, "fixed")
        writer.text(row, 4, option, "word")
        writer.own(row, 5, reason, "word")
        writer.choose(row, 4, lists.add(f"choice {declared.id}", declared.options), text("list_warn", lang))
    writer.limits.update({1: 32, 2: 50, 5: 28})
    writer.widths[5] = 28
    writer.header_row = HEAD
    writer.sheet.freeze_panes(HEAD + 1, 0)


def write_factors(writer: SheetWriter, result: TemplatePlan, lists: Lists) -> None:
    """The project's own factors, and empty rows for more."""
    lang = result.lang
    shown = form("factors")
    names = list(shown.names)
    _plain_top(writer, text("factors", lang), text("factor_sheet", lang))
    _headings(writer, [f.text(lang) for f in shown.fields])
    row = HEAD + 1
    for f in result.factors:
        values = {name: getattr(f, name) for name in OWN} | {"keys": ";".join(f"{k}={v}" for k, v in f.keys)}
        for column, name in enumerate(names):
            value = values.get(name, "")
            if isinstance(value, float):
                writer.number(row, column, value, "number")
            elif name in ("source", "note"):
                writer.own(row, column, value or "", "word")
            else:
                writer.text(row, column, value or "", "word")
        row += 1
    for missing in result.missing:
        written = {
            "parameter": missing.parameter,
            "keys": missing.keys,
            "gas": missing.gas,
            "unit": missing.unit,
            "note": missing.label,
        }
        for column, name in enumerate(names):
            writer.text(row, column, written.get(name, ""), REQUIRED.get(name, "word"))
        row += 1
    for r in range(row, row + BLANK):
        for column in range(len(names)):
            writer.text(r, column, "", "word")
    warn = text("list_warn", lang)
    writer.choose(
        HEAD + 1,
        names.index("parameter"),
        lists.add("parameter", words_of(shown.column("parameter"), result.edition, lang)),
        warn,
        row + BLANK - 1,
    )
    writer.choose(
        HEAD + 1, names.index("kind"), lists.add("factor_kind", shown.column("kind").words), warn, row + BLANK - 1
    )
    writer.limits.update({names.index(n): shown.column(n).width for n in ("source", "keys")})
    writer.header_row = HEAD
    writer.sheet.freeze_panes(HEAD + 1, 0)


def _top(writer: SheetWriter, title: str, about: str, result: TemplatePlan, lists: Lists) -> None:
    writer.text(0, 0, title, "title", measure=False)
    if not result.with_region_column:
        writer.text(1, 0, text("region", result.lang), "label", measure=False)
        writer.text(1, 1, result.region, "input", measure=False)
        writer.choose(1, 1, lists.source("region"), text("list_warn", result.lang))
    writer.text(2, 0, about, "plain", measure=False)


def _plain_top(writer: SheetWriter, title: str, about: str) -> None:
    writer.text(0, 0, title, "title", measure=False)
    writer.text(2, 0, about, "plain", measure=False)


def _headings(writer: SheetWriter, labels: list[str], years: range = range(0)) -> None:
    for column, label in enumerate(labels):
        if column in years:
            writer.number(HEAD, column, int(label), "head")
            writer.widths[column] = 10
        else:
            writer.text(HEAD, column, label, "head")


def write_proposals(writer: SheetWriter, result: TemplatePlan) -> None:
    """Own factors and named choices of the last filing: to be confirmed and copied to their sheets; this sheet is never
    read."""
    assert result.proposals is not None
    lang = result.lang
    factors, choices = result.proposals
    _plain_top(writer, text("last_sheet", lang), text("last_about", lang))
    for column, label in enumerate(text("last_factor_heads", lang).split("|")):
        writer.text(HEAD, column, label, "head")
    row = HEAD + 1
    for f in factors:
        for column, value in enumerate(
            (f.parameter or f.id, ";".join(f"{k}={v}" for k, v in f.keys), f.gas, f.value, f.unit, f.source, f.kind)
        ):
            if isinstance(value, float):
                writer.number(row, column, value, "amount")
            else:
                writer.text(row, column, str(value), "small")
        row += 1
    row += 1
    for column, label in enumerate(text("last_choice_heads", lang).split("|")):
        writer.text(row, column, label, "head")
    for name, (option, reason) in choices.items():
        row += 1
        declared = result.edition.declared.choices.get(name)
        label = declared.label[lang] if declared is not None else name
        chosen = declared.labels.get(option, {}).get(lang, option) if declared is not None else option
        for column, text_ in enumerate((label, chosen, reason)):
            writer.text(row, column, text_, "small")
    writer.limits.update({1: 40, 5: 36})
    writer.header_row = HEAD
