"""One function an act: every command stands on one, says what it says, and every result is data that JSON can hold."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import json
import typing
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from inventory.app.acts import Around, as_data
from inventory.app.check import CheckRequest, check_inputs
from inventory.app.collection import (
    CollectRequest,
    QueryReportsRequest,
    StatusRequest,
    collect_reports,
    query_reports,
    set_submission_status,
)
from inventory.app.compile import CompileRequest, compile_inventory
from inventory.app.enterprise import ReportRequest, report
from inventory.app.explain import ExplainCellRequest, ExplainLineRequest, explain_cell_of_file, explain_line_of_source
from inventory.app.factors import FactorRequest, FactorsRequest, list_factors, show_factor
from inventory.app.levels import PilotsRequest, TreeRequest, list_pilots, region_tree
from inventory.app.source import Source
from inventory.cli import own
from inventory.cli.app import app
from inventory.cli.declared import Command, commands
from inventory.core.problems import InventoryError
from inventory.resources import folder

run = CliRunner().invoke
LIME = "region,year,quantity,value,unit,source\n江苏,2005,石灰产量,100,万吨,统计年鉴\n江苏,2010,石灰产量,120,万吨,统计年鉴\n"
WITHOUT_ACT = {"serve", "open", "page", "app"}  # faces of their own


@pytest.fixture
def lime(tmp_path: Path) -> Path:
    path = tmp_path / "石灰.csv"
    path.write_text(LIME, "utf-8")
    return path


def _commands(group: typer.Typer, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for command in group.registered_commands:
        assert command.callback is not None
        yield f"{prefix}{command.name or command.callback.__name__}", command.callback
    for below in group.registered_groups:
        assert below.typer_instance is not None
        yield from _commands(below.typer_instance, f"{prefix}{below.name} ")


COMMANDS = dict(_commands(app))


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_stands_on_an_act(name: str) -> None:
    """The body of a command imports its act from `inventory.app` (or from the package that is an act itself), and
    prints."""
    if name.split()[-1] in WITHOUT_ACT or name.startswith("service "):  # running the service is no act of the inventory
        return
    if name in commands():
        _no_option_is_lost(commands()[name])
        return
    callback = inspect.unwrap(COMMANDS[name])
    module = inspect.getmodule(callback)
    assert module is not None
    tree = ast.parse(inspect.getsource(module))
    used: set[str] = set()

    def visit(function: str) -> None:
        body = next((n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == function), None)
        if body is None or function in used:
            return
        used.add(function)
        for node in ast.walk(body):
            if isinstance(node, ast.Name):
                visit(node.id)

    visit(callback.__name__)
    bodies = [n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name in used]
    imported = {node.module or "" for n in bodies for node in ast.walk(n) if isinstance(node, ast.ImportFrom)}
    assert any(m.split(".")[0] in ("app", "batch") for m in imported), f"{name}: {sorted(imported)}"


def _no_option_is_lost(command: Command) -> None:
    """The act and the view that a declared command names are there, and every option reaches the request (whole parts
    of it too), the view or a rule."""
    module, _, function = command.body["act"].partition(".")
    act = getattr(import_module(f"inventory.app.{module}"), function)
    module, _, function = command.body["view"].partition(".")
    view = getattr(import_module(f"inventory.console.views.{module}"), function)
    parameters = list(inspect.signature(act).parameters)
    hints = typing.get_type_hints(act)
    reached = set(parameters)
    if parameters and parameters[0] == "request":
        reached |= set(_fields(hints["request"]))
    shown = set(inspect.signature(view).parameters)
    for option in command.options:
        assert option.to in reached or option.name in shown, f"{command.name}: {option.name} is never used"
    assert {"seeded": "draws", "compared": "previous", "project_folder": "project"}.keys() >= set(
        command.body.get("rules", ())
    )


def _fields(cls: Any) -> Iterator[str]:
    """Names of the fields of a request and of its parts; a ledger is compiled from a source."""
    from inventory.app.source import Source
    from inventory.core.ledger import Ledger

    for name, hint in typing.get_type_hints(cls).items():
        yield name
        kind = next((k for k in (hint, *typing.get_args(hint)) if dataclasses.is_dataclass(k)), None)
        if kind is not None:
            yield from _fields(Source if kind is Ledger else kind)


def _acts() -> Iterator[str]:
    yield from sorted({command.body["act"] for command in commands().values()})
    source = ast.parse(Path(own.__file__).read_text("utf-8"))
    for node in ast.walk(source):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("app."):
            acts = (n.name for n in node.names if n.name.islower())
            yield from (f"{str(node.module).removeprefix('app.')}.{name}" for name in acts)


@pytest.mark.parametrize("name", [*_acts()])
def test_an_act_takes_a_frozen_request_and_gives_a_frozen_result(name: str) -> None:
    """One request (or nothing, where there is nothing to choose), and one result with a name for everything in it."""
    module, _, function = name.partition(".")
    act = getattr(import_module(f"inventory.app.{module}"), function)
    hints = typing.get_type_hints(act)
    taken = [hints[p] for p in inspect.signature(act).parameters if p not in ("around", "progress")]
    assert len(taken) <= 1, taken
    for kind in (*taken, hints["return"]):
        assert dataclasses.is_dataclass(kind) and kind.__dataclass_params__.frozen, f"{name}: {kind}"  # type: ignore[union-attr]


def test_requests_and_results_are_frozen() -> None:
    import inventory.app as package

    for path in Path(package.__path__[0]).glob("*.py"):
        module = __import__(f"inventory.app.{path.stem}", fromlist=["x"]) if path.stem != "__init__" else package
        for name, value in vars(module).items():
            if (
                name.endswith(("Request", "Result"))
                and dataclasses.is_dataclass(value)
                and value.__module__ == module.__name__
            ):
                assert value.__dataclass_params__.frozen, f"{path.stem}.{name}"  # type: ignore[union-attr]
                assert value.__doc__ and not value.__doc__.startswith(f"{name}("), (
                    f"{path.stem}.{name} says nothing about itself"
                )


def test_compile_as_act_and_as_command(lime: Path, tmp_path: Path) -> None:
    stages: list[str] = []
    made = compile_inventory(
        CompileRequest(Source((lime,)), tmp_path / "a.xlsx", tmp_path / "a.csv"), Around(stage=stages.append)
    )
    answer = run(app, ["compile", str(lime), "-o", str(tmp_path / "b.xlsx"), "--results", str(tmp_path / "b.csv")])
    assert answer.exit_code == 0 and stages == ["compile", "write"]
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    assert [(t.region, t.year) for t in made.totals] == [("江苏", 2005), ("江苏", 2010)]
    for total in made.totals:
        assert total.fuel_co2_t is None and total.missing > 0
        assert f"{total.with_lucf_t / 1e4:,.1f}" in answer.stdout
    data = json.loads(json.dumps(as_data(made)))
    assert data["ledger"]["lines"] == len(made.ledger.lines) and data["totals"][0]["year"] == 2005


def test_check_as_act_and_as_command(lime: Path) -> None:
    lime.write_text(LIME + "江苏,2010,没有的项目,1,t,x\n", "utf-8")
    made = check_inputs(CheckRequest((lime,)))
    answer = run(app, ["check", str(lime), "--format", "json"])
    assert answer.exit_code == 1 and made.errors >= 1
    assert [p["code"] for p in json.loads(answer.stdout)] == [p.code for p in made.problems]
    data = as_data(made)
    assert {p["code"] for p in data["problems"]} == {p.code for p in made.problems} and json.dumps(data)


def test_explain_as_act_and_as_command(lime: Path, tmp_path: Path) -> None:
    made = explain_line_of_source(ExplainLineRequest(Source((lime,)), "2.2", "CO2", year=2010))
    answer = run(app, ["explain", str(lime), "--line", "2.2", "--gas", "CO2", "--year", "2010", "--json"])
    assert (
        json.loads(answer.stdout) == json.loads(json.dumps(as_data(made)))
        and made.figures[0]["parts"][0]["of"]["inputs"]
    )
    assert (
        run(app, ["explain", str(lime), "--line", "2.2", "--gas", "CO2", "--year", "2010"]).stdout.strip() == made.text
    )
    book = tmp_path / "清单.xlsx"
    compile_inventory(CompileRequest(Source((lime,)), book))
    told = explain_cell_of_file(ExplainCellRequest(book, "GWP!B6"))
    assert run(app, ["explain", str(book), "GWP!B6"]).stdout.strip() == told.text


def test_enterprise_acts_and_commands(tmp_path: Path) -> None:
    source = folder("examples") / "enterprise" / "水泥厂.xlsx"
    reports = tmp_path / "收到"
    reports.mkdir()
    made = report(ReportRequest(source, reports / "a.xlsx", docx=False))
    assert run(app, ["enterprise", "report", str(source), "-o", str(tmp_path / "b.xlsx"), "--no-docx"]).exit_code == 0
    assert (reports / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes() and made.computed.total(
        True
    ) > made.computed.total(False) > 0
    database = tmp_path / "直报.db"
    collected = collect_reports(CollectRequest(reports, database, 1))
    assert (collected.added, len(collected.failed)) == (1, 0)
    totals = query_reports(QueryReportsRequest(database))
    answer = run(app, ["enterprise", "query", "--db", str(database)])
    shown = answer.stdout.splitlines()
    assert shown[0].split() == " ".join(totals.heading).split() and len(shown) == 1 + len(totals.rows)
    with pytest.raises(InventoryError):
        set_submission_status(StatusRequest(database, 99, "接受"))
    assert run(app, ["enterprise", "status", "--db", str(database), "99", "接受"]).exit_code == 1
    with pytest.raises(InventoryError):
        query_reports(QueryReportsRequest(database, ("weather",)))
    assert json.dumps(as_data(totals)) and json.dumps(as_data(collected))


def test_lists_as_acts_and_as_commands() -> None:
    factors = list_factors(FactorsRequest("prov2011", "clinker_ef")).rows
    answer = run(app, ["factors", "list", "--parameter", "clinker_ef"])
    assert [line.split("\t")[0] for line in answer.stdout.splitlines()] == [r.id for r in factors]
    assert show_factor(FactorRequest(factors[0].id)).row == factors[0]
    with pytest.raises(InventoryError, match="clinker"):
        show_factor(FactorRequest("clinkr"))
    tree = region_tree(TreeRequest(under="江苏")).regions
    assert len(run(app, ["levels", "tree", "--under", "江苏"]).stdout.splitlines()) == len(tree)
    assert len(list_pilots(PilotsRequest()).pilots) > 30 and json.dumps(as_data(list_pilots(PilotsRequest())))


def test_facts_of_a_problem_stay_data(tmp_path: Path) -> None:
    """A figure keeps its value and unit, a place its parts, a label both languages; the sentence is what it was."""
    import pickle

    from inventory.app.acts import problem_data
    from inventory.core.problems import Origin, figure, problem

    found = problem(
        "data.unknown_quantity",
        Origin("a.csv", "", "row 3"),
        quantity="x",
        near="y",
        label={"zh": "石灰", "en": "lime"},
        value=figure(0.1 + 0.2, "万t", ".10g"),
        other=Origin("b.xlsx", "表", "B7"),
        region="江苏",
        year=2010,
        other_value=figure(1.5, "万t"),
        keys="",
    )
    facts = problem_data(found)["facts"]
    assert facts["value"] == {"value": 0.1 + 0.2, "unit": "万t"} and facts["other"] == {
        "file": "b.xlsx",
        "sheet": "表",
        "cell": "B7",
    }
    assert facts["label"] == {"zh": "石灰", "en": "lime"} and facts["year"] == 2010 and facts["region"] == "江苏"
    assert dict(found.facts)["value"] == "0.3 万t" and dict(found.facts)["year"] == "2010"
    again = pickle.loads(pickle.dumps(found))
    assert again == found and problem_data(again) == problem_data(found) and json.dumps(problem_data(found))


def test_a_bad_figure_can_be_read_by_a_program(lime: Path) -> None:
    lime.write_text("region,year,quantity,value,unit,source\n江苏,2005,石灰产量,-3,万吨,x\n", "utf-8")
    below = next(p for p in as_data(check_inputs(CheckRequest((lime,))))["problems"] if p["code"] == "data.below")
    assert below["facts"]["limit"] == 0
