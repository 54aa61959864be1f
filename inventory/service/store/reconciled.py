"""Enterprises' reports against the inventory, from the verdicts of the versions in force: the same comparison as the
command's over a collection of these reports."""

from __future__ import annotations

from django.db.models import QuerySet

from inventory.core.ledger import Ledger
from inventory.enterprise.industries import default_edition
from inventory.enterprise.reconcile import Reconciled, Reported, reconcile_rows
from inventory.enterprise.reconcile_inputs import Inventory, inventory_from

from ..domain.roles import Level
from .models import Report
from .sums import counting


def against(reports: QuerySet[Report], ledger: Ledger | None, region: str, year: int) -> Reconciled:
    """Lines only: fuels and factors are not in a verdict. `ledger`: None where nothing is compiled; masses in t."""
    firms, _ = counting(reports.filter(obligation__organisation__level=Level.enterprise), accepted=True)
    held = firms.order_by("path").values_list("path", "in_force__verdict__lines")
    lines = [
        (str(x["source"]), str(x["gas"]), path, float(x["mass_t"]))
        for path, of_firm in held.iterator(chunk_size=50)
        for x in of_firm or ()
    ]
    inventory = inventory_from(ledger, region, year) if ledger is not None else Inventory({}, region=region)
    return reconcile_rows(Reported(tuple(sorted(lines)), (), ()), default_edition(), inventory)
