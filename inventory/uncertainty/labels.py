"""What an input is called where people read: the quantity with its keys, region and year, or the parameter with the
factor's id."""

from __future__ import annotations

from inventory.core.declarations import Text
from inventory.core.ledger import Ledger
from inventory.core.subjects import MEASURED_QUANTITY

from .inputs import Input


def label_of(ledger: Ledger, item: Input) -> Text:
    """Name of an input in Chinese and English."""
    if item.kind == "factor":
        f = ledger.factors[item.ref]
        declared = ledger.edition.declared.parameters.get(f.parameter)
        label = declared.label if declared else {"zh": f.parameter, "en": f.parameter}
        return {"zh": f"{label['zh']}（{f.id}）", "en": f"{label.get('en', label['zh'])} ({f.id})"}
    if item.kind == "share":
        _, split, scope, part = item.name.split("|")
        return {"zh": f"份额 {split}·{part}（{scope}）", "en": f"share {split}·{part} ({scope})"}
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
