"""自有因子 · an own factor as a typed object, with the checks of a row of factors.csv: one that matches nothing is
named."""

import inventory

project, _ = inventory.read("examples/jiangsu")
own = inventory.own_factor(
    "clinker_ef", 0.52, "t CO2/t", "全省检测 2010", kind="measured", gas="CO2", region="江苏", year="2010"
)
useless = inventory.own_factor("clinker_ef", 0.52, "t CO2/t", "检测", gas="CO2", region="河南")
ledger = inventory.compile(project.with_factors(own, useless))
print(f"{ledger.mass_t(category='2.1', gas='CO2', year=2010):,.0f} t CO2")
print([p.text(inventory.language()) for p in ledger.warnings if p.origin == own.origin][:1])
