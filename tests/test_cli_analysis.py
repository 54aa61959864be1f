"""`inventory uncertainty`, `keycategories`, `qc`, `diff` and the options of `compile` that belong to them, as a person
runs them."""

from __future__ import annotations

import csv
import io
import math
import shutil
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from inventory import api
from inventory.analysis.recalculation import CAUSES, compare
from inventory.cli.app import app
from inventory.console.common import Bar
from inventory.core.problems import InventoryError
from inventory.versions import read_version

EXAMPLE = Path(__file__).parents[1] / "examples" / "jiangsu"
HEAD = "region,year,category,item,quantity,value,unit,source,uncertainty\n"
ROWS = [
    "江苏,{y},,,clinker_production,{a},万吨,水泥协会,5",
    "江苏,{y},,,lime_production,{b},万吨,石灰协会,",
    "江苏,{y},,season=单季稻,rice_area,{c},万公顷,农业统计,3",
]
GRAM = 1e-6


def run(*words: object):
    return CliRunner().invoke(app, [str(w) for w in words])


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "项 目"
    folder.mkdir()
    rows = [
        r.format(y=y, a=a, b=b, c=c) for y, a, b, c in ((2005, 4000, 300, 220), (2010, 6300, 420, 223)) for r in ROWS
    ]
    (folder / "数据.csv").write_text(HEAD + "\n".join(rows) + "\n", "utf-8")
    return folder


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


# ---- uncertainty, key categories ----


def test_uncertainty_says_what_is_known_and_asks(project: Path, tmp_path: Path):
    done = run("uncertainty", project)
    assert done.exit_code == 0 and "≥" not in done.stdout and "缺省假定" in done.stderr and "石灰" in done.stderr
    done = run("uncertainty", project, "--uncertainty-set", "not-assumed")
    assert done.exit_code == 0 and "≥" in done.stdout and "没有给出不确定性" in done.stderr and "石灰" in done.stderr
    out = tmp_path / "u.csv"
    assert run("uncertainty", project, "--csv", out, "--draws", 500, "--seed", 3).exit_code == 0
    rows = table(out.read_text("utf-8"))
    assert {"2.1 水泥生产过程", "总量"} <= {r["部分"] for r in rows}
    total = next(r for r in rows if r["部分"] == "总量" and r["年份"] == "2010")
    assert float(total["2.5%点"]) < float(total["排放量(万t CO2e)"]) < float(total["97.5%点"])


def test_the_same_seed_gives_the_same_table(project: Path):
    one, two, other = (
        run("uncertainty", project, "--csv", "-", "--draws", 500, "--seed", seed).stdout for seed in (3, 3, 4)
    )
    assert one == two != other


def test_a_set_is_chosen_by_name_and_an_unknown_one_refused(project: Path):
    known = run("uncertainty", EXAMPLE, "--uncertainty-set", "ipcc2006-low", "--csv", "-")
    assert known.exit_code == 0
    wrong = run("uncertainty", project, "--uncertainty-set", "nothing")
    assert wrong.exit_code == 1 and "ipcc2006-high" in wrong.stderr and "printed-range" in wrong.stderr


def test_a_seed_without_draws_is_wrong_use(project: Path, tmp_path: Path):
    assert run("uncertainty", project, "--seed", 3).exit_code == 2
    assert (
        run("compile", project, "-o", tmp_path / "w.xlsx", "--seed", 3).exit_code == 2
        and not (tmp_path / "w.xlsx").exists()
    )


def test_key_categories(project: Path):
    rows = table(run("keycategories", project, "--csv", "-").stdout)
    assert {"L1", "L2", "T1", "T2"} <= {r["评估"] for r in rows}
    level = [r for r in rows if r["评估"] == "L1" and r["年份"] == "2010"]
    assert (
        float(level[-1]["累计(%)"]) == pytest.approx(100.0)
        and level[0]["关键"] == "是"
        and level[0]["类别"].startswith("2.1")
    )
    shown = run("keycategories", project, "--lang", "en")
    assert shown.exit_code == 0 and "Cement" in shown.stdout


# ---- quality control ----


def test_findings_are_answered_on_a_sheet(project: Path):
    """The sheet out, one cell filled in Excel, back in the folder: the finding is answered."""
    path = project / "质控答复.xlsx"
    assert run("qc", project, "-o", path).exit_code == 0
    book = openpyxl.load_workbook(path)
    sheet = book["质控答复"]
    at = {c.value: c.column for c in sheet[5] if c.value}
    assert {"检查", "位置", "答复", "姓名", "日期", "问题"} <= set(at) and sheet.cell(6, at["问题"]).value
    for name, value in {"答复": "已核对原始报表", "姓名": "张三", "日期": "2012-03-01"}.items():
        sheet.cell(6, at[name]).value = value
    book.save(path)
    after = run("qc", project)
    assert after.exit_code == 0 and "已核对原始报表" in after.stdout
    assert run("qc", project, "-o", path).exit_code == 0  # written anew with the answer it held
    assert openpyxl.load_workbook(path)["质控答复"].cell(6, at["答复"]).value == "已核对原始报表"


