"""Windows and macOS as far as Linux can play them: processes, consoles, names, paths, shares, files open in Excel."""

from __future__ import annotations

import csv
import ctypes
import errno
import io
import json
import os
import re
import sqlite3
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest
from some import some

from inventory.core import executors, files, systems
from inventory.core.problems import InventoryError
from inventory.enterprise import store

ROOT = Path(__file__).resolve().parents[1]
pytestmark = pytest.mark.windows

# ---- processes ----


def test_never_more_workers_than_windows_can_wait_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(executors, "MOST_WORKERS", 61)
    monkeypatch.setattr(os, "cpu_count", lambda: 128)
    assert executors.Pool().count(1000) == 61 and executors.Pool(200).count(1000) == 61
    with executors.Pool(200).executor(1000) as pool:
        assert isinstance(pool, ProcessPoolExecutor) and pool._max_workers == 61


def test_the_limit_is_that_of_the_system() -> None:
    code = (
        "import os; os.name = 'nt'; import pathlib; from inventory.core import executors; print(executors.MOST_WORKERS)"
    )
    code = "import inventory.core.problems, os; " + code  # pathlib and the package first, as this is no Windows
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, timeout=240)
    assert done.stdout.strip() == "61", done.stderr


def test_processes_are_spawned_and_every_pool_is_bounded() -> None:
    assert executors.process_pool(1)._mp_context.get_start_method() == "spawn"
    for file in sorted((ROOT / "inventory").rglob("*.py")):
        text = file.read_text("utf-8")
        assert not re.search(r"os\.fork\(|get_context\(.fork|import pwd|import resource\b", text), file
        assert "import fcntl" not in text or 'if os.name == "nt":\n            import msvcrt' in text, file
        for call in re.finditer(r"ProcessPoolExecutor\(([^)]*)", text):
            asked = call[1].split(",")[0].strip()
            bounded = (
                not asked or asked in ("1", "workers") or "MOST_WORKERS" in call[0] + text[call.end() : call.end() + 40]
            )
            assert bounded and (asked != "workers" or file.name == "executors.py"), (file, call[0])


# ---- consoles and redirected output ----


def ran(encoding: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0", "INVENTORY_LANG": "zh"}
    return subprocess.run(
        [sys.executable, "-m", "inventory", *arguments], capture_output=True, env=environment, cwd=ROOT, timeout=240
    )


@pytest.mark.parametrize("encoding", ["cp1252", "cp936", "gbk", "ascii", "utf-8", "cp437"])
def test_data_on_standard_output_are_utf8_under_every_code_page(encoding: str) -> None:
    done = ran(encoding, "factors", "list", "--csv")
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader(io.StringIO(done.stdout.decode("utf-8-sig"))))
    assert len(rows) > 1000 and any("麻类" in r["keys"] for r in rows)
    assert not any("??" in "".join(map(str, r.values())) for r in rows)
    assert "\\u" not in done.stdout.decode("utf-8-sig")


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "cp437"])
def test_text_for_people_keeps_every_character(encoding: str) -> None:
    """Redirected: UTF-8. On a console that has no Chinese: the escape of the character, never a question mark."""
    done = ran(encoding, "check", "no-such-input")
    assert done.returncode == 2 and "找不到输入" in done.stderr.decode("utf-8")


def test_a_console_shows_what_it_cannot_show_as_its_escape(monkeypatch: pytest.MonkeyPatch) -> None:
    from inventory.console.streams import prepare

    class Console(io.TextIOWrapper):
        def isatty(self) -> bool:
            return True

    for encoding, shown in (("cp1252", "\\u6e05 10\\u2212 CO\u00b2"), ("cp936", "清 10\\u2212 CO\\xb2")):
        raw = io.BytesIO()
        console = Console(raw, encoding=encoding)
        prepare(console)
        console.write("清 10− CO²")
        console.flush()
        assert raw.getvalue().decode(encoding) == shown and b"?" not in raw.getvalue()


def test_json_on_standard_output_is_utf8(monkeypatch: pytest.MonkeyPatch) -> None:
    from inventory.console import streams

    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="cp1252"))
    streams.data(json.dumps({"地区": "江苏"}, ensure_ascii=False))
    assert json.loads(raw.getvalue().decode("utf-8")) == {"地区": "江苏"}
    monkeypatch.setattr(streams.os, "name", "nt")
    streams.data("a,b\n", bom=True)
    assert raw.getvalue().decode("utf-8").endswith("\ufeffa,b\n")


# ---- names and paths ----


@pytest.mark.parametrize(
    "name",
    ["CON", "con.xlsx", "Aux.tar.gz", "COM1.csv", "lpt9", "NUL.", "nul .txt", "a:b", "a?.x", "x.", "x ", "", "a\tb"],
)
def test_names_that_windows_keeps_or_changes(name: str) -> None:
    assert systems.refused_name(name)


@pytest.mark.parametrize(
    "name", ["江苏.xlsx", "console.xlsx", "COM10.csv", "a b.txt", ".gitignore", "auxiliary", "清单（2010）.xlsx"]
)
def test_ordinary_names(name: str) -> None:
    assert not systems.refused_name(name)


