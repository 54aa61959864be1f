"""A figure that is refused is told once: nobody asks for the same datum again as if it had not been given. And messages
have no empty brackets."""

from __future__ import annotations

from pathlib import Path

import pytest

from inventory.compiling import compile_project
from inventory.core.activity import Project, datum
from inventory.core.prepare import prepare
from inventory.core.problems import Collector, InventoryError, Problem
from inventory.edition import load
from inventory.reading import read_project

HEAD = "region,year,category,item,quantity,value,unit,source,uncertainty,note,data_kind\n"
FLUX = "江苏,{year},,flux=石灰石,flux_use,260,万吨,示例,,,示例\n江苏,{year},,flux=白云石,flux_use,60,万吨,示例,,,示例\n"
IRON = "江苏,{year},,,pig_iron_for_steelmaking,{value},{unit},示例,,,示例\n"
STEEL = "江苏,{year},,,steel_output,3300,万吨,示例,,,示例\n"


def errors(path: Path, text: str, with_reading: bool = True) -> list[Problem]:
    """The errors of compiling one CSV (steel: flux, pig iron and crude steel belong together)."""
    path.write_text(HEAD + text, "utf-8")
    edition = load("prov2011")
    project, problems = read_project([path], edition)
    with pytest.raises(InventoryError) as raised:
        compile_project(project, edition, read_problems=problems if with_reading else ())
    return [p for p in raised.value.problems if p.severity == "error"]


def year(number: int, value: str = "2600", unit: str = "万吨") -> str:
    return (FLUX + IRON + STEEL).format(year=number, value=value, unit=unit)


@pytest.mark.parametrize(
    ("value", "unit", "code"),
    [
        ("约2600", "万吨", "number.approximate"),
        ("2600", "公顷", "unit.dimension"),
        ("2600", "块儿", "unit.unknown"),
        ("-5", "万吨", "data.below"),
    ],
)
def test_one_fault_one_error(value: str, unit: str, code: str, tmp_path: Path) -> None:
    assert [p.code for p in errors(tmp_path / "钢.csv", year(2005, value, unit))] == [code]


def test_what_nobody_gave_is_still_asked_for(tmp_path: Path) -> None:
    """2005 refused, 2010 not there: 2010 is missing."""
    found = errors(tmp_path / "钢.csv", year(2005, "约2600") + (FLUX + STEEL).format(year=2010))
    assert [(p.code, dict(p.facts).get("year")) for p in found] == [
        ("number.approximate", None),  # what stands in a cell comes before what stands nowhere
        ("data.missing", "2010"),
    ]


def test_a_project_without_its_readers_errors_is_asked_for_everything(tmp_path: Path) -> None:
    """Whoever compiles a project and drops what the reader said must not get an inventory with holes."""
    assert {p.code for p in errors(tmp_path / "钢.csv", year(2005, "约2600"), with_reading=False)} == {"data.missing"}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_empty_brackets(lang: str) -> None:
    edition = load("prov2011")
    free = next(q for q in edition.declared.quantities.values() if not q.all_keys and q.min == 0)
    twice = [datum("江苏", 2005, free.id, value, free.unit[0]) for value in (1.0, 2.0)]
    problems = Collector()
    prepare(Project(data=tuple(twice)), edition, problems)
    (found,) = [p for p in problems.reported if p.code == "data.duplicate"]
    assert "（）" not in found.text(lang) and "()" not in found.text(lang)
