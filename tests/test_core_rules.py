"""Rules of the engine that a sample of small faults (bench/mutants.py) got past: each stated from both sides."""

from __future__ import annotations

from dataclasses import replace

import pytest

from inventory.core.activity import Check, Project, datum
from inventory.core.edition import Edition
from inventory.core.engine import compile_ledger
from inventory.core.problems import InventoryError, Origin
from inventory.core.resolve import Resolver
from inventory.core.resolved import Resolved
from inventory.core.table import BIT, flags_of
from inventory.edition import load

COAL = (("fuel", "烟煤"),)


def with_row(**changes: object) -> Edition:
    """The edition with one row of a parameter of its own."""
    edition = load("prov2011")
    row = replace(edition.by_id["energy.ncv.raw_coal"], id="test.row", parameter="test_ncv", **changes)  # type: ignore[arg-type]
    return replace(edition, factors={**edition.factors, "test_ncv": (row,)}, by_id={**edition.by_id, row.id: row})


@pytest.mark.parametrize(
    ("keys", "step"),
    [
        (COAL, "default"),
        ((("fuel", "煤炭"),), "default-wider"),
        ((), "default-wider"),
        ((("fuel", "*"),), "default-wider"),
    ],
)
def test_a_row_is_wider_when_a_key_is_open_or_a_class(keys: tuple[tuple[str, str], ...], step: str) -> None:
    found = Resolver(with_row(keys=keys))("test_ncv", "", COAL)
    assert isinstance(found, Resolved) and (found.id, found.step) == ("test.row", step)


@pytest.mark.parametrize(("role", "step"), [("default", "default"), ("fallback", "fallback"), ("option", "default")])
def test_an_exact_row_is_taken_at_the_step_of_its_role(role: str, step: str) -> None:
    made = with_row(keys=COAL, gas="CO2", role=role)
    found = Resolver(made)("test_ncv", "CO2", COAL)
    assert isinstance(found, Resolved) and (found.id, found.step) == ("test.row", step)
    refused = Resolver(made, allow_fallback=False)("test_ncv", "CO2", COAL)
    assert isinstance(refused, Resolved) is (step == "default")


def test_data_bear_the_flags_of_their_kind_and_no_other() -> None:
    plain = datum("江苏", 2010, "clinker_production", 1.0, "万吨", source="年鉴")
    assert {k: flags_of(replace(plain, data_kind=k)) for k in ("", "统计", "部门", "调查", "估算", "示例")} == {
        "": 0,
        "统计": 0,
        "部门": 0,
        "调查": 0,
        "估算": BIT["estimated"],
        "示例": BIT["illustrative"],
    }


def test_a_line_bears_no_flag_that_nothing_gave_it() -> None:
    data = (datum("江苏", 2010, "lime_production", 10.0, "万吨", source="年鉴", data_kind="统计"),)
    (line,) = compile_ledger(Project(data), load("prov2011")).lines
    assert not {"illustrative", "estimated", "derived", "default-share", "measured", "default-zero"} & set(line.flags)


def test_strict_takes_figures_that_somebody_compared_with_the_print() -> None:
    edition = load("prov2011")
    project = Project((datum("江苏", 2010, "lime_production", 10.0, "万吨", source="年鉴", origin=Origin("甲")),))
    ledger = compile_ledger(project, edition)
    doubtful = [f for f in ledger.factors if f.standing != "corroborated"]
    if not doubtful:
        edition = replace(
            edition,
            factors={p: tuple(replace(r, standing="unverified") for r in rows) for p, rows in edition.factors.items()},
        )
        doubtful = list(ledger.factors)
    with pytest.raises(InventoryError) as caught:
        compile_ledger(project, edition, strict=True)
    assert {dict(p.facts)["id"] for p in caught.value.problems if p.code == "factor.unchecked"} == {
        f.id for f in doubtful
    }
    checked = replace(project, checks=tuple(Check(f.id, f.value, "甲", "2012-01-01") for f in doubtful))
    assert compile_ledger(checked, edition, strict=True).lines
    wrong = replace(project, checks=tuple(Check(f.id, f.value * 2, "甲", "2012-01-01") for f in doubtful))
    with pytest.raises(InventoryError):
        compile_ledger(wrong, edition, strict=True)
