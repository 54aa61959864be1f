"""Sheets beside the activity data: notation keys of whole categories, named choices, and the project's own factors."""

from __future__ import annotations

from ..core.activity import Notation
from ..reading.headers import PRINTED
from ..reading.own import CHOICE_HEADINGS, FACTOR_HEADINGS
from .book import Lists, Pen
from .plan import TemplatePlan
from .texts import text

HEAD = 4
BLANK = 30


def write_notations(pen: Pen, made: TemplatePlan, lists: Lists) -> None:
    """Categories that are not computed: one a row, the key under each year."""
    lang = made.lang
    with_region = made.with_region_column
    heads = ["mark", *(["region"] if with_region else []), "quantity", "category"]
    labels = (
        [PRINTED[h][lang] for h in heads]
        + [made.words.label("gas", lang)]
        + [str(y) for y in made.years]
        + [PRINTED["note"][lang]]
    )
    _top(pen, text("notations", lang), text("notation_sheet", lang), made, lists)
    _headings(pen, labels, years=range(len(heads) + 1, len(heads) + 1 + len(made.years)))
    gas = len(heads)
    groups: dict[tuple[str, str, str, str], dict[int, str]] = {}
    for n in sorted(made.notations, key=lambda n: (_rank(made, n), n.region, n.gas, n.year)):
        groups.setdefault((n.region, n.category, n.gas, n.reason), {})[n.year] = n.key
    row = HEAD + 1
    for (region, category, gas_name, reason), keys in groups.items():
        if with_region:
            pen.text(row, 1, region, "word")
        pen.text(row, 0, str(row - HEAD), "mark")
        pen.text(row, gas - 2, text("notations", lang), "fixed")
        pen.text(row, gas - 1, f"{category} {made.edition.label_of_category(category, lang)}", "word")
        pen.text(row, gas, gas_name, "word")
        for i, year in enumerate(made.years):
            pen.text(row, gas + 1 + i, keys.get(year, ""), "figure_optional")
        pen.text(row, gas + 1 + len(made.years), reason, "word")
        row += 1
    last = row + BLANK
    for r in range(row, last):
        for column in range(len(labels)):
            pen.text(r, column, "", "word")
        pen.text(r, gas - 2, text("notations", lang), "fixed")
    warn = text("list_warn", lang)
    categories = tuple(f"{c.id} {c.label[lang]}" for c in made.edition.categories.values())
    pen.choose(HEAD + 1, gas - 1, lists.add("category", categories), warn, last - 1)
    pen.choose(HEAD + 1, gas, lists.add("gas", made.words.gases), warn, last - 1)
    for i in range(len(made.years)):
        pen.choose(HEAD + 1, gas + 1 + i, lists.source("notation"), warn, last - 1)
    pen.limits[gas + 1 + len(made.years)] = 50
    pen.header_row = HEAD
    pen.sheet.freeze_panes(HEAD + 1, 0)


def _rank(made: TemplatePlan, notation: Notation) -> int:
    return list(made.edition.categories).index(notation.category)


def write_choices(pen: Pen, made: TemplatePlan, lists: Lists) -> None:
    """One row a named choice; an empty option means the default."""
    lang = made.lang
    heads = text("choice_head", lang).split("|")
    _plain_top(pen, text("choices", lang), text("choice_sheet", lang))
    _headings(pen, heads)
    for row, choice in enumerate(made.edition.declared.choices.values(), HEAD + 1):
        option, reason = made.choices.get(choice.id, ("", ""))
        pen.text(row, 0, choice.id, "fixed")
        pen.text(row, 1, choice.label.get(lang) or choice.label["zh"], "fixed")
        pen.text(
            row,
            2,
            "；".join(f"{o}：{choice.labels[o].get(lang, '')}" if o in choice.labels else o for o in choice.options),
            "fixed",
        )
        pen.text(row, 3, choice.default, "fixed")
        pen.text(row, 4, option, "word")
        pen.text(row, 5, reason, "word")
        pen.choose(row, 4, lists.add(f"choice {choice.id}", choice.options), text("list_warn", lang))
    pen.limits.update({1: 40, 2: 60, 5: 40})
    pen.widths[5] = 40
    pen.header_row = HEAD
    pen.sheet.freeze_panes(HEAD + 1, 0)
    assert (
        heads[0] in CHOICE_HEADINGS["choice"]
        and heads[4] in CHOICE_HEADINGS["option"]
        and heads[5] in CHOICE_HEADINGS["reason"]
    )


