"""The resolution chain, step by step, on the edition of 2011: what is taken, why, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest
from some import some

from inventory.core.activity import Check, UserFactor
from inventory.core.edition import Edition
from inventory.core.resolve import Resolver
from inventory.core.resolved import Resolved, Unresolved
from inventory.edition import load


@pytest.fixture(scope="module")
def edition() -> Edition:
    return load("prov2011")


def keys(**pairs: str) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(pairs.items()))


def own(value: float, kind: str, **pairs: str) -> UserFactor:
    return UserFactor("ncv", keys(**pairs), value, "kJ/kg", "化验报告", kind)


COAL = {"fuel": "烟煤"}


def test_measured_comes_before_provincial_before_the_default(edition: Edition) -> None:
    both = [own(21000, "省级", **COAL), own(22000, "实测", **COAL)]
    assert Resolver(edition, both)("ncv", "", keys(**COAL)).value == 22000
    provincial = Resolver(edition, both[:1])("ncv", "", keys(**COAL))
    assert isinstance(provincial, Resolved) and (provincial.value, provincial.step) == (21000, "provincial")
    default = Resolver(edition)("ncv", "", keys(fuel="原煤"))
    assert isinstance(default, Resolved) and (default.value, default.step, default.id) == (
        20908,
        "default",
        "energy.ncv.raw_coal",
    )


def test_a_class_that_the_table_names_is_a_wider_key(edition: Edition) -> None:
    found = Resolver(edition, [own(21000, "省级", fuel="煤炭")])("ncv", "", keys(**COAL))
    assert isinstance(found, Resolved) and found.value == 21000
    exact = Resolver(edition, [own(21000, "省级", fuel="煤炭"), own(21500, "省级", **COAL)])("ncv", "", keys(**COAL))
    assert isinstance(exact, Resolved) and exact.value == 21500


def test_two_candidates_at_one_step_are_an_error(edition: Edition) -> None:
    found = Resolver(edition, [own(21000, "实测", **COAL), own(21100, "实测", **COAL)])("ncv", "", keys(**COAL))
    assert isinstance(found, Unresolved) and found.ambiguous and len(found.candidates) == 2


def test_a_fallback_is_declared_flagged_and_can_be_forbidden(edition: Edition) -> None:
    found = Resolver(edition)("ncv", "", keys(**COAL))
    assert isinstance(found, Resolved) and found.step == "fallback" and found.reason["zh"]
    refused = Resolver(edition, allow_fallback=False)("ncv", "", keys(**COAL))
    assert isinstance(refused, Unresolved) and refused.forbidden == "energy.ncv.bituminous"


def test_a_row_without_a_figure_is_asked_for_and_names_its_candidates(edition: Edition) -> None:
    empty = [r for rows in edition.factors.values() for r in rows if r.value is None and r.role == "default" and r.keys]
    assert len(empty) > 50
    resolver = Resolver(edition)
    asked = 0
    for row in empty:
        if any(v == "*" for _, v in row.keys):
            continue
        found = resolver(row.parameter, row.gas, row.keys)
        if isinstance(found, Unresolved):
            asked += 1
            assert not found.ambiguous and row.id in found.candidates
        else:  # only a declared substitute may stand in for a figure that is missing
            assert found.step == "fallback", row.id
    assert asked > 50


def test_every_default_row_is_found_by_its_own_keys(edition: Edition) -> None:
    resolver = Resolver(edition)
    rows = [
        r
        for rows in edition.factors.values()
        for r in rows
        if r.value is not None and r.role in ("default", "option") and r.keys
    ]
    exact = [r for r in rows if all(v in edition.vocabulary.get(k, {v: None}) for k, v in r.keys)]
    assert len(exact) > 500
    for row in exact:
        found = resolver(row.parameter, row.gas, row.keys)
        assert isinstance(found, Resolved) and found.id == row.id, row.id


def test_a_check_counts_only_for_the_figure_that_was_checked(edition: Edition) -> None:
    right = Check("energy.ncv.raw_coal", 20908, "张三", "2012-03-01")
    assert Resolver(edition, checks=[right])("ncv", "", keys(fuel="原煤")).checked_by == "张三"
    assert Resolver(edition, checks=[replace(right, value=20900)])("ncv", "", keys(fuel="原煤")).checked_by == ""


def test_information_rows_are_never_taken(edition: Edition) -> None:
    resolver = Resolver(edition)
    for row in some(row for rows in edition.factors.values() for row in rows if row.role == "information"):
        found = resolver(row.parameter, row.gas, row.keys)
        assert not isinstance(found, Resolved) or found.id != row.id
