"""Operation by the command: a new folder, administrators, backup and its drill, the doctor; writers killed at any
moment lose nothing they were told."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from process_help import end, python, ran, started
from service_help import steps

pytest.importorskip("django")
pytestmark = pytest.mark.slow
PASSWORDS = "行政-口令-一号-2015,行政-口令-二号-2015,行政-口令-三号-2015"


def command(*words: str, **env: str) -> subprocess.CompletedProcess[str]:
    return ran([sys.executable, "-m", "inventory", "service", *words], env=env)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("运行") / "系统 一"
    assert command("init", str(made)).returncode == 0
    assert command("migrate", "--config", str(made)).returncode == 0
    return made


def test_nothing_is_overwritten_and_secrets_are_private(folder: Path) -> None:
    assert command("init", str(folder)).returncode == 2
    assert (folder / "secret.key").stat().st_mode & 0o077 == 0
    assert (
        "secret"
        not in (folder / "service.toml")
        .read_text("utf-8")
        .replace("secret_file", "")
        .replace("secret.key", "")
        .split("#")[0]
    )


def test_administrators_backup_and_drill(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "单位.csv").write_text(
        "代码,名称,级别,上级代码,行业\n3201,南京,市,32,\nE1,南京一厂,企业,3201,水泥\nD1,农业厅,部门,32,agriculture\n",
        "utf-8",
    )
    config, place = ("--config", str(folder)), str(tmp_path / "单位.csv")
    three = ("createadmin", *config, "--province", "32=江苏", "--logins", "甲,乙,丙")
    (weak,) = steps(folder, three, INVENTORY_ADMIN_PASSWORDS="a,b,c")
    assert weak.returncode == 1 and "12" in weak.stderr
    appointed, imported, again, doctor, saved, verified = steps(
        folder,
        three,
        ("import", *config, place),
        ("import", *config, place),
        ("doctor", *config),
        ("backup", *config, str(tmp_path / "备份")),
        ("chain", "verify", *config),
        INVENTORY_ADMIN_PASSWORDS=PASSWORDS,
    )
    assert appointed.returncode == 0, appointed.stderr
    assert imported.returncode == 0
    assert again.returncode == 1 and "代码已存在" in again.stderr
    assert doctor.returncode == 0 and "✗" not in doctor.stdout, doctor.stdout + doctor.stderr
    assert (saved.returncode, verified.returncode) == (0, 0)
    drill = command("restore-drill", str(tmp_path / "备份"))
    assert drill.returncode == 0 and "/ chain: " in drill.stdout and "✗" not in drill.stdout, (
        drill.stdout + drill.stderr
    )


WRITER = """
import sys
from pathlib import Path
from inventory.service.shared.service_settings import configure_service, read_settings
configure_service(read_settings(Path(sys.argv[1])))
from inventory.service.store.chain import record
from inventory.service.store.scope import everything
for n in range(100000):
    with everything():
        event = record("save", "32/", f"writer/{sys.argv[2]}", None, n=n)
    print(event.number, flush=True)
"""


def test_killed_at_any_moment_nothing_told_is_lost(folder: Path) -> None:
    """`kill -9` of two writers at random moments, twelve times: every number that was printed is in the log, and the
    chain holds."""
    told: set[int] = set()
    chance = random.Random(2011)
    for turn in range(6):
        writers = [[sys.executable, "-c", WRITER, str(folder), f"{turn}-{k}"] for k in range(2)]
        with started(writers[0], 60) as one, started(writers[1], 60) as two:
            for process in (one, two):
                assert process.stdout is not None
                told.add(int(process.stdout.readline()))
            time.sleep(chance.uniform(0.05, 0.6))
            for process in (one, two):
                end(process)
            for process in (one, two):
                told |= {int(line) for line in (process.stdout or ()) if line.strip().isdigit()}
    look = (
        "import sys, json; from pathlib import Path; from inventory.service.shared.service_settings import *; "
        "configure_service(read_settings(Path(sys.argv[1]))); from inventory.service.store.models import Event; "
        "print(json.dumps(list(Event.objects.values_list('number', flat=True))))"
    )
    there = set(json.loads(python(look, str(folder))))
    assert len(told) > 12 and told <= there
    assert command("chain", "verify", "--config", str(folder)).returncode == 0


@pytest.mark.parametrize(("given", "kept"), [("Jiangsu", "江苏"), ("江苏", "江苏"), ("示例省", "示例省")])
def test_the_province_may_be_named_in_english(given: str, kept: str) -> None:
    from inventory.service.operate import region_in_chinese

    assert region_in_chinese(given) == kept


@pytest.mark.parametrize("words", [("doctor",), ("migrate",), ("run", "--port", "18099"), ("chain", "verify")])
def test_a_database_that_is_away_is_said_as_that(folder: Path, words: tuple[str, ...]) -> None:
    """Wrong address, name or password of the settings: what to look at, no fault of the program, and no password."""
    away = {f"INVENTORY_SERVICE_{k}": "postgresql://inv:geheim@127.0.0.1:1/none" for k in ("DATABASE", "OWNER")}
    done = command(*words, "--config", str(folder), **away)
    assert done.returncode == 1 and "连不上数据库" in done.stderr and "cannot be reached" in done.stderr
    assert "内部错误" not in done.stderr and "geheim" not in done.stderr + done.stdout
