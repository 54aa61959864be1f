"""What an input of unknown uncertainty is one of, for whoever asks for it: a quantity, a parameter, a split."""

from __future__ import annotations

from inventory.core.declarations import Text
from inventory.core.ledger import Ledger
from inventory.core.subjects import MEASURED_QUANTITY

from .inputs import Input


def named(ledger: Ledger, item: Input) -> tuple[str, str]:
    """What an input is one of: (factor, parameter), (activity, quantity) or (share, split)."""
    if item.kind == "share":
        return "share", item.name.split("|")[1]
    return (
        ("factor", ledger.factors[item.ref].parameter)
        if item.kind == "factor"
        else ("activity", ledger.data[item.ref].quantity)
    )


def label_of_kind(ledger: Ledger, kind: str, name: str) -> Text:
    if kind == "share":
        return {"zh": f"份额“{name}”", "en": f"shares '{name}'"}
    if kind == "factor":
        declared = ledger.edition.declared.parameters.get(name)
        return declared.label if declared else {"zh": name, "en": name}
    return ledger.edition.declared.quantities.get(name, MEASURED_QUANTITY).label
