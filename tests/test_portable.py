"""The zips that run without installing: their content as far as Linux allows; built from made-up wheels, without
network."""

from __future__ import annotations

import importlib.util
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent


pytest.importorskip("packaging", reason="packaging is not installed: the zips are not tested")


@pytest.fixture(scope="module")
def portable() -> ModuleType:
    spec = importlib.util.spec_from_file_location("portable", ROOT / "bench" / "portable.py")
    assert spec is not None and spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    folder = tmp_path / "wheels"
    folder.mkdir()
    with zipfile.ZipFile(folder / "a-1-py3-none-any.whl", "w") as made:
        for name in (
            "a/__init__.py",
            "a/tests/test_a.py",
            "a-1.dist-info/METADATA",
            "a-1.data/purelib/b.py",
            "a-1.data/scripts/a.exe",
        ):
            made.writestr(name, name)
    return folder


def test_windows_zip(portable: ModuleType, wheels: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "python.zip", "w") as made:
        made.writestr("python.exe", "MZ")
        made.writestr("python312._pth", "python312.zip\n.\n")
    out = tmp_path / "清单.zip"
    portable.windows(wheels, tmp_path / "python.zip", out)
    with zipfile.ZipFile(out) as packed:
        names = packed.namelist()
        assert "清单/python/site/a/__init__.py" in names and "清单/python/site/b.py" in names
        assert not any(n.endswith("a.exe") or "tests" in n for n in names)
        assert packed.read("清单/python/python312._pth").split() == [b"python312.zip", b".", b"site"]
        command = packed.read("清单/打开.cmd").decode("utf-8")
        assert "inventory open" in command and command.count("\r\n") == command.count("\n") and '"!folder!' in command
        # an embedded Python hears no environment, and a drive dropped on the file ends in a backslash
        assert r'"!python!" -X utf8 -m inventory open "!folder!\."' in command and "PYTHONUTF8=" not in command
        # R&D dropped without blanks is cut at the &: the whole stands in cmdcmdline, and the rest must not be run
        assert command.index("EnableDelayedExpansion") < command.index("!cmdcmdline!") < command.index("inventory open")
        assert command.rstrip().endswith("if defined dropped exit")
        assert all("%~dp0" not in x and "%~1" not in x for x in command.split("EnableDelayedExpansion")[1].splitlines())
        before, after = command.split("set ", 1)
        assert "python.exe" in before and "pause" in before and "exit /b 1" in before  # started inside the zip: said so
        assert r'if not exist "%~1\" set "folder=%~dp1"' in after  # a file dropped opens its folder
        assert before.isascii() or before.index("chcp 65001") < next(i for i, c in enumerate(before) if ord(c) > 127)


def test_names_that_windows_does_not_take(portable: ModuleType) -> None:
    faults = portable.windows_faults(
        [
            "清单/a/B.py",
            "清单/a/b.py",
            "清单/aux.txt",
            "清单/x?.py",
            "清单/end.",
            "清单/m.cpython-312.so",
            "清单/" + "d" * 200,
        ]
    )
    assert len(faults) == 6 and portable.windows_faults(["清单/打开.cmd", "清单/python/site/a/__init__.py"]) == []


def test_what_windows_requires_is_asked_for_as_well(portable: ModuleType) -> None:
    """As with typer, which requires colorama on Windows alone."""

    def metadata(name: str, *requires: str) -> bytes:
        lines = "".join(f"Requires-Dist: {r}\n" for r in requires)
        return f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n{lines}".encode()

    own = metadata(portable.OWN, "typer>=0.9", 'Django>=5; extra == "service"', 'dask; extra == "scale"')
    typer = metadata("typer", 'colorama>=0.4; platform_system == "Windows"', 'x; os_name == "posix"', 'y; extra == "z"')
    assert [str(m.name) for m in portable.missing_distributions([own, typer])] == ["Django", "colorama"]
    assert portable.missing_distributions([own, typer, metadata("django"), metadata("colorama")]) == []


def test_linux_zip_is_the_same_each_time(portable: ModuleType, wheels: Path, tmp_path: Path) -> None:
    for name in ("1.zip", "2.zip"):
        portable.linux(wheels, tmp_path / name)
    assert (tmp_path / "1.zip").read_bytes() == (tmp_path / "2.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "1.zip") as packed:
        assert packed.getinfo("清单/打开.sh").external_attr >> 16 & 0o111
        assert "--no-index" in packed.read("清单/install.sh").decode("utf-8")
