"""交换 · to primap2's interchange format and to xarray, and back."""

import tempfile
from pathlib import Path

import inventory
from inventory.exports.interchange import read_interchange, write_interchange

ledger = inventory.compile("examples/jiangsu")
with tempfile.TemporaryDirectory() as folder:
    table, meta, notation = write_interchange(ledger, Path(folder) / "jiangsu.csv", "ipcc2006")
    print(table.name, meta.name, notation.name, len(read_interchange(table)), "figures")
print(inventory.to_xarray(ledger)["CH4"].sum(("category", "region")).to_series().round(1))
