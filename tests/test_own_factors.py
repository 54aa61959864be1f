"""Own factors: region and year narrow each of them, a key that says nothing is refused, what is never used is reported,
none crosses a border."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import inventory
from inventory.compiling import compile_project
from inventory.core.activity import Project, UserFactor, datum
from inventory.core.edition import Edition
from inventory.core.ledger import Ledger
from inventory.core.problems import InventoryError, Problem
from inventory.core.resolved import Resolved
from inventory.edition import load

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def edition() -> Edition:
    return load("prov2011")


@pytest.fixture(scope="module")
def jiangsu() -> Project:
    return inventory.read(ROOT / "examples" / "jiangsu")[0]


@pytest.fixture(scope="module")
def default_factors(jiangsu: Project, edition: Edition) -> list[Resolved]:
    """One factor of the edition a parameter that the example uses."""
    ledger = compile_project(jiangsu, edition)
    return list({f.parameter: f for f in reversed(ledger.factors) if f.role != "own" and f.value}.values())


def rice(*regions: str, years: tuple[int, ...] = (2010,)) -> tuple:
    return tuple(datum(r, y, "rice_area", 100, "万公顷", {"season": "单季稻"}) for r in regions for y in years)


def own(
    value: float = 250,
    kind: str = "实测",
    parameter: str = "rice_ef",
    unit: str = "kg CH4/hm2",
    gas: str = "CH4",
    **keys: str,
) -> UserFactor:
    return UserFactor(parameter, tuple(sorted(keys.items())), value, unit, "省农科院", kind, gas=gas)


def compiled(data: tuple, *factors: UserFactor) -> Ledger:
    return compile_project(Project(data, factors), load("prov2011"))


def mass(ledger: Ledger, region: str, year: int = 2010) -> float:
    return ledger.mass_t(region=region, year=year, category="3.1")


def told(ledger: Ledger, code: str) -> list[Problem]:
    return [p for p in ledger.warnings if p.code == code]


def refused(data: tuple, *factors: UserFactor) -> list[str]:
    with pytest.raises(InventoryError) as caught:
        compiled(data, *factors)
    return [p.code for p in caught.value.problems if p.severity == "error"]


def as_own(f: Resolved, **narrow: str) -> UserFactor:
    return UserFactor(
        f.parameter,
        tuple(sorted({**dict(f.keys), **narrow}.items())),
        f.value * 0.9999,
        f.unit,
        "化验",
        "实测",
        gas=f.gas,
    )


def test_every_parameter_takes_an_own_factor_of_its_region(
    jiangsu: Project, edition: Edition, default_factors: list[Resolved]
) -> None:
    assert len(default_factors) >= 70
    factors = tuple(as_own(f, region="江苏") for f in default_factors)
    ledger = compile_project(replace(jiangsu, factors=(*jiangsu.factors, *factors)), edition)
    assert told(ledger, "factor.unused") == []
    taken = {f.parameter for f in ledger.factors if f.role == "own" and f.source == "化验"}
    assert taken == {f.parameter for f in default_factors}


def test_no_parameter_takes_an_own_factor_of_another_province(
    jiangsu: Project, edition: Edition, default_factors: list[Resolved]
) -> None:
    factors = tuple(as_own(f, region="浙江") for f in default_factors)
    ledger = compile_project(replace(jiangsu, factors=(*jiangsu.factors, *factors)), edition)
    assert [f for f in ledger.factors if f.source == "化验"] == []
    assert len(told(ledger, "factor.unused")) == len(default_factors)


def test_a_year_narrows_too() -> None:
    ledger = compiled(rice("江苏", years=(2005, 2010)), own(250, season="单季稻", year="2010"))
    assert mass(ledger, "江苏", 2010) == pytest.approx(1e6 * 250 / 1e3)
    assert mass(ledger, "江苏", 2005) == pytest.approx(1e6 * 215.5 / 1e3)
    assert not told(ledger, "factor.unused")


def test_each_province_has_its_own_value() -> None:
    ledger = compiled(rice("江苏", "浙江", "湖南"), own(250, region="江苏"), own(240, region="浙江"))
    assert mass(ledger, "江苏") == pytest.approx(250_000)
    assert mass(ledger, "浙江") == pytest.approx(240_000)
    assert mass(ledger, "湖南") == pytest.approx(236_700)  # the edition's own for 中南


def test_of_two_own_factors_the_narrower_one_counts() -> None:
    ledger = compiled(
        rice("江苏", years=(2005, 2010)),
        own(250, season="单季稻", region="江苏"),
        own(260, season="单季稻", region="江苏", year="2010"),
    )
    assert (mass(ledger, "江苏", 2005), mass(ledger, "江苏", 2010)) == (pytest.approx(250_000), pytest.approx(260_000))


def test_in_a_project_of_two_provinces_a_factor_says_whose_it_is() -> None:
    assert refused(rice("江苏", "浙江"), own(250, season="单季稻")) == ["factor.which_region"]
    assert refused(rice("江苏", "浙江"), own(250, "省级", season="单季稻")) == ["factor.which_region"]
    assert mass(compiled(rice("江苏", "浙江"), own(250, season="单季稻", region="*")), "浙江") == pytest.approx(250_000)


@pytest.mark.parametrize(
    ("factor", "code"),
    [
        (own(250, animal="奶牛"), "factor.unknown_key"),
        (own(250, fuel="烟煤", region="江苏"), "factor.unknown_key"),
        (own(250, region="江蘇省外"), "data.unknown_region"),
    ],
)
def test_a_key_that_says_nothing_is_refused(factor: UserFactor, code: str) -> None:
    assert refused(rice("江苏"), factor) == [code]


@pytest.mark.parametrize(
    "factor",
    [
        own(250, season="双季早稻"),
        own(250, region="浙江"),
        own(250, year="2005"),
        own(250, gas="N2O"),
        own(22000, parameter="ncv", unit="kJ/kg", gas="", fuel="烟煤"),
        own(0.014, parameter="crop_grain_n", unit="kg N/kg", gas="", crop="小麦"),  # printed for information only
    ],
)
def test_what_is_never_used_is_named(factor: UserFactor) -> None:
    ledger = compiled(rice("江苏"), factor)
    assert mass(ledger, "江苏") == pytest.approx(215_500)
    (problem,) = told(ledger, "factor.unused")
    assert f"{factor.value:g} {factor.unit}" in problem.text("zh")
    assert f"{factor.value:g} {factor.unit}" in problem.text("en")


def test_what_another_own_factor_hides_is_named() -> None:
    ledger = compiled(rice("江苏"), own(250), own(240, "省级"))
    assert mass(ledger, "江苏") == pytest.approx(250_000)
    assert len(told(ledger, "factor.unused")) == 1


def test_a_row_by_id_may_be_narrowed_and_not_rewritten(edition: Edition) -> None:
    row = next(r for r in edition.factors["rice_ef"] if dict(r.keys) == {"agri_region": "华东", "season": "单季稻"})
    by_id = replace(own(250), id=row.id, keys=(("region", "江苏"),))
    ledger = compiled(rice("江苏", "浙江"), by_id)
    assert (mass(ledger, "江苏"), mass(ledger, "浙江")) == (pytest.approx(250_000), pytest.approx(215_500))
    assert refused(rice("江苏"), replace(by_id, keys=(("season", "双季早稻"),))) == ["factor.id_keys"]


def coal(value: float, unit: str = "kJ/kg") -> Ledger:
    burnt = (
        datum(
            "江苏",
            2005,
            "fuel_consumption",
            10,
            "万吨",
            {"category": "1.1.3.5", "equipment": "其他设备", "fuel": "烟煤"},
        ),
    )
    return compiled(burnt, UserFactor("ncv", (("fuel", "烟煤"),), value, unit, "化验", "实测"))


def test_an_own_factor_is_held_against_what_it_replaces() -> None:
    assert not told(coal(22000), "factor.differs") + told(coal(22000), "factor.differs_named")
    (kcal,) = told(coal(4700), "factor.differs_named")
    assert "4.1868" in kcal.text("zh") and "4.1868" in kcal.text("en")
    (tenth,) = told(coal(2.1, "GJ/t"), "factor.differs_named")
    assert "小10倍" in tenth.text("zh")
    assert len(told(coal(3.2, "GJ/t"), "factor.differs_named") + told(coal(3.2, "GJ/t"), "factor.differs")) == 1


# ---- choices and notes that are never used ----


def test_a_choice_that_decides_nothing_here_is_named(edition: Edition) -> None:
    project = Project(rice("江苏"), choices={"straw_dry_matter": ("no", "按原文公式")})
    ledger = compile_project(project, edition)
    (found,) = told(ledger, "choice.unused")
    assert "no" in found.text() and "choices.csv" in found.text("en")
    data = (*rice("江苏"), datum("江苏", 2010, "crop_yield", 1800, "万吨", {"crop": "水稻"}))
    with pytest.raises(InventoryError) as caught:  # more is asked for, but the choice is one that matters
        compile_project(replace(project, data=data), edition)
    assert "choice.unused" not in {p.code for p in caught.value.problems}


def test_the_examples_choices_and_factors_are_all_used() -> None:
    for example in ("jiangsu", "guangdong"):
        ledger = inventory.compile(ROOT / "examples" / example)
        assert not [p.text() for p in ledger.warnings if p.code in ("choice.unused", "factor.unused")]
