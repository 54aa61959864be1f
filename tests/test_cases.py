"""Every hand-computed case of `tests/cases/` against the engine; a bad-input case names the problems it must raise."""

from __future__ import annotations

import math

import pytest
from casefile import Case, cases, computed, expectation

from inventory.core.engine import compile_ledger
from inventory.core.problems import InventoryError
from inventory.edition import load


@pytest.mark.parametrize("case", cases(), ids=lambda c: c.id)
def test_case(case: Case) -> None:
    edition = load(case.edition)
    if case.problems:
        errors: tuple = ()
        try:
            errors = compile_ledger(case.project(), edition).warnings
        except InventoryError as error:
            errors = error.problems
        assert {p.code for p in errors} >= set(case.problems), [p.text() for p in errors]
        if any(not code.endswith(("unusual", "warning", "replaces", "information_missing")) for code in case.problems):
            with pytest.raises(InventoryError):
                compile_ledger(case.project(), edition)
        return
    assert case.expect, "a case needs an expectation"
    ledger = compile_ledger(case.project(), edition)
    for text in case.expect:
        wanted = expectation(text)
        value = computed(ledger, wanted)
        slack = float(wanted.half_unit) * (1 + 1e-9) + 1e-12 * abs(float(wanted.value))
        assert math.isclose(value, float(wanted.value), rel_tol=0, abs_tol=slack), f"{text}: computed {value!r}"
