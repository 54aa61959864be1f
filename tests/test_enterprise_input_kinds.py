"""`inventory enterprise` on files of the wrong kind, and on a Windows console: a clear answer, never a traceback,
nothing written."""

from __future__ import annotations

import codecs
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from make_enterprise_examples import WORKBOOKS
from typer.testing import CliRunner, Result

from inventory.cli.app import app
from inventory.enterprise.industries import default_edition, find
from inventory.enterprise.model import Enterprise, Profile
from inventory.enterprise.template import write_template

ROOT = Path(__file__).parents[1]


def report(source: Path, target: Path, *options: str) -> Result:
    return CliRunner().invoke(app, ["enterprise", "report", str(source), "-o", str(target), *options])


def refused(done: Result, words: str, target: Path, code: int = 1) -> None:
    assert done.exit_code == code and (done.exception is None or isinstance(done.exception, SystemExit)), done.output
    assert words in done.output and "Traceback" not in done.output
    assert not target.exists() and not target.with_suffix(".docx").exists()


def test_a_folder(tmp_path: Path) -> None:
    refused(report(WORKBOOKS, tmp_path / "o.xlsx"), "这是文件夹", tmp_path / "o.xlsx")
    refused(report(WORKBOOKS, tmp_path / "o.xlsx", "--lang", "en"), "enterprise collect", tmp_path / "o.xlsx")


