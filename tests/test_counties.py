"""Counties and districts of GB/T 2260 from the empty folder: the forms know them and say in the workbook what they are."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_help import run
from filled import FilledBook

from inventory import api
from inventory.levels.counties import counties_of
from inventory.levels.project import read_levels
from inventory.regions import built_in


@pytest.mark.parametrize("written", ["昆山市", "320583", "江苏昆山市", "苏州市昆山市", "江苏省昆山市"])
def test_a_county_is_known_by_name_code_and_what_stands_above(written: str) -> None:
    (region,) = counties_of((written,), built_in())
    assert (region.name, region.code, region.parent, region.level) == ("昆山市", "320583", "苏州", "区县")


def test_names_that_several_counties_bear_are_told_apart(tmp_path: Path) -> None:
    assert not counties_of(("鼓楼区",), built_in())
    assert counties_of(("南京鼓楼区",), built_in())[0].code == "320106"
    assert counties_of(("320106",), built_in())[0].parent == "南京"
    said = run("levels", "template", "--level", "区县", "--region", "鼓楼区", "-o", tmp_path / "x.xlsx", code=1)
    assert "320106" in said and "410204" in said


def test_a_county_fills_its_workbooks_and_is_computed(tmp_path: Path) -> None:
    """Its region stands on a sheet of the workbook, so nothing has to be declared beside it."""
    folder = tmp_path / "昆山"
    folder.mkdir()
    for command in (("template", "--level", "区县"), ("forms", "--no-parts")):
        path = folder / f"{command[0]}.xlsx"
        years = "2010" if command[0] == "template" else "2010,2011"
        run("levels", *command, "--region", "昆山市", "--years", years, "-o", path)
    book = FilledBook(folder / "template.xlsx")
    book.enter("工业生产过程", {"指标": "水泥熟料产量"}, {"2010": 100, "数据来源": "示例", "数据性质": "示例"})
    book.save()
    book = FilledBook(folder / "forms.xlsx")
    book.enter("地区生产总值", {"行": "1"}, {"2010": 2100, "2011": 2400})
    for number, value in enumerate((500, 200, 60, 10), 1):
        book.enter("考核能耗", {"行": str(number)}, {"2010": value, "2011": value})
    book.save()
    ledger = api.compile(folder)
    assert ledger.mass_t(category="2.1", gas="CO2", region="昆山市") == pytest.approx(100e4 * 0.538)
    levels = read_levels([folder])
    assert levels.tree.province("昆山市") == "江苏" and not [p for p in levels.problems if p.severity == "error"]
    out = tmp_path / "通报.docx"
    run("bulletin", folder, "--year", 2011, "--region", "昆山市", "-o", out, "--no-charts")
    assert out.is_file()
