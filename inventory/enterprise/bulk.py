"""Ten million ledger rows at once: fuel codes joined to their factors and summed by group, in blocks that stay in the
cache.

Codes are small integers and never strings; the join is one indexed read of a table of products. Used for a nation's
rows, shown in bench/.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

BLOCK = 1 << 17


def emissions_by_group(
    amount: NDArray[np.float64],
    factor_code: NDArray[np.integer],
    group: NDArray[np.integer],
    per_unit: NDArray[np.float64],
    groups: int,
) -> NDArray[np.float64]:
    """Emission per group, in the unit of `per_unit` times that of the amounts.

    amount, factor_code, group: (rows,); per_unit: (codes,), the emission of one unit of activity, worked out by the
    declared equation. Returns (groups,). Raises ValueError for shapes that differ or a code out of range.
    """
    if not amount.shape == factor_code.shape == group.shape:
        raise ValueError("columns must have one length")
    if amount.size and (
        int(factor_code.max()) >= per_unit.size
        or int(factor_code.min()) < 0
        or int(group.max()) >= groups
        or int(group.min()) < 0
    ):
        raise ValueError("a code is out of range")
    total = np.zeros(groups)
    for start in range(0, amount.size, BLOCK):
        part = slice(start, start + BLOCK)
        total += np.bincount(group[part], weights=amount[part] * per_unit[factor_code[part]], minlength=groups)
    return total
