"""API = command, for every command: it hands one request to its act, the act gives the same data when a program calls
it with that request, and the data can be JSON. A command without an entry here fails."""

from __future__ import annotations

import ast
import functools
import importlib
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import typer
from typer.testing import CliRunner

from inventory.app.acts import as_data
from inventory.app.factors import FactorsRequest, list_factors
from inventory.cli import own
from inventory.cli.app import app
from inventory.edition import load
from inventory.resources import folder

LIME = "region,year,quantity,value,unit,source\n江苏,2005,石灰产量,100,万吨,统计年鉴\n江苏,2010,石灰产量,120,万吨,统计年鉴\n"
EXAMPLES = folder("factors").parent / "examples"
STEEL = next(iter(sorted((EXAMPLES / "enterprise").glob("*钢*.xlsx"))), EXAMPLES)
Args = Callable[[Path], list[object]]


def _lime(place: Path) -> Path:
    path = place / "石灰.csv"
    path.write_text(LIME, "utf-8")
    return path


def _project(place: Path) -> Path:
    (place / "项目").mkdir()
    return _lime(place / "项目").parent


# command -> the act below inventory.app, and what is typed
ACTS: dict[str, tuple[str, Args]] = {
    "compile": ("compile.compile_inventory", lambda p: [_lime(p), "-o", p / "清单.xlsx"]),
    "check": ("check.check_inputs", lambda p: [_lime(p)]),
    "explain": (
        "explain.explain_line_of_source",
        lambda p: [_lime(p), "--line", "2.2", "--gas", "CO2", "--year", "2005"],
    ),
    "template": ("forms.make_template", lambda p: ["--sector", "waste", "-o", p / "模板.xlsx"]),
    "gaps": ("forms.list_gaps", lambda p: [_lime(p), "-o", p / "缺口.xlsx"]),
    "uncertainty": ("analysis.assess_uncertainty", lambda p: [_lime(p)]),
    "keycategories": ("analysis.find_key_categories", lambda p: [_lime(p)]),
    "qc": ("analysis.control_quality", lambda p: [_lime(p)]),
    "diff": ("analysis.compare_versions", lambda p: [_lime(p), p / "石灰.csv"]),
    "choices": ("choices.named_choices", lambda p: [_lime(p)]),
    "shares": ("shares.shares_to_refine", lambda p: [_lime(p)]),
    "improve": ("improve.improve", lambda p: [_lime(p), "--draws", "200"]),
    "report-template": ("report.make_report_template", lambda p: ["-o", p / "模板.docx"]),
    "lock": ("lock.lock_project", lambda p: [_project(p), "--by", "王"]),
    "export": ("export.export", lambda p: [_lime(p), "-o", p / "out.csv", "--to", "primap2"]),
    "pilots": ("levels.list_pilots", lambda p: []),
    "factors list": ("factors.list_factors", lambda p: ["--parameter", "ncv"]),
    "factors show": ("factors.show_factor", lambda p: ["FIRST"]),
    "factors checklist": ("checklist.make_checklist", lambda p: [_lime(p), "-o", p / "核对表.xlsx"]),
    "edition check": ("edition.check_edition", lambda p: ["prov2011"]),
    "edition diff": ("edition.compare_editions", lambda p: ["prov2011", "ncsc2026"]),
    "edition book": ("edition.write_method_book", lambda p: ["prov2011", "-o", p / "手册.xlsx"]),
    "edition schema": ("edition.write_schemas", lambda p: ["-o", p / "schema"]),
    "forms list": ("declared_forms.list_forms", lambda p: []),
    "forms schema": ("declared_forms.form_schema", lambda p: ["补缺"]),
    "forms template": ("declared_forms.write_one_form", lambda p: ["控制目标", "-o", p / "控制目标.xlsx"]),
    "forms page": ("declared_forms.write_page", lambda p: ["-o", p / "forms.md"]),
    "levels tree": ("levels.region_tree", lambda p: ["--under", "江苏"]),
    "levels template": ("level_forms.make_level_template", lambda p: ["--level", "区县", "-o", p / "区县.xlsx"]),
    "levels forms": (
        "level_forms.make_assessment_forms",
        lambda p: ["--region", "宁波", "--years", "2010,2011", "-o", p / "考核填报.xlsx"],
    ),
    "enterprise industries": ("collection.list_industries", lambda p: []),
    "enterprise template": ("enterprise.template", lambda p: ["--industry", "钢铁", "-o", p / "钢.xlsx"]),
    "enterprise assess": ("enterprise.assess_workbook", lambda p: [STEEL]),
    "enterprise report": ("enterprise.report", lambda p: [STEEL, "-o", p / "报告.xlsx", "--no-docx"]),
    "enterprise verify": ("enterprise.verify", lambda p: [STEEL]),
    "enterprise collect": (
        "collection.collect_reports",
        lambda p: [_project(p), "--db", p / "库.db", "--workers", "1"],
    ),
}
CITY = "region,year,category,item,quantity,value,unit,source\n" + "".join(
    f"{region},{year},,,石灰产量,{value},万吨,统计年鉴\n"
    for region, value in (("江苏", 100), ("南京", 40), ("苏州", 55))
    for year in (2005, 2010)
)
ACTIONS = "编号,名称,类别,起始年份,完成年份,年效果,单位,文件\n1,节能改造,项目,2011,2015,3,万tce,规划\n"


