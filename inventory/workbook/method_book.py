"""The factor and method book of an edition: its sources, equations, factors, data and choices as tables to print, made
from the declarations alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ..core import equation
from ..core.declarations import Method
from ..core.edition import Edition
from ..reading.lexicon import lexicon
from ..sheets.look import column_points, lines_needed
from ..sheets.model import Book, OutputSheet
from .context import LINE_HEIGHT
from .english import anglicise
from .texts import Words

Rows = Iterable[Sequence[str | float | None]]
SHEETS = ("sources", "methods", "factors", "dictionary", "choices")
WIDTHS = {  # of a lying A4 page that prints at 8 points or more
    "sources": (10, 38, 24, 72),
    "methods": (28, 28, 76, 12),
    "factors": (30, 36, 11, 14, 11, 42),
    "dictionary": (30, 14, 22, 26, 52),
    "choices": (36, 46, 16, 46),
}
SIZE = 10  # points of the cells
REPOSITORY = re.compile(r"^(?:\([^)]*\) *)?(?:https?://(?:www\.)?)?([\w.-]+(?:/[\w.-]+)?)")


def method_book(edition: Edition, lang: str = "zh") -> Book:
    """The book of an edition in a language, every sheet with its heads repeated on each page."""
    t = Words(lang)
    book = Book(f"{t.label(edition.label)}　{t('book.title')}", lang)
    rows = {
        "sources": _sources(edition, t),
        "methods": _methods(edition, t),
        "factors": _factors(edition, t),
        "dictionary": _dictionary(edition, t),
        "choices": _choices(edition, t),
    }
    for name in SHEETS:
        heads = t(f"book.{name}_heads").split("|")
        _table(book.add(t(f"book.{name}"), f"{t.label(edition.label)}　{t(f'book.{name}')}"), heads, rows[name], name)
    if lang == "en":
        anglicise(book, edition, (t("english.in_chinese"),))
    return book


def _table(sheet: OutputSheet, heads: Sequence[str], rows: Rows, name: str) -> None:
    sheet.text(0, 0, sheet.title, "title")
    sheet.heights[0] = 26
    for col, head in enumerate(heads):
        sheet.text(2, col, head, "head")
    sheet.widths.update(dict(enumerate(WIDTHS[name])))
    sheet.freeze, sheet.head = (3, 1), (2, 2)
    for row, values in enumerate(rows, 3):
        for col, value in enumerate(values):
            if isinstance(value, float):
                sheet.number(row, col, value, "num:6" if abs(value) < 1 else "num:3")
            else:
                sheet.text(row, col, value or "", "wrap")
        lines = max(
            lines_needed(v, SIZE, column_points(w)) if isinstance(v, str) and v else 1
            for v, w in zip(values, WIDTHS[name], strict=True)
        )
        if lines > 1:
            sheet.heights[row] = LINE_HEIGHT * lines


def _sources(edition: Edition, t: Words) -> Rows:
    """Category, gases, and the methods that reach it."""
    inside = {m.id: _categories(m, edition) for m in edition.declared.methods.values()}
    for c in edition.categories.values():
        methods = [t.label(m.label) for m in edition.declared.methods.values() if c.id in inside[m.id]]
        yield c.id, t.label(c.label), ", ".join(c.gases), t.semicolon.join(methods)


def _categories(method: Method, edition: Edition) -> set[str]:
    """Categories its steps name, themselves or as an attribute of a key."""
    result: set[str] = set()
    for step in method.steps:
        key, _, attribute = step.category.lstrip("@").partition(".")
        if step.category.startswith("@"):
            result |= {w.attributes.get(attribute, "") for w in edition.vocabulary.get(key, {}).values()}
        elif step.category == "category":
            for a in method.activity:
                declared = edition.declared.quantities.get(a.quantity)
                result |= set(declared.key_values.get("category", ()) if declared is not None else ())
        else:
            result.add(step.category)
    return result


def _methods(edition: Edition, t: Words) -> Rows:
    """Each step of a method with its equation in words; of a named choice every variant."""
    declared = edition.declared
    for m in declared.methods.values():
        names = {
            **{s.name: t.label(s.label) for s in m.steps},
            **{a.name: t.label(declared.quantities[a.quantity].label) for a in m.activity},
            **{f.name: t.label(declared.parameters[f.parameter].label) for f in m.factor},
        }
        for step in m.steps:
            text = step.text
            variants = [text] if isinstance(text, str) else [v for k, v in text.items() if k != "choice"]
            yield (
                f"{t.label(m.label)} ({m.tier})",
                t.label(step.label),
                "\n".join(_sentence(v, names, t) for v in variants),
                step.unit,
            )


def _sentence(text: str, names: dict[str, str], t: Words) -> str:
    def word(name: str) -> str:
        if name in names:
            return names[name]
        return t.label(equation.CONSTANTS[name][2], name) if name in equation.CONSTANTS else name

    return equation.sentence(text, word, lambda name: f"Σ {names.get(name, name)}")


def _factors(edition: Edition, t: Words) -> Rows:
    """Every factor of the edition, by parameter: what it holds for, value, unit, standing and source."""
    for parameter, rows_of in edition.factors.items():
        declared = edition.declared.parameters.get(parameter)
        label = t.label(declared.label, parameter) if declared is not None else parameter
        for r in rows_of:
            keys = t.semicolon.join(_key(edition, k, v, t) for k, v in r.keys if v != "*")
            unit = "1" if r.unit == "fraction" else r.unit
            yield label, keys, r.value, unit, t.of("standing", r.standing), _source(r.source, t)


def _key(edition: Edition, key: str, value: str, t: Words) -> str:
    """What a factor holds for, in words."""
    if key == "category":
        return f"{value} {edition.label_of_category(value, t.lang)}"
    word = edition.word(key, value)
    shown = word.label_en if t.lang == "en" and word is not None and word.label_en else value
    name = t("column.year") if key == "year" else lexicon(edition).label(key, t.lang)
    return f"{name}{'：' if t.lang == 'zh' else ': '}{shown}"


def _source(text: str, t: Words) -> str:
    """Where a figure comes from as it is read on paper: of a public program or page its name, without path; each
    once."""
    named: dict[str, None] = {}
    for part in (p.strip() for p in text.split("|")):
        if part.startswith("recalled"):
            part = t("book.recalled")
        elif not part.startswith("GB/") and (m := REPOSITORY.match(part)) and ("/" in m[1] or part.startswith("http")):
            part = t("book.public", source=m[1])
        if part:
            named[part] = None
    return t.semicolon.join(named)


def _dictionary(edition: Edition, t: Words) -> Rows:
    """Every quantity a person enters."""
    for q in edition.declared.quantities.values():
        keys = t.comma.join(lexicon(edition).label(k, t.lang) for k in q.all_keys)
        yield t.label(q.label), ", ".join(q.unit), keys, q.supplier, t.label(q.help)


def _choices(edition: Edition, t: Words) -> Rows:
    """Questions the printed text leaves open."""
    for c in edition.declared.choices.values():
        options = [t.label(c.labels.get(o, {}), o) for o in c.options]
        default = t.label(c.labels.get(c.default, {}), c.default)
        yield t.label(c.label), "\n".join(options), default, t.label(c.reason)
