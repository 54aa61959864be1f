"""API = command, for every command: it hands one request to its act, the act gives the same data when a program calls
it with that request, and the data can be JSON. A command without an entry here fails."""

from __future__ import annotations

import functools
import importlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from inventory.app.acts import as_data
from inventory.app.factors import FactorsRequest, list_factors
from inventory.cli.app import app
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
# Held by a test of its own, because it stands on the product of an earlier command or starts a server.
ELSEWHERE = {
    "report": "test_report",
    "file": "test_filing_set",
    "start": "test_year_after_year",
    "freeze": "test_archive",
    "verify": "test_archive",
    "bulletin": "test_bulletin",
    "rollup": "test_rollup",
    "targets": "test_policy",
    "actions": "test_policy",
    "batch": "test_batch",
    "query": "test_store",
    "cluster scheduler": "test_batch_faults",
    "cluster worker": "test_batch_faults",
    "import": "test_ceads",
    "factors load": "test_checklist_gaps",
    "levels scopes": "test_levels_tree",
    "levels enterprises": "test_rollup",
    **{f"enterprise {n}": "test_enterprise_standing" for n in ("status", "settle", "history", "diff", "pending")},
    **{f"enterprise {n}": "test_app" for n in ("query", "summary", "reconcile")},
}
FACES = {"open"}  # and everything of the service: faces of their own


def _commands(group: typer.Typer, prefix: str = "") -> Iterator[str]:
    for command in group.registered_commands:
        yield f"{prefix}{command.name or getattr(command.callback, '__name__', '')}"
    for below in group.registered_groups:
        assert below.typer_instance is not None
        yield from _commands(below.typer_instance, f"{prefix}{below.name} ")


def test_every_command_has_an_entry() -> None:
    known = set(ACTS) | set(ELSEWHERE) | FACES
    present = {name for name in _commands(app) if not name.startswith("service ")}
    assert present - known == set(), "a new command: add its act to ACTS"
    assert known - present == set(), "no such command any more"
    for name, place in ELSEWHERE.items():
        assert list(Path(__file__).parent.glob(f"{place}*.py")), name


def _data(result: object) -> str:
    """A result as JSON, whatever it holds."""
    return json.dumps(as_data(result), ensure_ascii=False, sort_keys=True, default=str)


@pytest.mark.parametrize("name", sorted(ACTS))
def test_the_command_says_what_the_act_gives(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    where, typed = ACTS[name]
    module_name, _, function = where.partition(".")
    module = importlib.import_module(f"inventory.app.{module_name}")
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
    answer = CliRunner().invoke(app, [*name.split(), *arguments])
    assert answer.exit_code in (0, 1), answer.output
    assert len(calls) == 1, f"{name}: {len(calls)} calls of {where}; {answer.output}"
    args, given, result = calls[0]
    assert answer.output.strip() or result is None
    if name in ("enterprise collect",):  # a second collection knows what the first one kept
        return
    assert _data(act(*args, **given)) == _data(result)
