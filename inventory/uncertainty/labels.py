"""What an input is called where people read: the quantity with its keys, region and year, or the parameter with the
factor's id."""

from __future__ import annotations

from inventory.core.declarations import Text
from inventory.core.ledger import Ledger
from inventory.core.subjects import MEASURED_QUANTITY
from inventory.sheets.english import dictionary

from .inputs import Input


def _scoped(names: list[str], mark: str, opened: str, closed: str) -> str:
    """`split·part（scope）`, without brackets for a share that holds everywhere."""
    scope = f"{opened}{' '.join(names[2:])}{closed}" if names[2:] else ""
    return f"{names[0]}{mark}{names[1]}{scope}"


def label_of(ledger: Ledger, item: Input) -> Text:
    """Name of an input in Chinese and English."""
    if item.kind == "factor":
        f = ledger.factors[item.ref]
        declared = ledger.edition.declared.parameters.get(f.parameter)
        label = declared.label if declared else {"zh": f.parameter, "en": f.parameter}
        return {"zh": f"{label['zh']}（{f.id}）", "en": f"{label.get('en', label['zh'])} ({f.id})"}
    if item.kind == "share":
        _, split, scope, part = item.name.split("|")
        words = dictionary(ledger.edition)
        held = [x for x in scope.split() if x != "*"]  # * is any
        zh, en = [split, part, *held], [words.english(x) or x for x in (split, part, *held)]
        return {"zh": f"份额 {_scoped(zh, '·', '（', '）')}", "en": f"share of {_scoped(en, ': ', ' (', ')')}"}
    d = ledger.data[item.ref]
    label = ledger.edition.declared.quantities.get(d.quantity, MEASURED_QUANTITY).label
    zh, en = [], []
    for key, value in sorted(d.item):
        word = ledger.edition.word(key, value)
        zh.append(value)
        en.append(word.label_en if word and word.label_en else value)
    return {
        "zh": " ".join([d.region, str(d.year), label["zh"], *zh]),
        "en": " ".join([d.region, str(d.year), label.get("en", label["zh"]), *en]),
    }
