"""Rules that no other test held when they were broken on purpose (see bench/mutations.py): each is stated here from
both sides."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from inventory.core.activity import Project, datum
from inventory.core.edition import Fallback
from inventory.core.prepare import prepare
from inventory.core.problems import Collector
from inventory.core.resolve import Resolver
from inventory.core.resolved import Resolved
from inventory.edition import load
from inventory.enterprise.fuels import STOCK_GAP, _stock_chain
from inventory.enterprise.model import Reading
from inventory.levels.lines import rule_for


@pytest.mark.parametrize(("share", "holds"), [(1.0, True), (1.004, True), (1.006, False), (1.04, False)])
def test_not_above_allows_half_a_percent_and_no_more(share: float, holds: bool) -> None:
    problems = Collector()
    data = (
        datum("江苏", 2010, "clinker_production", 1000.0, "万吨"),
        datum("江苏", 2010, "carbide_slag_clinker", 1000.0 * share, "万吨"),
    )
    prepare(Project(data), load(), problems)
    assert any("电石渣" in p.text() for p in problems.errors) is not holds


def test_a_declared_substitute_may_be_a_row_that_is_itself_a_fallback() -> None:
    """`use_parameter` looks among the defaults first, then among rows of role fallback: 固碳率 of 石油沥青 is printed
    in such a row only."""
    edition = load()
    row = next(
        r for r in edition.factors["carbon_storage"] if r.role == "fallback" and dict(r.keys).get("fuel") == "石油沥青"
    )
    assert not [
        r for r in edition.factors["carbon_storage"] if r.role != "fallback" and dict(r.keys).get("fuel") == "石油沥青"
    ]
    declared = Fallback(
        id="fb.test",
        parameter="storage_test",
        when=(("fuel", "石油沥青"),),
        use_parameter="carbon_storage",
        use_keys=(),
        factor_id="",
        order=1,
        reason={"zh": "测试", "en": "test"},
    )
    found = Resolver(replace(edition, fallbacks={**edition.fallbacks, "storage_test": (declared,)}))(
        "storage_test", "CO2", (("fuel", "石油沥青"),)
    )
    assert isinstance(found, Resolved) and (found.id, found.step, found.value) == (row.id, "fallback", row.value)


def test_the_narrowest_sharing_rule_is_taken() -> None:
    def rule(category: str) -> Any:
        return SimpleNamespace(parent="江苏", quantity="", category=category, kind="proxy")

    levels: Any = SimpleNamespace(rules=[rule("1"), rule("1.1.4"), rule("1.1"), rule("2")], edition=load())
    for category, wanted in (("1.1.4.2", "1.1.4"), ("1.1.3.1", "1.1"), ("1.3.1", "1"), ("2.1", "2")):
        found = rule_for(levels, "江苏", category)
        assert found is not None and found.category == wanted
    assert rule_for(levels, "江苏", "3.1") is None and rule_for(levels, "浙江", "1.1") is None


@pytest.mark.parametrize(
    ("closing", "opening", "told"),
    [(100.0, 100.0, False), (100.0, 100.05, False), (100.0, 90.0, True), (100.0, 110.0, True)],
)
def test_a_stock_that_vanishes_is_told_like_one_that_appears(closing: float, opening: float, told: bool) -> None:
    assert STOCK_GAP == 0.001
    found = Collector()
    _stock_chain(
        "烟煤", "t", [Reading("烟煤", 1, "t", closing=closing), Reading("烟煤", 2, "t", opening=opening)], found
    )
    assert [p.code for p in found.reported] == (["enterprise.stock_gap"] if told else [])


def test_of_two_classes_the_nearer_one_is_taken() -> None:
    """A row for 煤炭 comes before one for 固体燃料: how far up the classes a row stands decides, not only that it
    fits."""
    edition = load()
    rows = edition.factors["ncv"]
    near, far = (
        replace(rows[0], id=f"t.{c}", parameter="class_test", gas="", keys=(("fuel", c),), value=v, role="default")
        for c, v in (("煤炭", 1.0), ("固体燃料", 2.0))
    )
    for order in ((near, far), (far, near)):
        found = Resolver(replace(edition, factors={**edition.factors, "class_test": order}))(
            "class_test", "", (("fuel", "烟煤"),)
        )
        assert isinstance(found, Resolved) and found.value == 1.0 and found.step == "default-wider"


def test_a_class_comes_before_any() -> None:
    """`*` leaves its key open: a row for a class of the key is nearer, whatever the order of the rows."""
    edition = load()
    rows = edition.factors["ncv"]
    anything, of_class = (
        replace(rows[0], id=f"t.{c}", parameter="open_test", gas="", keys=(("fuel", c),), value=v, role="default")
        for c, v in (("*", 1.0), ("固体燃料", 2.0))
    )
    for order in ((anything, of_class), (of_class, anything)):
        found = Resolver(replace(edition, factors={**edition.factors, "open_test": order}))(
            "open_test", "", (("fuel", "烟煤"),)
        )
        assert isinstance(found, Resolved) and found.value == 2.0


@pytest.mark.parametrize(("total", "holds"), [(1.0, True), (0.996, True), (0.994, False), (0.98, False), (1.02, False)])
def test_shares_may_miss_one_by_half_a_percent_and_no_more(total: float, holds: bool) -> None:
    edition = load()
    rule = next(c for c in edition.declared.constraints if c.kind == "sum_to_one" and c.quantity == "waste_composition")
    (over,) = rule.over
    first, second, *_ = (
        edition.declared.quantities["waste_composition"].key_values.get(over) or edition.vocabulary[over]
    )
    data = tuple(
        datum("江苏", 2010, "waste_composition", value, "1", {over: key})
        for key, value in ((first, 0.5), (second, total - 0.5))
    )
    problems = Collector()
    prepare(Project(data), edition, problems)
    assert any(rule.message["zh"] in p.text() for p in problems.errors) is not holds


def test_every_mutation_of_the_list_can_be_made() -> None:
    """`bench/mutations.py` breaks a rule by a text that stands once in its file, and asks tests that are there."""
    root = Path(__file__).resolve().parents[1]
    spec = importlib.util.spec_from_file_location("mutations", root / "bench" / "mutations.py")
    assert spec is not None and spec.loader is not None
    listed = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(listed)
    for file, old, new, tests in listed.MUTATIONS:
        assert (root / "inventory" / file).read_text("utf-8").count(old) == 1 and old != new, (file, old)
        assert all((root / test).exists() for test in tests.split()), tests