def test_findings_are_answered_and_the_answer_stays(project: Path, tmp_path: Path):
    before = run("qc", project)
    assert before.exit_code == 0 and "待答复" in before.stderr and "[uncertainty_assumed" in before.stdout
    assert run("qc", project, "--csv", project / "answers.csv").exit_code == 0
    rows = table((project / "answers.csv").read_text("utf-8"))
    assert rows and all(not r["answer"] for r in rows)
    rows[0] |= {"answer": "已核对原始报表", "name": "张三", "date": "2012-03-01"}
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    (project / "answers.csv").write_text(text.getvalue(), "utf-8")
    after = run("qc", project)
    assert "已核对原始报表" in after.stdout and f"待答复 {len(rows) - 1} 条" in after.stderr
    path = tmp_path / "w.xlsx"
    assert run("compile", project, "-o", path).exit_code == 0
    texts = [c.value for row in openpyxl.load_workbook(path)["质量控制"].iter_rows() for c in row]
    assert "已核对原始报表" in texts and "张三" in texts


def test_check_names_uncertainties_that_make_no_sense(project: Path):
    head = "applies_to,name,category,gas,keys,uncertainty,distribution,shared_over,source,note"
    (project / "uncertainty.csv").write_text(f"{head}\nset,nothing,,,,,,,文献,\n", "utf-8")
    done = run("check", project)
    assert done.exit_code == 1 and "nothing" in done.stderr


# ---- compile ----


def test_compile_with_draws_and_an_older_version(project: Path, tmp_path: Path):
    old, new = tmp_path / "旧.xlsx", tmp_path / "新.xlsx"
    assert run("compile", project, "-o", old).exit_code == 0
    data = project / "数据.csv"
    data.write_text(data.read_text("utf-8").replace("6300", "6400"), "utf-8")
    assert run("compile", project, "-o", new, "--draws", 300, "--previous", old).exit_code == 0
    sheets = openpyxl.load_workbook(new).sheetnames
    assert {"不确定性", "蒙特卡洛", "关键类别", "质量控制", "重新计算"} <= set(sheets)
    assert not {"蒙特卡洛", "重新计算"} & set(openpyxl.load_workbook(old).sheetnames)


def test_a_bar_appears_after_a_second_only(capsys: pytest.CaptureFixture):
    now = [0.0]
    bar = Bar("抽样")
    bar.now, bar.start = lambda: now[0], 0.0
    bar(1, 4)
    assert capsys.readouterr().err == ""
    now[0] = 2.0
    bar(2, 4)
    bar(2, 4)
    bar(4, 4)
    bar.close()
    assert capsys.readouterr().err.splitlines() == ["抽样 50 %", "抽样 100 %"]


# ---- diff ----


@pytest.fixture(scope="module")
def revised(tmp_path_factory) -> Path:
    """The example with one change of each kind a project can hold: activity data, factor, named choice (method), a
    category gone."""
    folder = tmp_path_factory.mktemp("修订") / "jiangsu"
    shutil.copytree(EXAMPLE, folder)
    industry = folder / "industrial_processes.csv"
    lines = industry.read_text("utf-8").splitlines(keepends=True)
    clinker = next(n for n, x in enumerate(lines) if ",2010," in x and "clinker_production" in x)
    cells = lines[clinker].split(",")
    lines[clinker] = ",".join([*cells[:5], str(float(cells[5]) * 1.02), *cells[6:]])
    gone = next(n for n, x in enumerate(lines) if x.startswith("江苏,2010,2.4,,carbide_production"))
    del lines[gone]
    industry.write_text("".join(lines), "utf-8")
    answers = folder / "answers.csv"
    answers.write_text(
        answers.read_text("utf-8").rstrip("\n")
        + "\ncompleteness,江苏|2010|carbide_production,已停产,编制甲,2012-03-01\n",
        "utf-8",
    )
    factors = folder / "factors.csv"
    factors.write_text(
        factors.read_text("utf-8-sig").rstrip("\n") + "\nlime_ef,,,0.70,tCO2/t,实测报告,实测,\n", "utf-8-sig"
    )
    (folder / "choices.csv").write_text("choice,option,reason\nstraw_dry_matter,no,按原文公式\n", "utf-8")
    return folder


def sums(made) -> dict[str, float]:
    found = [made.totals(region, year) for region, year in made.places]
    for s in found:
        assert (
            math.fsum(s[c] for c in CAUSES)
            == pytest.approx(s["change"], abs=GRAM)
            == pytest.approx(s["new"] - s["old"], abs=GRAM)
        )
    return {c: math.fsum(s[c] for s in found) for c in CAUSES}


