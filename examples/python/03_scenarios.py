"""一万个情景 · ten thousand scenarios along the ledger's own arithmetic."""

import numpy as np

import inventory

ledger = inventory.compile("examples/jiangsu")
sweep = inventory.Scenarios(ledger)
clinker = sweep.activity("clinker_production", year=2010)
rice = sweep.activity("rice_area", year=2010, season="单季稻")
rng = np.random.default_rng(1)
result = sweep.scale(clinker, rng.uniform(0.8, 1.2, 10_000)).scale(rice, rng.uniform(0.9, 1.1, 10_000)).run()
totals = result.totals["江苏", 2010, "total"]
print(f"{totals.min():,.0f} – {totals.max():,.0f} t CO2e in {len(totals)} scenarios")
