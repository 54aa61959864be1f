"""从 pandas 表编制 · compile from a pandas frame. Words may be Chinese or English; nothing is read from a file."""

import pandas as pd

import inventory

data = pd.DataFrame(
    [
        {"region": "Jiangsu", "year": 2010, "quantity": "clinker_production", "value": 5000, "unit": "万吨"},
        {"region": "江苏省", "year": 2010, "quantity": "石灰产量", "value": 300, "unit": "10^4 t"},
        {
            "region": "320000",
            "year": 2010,
            "quantity": "rice_area",
            "season": "Single rice",
            "value": 2209.3,
            "unit": "千公顷",
        },
    ]
)
ledger = inventory.compile(data)
print(ledger)
print(ledger.totals())