def test_a_reserved_name_and_a_long_path_are_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(InventoryError) as error:
        files._refuse_for_windows(tmp_path / "nul.xlsx")
    assert error.value.problems[0].code == "output.reserved" and "nul.xlsx" in str(error.value)
    long = tmp_path.joinpath(*["很长的文件夹名称" * 4] * 8) / "aux."
    with pytest.raises(InventoryError) as error:
        files._refuse_for_windows(long)
    assert [p.code for p in error.value.problems] == ["output.reserved", "output.too_long"]
    files._refuse_for_windows(tmp_path / "江苏.xlsx")
    assert systems.too_long("C:\\" + "a" * 260, "nt") and not systems.too_long("\\\\?\\C:\\" + "a" * 260, "nt")
    assert not systems.too_long("/" + "a" * 1000, "posix")


def test_paths_are_never_put_together_by_hand() -> None:
    for file in some(sorted((ROOT / "inventory").rglob("*.py")), 300):
        assert not re.search(r"""\.split\(["']/["']\)\[-1\]|["']/tmp""", file.read_text("utf-8")), file


def test_text_files_name_their_encoding() -> None:
    """Without one Windows takes the code page of the system."""
    texts = [(file, file.read_text("utf-8")) for file in sorted((ROOT / "inventory").rglob("*.py"))]
    calls = [
        (file, text, call)
        for file, text in texts
        for call in re.finditer(r"\.(read_text|write_text)\((?P<rest>[^\n]*)", text)
    ]
    for file, text, call in some(calls, 20):
        near = call["rest"] + text[call.end() : call.end() + 160]
        assert re.search(r"utf-8|encoding|BOM|ENCODING", near), (file, call[0])


# ---- files that another program holds ----


def windows_error(code: int) -> PermissionError:
    error = PermissionError(errno.EACCES, "Permission denied")
    error.winerror = code  # type: ignore[attr-defined]
    return error


def test_a_file_open_in_excel_is_answered_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "江苏.xlsx"
    target.write_bytes(b"old")

    def refused(*_: object) -> None:
        raise windows_error(32)

    monkeypatch.setattr(files.os, "replace", refused)
    monkeypatch.setattr(files, "held_elsewhere", lambda error, name: systems.held_elsewhere(error, "nt"))
    with pytest.raises(InventoryError) as error:
        files.write_bytes(target, b"new", "workbook.not_writable")
    told = error.value.problems[0]
    assert "Excel" in told.text("zh") and "正在被另一个程序" in told.text("zh")
    assert "Excel" in told.text("en") and not re.search("[一-鿿]", told.text("en").replace(str(target), ""))
    assert target.read_bytes() == b"old" and [p.name for p in tmp_path.iterdir()] == ["江苏.xlsx"]


def test_other_refusals_keep_the_words_of_the_system() -> None:
    full = OSError(errno.ENOSPC, "No space left on device")
    assert files.reason_of(full, "nt") == "No space left on device" == files.reason_of(full, "posix")
    assert files.reason_of(windows_error(33), "nt") == files.HELD_BY_ANOTHER
    assert files.reason_of(PermissionError(errno.EACCES, "Permission denied"), "posix") == "Permission denied"


# ---- network shares ----

MOUNTS = """sysfs /sys sysfs rw 0 0
/dev/sda1 / ext4 rw 0 0
office:/data /mnt/office nfs4 rw 0 0
//server/share /mnt/my\\040share cifs rw 0 0
/dev/sdb1 /mnt/office/local ext4 rw 0 0
"""


@pytest.mark.parametrize(
    ("path", "remote"),
    [
        ("/mnt/office/reports.db", True),
        ("/mnt/my share/a/reports.db", True),
        ("/mnt/office/local/reports.db", False),
        ("/mnt/officer/reports.db", False),
        ("/home/x/reports.db", False),
        ("\\\\server\\share\\reports.db", True),
        ("//server/share/reports.db", True),
        ("\\\\?\\C:\\reports.db", False),
    ],
)
def test_what_lies_on_another_machine(path: str, remote: bool) -> None:
    assert systems.on_network(path, "posix", MOUNTS) == remote


def test_a_connected_drive(monkeypatch: pytest.MonkeyPatch) -> None:
    class Kernel:
        GetDriveTypeW = staticmethod(lambda drive: 4 if drive == "Z:\\" else 3)

    class Windll:
        kernel32 = Kernel

    monkeypatch.setattr(ctypes, "windll", Windll, raising=False)
    monkeypatch.setattr(systems.os.path, "splitdrive", lambda p: (p[:2], p[2:]))
    assert systems.on_network("Z:\\a.db", "nt") and not systems.on_network("C:\\a.db", "nt")


def test_the_database_of_reports_has_no_shared_memory_on_a_share(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for remote, mode in ((True, "delete"), (False, "wal")):
        monkeypatch.setattr(store, "on_network", lambda path, remote=remote: remote)
        db = tmp_path / f"{mode}.db"
        with store.opened(db):
            pass
        with sqlite3.connect(db) as connection:
            assert connection.execute("pragma journal_mode").fetchone() == (mode,)


# ---- the checks that run on any system ----


def test_the_pure_part_of_ci_needs_nothing_but_python() -> None:
    text = (ROOT / ".ci" / "pure.py").read_text("utf-8")
    assert not re.search(r"bash|apt|shell=True|/bin/|/tmp", text) and 'os.name == "nt"' in text
    imported = set(re.findall(r"^(?:import|from) (\w+)", text, re.M)) - {"__future__"}
    assert imported <= set(sys.stdlib_module_names)