def test_diff_of_two_projects_explains_the_change_to_the_last_gram(revised: Path, tmp_path: Path):
    old, new = api.compile(EXAMPLE), api.compile(revised, gwp="AR4")
    made = compare(old, new)
    told = sums(made)
    for year in (2005, 2010):
        found = made.totals("江苏", year)
        assert found["change"] == pytest.approx(float(new.co2e(year=year)) - float(old.co2e(year=year)), abs=GRAM)
    assert {c for c in CAUSES if abs(told[c]) > GRAM} == {"activity", "factor", "method", "category", "gwp"}
    path = tmp_path / "比较.xlsx"
    done = run("diff", EXAMPLE, revised, "-o", path, "--csv", tmp_path / "行.csv")
    assert done.exit_code == 0 and "江苏" in done.stdout
    rows = table((tmp_path / "行.csv").read_text("utf-8"))
    assert rows and all(
        math.fsum(float(r[f"by_{c}"]) for c in CAUSES) == pytest.approx(float(r["change"]), abs=GRAM) for r in rows
    )
    assert openpyxl.load_workbook(path).sheetnames == ["重新计算", "溯源"]


def test_projects_results_and_workbooks_are_all_versions(project: Path, tmp_path: Path):
    book, results = tmp_path / "w.xlsx", tmp_path / "r.csv"
    assert run("compile", project, "-o", book, "--results", results).exit_code == 0
    for old in (book, results):
        same = compare(read_version(old), read_version(project))
        assert same.changed == () and len(same.changes) == len(api.compile(project).lines)
    data = project / "数据.csv"
    data.write_text(data.read_text("utf-8").replace("6300", "6400"), "utf-8")
    for old in (book, results):
        told = sums(compare(read_version(old), read_version(project)))
        # results carry no arithmetic: nothing is guessed
        assert {c for c in CAUSES if abs(told[c]) > GRAM} == {"unknown"}
    assert {
        c
        for c, v in sums(compare(read_version(project, gwp="SAR"), read_version(project, gwp="AR4"))).items()
        if abs(v) > GRAM
    } == {"gwp"}


def test_a_cause_is_asked_for_given_and_printed(project: Path, tmp_path: Path):
    old, causes, path = tmp_path / "r.csv", tmp_path / "原因.csv", tmp_path / "w.xlsx"
    assert run("compile", project, "-o", path, "--results", old).exit_code == 0
    data = project / "数据.csv"
    data.write_text(data.read_text("utf-8").replace("6300", "6400"), "utf-8")
    assert run("diff", old, project, "--csv", causes).exit_code == 0
    (row,) = table(causes.read_text("utf-8"))
    assert row["cause"] == ""

    def give(**what: str) -> None:
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, row)
        writer.writeheader()
        writer.writerow({**row, **what})
        causes.write_text(text.getvalue(), "utf-8")

    give(cause="活动水平", text="普查修订", name="张三", date="2012-03-01")
    assert run("compile", project, "-o", path, "--previous", old, "--causes", causes).exit_code == 0
    texts = [c.value for line in openpyxl.load_workbook(path)["重新计算"].iter_rows() for c in line]
    assert "活动水平：普查修订" in texts and "张三" in texts
    give(cause="别的", text="普查修订", name="张三", date="2012-03-01")
    assert run("diff", old, project, "--causes", causes).exit_code == 1
    give(cause="活动水平", text="普查修订", name="", date="2012-03-01")
    assert run("diff", old, project, "--causes", causes).exit_code == 1
    give(place="没有这一行", cause="活动水平", text="普查修订", name="张三", date="2012-03-01")
    stale = run("diff", old, project, "--causes", causes)
    assert stale.exit_code == 0 and "没有这一行" in stale.stderr
    assert run("compile", project, "-o", path, "--causes", causes).exit_code == 2


def test_what_cannot_be_a_version_is_refused(project: Path, tmp_path: Path):
    results = tmp_path / "r.csv"
    assert run("compile", project, "-o", tmp_path / "w.xlsx", "--results", results).exit_code == 0
    with pytest.raises(InventoryError) as caught:
        read_version(results, gwp="AR4")
    assert [p.code for p in caught.value.problems] == ["recalculation.version_gwp"]
    tampered = openpyxl.load_workbook(tmp_path / "w.xlsx")
    sheet = tampered["水泥"]
    for row in sheet.iter_rows():
        for cell in row:
            if cell.data_type == "f":
                cell.value = "x"
    tampered.save(tmp_path / "t.xlsx")
    done = run("diff", tmp_path / "t.xlsx", project)
    assert done.exit_code == 1 and "水泥" in done.stderr
    assert run("diff", tmp_path / "gone.xlsx", project).exit_code == 2