@pytest.mark.parametrize("name", ["数据.csv", "数据.txt", "说明.docx", "报告.pdf"])
def test_a_file_that_is_no_workbook(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("region,year\n江苏,2010\n", "utf-8")
    refused(report(tmp_path / name, tmp_path / "o.xlsx"), f"不接受 {Path(name).suffix} 文件", tmp_path / "o.xlsx")


def test_a_provincial_workbook(tmp_path: Path) -> None:
    refused(
        report(ROOT / "templates" / "energy.xlsx", tmp_path / "o.xlsx"), "这是省级清单的工作簿", tmp_path / "o.xlsx"
    )


def test_any_other_workbook(tmp_path: Path) -> None:
    import openpyxl

    openpyxl.Workbook().save(tmp_path / "b.xlsx")
    refused(report(tmp_path / "b.xlsx", tmp_path / "o.xlsx"), "没有“企业基本情况”表（有：Sheet）", tmp_path / "o.xlsx")


def test_an_empty_template_asks_for_what_is_missing(tmp_path: Path) -> None:
    write_template(tmp_path / "t.xlsx", find("水泥", default_edition()))
    done = report(tmp_path / "t.xlsx", tmp_path / "o.xlsx")
    refused(done, "“企业名称”没有填写", tmp_path / "o.xlsx")
    assert "[企业基本情况]!B4" in done.output and "“报告年度”没有填写" in done.output


def test_a_template_with_a_profile_and_no_data(tmp_path: Path) -> None:
    write_template(
        tmp_path / "t.xlsx",
        find("水泥", default_edition()),
        Enterprise(profile=Profile(name="示例", industry="08", year=2015)),
    )
    refused(report(tmp_path / "t.xlsx", tmp_path / "o.xlsx"), "没有任何可计算的数据", tmp_path / "o.xlsx")


def test_a_finished_report_is_not_compiled_again(tmp_path: Path) -> None:
    """Its monthly sheets look like a template's; its process data do not stand there, so compiling it anew would lose
    them without a word."""
    assert report(WORKBOOKS / "水泥厂.xlsx", tmp_path / "r.xlsx").exit_code == 0
    refused(report(tmp_path / "r.xlsx", tmp_path / "o.xlsx"), "inventory enterprise verify", tmp_path / "o.xlsx")


def test_the_input_is_not_overwritten(tmp_path: Path) -> None:
    filled = tmp_path / "填报.xlsx"
    filled.write_bytes((WORKBOOKS / "食品厂.xlsx").read_bytes())
    done = report(filled, filled)
    assert done.exit_code == 2 and "输出会覆盖输入" in done.output
    assert filled.read_bytes() == (WORKBOOKS / "食品厂.xlsx").read_bytes()


CONSOLE = """
import json, sys
from inventory.__main__ import main
for words, code in json.loads(sys.argv[1]):
    print("== next", flush=True)
    sys.argv = ["inventory", "enterprise", *words]
    try:
        main()
        ended = 0
    except SystemExit as end:
        ended = end.code or 0
    sys.stdout.flush()
    assert ended == code, (words, ended)
"""


@pytest.mark.slow
def test_a_chinese_windows_console(tmp_path: Path) -> None:
    """Every command once, one after another on one console; the worst case is a message with a sign that code page 936
    does not have."""
    assert codecs.lookup("cp936").name == "gbk"  # one encoding under two names
    (tmp_path / "in").mkdir()
    commands: list[tuple[list[object], int, str]] = [
        (["industries"], 0, "水泥"),
        (["report", WORKBOOKS / "钢铁厂.xlsx", "-o", "in/钢铁.xlsx"], 0, "示例钢铁集团有限公司"),
        (["report", tmp_path, "-o", "o.xlsx"], 1, "文件夹"),
        (["verify", "in/钢铁.xlsx", "-o", "f.xlsx"], 0, "复算"),
        (["collect", "in", "--db", "d.db"], 0, "新增 1"),
        (["query", "--db", "d.db"], 0, "常州市"),
        (["query", "--db", "d.db", "--by", "fuel"], 0, "焦炭"),
        (["summary", "--db", "d.db", "-o", "s.xlsx"], 0, "汇总"),
    ]
    done = subprocess.run(
        [sys.executable, "-c", CONSOLE, json.dumps([([str(w) for w in words], code) for words, code, _ in commands])],
        cwd=tmp_path,
        env={**os.environ, "PYTHONIOENCODING": "cp936:strict", "PYTHONUTF8": "0", "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=240,
    )
    assert done.returncode == 0 and b"Traceback" not in done.stdout, done.stdout.decode("gbk", "replace")
    outputs = done.stdout.decode("gbk").split("== next")[1:]
    for (words, _, expected), output in zip(commands, outputs, strict=True):
        assert expected in output, (words, output)


@pytest.mark.parametrize(
    "arguments",
    [
        ["query"],
        ["summary", "-o", "s.xlsx"],
        ["status", "1", "接受"],
        ["reconcile", "--inventory", "r.csv", "--region", "江苏", "--year", "2015", "-o", "s.xlsx"],
    ],
)
def test_a_file_that_is_no_database(arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "junk.db").write_text("junk", "utf-8")
    (tmp_path / "r.csv").write_text(
        "region,year,category,item,gas,mass_t,account\n江苏,2015,1.1,,CO2,5,total\n", "utf-8"
    )
    done = CliRunner().invoke(app, ["enterprise", *arguments, "--db", "junk.db"])
    assert (
        done.exit_code == 1
        and isinstance(done.exception, SystemExit)
        and "junk.db" in done.output
        and "enterprise collect" in done.output
    )
    assert not (tmp_path / "s.xlsx").exists()


def test_collecting_from_a_file_or_into_nowhere(tmp_path: Path) -> None:
    for folder, db, words in (
        (WORKBOOKS / "水泥厂.xlsx", tmp_path / "d.db", "需要存放报告的文件夹"),
        (WORKBOOKS, tmp_path / "no" / "d.db", "核对 --db"),
    ):
        done = CliRunner().invoke(app, ["enterprise", "collect", str(folder), "--db", str(db)])
        assert done.exit_code == 1 and isinstance(done.exception, SystemExit) and words in done.output, done.output


@pytest.mark.parametrize(
    "text",
    [
        "[profile]\n",
        "",
        "region,year\n江苏,2015\n",
        "region,year,category,item,gas,mass_t,account\n江苏,二〇一五,1.1,,CO2,5,total\n",
    ],
)
def test_reconciling_with_what_is_no_results_file(text: str, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "r.csv").write_text(text, "utf-8")
    assert (
        CliRunner()
        .invoke(app, ["enterprise", "collect", str(tmp_path / "in"), "--db", str(tmp_path / "d.db")])
        .exit_code
        == 0
    )
    done = CliRunner().invoke(
        app,
        [
            "enterprise",
            "reconcile",
            "--db",
            str(tmp_path / "d.db"),
            "--inventory",
            str(tmp_path / "r.csv"),
            "--region",
            "江苏",
            "--year",
            "2015",
            "-o",
            str(tmp_path / "o.xlsx"),
        ],
    )
    assert done.exit_code == 1 and "这不是省级清单的结果 CSV" in done.output and not (tmp_path / "o.xlsx").exists()
