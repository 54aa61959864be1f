"""What an English reader meets: every output made with --lang en, and the Chinese left in it measured.

`english_left.toml` states for each output how many lines or cells may still hold Chinese, and why: names of law and
proper names, or what nobody has put into English yet. An output that is not listed there holds none. The other way
round, what a Chinese reader is told is Chinese.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from inventory.cli.app import app

ROOT = Path(__file__).resolve().parents[1]
LEFT = tomllib.loads((Path(__file__).parent / "english_left.toml").read_text("utf-8"))
CHINESE = re.compile("[一-鿿]")
FILES = re.compile(r"\S*\.(?:csv|xlsx|xls|toml|docx|db|svg|png)\b(?:\[[^\]]*\])?(?:!?(?:row )?[A-Z]*\d*)")
DOCUMENT = re.compile(r"\w*〔\d{4}〕\d+\s*号|GB/T \d+")  # names of law, by their numbers
QUOTED = re.compile(r"示例\w*")  # names and texts of the made-up inputs, and what they are quoted for
JIANGSU, WORKS = str(ROOT / "examples" / "jiangsu"), str(ROOT / "examples" / "enterprise" / "水泥厂.xlsx")

SCREENS = {
    "check": ("check", JIANGSU),
    "uncertainty": ("uncertainty", JIANGSU),
    "keycategories": ("keycategories", JIANGSU),
    "qc": ("qc", JIANGSU),
    "factors list": ("factors", "list"),
    "improve": ("improve", JIANGSU),
    "shares": ("shares", JIANGSU),
    "enterprise industries": ("enterprise", "industries"),
    "enterprise assess": ("enterprise", "assess", WORKS),
}
BOOKS = {
    "compile": ("compile", JIANGSU, "-o"),
    "template": ("template", "--region", "江苏", "--years", "2010", "-o"),
    "gaps": ("gaps", JIANGSU, "-o"),
    "enterprise template": ("enterprise", "template", "--industry", "08", "-o"),
    "enterprise report": ("enterprise", "report", WORKS, "--no-docx", "-o"),
}


def said(arguments: tuple[str, ...], lang: str) -> list[str]:
    done = CliRunner().invoke(app, [*arguments, "--lang", lang])
    assert done.exit_code in (0, 1), done.output[-500:]
    return [line for line in done.output.splitlines() if line.strip()]


def plain(text: str) -> str:
    """Without names of files and quoted example texts, which stand as their owner wrote them."""
    return DOCUMENT.sub("", QUOTED.sub("", FILES.sub("", text)))


def visible(path: Path) -> Iterator[tuple[str, str]]:
    """Sheet and text of every visible cell, and the tabs."""
    openpyxl = pytest.importorskip("openpyxl")
    for sheet in openpyxl.load_workbook(path):
        if sheet.sheet_state != "visible":
            continue
        yield sheet.title, sheet.title
        for row in sheet.iter_rows(values_only=True):
            yield from ((sheet.title, value) for value in row if isinstance(value, str))


def held(name: str, chinese: list[str], everything: int) -> None:
    allowed = LEFT.get(name, {"at_most": 0})
    assert everything > 0
    assert len(chinese) <= allowed["at_most"], f"{name}: {len(chinese)} of {everything}: {chinese[:8]}"


@pytest.mark.slow
@pytest.mark.parametrize("name", SCREENS)
def test_screens_in_english(name: str) -> None:
    lines = said(SCREENS[name], "en")
    held(name, [line for line in lines if CHINESE.search(plain(line))], len(lines))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("name", BOOKS)
def test_books_in_english(name: str, tmp_path: Path) -> None:
    said((*BOOKS[name], str(tmp_path / "out.xlsx")), "en")
    cells = [text for _, text in visible(tmp_path / "out.xlsx")]
    held(f"{name} book", [text for text in cells if CHINESE.search(plain(text))], len(cells))


@pytest.mark.slow
@pytest.mark.parametrize("name", [n for n in SCREENS if n != "factors list"])
def test_screens_in_chinese(name: str) -> None:
    """No sentence of English: a line without one Chinese character holds fewer than four words."""
    for line in said(SCREENS[name], "zh"):
        words = re.findall(r"\b[a-z]{2,}\b", line)
        assert CHINESE.search(line) or len(words) < 4, line


def test_what_is_left_is_stated_with_its_reason() -> None:
    known = {*SCREENS, *(f"{n} book" for n in BOOKS)}
    assert set(LEFT) <= known and all(e["at_most"] > 0 and len(e["why"]) > 20 for e in LEFT.values())


def test_every_command_says_in_both_languages_what_it_does() -> None:
    def walk(group: object, path: str = "") -> Iterator[tuple[str, str]]:
        for name, command in group.commands.items():  # type: ignore[attr-defined]
            yield f"{path} {name}".strip(), command.help or ""
            if hasattr(command, "commands"):
                yield from walk(command, f"{path} {name}")

    for name, text in walk(typer.main.get_command(app)):
        assert CHINESE.search(text) and re.search(r"[A-Za-z]{3,}", text), (name, text)