def _cities(place: Path) -> Path:
    (place / "项目").mkdir()
    (place / "项目" / "数据.csv").write_text(CITY, "utf-8")
    (place / "项目" / "行动项目.csv").write_text(ACTIONS, "utf-8")
    return place / "项目"


def _whole(place: Path) -> Path:
    """A complete project: lime, and NO for everything else."""
    edition = load("prov2011")
    others = [c for c in edition.categories if c in ("1", "3", "4", "5") or (c.startswith("2.") and c.count(".") == 1)]
    rows = [f"江苏,{y},{c},,notation,NO,,没有" for y in (2005, 2010) for c in others if c != "2.2"]
    (place / "项目").mkdir()
    text = CITY.splitlines()[0] + "\n" + "".join(f"{r}\n" for r in rows)
    text += "江苏,2005,,,石灰产量,100,万吨,统计年鉴\n江苏,2010,,,石灰产量,120,万吨,统计年鉴\n"
    (place / "项目" / "数据.csv").write_text(text, "utf-8")
    return place / "项目"


def _frozen(place: Path) -> Path:
    from inventory.app.archive import FreezeRequest, freeze_set
    from inventory.app.source import Source

    freeze_set(FreezeRequest(Source((_whole(place),)), place / "归档.zip", report=False))
    return place / "归档.zip"


def _checklist(place: Path) -> list[object]:
    from inventory.app.checklist import ChecklistRequest, make_checklist
    from inventory.app.source import Source

    make_checklist(ChecklistRequest(Source((_lime(place),)), place / "核对表.xlsx"))
    book = openpyxl.load_workbook(place / "核对表.xlsx")
    sheet = book.worksheets[0]
    top = next(r for r in range(1, 12) if sheet.cell(r, 2).value == "因子编号")
    at = {sheet.cell(top, c).value: c for c in range(1, sheet.max_column + 1)}
    for head, value in (("印本数值", "√"), ("核对人", "张三"), ("核对日期", "2026-05-01")):
        sheet.cell(top + 1, at[head], value)
    book.save(place / "核对表.xlsx")
    (place / "项目").mkdir()
    return [place / "核对表.xlsx", place / "项目"]


def _dataset(place: Path) -> Path:
    from inventory.batch import BatchRequest, run_batch

    (place / "各地").mkdir()
    (place / "各地" / "江苏.csv").write_text(LIME, "utf-8")
    run_batch(BatchRequest(str(place / "各地"), str(place / "集"), 1, format="parquet"))
    return place / "集"


def _ceads(place: Path) -> Path:
    from inventory.app.export import ExportRequest, export
    from inventory.app.source import Source, compiled

    return export(ExportRequest(compiled(Source((EXAMPLES / "jiangsu",))), place / "ceads.csv", "ceads")).files[1]


