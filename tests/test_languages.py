"""Every command takes --lang and INVENTORY_LANG; wrong use is answered in the language asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import typer

from inventory.cli.app import app
from inventory.console.usage import in_chinese, run

CHINESE = re.compile("[一-鿿]")


def commands(group: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, command in sorted(group.commands.items()):
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name), command


COMMANDS = dict(commands(typer.main.get_command(app)))


def test_every_command_takes_the_language_and_so_does_the_environment() -> None:
    assert len(COMMANDS) > 60
    for path, command in COMMANDS.items():
        found = [p for p in command.params if "--lang" in p.opts]
        assert len(found) == 1 and found[0].envvar == "INVENTORY_LANG", path
        assert not found[0].required, path


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_wrong_use_in_the_language_asked_for(
    path: tuple[str, ...], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    said = {}
    for lang in ("zh", "en"):
        with pytest.raises(SystemExit) as stopped:
            run(app, [*path, "--no-such-option", "--lang", lang])
        assert stopped.value.code == 2
        said[lang] = capsys.readouterr().err
    assert "没有选项 --no-such-option" in said["zh"] and "No such option" not in said["zh"]
    assert "No such option" in said["en"] and not CHINESE.search(said["en"])
    monkeypatch.setenv("INVENTORY_LANG", "en")
    with pytest.raises(SystemExit):
        run(app, [*path, "--no-such-option"])
    assert capsys.readouterr().err == said["en"]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["compile"], "缺少参数 inputs"),
        (["compile", "x"], "缺少必需的选项 "),
        (["compil"], "没有命令 compil；相近的：'compile'"),
        (["compile", "a", "-o", "b", "--lang", "fr"], "'fr' 应为 'zh', 'en' 之一"),
        (["uncertainty", "x", "--draws", "abc"], "--draws 的值不对：应为整数"),
        (["enterprise", "industries", "x"], "多余的参数：x"),
        (["compile", "x", "--gwp"], "选项 --gwp 后面要有值"),
    ],
)
def test_what_is_said_in_chinese(arguments: list[str], expected: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        run(app, arguments)
    assert stopped.value.code == 2
    said = capsys.readouterr().err
    assert expected in said, said


def test_sentences_of_the_older_typer_are_known_too() -> None:
    old = {
        "Missing argument 'INPUTS...'.": "缺少参数 INPUTS...",
        "Missing option '--output' / '-o'.": "缺少必需的选项 --output' / '-o",
        "Invalid value for '--year': 'x' is not a valid integer.": "--year 的值不对：'x' 不是整数",
        "No such command 'x'.": "没有命令 x",
        "Option '--gwp' requires an argument.": "选项 --gwp 后面要有值",
        "Got unexpected extra argument (x)": "多余的参数：x",
        "No such option: --yea (Possible options: --year)": "没有选项 --yea；相近的：--year",
    }
    assert {k: in_chinese(k) for k in old} == old
    assert in_chinese("something new") == "something new"


def test_the_exit_status_stays(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for arguments, status in ((["enterprise", "industries"], 0), (["check", "no-such"], 2)):
        with pytest.raises(SystemExit) as stopped:
            run(app, arguments)
        assert stopped.value.code == status
    monkeypatch.setenv("INVENTORY_LANG", "en")
    with pytest.raises(SystemExit):
        run(app, ["check", "no-such"])
    assert "no such input" in capsys.readouterr().err
