"""The question a project is asked: an `uncertainty.csv` with a row for every quantity and parameter whose uncertainty
nobody has stated."""

from __future__ import annotations

from dataclasses import dataclass

from inventory.core.declarations import Text
from inventory.core.ledger import Ledger
from inventory.core.subjects import MEASURED_QUANTITY
from inventory.forms.province import form
from inventory.sheets.csvfile import csv_text

from .approach1 import Approach1
from .inputs import Input

COLUMNS = form("uncertainty").names


@dataclass(frozen=True, slots=True)
class BoundsRequest:
    """A quantity or parameter with inputs of unknown uncertainty: how many, and the t CO2e of the totals that depend on
    them (all years)."""

    applies_to: str
    name: str
    label: Text
    inputs: int
    reach: float


def requests_of(ledger: Ledger, result: Approach1) -> tuple[BoundsRequest, ...]:
    """What to find out, by quantity and parameter, most emission first."""
    by_name: dict[tuple[str, str], list[float]] = {}
    for item, reach in result.requests():
        kind, name = named(ledger, item)
        by_name.setdefault((kind, name), []).append(reach)
    built = [
        BoundsRequest(kind, name, label_of_kind(ledger, kind, name), len(reaches), sum(reaches))
        for (kind, name), reaches in by_name.items()
    ]
    return tuple(sorted(built, key=lambda a: (-a.reach, a.applies_to, a.name)))


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


def write_requests(requests: tuple[BoundsRequest, ...]) -> str:
    """The text of an `uncertainty.csv` to fill in; rows left without a figure are passed over when it is read."""
    rows = (
        [a.applies_to, a.name, *[""] * (len(COLUMNS) - 2), a.label["zh"], a.inputs, f"{a.reach / 1e4:.4g}"]
        for a in requests
    )
    return csv_text(rows, (*COLUMNS, *form("uncertainty").explanatory["zh"]))
