"""Files are replaced only whole, keep their rights and leave nothing behind; no output replaces an input; CSV for
people holds no formula."""

from __future__ import annotations

import csv
import io
import os
import shutil
import stat
import typing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from inventory.cli.app import app
from inventory.console import door
from inventory.core import files
from inventory.core.files import replacing, write_bytes
from inventory.core.names import display_name, printable
from inventory.core.problems import InventoryError
from inventory.sheets.csvfile import csv_bytes, csv_text, guarded, unguarded
from inventory.spreadsheets.cells import read_sheets

EXAMPLE = Path(__file__).parent.parent / "examples" / "jiangsu"
posix = pytest.mark.skipif(os.name == "nt", reason="rights and links of POSIX")


def test_an_older_file_stays_when_writing_fails(tmp_path: Path) -> None:
    target = tmp_path / "结果.csv"
    target.write_text("old", "utf-8")
    with pytest.raises(RuntimeError), replacing(target) as temporary:
        temporary.write_text("half", "utf-8")
        raise RuntimeError
    assert target.read_text("utf-8") == "old"
    assert list(tmp_path.iterdir()) == [target]


@posix
def test_rights_and_links_are_kept(tmp_path: Path) -> None:
    target, link = tmp_path / "real.csv", tmp_path / "link.csv"
    target.write_text("old", "utf-8")
    target.chmod(0o600)
    link.symlink_to(target)
    write_bytes(link, b"new")
    assert link.is_symlink() and target.read_bytes() == b"new" and stat.S_IMODE(target.stat().st_mode) == 0o600


@posix
def test_what_a_killed_run_left_is_removed_and_what_another_writes_is_not(tmp_path: Path) -> None:
    target = tmp_path / "江苏.xlsx"
    prefix = files._prefix(target)
    machine = files._writer().split("-")[0]
    dead, alive, other = (tmp_path / f"{prefix}{machine}-{n}-abc.tmp" for n in (2**22 + 1, os.getppid(), os.getpid()))
    elsewhere = tmp_path / f"{prefix}00000000-5-abc.tmp"
    for path in (dead, alive, other, elsewhere):
        path.write_bytes(b"")
    write_bytes(target, b"new")
    assert {p.name for p in tmp_path.iterdir()} == {p.name for p in (target, alive, other, elsewhere)}
    os.utime(elsewhere, (0, 0))
    write_bytes(target, b"new")
    assert not elsewhere.exists()


def test_a_folder_as_target_and_a_missing_folder_are_said(tmp_path: Path) -> None:
    for target in (tmp_path, tmp_path / "none" / "x.csv"):
        with pytest.raises(InventoryError) as raised:
            write_bytes(target, b"")
        assert raised.value.problems[0].code == "output.not_writable"
    assert not list(tmp_path.iterdir())


def test_every_name_can_be_printed() -> None:
    gbk = os.fsdecode("江苏.csv".encode("gb18030"))
    assert printable("江苏.csv".encode("gb18030").decode("utf-8", "surrogateescape")) == "江苏.csv"
    assert printable("江苏".encode().decode("ascii", "surrogateescape")) == "江苏"
    for name in (gbk, "a\udcffb", "\ud800"):
        display_name(name).encode("utf-8")


@pytest.mark.slow
@given(
    st.text(alphabet=st.characters(codec="utf-8"), max_size=12)
    | st.from_regex(r"'{0,3}[=+\-@\t\r1]?[0-9.a'=]{0,4}", fullmatch=True)
)
@settings(max_examples=300, deadline=None)
def test_csv_text_comes_back_and_is_no_formula(text: str) -> None:
    assert unguarded(guarded(text)) == text
    back = next(csv.reader(io.StringIO(csv_text([[text, "x"]]), newline="")))
    assert unguarded(back[0]) == text
    assert back[0][:1] not in ("=", "@", "\t", "\r") and (
        back[0][:1] not in ("+", "-") or float(back[0].rstrip("%")) is not None
    )


def test_the_reader_takes_the_guard_off(tmp_path: Path) -> None:
    words = ['=HYPERLINK("http://x")', "-1+1", "@a", "'=b", "plain", "-5.2", "+86 25"]
    (tmp_path / "a.csv").write_bytes(csv_bytes([words], ["h"] * len(words)))
    sheet = read_sheets(tmp_path / "a.csv")[0]
    assert list(sheet.values[1]) == words


