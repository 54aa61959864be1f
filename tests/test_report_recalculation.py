"""The report says what changed since the version before and why: by cause, adding up, with the inputs and remarks."""

from __future__ import annotations

from pathlib import Path

import docx
import openpyxl
import pytest
from typer.testing import CliRunner

from inventory.cli.app import app
from inventory.filing import read_sealed

HEADER = "region,year,category,item,quantity,value,unit,source,uncertainty,note,data_kind\n"
CLINKER = "江苏,2010,,,clinker_production,{},万吨,统计年鉴,,,统计\n"


def project(folder: Path, clinker: float, factor: str = "") -> Path:
    folder.mkdir()
    (folder / "数据.csv").write_text(HEADER + CLINKER.format(clinker), "utf-8")
    if factor:
        (folder / "factors.csv").write_text(
            f"parameter,keys,value,unit,source,kind\nclinker_ef,,{factor},tCO2/t,企业实测,实测\n", "utf-8"
        )
    return folder


def texts(path: Path) -> list[list[str]]:
    return [[c.text for c in row.cells] for table in docx.Document(str(path)).tables for row in table.rows]


def test_changes_are_told_by_cause_with_their_inputs(tmp_path: Path) -> None:
    old, new = project(tmp_path / "旧", 5000), project(tmp_path / "新", 5200, "0.55")
    out = tmp_path / "报告.docx"
    done = CliRunner().invoke(app, ["report", str(new), "-o", str(out), "--no-charts", "--previous", str(old)])
    assert done.exit_code == 0, done.output
    rows = texts(out)
    head = next(r for r in rows if r[:4] == ["年份", "旧版", "新版", "变化"])
    total = rows[rows.index(head) + 1]
    values = dict(zip(head, (float(v.replace(",", "").replace("−", "-")) for v in total[1:]), strict=False))
    figures = dict(zip(head[1:], [float(v.replace(",", "").replace("−", "-")) for v in total[1:]], strict=True))
    assert values and figures["旧版"] == pytest.approx(5000 * 0.538, abs=0.1)
    assert figures["新版"] == pytest.approx(5200 * 0.55, abs=0.1)
    assert figures["活动水平"] == pytest.approx(200 * 0.538, abs=0.1)
    assert figures["排放因子"] == pytest.approx(5200 * (0.55 - 0.538), abs=0.1)
    line = next(r for r in rows if r and r[0].startswith("2.1"))
    assert any("5000" in c and "5200" in c for c in line)


def test_without_a_version_before_the_report_says_so(tmp_path: Path) -> None:
    out = tmp_path / "报告.docx"
    done = CliRunner().invoke(app, ["report", str(project(tmp_path / "新", 5000)), "-o", str(out), "--no-charts"])
    assert done.exit_code == 0, done.output
    words = [p.text for p in docx.Document(str(out)).paragraphs]
    assert "与上一版的变化及原因" in words and "没有给出上一版清单，未作比较。" in words


def test_the_filing_set_has_a_page_of_changes_where_a_version_before_is_given(tmp_path: Path) -> None:
    old, new = project(tmp_path / "旧", 5000), project(tmp_path / "新", 5200, "0.55")
    out = tmp_path / "上报.xlsx"
    args = ["file", str(new), "-o", str(out), "--no-pdf"]
    assert CliRunner().invoke(app, args).exit_code == 0
    assert not [n for n in openpyxl.load_workbook(out).sheetnames if "变化及原因" in n]
    done = CliRunner().invoke(app, [*args, "--previous", str(old)])
    assert done.exit_code == 0, done.output
    book = openpyxl.load_workbook(out, data_only=True)
    sheet = book[next(n for n in book.sheetnames if "变化及原因" in n)]
    values = [c.value for row in sheet.iter_rows() for c in row if isinstance(c.value, float)]
    for wanted in (5000 * 0.538, 5200 * 0.55, 200 * 0.538, 5200 * (0.55 - 0.538), 5200 * 0.55 - 5000 * 0.538):
        assert any(v == pytest.approx(wanted, rel=1e-9) for v in values), wanted
    words = " ".join(str(c.value) for row in sheet.iter_rows() for c in row if isinstance(c.value, str))
    assert "5000" in words and "5200" in words and read_sealed(out).fits
