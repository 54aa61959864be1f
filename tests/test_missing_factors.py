"""The form of factors that a compilation asks for: saved, filled in, put into the folder, it is read as the project's
own factors."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from inventory import api
from inventory.core.problems import InventoryError, Problem, problem
from inventory.forms.province import form
from inventory.templates_xlsx.missing_factors import factor_form, missing_factors

TABLE = """region,year,category,item,quantity,value,unit,source,uncertainty,note,data_kind
江苏,2010,5.2.2,industry=纺织业;pathway=处理系统,industrial_cod,2,万t COD,环境统计,5,,统计
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "长表.csv").write_text(TABLE, "utf-8")
    return tmp_path


def problems(folder: Path) -> list[Problem]:
    try:
        api.compile([folder])
    except InventoryError as error:
        return list(error.problems)
    return []


def test_one_row_a_factor_whatever_the_year(folder: Path) -> None:
    edition = api.load_edition("prov2011")
    asked = [
        problem("factor.missing", parameter="rural_n_excretion", keys=f"region=江苏；year={y}", unit="kg N/人")
        for y in (2005, 2010)
    ]
    (rural,) = missing_factors(asked, edition)
    assert (rural.parameter, rural.keys, rural.gas, rural.unit) == ("rural_n_excretion", "region=江苏", "", "kg N/人")
    lacking = missing_factors(problems(folder), edition)
    (mcf,) = [x for x in lacking if x.parameter == "industrial_mcf"]
    assert (mcf.keys, mcf.gas) == ("industry=纺织业", "CH4") and "纺织业" in mcf.label
    english = missing_factors(problems(folder), edition, "en")
    assert all(x.label.isascii() for x in english if x.parameter == "industrial_mcf")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_filled_in_it_answers(folder: Path, lang: str) -> None:
    edition = api.load_edition("prov2011")
    asked = problems(folder)
    lacking = missing_factors(asked, edition, lang)
    path = folder / "因子.xlsx"
    path.write_bytes(factor_form(lacking, edition, "江苏", (2005, 2010), lang))
    book = openpyxl.load_workbook(path)
    sheet = book["自有因子" if lang == "zh" else "Own factors"]
    names = form("factors").names
    for row in range(6, 6 + len(lacking)):
        sheet.cell(row, names.index("value") + 1).value = 0.5
        sheet.cell(row, names.index("source") + 1).value = "省调查（示例）"
        sheet.cell(row, names.index("kind") + 1).value = "省级"
    book.save(path)
    left = problems(folder)
    assert "factor.missing" in {p.code for p in asked} and "factor.missing" not in {p.code for p in left}


def test_left_empty_it_is_said_at_its_cells(folder: Path) -> None:
    edition = api.load_edition("prov2011")
    (folder / "因子.xlsx").write_bytes(
        factor_form(missing_factors(problems(folder), edition), edition, "江苏", (2005, 2010))
    )
    said = [p for p in problems(folder) if p.origin.file == "因子.xlsx"]
    assert said and all(p.origin.cell for p in said)


def test_nothing_asked_for_makes_an_empty_form() -> None:
    edition = api.load_edition("prov2011")
    assert missing_factors((), edition) == ()
