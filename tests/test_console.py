"""What check and compile print: the result first, at most fifteen lines unless everything is asked for."""

from __future__ import annotations

from pathlib import Path

import openpyxl
from typer.testing import CliRunner

from inventory.cli.app import app

ROOT = Path(__file__).parents[1]
JIANGSU = ROOT / "examples" / "jiangsu"
MOST = 15


def lines(*args: object) -> list[str]:
    return CliRunner().invoke(app, [str(a) for a in args]).output.strip().splitlines()


def test_compile_says_the_totals_first(tmp_path: Path) -> None:
    said = lines("compile", JIANGSU, "-o", tmp_path / "w.xlsx")
    said = [x for x in said if not x.endswith("……")]  # what is being done
    assert said[0].startswith("江苏 2005") and said[1].startswith("江苏 2010") and "w.xlsx" in said[2]
    assert len(said) <= MOST


def test_check_says_first_whether_there_are_errors(tmp_path: Path) -> None:
    said = lines("check", JIANGSU)
    assert said[0] == "没有错误。" and len(said) <= MOST
    everything = lines("check", JIANGSU, "--all")
    assert len(everything) > len(said) and any(x.startswith("agriculture.csv") for x in everything)


def test_many_errors_are_counted_first_and_the_rest_named(tmp_path: Path) -> None:
    rows = "".join(f"江苏,2010,火星{i},{i},万吨,甲\n" for i in range(40))
    (tmp_path / "a.csv").write_text("地区,年份,指标,数值,单位,数据来源\n" + rows, "utf-8")
    said = lines("check", tmp_path)
    assert "40" in said[0] and len(said) <= MOST and "--all" in said[-1]
    assert sum("火星" in x for x in lines("check", tmp_path, "--all")) == 40


def test_marked_are_only_the_workbooks_that_something_is_said_about(tmp_path: Path) -> None:
    project, marked = tmp_path / "项目", tmp_path / "标注"
    project.mkdir()
    for name, quantity in (("好", "水泥熟料产量"), ("坏", "火星")):
        book = openpyxl.Workbook()
        book.active.append(["地区", "年份", "指标", "数值", "单位", "数据来源"])
        book.active.append(["江苏", 2010, quantity, 10000, "万吨", "甲"])
        book.save(project / f"{name}.xlsx")
    lines("check", project, "--mark", marked)
    assert [p.name for p in marked.iterdir()] == ["坏.xlsx-检查结果.xlsx"]
