"""交换 · to xarray and primap2, and results read back: masses by gas with their units, nothing added up on the way."""

import tempfile
from pathlib import Path

import inventory

ledger = inventory.compile("examples/jiangsu")

arrays = inventory.to_xarray(ledger)  # one variable a gas over (region, year, category), Gg
print(arrays["CH4"].sum(("category", "region")).to_series().round(1))

dataset = inventory.to_primap2(
    ledger, categories="ipcc2006"
)  # primap2's dataset; `.pr` works where primap2 is imported
print(dataset["CO2"].attrs["units"], dict(dataset.sizes))

with tempfile.TemporaryDirectory() as folder:
    file = Path(folder) / "jiangsu.csv"
    inventory.write_results(ledger, file)
    frame = inventory.read_results(file, account="total")
    print(len(frame), "figures,", f"{frame.co2e_t.sum() / 1e4:,.1f} x10^4 t CO2e")
