"""换 GWP · another GWP set without computing anything again; sums under different sets cannot be added."""

import inventory

ledger = inventory.compile("examples/guangdong")
for name in ("guideline", "SAR", "AR4", "AR5", "AR6"):
    print(name, f"{float(ledger.with_gwp(name).co2e()) / 1e4:,.1f}")
try:
    print(ledger.co2e() + ledger.with_gwp("AR5").co2e())
except ValueError as error:
    print(type(error).__name__)
