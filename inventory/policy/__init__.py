"""What the plans of the time ask beside the inventory: intensity targets, control of totals, the pilots' indicators."""