@functools.cache
def _collected() -> bytes:
    """A collection of two filed reports, made once."""
    from inventory.app.collection import CollectRequest, collect_reports
    from inventory.app.enterprise import ReportRequest, report

    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        (place / "报告").mkdir()
        for number, source in enumerate(sorted((EXAMPLES / "enterprise").glob("*.xlsx"))[:2]):
            report(ReportRequest(source, place / "报告" / f"{number}.xlsx", docx=False))
        collect_reports(CollectRequest(place / "报告", place / "库.db", 1))
        return (place / "库.db").read_bytes()


def _db(place: Path) -> list[object]:
    (place / "库.db").write_bytes(_collected())
    return ["--db", place / "库.db"]


def _results(place: Path) -> Path:
    from inventory.app.compile import CompileRequest, compile_inventory
    from inventory.app.source import Source

    compile_inventory(CompileRequest(Source((_lime(place),)), results=place / "结果.csv"))
    return place / "结果.csv"


# These stand on the product of an earlier act, or write where nothing may be yet: `AGAIN` puts that right between the
# two runs.
ACTS |= {
    "report": ("report.draft_report", lambda p: [_lime(p), "-o", p / "报告.docx", "--no-charts"]),
    "file": ("file.file_inventory", lambda p: [_lime(p), "-o", p / "上报.xlsx", "--no-pdf"]),
    "start": ("start.start_year", lambda p: ["2012", "--from", _project(p), "-o", p / "新"]),
    "freeze": ("archive.freeze_set", lambda p: [_whole(p), "-o", p / "归档.zip", "--no-report"]),
    "verify": ("archive.verify_archive", lambda p: [_frozen(p)]),
    "bulletin": (
        "report.write_year_bulletin",
        lambda p: [_lime(p), "--year", "2010", "-o", p / "通报.docx", "--no-charts"],
    ),
    "rollup": ("levels.compare_levels", lambda p: [_cities(p)]),
    "targets": ("levels.assess_targets", lambda p: [EXAMPLES / "chongqing", "--no-inventory"]),
    "actions": ("levels.list_actions", lambda p: [_cities(p), "--year", "2012"]),
    "batch": ("batch.run_batch", lambda p: [_project(p), "-o", p / "结果", "--workers", "1"]),
    "query": ("query.run_query", lambda p: [_dataset(p), "--by", "region,gas"]),
    "import": ("export.import_activity", lambda p: [_ceads(p), "-o", p / "能源.csv"]),
    "factors load": ("checklist.load_checklist", _checklist),
    "levels scopes": ("levels.view_scopes", lambda p: [_cities(p), "--region", "南京", "--year", "2010"]),
    "levels results": ("level_results.roll_up_results", lambda p: [_dataset(p)]),
    "levels enterprises": (
        "levels.write_enterprises_file",
        lambda p: [_db(p)[1], "--year", "2023", "-o", p / "enterprises.csv"],
    ),
    "enterprise status": ("collection.set_submission_status", lambda p: [*_db(p), "1", "接受", "--who", "王"]),
    "enterprise settle": (
        "collection.settle_names",
        lambda p: [*_db(p), "--code", "91320000000000000X", "--name", "甲", "--name", "乙"],
    ),
    "enterprise history": ("collection.submission_history", lambda p: _db(p)),
    "enterprise diff": ("collection.compare_submissions", lambda p: [*_db(p), "1", "2"]),
    "enterprise pending": ("collection.pending_submissions", lambda p: _db(p)),
    "enterprise query": ("collection.query_reports", lambda p: [*_db(p), "--by", "industry,gas"]),
    "enterprise summary": ("collection.write_reports_summary", lambda p: [*_db(p), "-o", p / "汇总.xlsx"]),
    "enterprise reconcile": (
        "collection.reconcile_reports",
        lambda p: [*_db(p), *("--inventory", _results(p), "--region", "江苏", "--year", "2010", "-o", p / "对比.xlsx")],
    ),
}


def _workbook(place: Path) -> Path:
    from inventory.app.compile import CompileRequest, compile_inventory
    from inventory.app.source import Source

    compile_inventory(CompileRequest(Source((_lime(place),)), place / "清单.xlsx"))
    return place / "清单.xlsx"


def _sealed(place: Path) -> Path:
    from inventory.app.file import FileRequest, file_inventory

    file_inventory(FileRequest((_lime(place),), place / "上报.xlsx", pdf=False))
    return place / "上报.xlsx"


