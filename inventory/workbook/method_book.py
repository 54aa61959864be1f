"""The factor and method book of an edition: its sources, equations, factors, data and choices as tables to print, made
from the declarations alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..core import equation
from ..core.declarations import Method
from ..core.edition import Edition
from ..sheets.model import Book, OutputSheet
from .context import LINE_HEIGHT
from .english import anglicise
from .texts import Words

Rows = Iterable[Sequence[str | float | None]]
SHEETS = ("sources", "methods", "factors", "dictionary", "choices")
WIDTHS = {
    "sources": (12, 44, 26, 60),
    "methods": (34, 34, 88, 14),
    "factors": (34, 40, 14, 16, 14, 60),
    "dictionary": (36, 18, 28, 32, 62),
    "choices": (46, 56, 24, 50),
}


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
        lines = max(str(v).count("\n") + 1 for v in values)
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
    found: set[str] = set()
    for step in method.steps:
        key, _, attribute = step.category.lstrip("@").partition(".")
        if step.category.startswith("@"):
            found |= {w.attributes.get(attribute, "") for w in edition.vocabulary.get(key, {}).values()}
        elif step.category == "category":
            for a in method.activity:
                declared = edition.declared.quantities.get(a.quantity)
                found |= set(declared.key_values.get("category", ()) if declared is not None else ())
        else:
            found.add(step.category)
    return found


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
    for parameter, found in edition.factors.items():
        declared = edition.declared.parameters.get(parameter)
        label = t.label(declared.label, parameter) if declared is not None else parameter
        for r in found:
            keys = t.semicolon.join(f"{k}={v}" for k, v in r.keys if v != "*")
            yield label, keys, r.value, r.unit, t.of("standing", r.standing), r.source


def _dictionary(edition: Edition, t: Words) -> Rows:
    """Every quantity a person enters."""
    for q in edition.declared.quantities.values():
        yield t.label(q.label), ", ".join(q.unit), ", ".join(q.all_keys), q.supplier, t.label(q.help)


def _choices(edition: Edition, t: Words) -> Rows:
    """Questions the printed text leaves open."""
    for c in edition.declared.choices.values():
        options = [f"{o}：{t.label(c.labels.get(o, {}), o)}" for o in c.options]
        yield t.label(c.label), "\n".join(options), c.default, t.label(c.reason)
