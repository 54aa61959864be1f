"""The forms of a province, as `province.toml` declares them and the models of their rows complete them."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from typing import Any

from ..core.activity import DATA_KINDS, NOTATION_KEYS
from ..core.edition import Edition
from ..core.problems import InventoryError, problem
from ..core.spelling import fold
from . import balance, extras, levels, rows, statements
from .declared import forms_of
from .form import Field, Form

MODELS: Mapping[str, Any] = {
    name: getattr(module, name)
    for module in (rows, balance, extras, levels, statements)
    for name in dir(module)
    if name.endswith("Row")
}


@functools.cache
def forms() -> Mapping[str, Form]:
    """Every form by its id, in the order of the declaration."""
    return forms_of("province.toml", MODELS)


def form(name: str) -> Form:
    """The form of this id. A name that is none is a fault of the program."""
    return forms()[name]


def form_titled(text: str) -> Form | None:
    """The form of an id, a title or a file name; None for any other text."""
    return {fold(n): f for f in forms().values() for n in (f.name, f.sheet, f.sheet_en, *f.files)}.get(fold(text))


def form_named(text: str) -> Form:
    """The form of an id, a title or a file name. Raises `InventoryError` for any other text."""
    chosen = form_titled(text)
    if chosen is None:
        names = {"zh": "、".join(f"{f.sheet}（{f.name}）" for f in forms().values()), "en": ", ".join(forms())}
        raise InventoryError([problem("form.unknown", found=text, names=names)])
    return chosen


def words_of(column: Field, edition: Edition, lang: str = "zh") -> tuple[str, ...]:
    """What the drop-down of a column offers: its own words, or the list of the edition that it names."""
    return column.words or _lists(edition, lang).get(column.choices, ())


def lists_of(shown: Form, edition: Edition, lang: str = "zh") -> dict[str, tuple[str, ...]]:
    """The lists that the columns of a form name."""
    known = _lists(edition, lang)
    return {f.choices: known[f.choices] for f in shown.fields if f.choices in known}


def _lists(edition: Edition, lang: str) -> dict[str, tuple[str, ...]]:
    return edition.derived(_words_zh if lang == "zh" else _words_en)


def _words_zh(edition: Edition) -> dict[str, tuple[str, ...]]:
    return _words(edition, "zh")


def _words_en(edition: Edition) -> dict[str, tuple[str, ...]]:
    return _words(edition, "en")


def _words(edition: Edition, lang: str) -> dict[str, tuple[str, ...]]:
    declared = edition.declared
    gases = (g for m in declared.methods.values() for s in m.steps for g in _gases(s))
    return {
        "region": tuple(edition.vocabulary.get("region", {})),
        "gas": tuple(dict.fromkeys(gases)),
        "quantity": tuple(dict.fromkeys(q.label.get(lang, q.id) for q in declared.quantities.values())),
        "category": tuple(f"{c.id} {c.label[lang]}" for c in edition.categories.values()),
        "parameter": tuple(declared.parameters),
        "choice": tuple(declared.choices),
        "data_kind": tuple(k for k in DATA_KINDS if k),
        "notation": tuple(NOTATION_KEYS),
    }


def _gases(step: Any) -> Iterable[str]:
    return (step.gas,) if step.gas and not step.gas.startswith("@") else ()
