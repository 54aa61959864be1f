"""不确定性 · Monte Carlo as frames, seeded: the same figures every time."""

import inventory

ledger = inventory.compile("examples/jiangsu")
drawn = inventory.monte_carlo(ledger, 2_000, seed=7)
totals = drawn.to_frame().query("level == 'total'")
print((totals[["point", "low", "high"]] / 1e4).round(0).to_string(index=False))
print(drawn.draws_frame().shape)
