"""A bounded, seeded sample of the fuzzing of every door (`fuzz.py` runs as many as one likes)."""

from __future__ import annotations

import pytest
from fuzz import KINDS, run

SAMPLE = {"csv": 60, "side": 60, "template": 60, "table": 8, "enterprise": 25, "zip": 150}


@pytest.mark.slow
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_mutated_input_is_answered_and_accounted_for(kind: str) -> None:
    counts, faults = run(kind, SAMPLE[kind])
    assert not faults, faults[:5]
    assert counts.get("refused", 0) and sum(counts.values()) == SAMPLE[kind]
