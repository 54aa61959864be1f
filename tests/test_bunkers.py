"""International bunkers as a cause in the roll-up: fuel of ships and planes abroad counted as domestic on one level."""

from __future__ import annotations

from pathlib import Path

import pytest

from inventory.levels.comparison import Comparison
from inventory.levels.project import read_levels
from inventory.levels.rollup import roll_up

HEAD = "region,year,category,item,quantity,value,unit,source,data_kind\n"
DOMESTIC = ("1.1.4.4", "equipment=内河近海内燃机;fuel=燃料油")
ABROAD = ("M.2", "equipment=国际远洋内燃机;fuel=燃料油")


def row(region: str, where: tuple[str, str], value: float) -> str:
    return f"{region},2010,{where[0]},{where[1]},fuel_consumption,{value},万t,年鉴,示例\n"


def line(tmp_path: Path, *rows: str) -> Comparison:
    (tmp_path / "d.csv").write_text(HEAD + "".join(rows), "utf-8")
    rolled = roll_up(read_levels([tmp_path]), "江苏")
    return next(c for c in rolled.lines if (c.category, c.gas) == ("1.1.4.4", "CO2"))


def causes(c: Comparison) -> dict[str, int]:
    return {cause.kind: cause.weight for cause in c.causes}


def test_fuel_of_foreign_ships_counted_as_domestic_by_a_part(tmp_path: Path) -> None:
    """江苏 30 at home and 20 abroad; 南通 has 25 at home, of which 10 went to ships abroad."""
    c = line(
        tmp_path,
        row("江苏", DOMESTIC, 30),
        row("江苏", ABROAD, 20),
        row("南京", DOMESTIC, 15),
        row("南京", ABROAD, 10),
        row("南通", DOMESTIC, 25),
    )
    assert causes(c)["bunkers"] == 3
    cause = next(x for x in c.causes if x.kind == "bunkers")
    assert cause.regions == ("南通",) and "国际燃料舱" in cause.text.text() and "南通" in cause.text.text()
    assert "international bunkers" in cause.text.text("en")
    assert c.causes[0].kind == "bunkers"


def test_the_whole_may_be_the_one_that_counts_it_as_domestic(tmp_path: Path) -> None:
    c = line(
        tmp_path,
        row("江苏", DOMESTIC, 40),
        row("南京", DOMESTIC, 15),
        row("南通", DOMESTIC, 15),
        row("南通", ABROAD, 10),
    )
    assert causes(c)["bunkers"] == 3
    assert "上级可能" in next(x for x in c.causes if x.kind == "bunkers").text.text()


def test_amounts_that_do_not_match_are_supported_only(tmp_path: Path) -> None:
    c = line(tmp_path, row("江苏", DOMESTIC, 30), row("江苏", ABROAD, 3), row("南京", DOMESTIC, 40))
    assert causes(c)["bunkers"] == 2


@pytest.mark.parametrize("abroad", [(), (("江苏", 20), ("南京", 20)), (("南京", 10),)])
def test_bunkers_that_agree_or_differ_the_same_way_explain_nothing(
    tmp_path: Path, abroad: tuple[tuple[str, float], ...]
) -> None:
    """No bunkers at all; the same on both levels; the parts above the whole on both lines."""
    rows = [row("江苏", DOMESTIC, 30), row("南京", DOMESTIC, 40), *(row(r, ABROAD, v) for r, v in abroad)]
    assert "bunkers" not in causes(line(tmp_path, *rows))
