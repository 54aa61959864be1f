"""The data dictionary of an edition: every quantity, factor, category and equation that it declares, as rows.

One list for the frames of the Python API, for the pages of the documentation and for whoever prints them; nothing here
is written by hand, so that a declaration that changes is described as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..core.edition import Edition

Row = Mapping[str, Any]


def quantity_rows(edition: Edition, lang: str = "zh") -> list[Row]:
    """What a person enters: name, label, unit first in use, further units, keys, category, bounds, usual range,
    supplier."""
    return [
        {
            "quantity": q.id,
            "label": q.label[lang],
            "unit": q.unit[0] if q.unit else "",
            "other_units": "、".join(q.unit[1:]) if lang == "zh" else ", ".join(q.unit[1:]),
            "keys": ";".join((*q.keys, *(f"[{k}]" for k in q.optional_keys))),
            "category": q.category,
            "min": q.min,
            "max": q.max,
            "usual_min": q.warn_min,
            "usual_max": q.warn_max,
            "supplier": q.supplier,
            "help": q.help.get(lang, ""),
        }
        for q in edition.declared.quantities.values()
    ]


def parameter_rows(edition: Edition, lang: str = "zh") -> list[Row]:
    """Names of factors: label, units, physical bounds in the first unit, how many rows the tables hold."""
    return [
        {
            "parameter": p.id,
            "label": p.label[lang],
            "unit": p.unit[0] if p.unit else "",
            "min": p.min,
            "max": p.max,
            "rows": len(edition.factors.get(p.id, ())),
            "help": p.help.get(lang, ""),
        }
        for p in edition.declared.parameters.values()
    ]


def factor_rows(edition: Edition, lang: str = "zh") -> list[Row]:
    """Every row of the factor tables, as printed, with its source and standing. `value` is None where no figure was
    found."""
    parameters = edition.declared.parameters
    return [
        {
            "id": f.id,
            "parameter": f.parameter,
            "label": parameters[f.parameter].label[lang] if f.parameter in parameters else f.parameter,
            "keys": ";".join(f"{k}={v}" for k, v in f.keys),
            "gas": f.gas,
            "value": f.value,
            "unit": f.unit,
            "lower": f.lower,
            "upper": f.upper,
            "uncertainty_pct": f.uncertainty,
            "standing": f.standing,
            "role": f.role,
            "source": f.source,
            "table": f.table,
        }
        for f in edition.by_id.values()
    ]


def category_rows(edition: Edition, lang: str = "zh") -> list[Row]:
    """The category tree, parents before their children, with the codes of other classifications."""
    return [
        {
            "category": c.id,
            "parent": c.parent,
            "label": c.label[lang],
            "gases": ";".join(c.gases),
            "memo": c.memo,
            **{f"code_{name}": code for name, code in c.codes.items()},
        }
        for c in edition.categories.values()
    ]


def equation_rows(edition: Edition, lang: str = "zh") -> list[Row]:
    """Every step of every method: the text that gives value, unit check, uncertainty and the formula of the
    workbook."""
    return [
        {
            "method": m.id,
            "label": m.label[lang],
            "step": s.name,
            "result": s.label[lang],
            "equation": text,
            "unit": s.unit,
            "gas": s.gas,
            "category": s.category,
            "reference": m.reference,
        }
        for m in edition.declared.methods.values()
        for s in m.steps
        for text in s.texts
    ]


def word_rows(edition: Edition, lang: str = "zh") -> list[Row]:
    """The words that keys take (regions, fuels, seasons …): in Chinese, in English, and the other spellings that are
    understood. Any of them may be entered, in a file or from Python."""
    return [
        {
            "key": w.key,
            "word": w.value,
            "label": w.value if lang == "zh" else w.label_en,
            "label_en": w.label_en,
            "also": "; ".join((*w.aliases, *filter(None, (w.attributes.get("code", ""),)))),
        }
        for words in edition.vocabulary.values()
        for w in words.values()
    ]


TABLES: Mapping[str, Callable[[Edition, str], list[Row]]] = {
    "quantities": quantity_rows,
    "parameters": parameter_rows,
    "factors": factor_rows,
    "categories": category_rows,
    "equations": equation_rows,
    "words": word_rows,
}