def write_factors(pen: Pen, made: TemplatePlan, lists: Lists) -> None:
    """The project's own factors, and empty rows for more."""
    lang = made.lang
    names = list(FACTOR_HEADINGS)
    _plain_top(pen, text("factors", lang), text("factor_sheet", lang))
    _headings(pen, [next(w for w in FACTOR_HEADINGS[n] if w.isascii() == (lang == "en")) for n in names])
    row = HEAD + 1
    for f in made.factors:
        keys = ";".join(f"{k}={v}" for k, v in f.keys)
        values: dict[str, str | float | None] = {
            "id": f.id,
            "parameter": f.parameter,
            "keys": keys,
            "gas": f.gas,
            "value": f.value,
            "unit": f.unit,
            "source": f.source,
            "kind": f.kind,
            "lower": f.lower,
            "upper": f.upper,
            "uncertainty": f.uncertainty,
            "distribution": f.distribution,
        }
        for column, name in enumerate(names):
            value = values.get(name, "")
            if isinstance(value, float):
                pen.number(row, column, value, "number")
            else:
                pen.text(row, column, value or "", "word")
        row += 1
    for r in range(row, row + BLANK):
        for column in range(len(names)):
            pen.text(r, column, "", "word")
    warn = text("list_warn", lang)
    pen.choose(
        HEAD + 1,
        names.index("parameter"),
        lists.add("parameter", tuple(made.edition.declared.parameters)),
        warn,
        row + BLANK - 1,
    )
    pen.choose(HEAD + 1, names.index("kind"), lists.add("factor_kind", ("实测", "省级")), warn, row + BLANK - 1)
    pen.limits.update({names.index("source"): 40, names.index("keys"): 40})
    pen.header_row = HEAD
    pen.sheet.freeze_panes(HEAD + 1, 0)


def _top(pen: Pen, title: str, about: str, made: TemplatePlan, lists: Lists) -> None:
    pen.text(0, 0, title, "title", measure=False)
    if not made.with_region_column:
        pen.text(1, 0, text("region", made.lang), "label", measure=False)
        pen.text(1, 1, made.region, "input", measure=False)
        pen.choose(1, 1, lists.source("region"), text("list_warn", made.lang))
    pen.text(2, 0, about, "plain", measure=False)


def _plain_top(pen: Pen, title: str, about: str) -> None:
    pen.text(0, 0, title, "title", measure=False)
    pen.text(2, 0, about, "plain", measure=False)


def _headings(pen: Pen, labels: list[str], years: range = range(0)) -> None:
    for column, label in enumerate(labels):
        if column in years:
            pen.number(HEAD, column, int(label), "head")
            pen.widths[column] = 10
        else:
            pen.text(HEAD, column, label, "head")


LAST_SHEET = "上次的因子和选择"


def write_proposals(pen: Pen, made: TemplatePlan) -> None:
    """Own factors and named choices of the last filing: to be confirmed and copied to their sheets; this sheet is never
    read."""
    assert made.proposals is not None
    factors, choices = made.proposals
    _plain_top(
        pen,
        LAST_SHEET,
        "上次清单的自有因子和命名选择，供核对。仍然适用的，抄到“自有因子”“命名选择”表（写明本年的来源或理由）；本表不读取。",
    )
    for column, label in enumerate(("参数", "适用范围", "气体", "数值", "单位", "来源", "性质")):
        pen.text(HEAD, column, label, "head")
    row = HEAD + 1
    for f in factors:
        for column, value in enumerate(
            (f.parameter or f.id, ";".join(f"{k}={v}" for k, v in f.keys), f.gas, f.value, f.unit, f.source, f.kind)
        ):
            if isinstance(value, float):
                pen.number(row, column, value, "amount")
            else:
                pen.text(row, column, str(value), "small")
        row += 1
    row += 1
    for column, label in enumerate(("选择项", "选项", "理由")):
        pen.text(row, column, label, "head")
    for name, (option, reason) in choices.items():
        row += 1
        declared = made.edition.declared.choices.get(name)
        label = declared.label["zh"] if declared is not None else name
        chosen = declared.labels.get(option, {}).get("zh", option) if declared is not None else option
        for column, text_ in enumerate((label, chosen, reason)):
            pen.text(row, column, text_, "small")
    pen.limits.update({1: 40, 5: 36})
    pen.header_row = HEAD
