"""分部门合计 · sector totals in pandas: the frame holds what belongs to the total, so a plain sum is right."""

import inventory

frame = inventory.compile("examples/jiangsu").to_frame()
frame["sector"] = frame.category.str.split(".").str[0]
print((frame.pivot_table(index="sector", columns="year", values="co2e_t", aggfunc="sum") / 1e4).round(1))
print((frame.groupby(["year", "gas"]).co2e_t.sum() / 1e4).round(1))