def _checked(place: Path) -> Path:
    """A project with a checklist that somebody has filled in and loaded."""
    from inventory.app.checklist import LoadChecklistRequest, load_checklist

    filled, project = _checklist(place)
    shutil.copy(place / "石灰.csv", Path(str(project)) / "石灰.csv")
    load_checklist(LoadChecklistRequest(Path(str(filled)), Path(str(project))))
    return Path(str(project))


# commands that choose between two acts, the other way: after ` · ` what it is
ACTS |= {
    "explain · cell": ("explain.explain_cell_of_file", lambda p: [_workbook(p), "清单汇总表!D6"]),
    "explain · filing set": ("explain.explain_cell_of_set", lambda p: [_lime(p).parent, "清1 汇总 2005!B7"]),
    "verify · filing set": ("file.verify_sealed", lambda p: [_sealed(p), "--project", p / "石灰.csv"]),
    "factors checklist · shared": (
        "checklist.share_checklist",
        lambda p: [_checked(p), "-o", p / "共享.csv", "--shared"],
    ),
}
AGAIN: dict[str, Callable[[Path], object]] = {
    "start": lambda p: shutil.rmtree(p / "新"),
    "batch": lambda p: shutil.rmtree(p / "结果"),
    "factors load": lambda p: (p / "项目" / "核对表.csv").unlink(),
    "enterprise status": _db,
    "enterprise settle": _db,
    "enterprise collect": lambda p: (p / "库.db").unlink(),
}
HEAVY = {"import", "file", "verify · filing set", "report", "enterprise summary"}  # more than a second each
FACES = {"open"}  # and everything of the service and the cluster: they stay up


def _commands(group: typer.Typer, prefix: str = "") -> Iterator[str]:
    for command in group.registered_commands:
        yield f"{prefix}{command.name or getattr(command.callback, '__name__', '')}"
    for below in group.registered_groups:
        assert below.typer_instance is not None
        yield from _commands(below.typer_instance, f"{prefix}{below.name} ")


def test_every_command_has_an_entry() -> None:
    known = {name.partition(" · ")[0] for name in ACTS} | FACES
    present = {name for name in _commands(app) if not name.startswith(("service ", "cluster "))}
    assert present - known == set(), "a new command: add its act to ACTS"
    assert known - present == set(), "no such command any more"


def test_every_way_of_a_command_is_run() -> None:
    """A command that is written out may choose between acts: each of them has an entry."""
    tree = ast.parse(Path(own.__file__).read_text("utf-8"))
    taken = {
        f"{node.module.removeprefix('app.')}.{name.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("app.")
        for name in node.names
        if name.name.islower()
    }
    run = {where for where, _ in ACTS.values()}
    assert taken and taken <= run, taken - run


def _data(result: object) -> str:
    """A result as JSON: what JSON cannot hold is refused."""
    return json.dumps(as_data(result), ensure_ascii=False, sort_keys=True, allow_nan=False)


@pytest.mark.parametrize("name", [pytest.param(n, marks=pytest.mark.slow) if n in HEAVY else n for n in sorted(ACTS)])
def test_the_command_says_what_the_act_gives(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    where, typed = ACTS[name]
    module_name, _, function = where.partition(".")
    module = importlib.import_module("inventory.batch" if module_name == "batch" else f"inventory.app.{module_name}")
    act = getattr(module, function)
    calls: list[tuple[tuple[Any, ...], dict[str, Any], object]] = []

    @functools.wraps(act)
    def spy(*args: Any, **given: Any) -> object:
        result = act(*args, **given)
        calls.append((args, given, result))
        return result

    monkeypatch.setattr(module, function, spy)
    arguments = [str(a) for a in typed(tmp_path)]
    if arguments == ["FIRST"]:
        arguments = [list_factors(FactorsRequest()).rows[0].id]
    answer = CliRunner().invoke(app, [*name.partition(" · ")[0].split(), *arguments])
    assert answer.exit_code in (0, 1), answer.output
    assert len(calls) == 1, f"{name}: {len(calls)} calls of {where}; {answer.output}"
    args, given, result = calls[0]
    assert answer.output.strip() or result is None
    if name in AGAIN:
        AGAIN[name](tmp_path)
    assert _data(act(*args, **given)) == _data(result)
