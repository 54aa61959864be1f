"""Stocks without the scale of rearing: the person's own structure, else the named choice, marked and worth its tonnes."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

import inventory
from inventory.analysis.choices import choice_effects
from inventory.cli.app import app
from inventory.core.ledger import Ledger
from inventory.core.problems import InventoryError

HEADER = "region,year,category,item,quantity,value,unit,source,uncertainty,note,data_kind\n"
DAIRY = "江苏,2010,,animal=奶牛;scale=不分规模,livestock,20,万头,统计年鉴,,,统计\n"
PIGS = "江苏,2010,,animal=猪;scale=不分规模,livestock,1700,万头,统计年鉴,,,统计\n"
STRUCTURE = "".join(
    f"江苏,2009,,animal=奶牛;scale={scale},livestock_structure,{share},%,畜牧业调查,,,部门\n"
    for scale, share in (("规模化饲养", 60), ("农户饲养", 40), ("放牧饲养", 0))
)


def compiled(tmp_path: Path, *rows: str) -> Ledger:
    (tmp_path / "农业.csv").write_text(HEADER + "".join(rows), "utf-8")
    return inventory.compile(tmp_path)


def enteric(ledger: Ledger) -> float:
    return sum(x.mass_t for x in ledger.lines if x.category == "3.3.1")


def test_without_a_structure_all_counts_as_household_and_is_marked(tmp_path: Path) -> None:
    ledger = compiled(tmp_path, DAIRY, PIGS)
    assert enteric(ledger) == pytest.approx(20e4 * 89.3 / 1000, rel=1e-12)
    dairy = next(x for x in ledger.lines if x.category == "3.3.1")
    assert (
        "default-share" in dairy.flags
        and "default-share" not in next(x for x in ledger.lines if x.category == "3.3.6").flags
    )
    said = [p for p in ledger.warnings if p.code == "data.divided_by_choice"]
    assert len(said) == 1 and "奶牛" in said[0].text() and "畜禽饲养规模构成" in said[0].text()
    assert not [p for p in ledger.warnings if p.severity == "error"]


def test_the_own_structure_divides_with_shares_of_the_nearest_year(tmp_path: Path) -> None:
    ledger = compiled(tmp_path, DAIRY, STRUCTURE)
    assert enteric(ledger) == pytest.approx(20e4 * (0.6 * 88.1 + 0.4 * 89.3) / 1000, rel=1e-12)
    parts = [d for d in ledger.data if d.quantity == "livestock"]
    assert sorted(d.value for d in parts) == pytest.approx([8.0, 12.0])
    assert all(d.terms[0].value == 20 and d.terms[0].cell.file == "农业.csv" for d in parts)
    assert not [p for p in ledger.warnings if p.code == "data.divided_by_choice"]


def test_the_choice_is_worth_its_tonnes(tmp_path: Path) -> None:
    ledger = compiled(tmp_path, DAIRY)
    effect = {e.option: e for e in choice_effects(ledger) if e.choice == "unsplit_herds"}
    assert effect["scale"].change["江苏", 2010] == pytest.approx(20e4 * (88.1 - 89.3) / 1000 * 21, rel=1e-9)
    assert effect["ask"].missing


def test_whoever_wants_to_be_asked_is_asked(tmp_path: Path) -> None:
    (tmp_path / "choices.csv").write_text("choice,option,reason\nunsplit_herds,ask,只用分规模的数\n", "utf-8")
    with pytest.raises(InventoryError) as caught:
        compiled(tmp_path, DAIRY)
    assert "factor.missing" in {p.code for p in caught.value.problems}


def test_a_whole_beside_its_part_is_still_refused(tmp_path: Path) -> None:
    part = "江苏,2010,,animal=奶牛;scale=规模化饲养,livestock,10,万头,统计年鉴,,,统计\n"
    with pytest.raises(InventoryError) as caught:
        compiled(tmp_path, DAIRY, part)
    assert "data.whole_and_part" in {p.code for p in caught.value.problems}


def test_shares_that_do_not_add_up_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InventoryError) as caught:
        compiled(tmp_path, DAIRY, STRUCTURE.replace(",40,", ",30,"))
    assert "data.constraint" in {p.code for p in caught.value.problems}


def test_the_cell_is_reached_from_the_figure(tmp_path: Path) -> None:
    compiled(tmp_path, DAIRY)
    done = CliRunner().invoke(app, ["explain", str(tmp_path), "--line", "3.3.1", "--year", "2010"])
    assert done.exit_code == 0 and "农业.csv" in done.output and "农户饲养" in done.output
