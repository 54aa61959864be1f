"""Rules of the engine that a sample of small faults (bench/mutants.py) got past: each stated from both sides."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from inventory.core.activity import Check, Project, datum, own_factor
from inventory.core.edition import Edition
from inventory.core.engine import compile_ledger
from inventory.core.method import publish_results, report_unusual
from inventory.core.prepare import prepare
from inventory.core.problems import Collector, InventoryError, Origin
from inventory.core.resolve import Resolver
from inventory.core.resolved import Resolved, Unresolved
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


@pytest.mark.parametrize(("value", "kept"), [(10.0, 1), (0.0, 1), (-10.0, 0)])
def test_a_figure_outside_its_limits_is_refused_and_not_computed_with(value: float, kept: int) -> None:
    found = Collector()
    made = prepare(
        Project((datum("江苏", 2010, "lime_production", value, "万吨", source="年鉴"),)), load("prov2011"), found
    )
    assert len(made.data) == kept and bool(found.errors) is not bool(kept)


def test_an_unusual_result_is_named_by_region_year_and_keys() -> None:
    step = SimpleNamespace(warn_min=1.0, warn_max=10.0, label={"zh": "结果", "en": "result"})
    method = SimpleNamespace(label={"zh": "方法", "en": "method"}, note={"zh": "", "en": ""})
    table: Any = SimpleNamespace(
        step=step,
        method=method,
        keys=("region", "year", "fuel"),
        rows=(("江苏", "2005", "原煤"), ("江苏", "2010", "焦炭"), ("浙江", "2010", "柴油"), ("浙江", "2005", "汽油")),
        values=np.array([1.0, 10.5, 0.5, 10.0]),
    )
    context: Any = SimpleNamespace(problems=Collector())
    report_unusual(table, context)
    facts = [dict(p.facts) for p in context.problems.reported]
    assert [(f["region"], f["year"]) for f in facts] == [("江苏", "2010"), ("浙江", "2010")]
    assert "焦炭" in str(facts[0]["keys"]) and "柴油" in str(facts[1]["keys"])


def test_two_substitutes_of_one_rank_are_ambiguous_not_missing() -> None:
    """Nobody chooses between two declared substitutes that fit alike."""
    edition = with_row(keys=COAL, role="fallback")
    row = edition.factors["test_ncv"][0]
    twin = replace(row, id="test.twin", value=1.0)
    edition = replace(
        edition, factors={**edition.factors, "test_ncv": (row, twin)}, by_id={**edition.by_id, twin.id: twin}
    )
    found = Resolver(edition)("test_ncv", "", COAL)
    assert isinstance(found, Unresolved) and found.ambiguous
    assert set(found.candidates) == {"test.row", "test.twin"}


def test_a_slip_silences_the_question_about_its_own_figure_only() -> None:
    """The reader has named the slip of one cell: the range asks no second time there, and asks of every other."""
    from inventory.core.prepare import _slip_named

    problems = Collector()
    here, there = Origin("a.xlsx", "表", "C7"), Origin("a.xlsx", "表", "C8")
    problems.add("slip.magnitude", here, **dict.fromkeys(_blanks("slip.magnitude"), "1"))
    figure = datum("江苏", 2010, "clinker_production", 1.0, "万吨")
    assert _slip_named(replace(figure, origin=here), problems)
    assert not _slip_named(replace(figure, origin=there), problems)


def _blanks(code: str) -> set[str]:
    """The facts that a message asks for."""
    import re
    import tomllib
    from importlib import resources

    for entry in resources.files("inventory.messages").iterdir():
        if entry.name.endswith(".toml"):
            group, _, name = code.partition(".")
            body = tomllib.loads(entry.read_text("utf-8")).get(group, {}).get(name)
            if body:
                return {b for lang in ("zh", "en") for t in body[lang].values() for b in re.findall(r"\{(\w+)", t)}
    raise KeyError(code)


@pytest.mark.parametrize(
    ("source", "kind", "codes"),
    [("检测报告", "实测", []), ("", "实测", ["factor.no_source"]), ("检测报告", "听说", ["factor.no_source"])],
)
def test_an_own_factor_needs_its_source_and_a_known_kind(source: str, kind: str, codes: list[str]) -> None:
    own = own_factor("clinker_ef", 0.53, "tCO2/t", source, kind=kind)
    project = Project((datum("江苏", 2010, "clinker_production", 100.0, "万吨", source="年鉴"),), factors=(own,))
    try:
        reported = [p.code for p in compile_ledger(project, load("prov2011")).warnings if p.severity == "error"]
    except InventoryError as error:
        reported = [p.code for p in error.problems if p.severity == "error"]
    assert reported == codes


@pytest.mark.parametrize(("kind", "flags"), [("统计", set()), ("估算", {"estimated"}), ("示例", {"illustrative"})])
def test_a_measured_emission_bears_the_flags_of_its_datum_and_no_other(kind: str, flags: set[str]) -> None:
    data = datum(
        "江苏", 2010, "measured_emission", 120.0, "t", {"category": "2.6", "gas": "N2O"}, source="在线", data_kind=kind
    )
    (line,) = compile_ledger(Project((data,)), load("prov2011")).lines
    assert set(line.flags) & {"estimated", "illustrative", "derived", "default-share", "default-zero"} == flags


def test_two_defaults_of_one_rank_are_ambiguous_not_missing() -> None:
    edition = with_row(keys=COAL)
    row = edition.factors["test_ncv"][0]
    twin = replace(row, id="test.twin", value=1.0)
    edition = replace(
        edition, factors={**edition.factors, "test_ncv": (row, twin)}, by_id={**edition.by_id, twin.id: twin}
    )
    resolved = Resolver(edition)("test_ncv", "", COAL)
    assert isinstance(resolved, Unresolved) and resolved.ambiguous


@pytest.mark.parametrize(
    ("lower", "upper", "bounds"), [(None, None, (1.0, 9.0)), (2.0, None, (2.0, 9.0)), (None, 8.0, (1.0, 8.0))]
)
def test_bounds_somebody_wrote_down_stand_before_those_of_the_row(
    lower: float | None, upper: float | None, bounds: tuple[float, float]
) -> None:
    edition = with_row(keys=COAL, value=5.0, lower=1.0, upper=9.0)
    check = Check("test.row", 5.0, "甲", "2012-01-01", lower=lower, upper=upper)
    resolved = Resolver(edition, checks=(check,))("test_ncv", "", COAL)
    assert isinstance(resolved, Resolved) and (resolved.lower, resolved.upper) == bounds


def test_what_a_step_publishes_bears_the_worst_standing_of_its_row() -> None:
    published: dict[Any, Any] = {}
    name = ("m", "s")
    table: Any = SimpleNamespace(
        method=SimpleNamespace(id="m"),
        name="s",
        rows=(("甲",), ("乙",), ("丙",)),
        values=np.zeros(3),
        keys=("region",),
        unit="t",
    )
    context: Any = SimpleNamespace(
        flags={name: np.array([0, BIT["unverified"], BIT["unverified"] | BIT["conflict"]])},
        resolver=SimpleNamespace(computing={"p": (name,)}, publish=published.__setitem__),
    )
    publish_results([table], context)
    assert published[name].standings == ("corroborated", "unverified", "conflict")


def test_a_choice_is_unused_only_where_nothing_it_decides_was_computed() -> None:
    lime = datum("江苏", 2010, "lime_production", 10.0, "万吨", source="年鉴")
    hcfc = datum("江苏", 2010, "hcfc22_production", 100.0, "t", source="企业")
    edition, choices = load("prov2011"), {"hfc23_destruction": ("ignore", "没有销毁")}
    for data, unused in (((lime,), True), ((lime, hcfc), False)):
        codes = {p.code for p in compile_ledger(Project(data, choices=choices), edition).warnings}
        assert ("choice.unused" in codes) is unused


def test_a_factor_somebody_checked_or_corroborated_gives_its_line_no_flag() -> None:
    project = Project((datum("江苏", 2010, "lime_production", 10.0, "万吨", source="年鉴", data_kind="统计"),))
    edition = load("prov2011")
    (factor,) = compile_ledger(project, edition).factors
    checked = replace(project, checks=(Check(factor.id, factor.value, "甲", "2012-01-01"),))
    assert compile_ledger(checked, edition).lines[0].flags == ()
    row = replace(edition.by_id[factor.id], standing="corroborated")
    rows = tuple(row if r.id == row.id else r for r in edition.factors[factor.parameter])
    corroborated = replace(
        edition, factors={**edition.factors, factor.parameter: rows}, by_id={**edition.by_id, row.id: row}
    )
    assert compile_ledger(project, corroborated).lines[0].flags == ()
