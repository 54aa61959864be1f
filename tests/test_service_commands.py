"""Commands of the service and of the cluster: each hands what was typed to one function and says what that gives; those
that stay up are named with the test that starts them. A command without an entry here fails."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from process_help import ran

from inventory.cli.app import app

pytest.importorskip("django")
TESTS = Path(__file__).resolve().parent
ORGANISATIONS = "代码,名称,级别,上级代码,行业\n3201,南京,市,32,\nE1,南京一厂,企业,3201,水泥\n"

# command -> the function that does it; the processes they run in, one after the other
DONE = {
    "service init": "inventory.service.operate.init",
    "service migrate": "inventory.service.operate.migrate",
    "service createadmin": "inventory.service.operate.create_administrators",
    "service import": "inventory.service.operate.import_source",
    "service doctor": "inventory.service.operate.doctor",
    "service worker": "inventory.service.worker.work",
    "service maintenance": "inventory.service.shared.maintenance.switch",
    "service chain verify": "inventory.service.store.integrity.verify",
    "service backup": "inventory.service.backups.backup",
    "service restore-drill": "inventory.service.backups.restore_drill",
}
STAY_UP = {  # and the file of the tests (or of their helper) that starts them
    "open": "page_help.py",
    "service run": "service_help.py",
    "cluster scheduler": "test_batch_faults.py",
    "cluster worker": "test_batch_faults.py",
}
SPY = """
import functools, importlib, json, os, sys, types
from typer.testing import CliRunner
from inventory.app.acts import as_data
from inventory.cli.app import app

for name, where, words in json.loads(sys.argv[1]):
    module_name, _, function = where.rpartition(".")
    module = importlib.import_module(module_name)
    real, calls = getattr(module, function), []

    @functools.wraps(real)
    def spy(*args, **given):
        result = real(*args, **given)
        result = list(result) if isinstance(result, types.GeneratorType) else result
        calls.append(as_data(result))
        return result

    setattr(module, function, spy)
    answer = CliRunner().invoke(app, [*name.split(), *words])
    setattr(module, function, real)
    said = answer.stdout + answer.stderr
    print(json.dumps({"name": name, "status": answer.exit_code, "calls": calls, "said": said, "error": repr(answer.exception)}))
"""


def _commands(group: typer.Typer, prefix: str = "") -> Iterator[str]:
    for command in group.registered_commands:
        yield f"{prefix}{command.name or getattr(command.callback, '__name__', '')}"
    for below in group.registered_groups:
        assert below.typer_instance is not None
        yield from _commands(below.typer_instance, f"{prefix}{below.name} ")


def test_every_command_has_an_entry() -> None:
    present = {name for name in _commands(app) if name.split()[0] in ("service", "cluster", "open")}
    assert present == {*DONE, *STAY_UP}


@pytest.mark.parametrize("name", STAY_UP)
def test_what_stays_up_is_started_by_a_test(name: str) -> None:
    file = TESTS / STAY_UP[name]
    text = file.read_text("utf-8")
    assert all(f'"{word}"' in text for word in name.split()), name
    users = [p for p in TESTS.glob("test_*.py") if f"from {file.stem} import" in p.read_text("utf-8")]
    assert file.name.startswith("test_") or users, f"no test starts {name}"


@pytest.mark.slow
def test_a_command_says_what_its_function_gives(tmp_path: Path) -> None:
    folder, saved, table = tmp_path / "系统", tmp_path / "备份", tmp_path / "单位.csv"
    table.write_text(ORGANISATIONS, "utf-8")
    config = ["--config", str(folder)]
    typed = {
        "service init": [str(folder)],
        "service migrate": config,
        "service createadmin": [*config, "--province", "32=江苏", "--logins", "甲,乙,丙"],
        "service import": [*config, str(table)],
        "service doctor": config,
        "service worker": [*config, "--once"],
        "service maintenance": [*config, "off"],
        "service chain verify": config,
        "service backup": [*config, str(saved)],
        "service restore-drill": [str(saved)],
    }
    assert list(typed) == list(DONE)
    answers = {a["name"]: a for part in (slice(0, 1), slice(1, 9), slice(9, 10)) for a in _run(typed, part)}
    assert list(answers) == list(DONE)
    for a in answers.values():
        assert (a["status"], len(a["calls"])) == (0, 1), a
    said = {name: a["said"] for name, a in answers.items()}
    gave = {name: a["calls"][0] for name, a in answers.items()}
    assert gave["service init"] in said["service init"] and gave["service backup"] in said["service backup"]
    assert gave["service maintenance"] is False and "it was open" in said["service maintenance"]
    assert gave["service createadmin"] == [] and gave["service import"] == [[], 2, 0]
    assert "2 organisations, 0 reports" in said["service import"]
    events, broken = gave["service chain verify"]
    assert broken == [] and f"{events} events, 0 disagree" in said["service chain verify"]
    for name in ("service doctor", "service restore-drill"):
        lines = said[name].splitlines()
        assert len(lines) == len(gave[name]) > 3
        for line, each in zip(lines, gave[name], strict=True):
            assert line.startswith("✓" if each["good"] else "✗") and line.endswith(each["detail"]), (line, each)


def _run(typed: dict[str, list[str]], part: slice) -> list[dict[str, object]]:
    orders = [(name, DONE[name], typed[name]) for name in list(typed)[part]]
    passwords = {"INVENTORY_ADMIN_PASSWORDS": "行政-口令-一号-2015,行政-口令-二号-2015,行政-口令-三号-2015"}
    done = ran([sys.executable, "-c", SPY, json.dumps(orders)], 120, passwords)
    assert done.returncode == 0, done.stdout + done.stderr
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