def test_every_file_of_every_command_is_known_to_the_door() -> None:
    def commands(of: typing.Any) -> typing.Iterator[typing.Any]:
        yield from (c.callback for c in of.registered_commands)
        for group in of.registered_groups:
            yield from commands(group.typer_instance)

    seen = 0
    for callback in commands(app):
        hints = typing.get_type_hints(callback)
        names = {n for n, hint in hints.items() if "Path" in str(hint) and n != "return"}
        assert names <= door.OUTPUTS | door.INPUTS | door.BOTH, callback
        seen += len(names)
    assert seen > 40


@pytest.mark.parametrize(
    "words",
    [
        ["compile", "a.csv", "--results", "a.csv", "-o", "x.xlsx"],
        ["qc", "a.csv", "--csv", "a.csv"],
        ["check", "a.csv", "--mark", "a.csv"],
        ["compile", ".", "--results", "a.csv", "-o", "x.xlsx"],
        ["template", "--from", "b.xlsx", "-o", "b.xlsx"],
        ["gaps", ".", "-o", "b.xlsx"],
        ["check", "a.csv", "-o", "./a.csv"],
        ["enterprise", "report", "b.xlsx", "-o", "b.xlsx"],
        ["enterprise", "template", "--industry", "01", "--from", "b.xlsx", "-o", "b.xlsx"],
        ["batch", ".", "-o", "."],
        ["rollup", ".", "-o", "a.csv"],
        ["diff", "a.csv", "a.csv", "--csv", "a.csv"],
    ],
)
def test_no_command_overwrites_its_input(words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.csv").write_text("region,year,quantity,value,unit\n", "utf-8")
    (tmp_path / "b.xlsx").write_bytes(b"PK")
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 2 and "输出会覆盖输入" in result.output
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == before


def test_our_own_results_in_a_project_may_be_written_anew(tmp_path: Path) -> None:
    project = tmp_path / "项目"
    project.mkdir()
    shutil.copy(EXAMPLE / "waste.csv", project)
    for _ in range(2):
        result = CliRunner().invoke(app, ["check", str(project), "-o", str(project / "问题.csv")])
        assert "输出会覆盖输入" not in result.output and (project / "问题.csv").exists()


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (OSError(28, "No space left on device"), 1, "系统报错"),
        (MemoryError(), 1, "内存不够"),
        (RecursionError("deep"), 3, "程序内部错误（RecursionError）"),
        (UnicodeEncodeError("utf-8", "\ud800", 0, 1, "x"), 3, "UnicodeEncodeError"),
    ],
)
def test_no_failure_leaves_a_command_as_a_traceback(
    error: Exception, status: int, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from inventory import api

    def fails(*args: object, **given: object) -> None:
        raise error

    monkeypatch.setattr(api, "examine", fails)
    result = CliRunner().invoke(app, ["check", str(EXAMPLE)])
    assert result.exit_code == status and said in result.output and "Traceback" not in result.output


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_said_and_what_stands_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The workbook is written, the results are not: the message says so instead of 没有写出任何文件."""
    original = files.write_bytes

    def full(path: Path | str, content: bytes, code: str = "output.not_writable") -> None:
        with replacing(path, code):
            Path("/dev/full").write_bytes(content)

    from inventory.sheets import csvfile

    monkeypatch.setattr(csvfile, "write_bytes", full)
    assert original is not full
    book, results = tmp_path / "x.xlsx", tmp_path / "x.csv"
    results.write_text("old", "utf-8")
    found = CliRunner().invoke(app, ["compile", str(EXAMPLE), "-o", str(book), "--results", str(results)])
    assert (
        found.exit_code == 2
        and "No space left" in found.output
        and "已写出" in found.output
        and "没有写出任何文件" not in found.output
    )
    assert results.read_text("utf-8") == "old" and book.exists() and len(list(tmp_path.iterdir())) == 2


@pytest.mark.slow
@posix
def test_a_file_name_of_gbk_bytes_is_read_and_filed(tmp_path: Path) -> None:
    project = tmp_path / "项目"
    shutil.copytree(EXAMPLE, project)
    os.rename(project / "waste.csv", os.fsencode(project) + b"/" + "江苏数据.csv".encode("gb18030"))
    book = tmp_path / "x.xlsx"
    found = CliRunner().invoke(app, ["compile", str(project), "-o", str(book)])
    assert book.exists(), found.output
    assert any(
        "江苏数据.csv" in str(v) for s in read_sheets(book) for row in s.values for v in row if isinstance(v, str)
    )
