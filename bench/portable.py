"""A folder that runs without installing anything, as a zip: `python bench/portable.py windows --python
python-3.12.x-embed-amd64.zip -o 清单-windows.zip`.

windows: the wheels of the program and of all it needs (win_amd64), unpacked beside the official embeddable Python,
whose zip is handed in by its path because no package registry has it; `打开.cmd` starts the local page. linux: a
wheelhouse with `install.sh` and `打开.sh`, for a machine with Python but without network. Neither holds an unknown
.exe. What could not be tried here is said in docs/page.md.
"""

from __future__ import annotations

import argparse
import email
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
EXTRAS = "service,report"
LIMIT_MIB = 100
LONGEST = 170  # of the 260 characters of a path on Windows, what is left below a user's desktop
REFUSED = set('<>:"|?*\\')
RESERVED = {"CON", "PRN", "AUX", "NUL", *(f"{x}{n}" for x in ("COM", "LPT") for n in range(1, 10))}
OWN = "ghg-inventory-cn"
WINDOWS = {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt", "platform_machine": "AMD64"}
EPOCH = (2011, 5, 1, 0, 0, 0)

CMD = """@echo off
chcp 65001 >nul
setlocal
if not exist "%~dp0python\\python.exe" (
  echo 请先把压缩包全部解压到一个文件夹，再双击“打开.cmd”。
  echo Unpack the whole zip into a folder first, then double-click this file.
  pause
  exit /b 1
)
set "own=%~dp0项目"
set "python=%~dp0python\\python.exe"
set "folder=%~1"
if not "%~1"=="" if exist "%~1" if not exist "%~1\\" set "folder=%~dp1"
rem dropped without blanks, R&D comes unquoted: cut at the &, and what follows it would be run; cmdcmdline has all of it
setlocal EnableDelayedExpansion
set "dropped="
set "line=!cmdcmdline!"
if not "!line:%~nx0=!"=="!line!" (
  set "dropped=yes"
  set "line=!cmdcmdline:~0,-1!"
  set "line=!line:*%~nx0" =!"
  set "plain=!line:"=!"
  set "plain=!plain: =!"
  if defined line if "!plain!"=="!line!" for %%f in ("!line!") do (
    set "folder=!line!"
    if exist "%%~f" if not exist "%%~f\\" set "folder=%%~dpf"
  )
)
if not defined folder set "folder=!own!"
if not exist "!folder!" mkdir "!folder!"
rem -X utf8: an embedded Python hears no PYTHONUTF8; the point: a drive dropped here ends in a backslash
"!python!" -X utf8 -m inventory open "!folder!\\."
if errorlevel 1 pause
if defined dropped exit
"""
SH = """#!/bin/sh
here=$(cd "$(dirname "$0")" && pwd)
[ -x "$here/.venv/bin/python" ] || sh "$here/install.sh" || exit 1
folder=${1:-$here/项目}
mkdir -p "$folder"
[ $# -eq 0 ] || shift
exec "$here/.venv/bin/python" -m inventory open "$folder" "$@"
"""
INSTALL = """#!/bin/sh
# 不联网安装 / install without network
here=$(cd "$(dirname "$0")" && pwd)
python3 -m venv "$here/.venv" && "$here/.venv/bin/python" -m pip install --quiet --no-index --find-links "$here/wheels" 'ghg-inventory-cn[{extras}]'
"""
NOTE = """解压后双击“打开.cmd”（Windows）或运行“打开.sh”（Linux）。把项目文件夹（或其中的一个文件）拖到“打开.cmd”上即打开那个项目。
不联网，只在本机运行；删除此文件夹即卸载。
Unpack, then double-click 打开.cmd (Windows) or run 打开.sh (Linux). Drop a project folder on 打开.cmd to open it. No network is used.
"""


def wheels(target: Path, platform: str, version: str) -> None:
    """The program's own wheel and everything it needs, for a platform."""
    target.mkdir(parents=True)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    subprocess.run([*pip, "wheel", "--no-deps", "--wheel-dir", str(target), str(ROOT)], check=True)
    own = next(target.glob("*.whl"))
    where = (
        ["--platform", "win_amd64", "--python-version", version, "--implementation", "cp"]
        if platform == "windows"
        else []
    )
    download = [*pip, "download", "--only-binary=:all:", *where, "--dest", str(target)]
    subprocess.run([*download, f"{own}[{EXTRAS}]"], check=True)
    while platform == "windows" and (missing := missing_distributions(metadata_of(target))):
        subprocess.run([*download, *(f"{m.name}{m.specifier}" for m in missing)], check=True)


def unpacked(folder: Path) -> Iterator[tuple[str, bytes]]:
    """The files of all wheels, as they lie in site-packages; scripts are left out, tests of other packages too."""
    for wheel in sorted(folder.glob("*.whl")):
        with zipfile.ZipFile(wheel) as packed:
            for name in packed.namelist():
                parts = name.split("/")
                if (
                    name.endswith("/")
                    or (parts[0].endswith(".data") and parts[1] not in ("purelib", "platlib"))
                    or "tests" in parts[1:-1]
                ):
                    continue
                yield "/".join(parts[2:]) if parts[0].endswith(".data") else name, packed.read(name)


def windows(folder: Path, python: Path, out: Path) -> None:
    """The embeddable Python, the wheels unpacked, `打开.cmd`."""
    with zipfile.ZipFile(python) as embedded, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as made:
        for name in sorted(embedded.namelist()):
            content = embedded.read(name)
            if name.endswith("._pth"):
                content = b"\r\n".join([f"{name.removesuffix('._pth')}.zip".encode(), b".", b"site", b""])
            put(made, f"清单/python/{name}", content)
        for name, content in unpacked(folder):
            put(made, f"清单/python/site/{name}", content)
        put(made, "清单/打开.cmd", CMD.replace("\n", "\r\n").encode("utf-8"))
        put(made, "清单/说明.txt", NOTE.replace("\n", "\r\n").encode("utf-8-sig"))


def windows_faults(names: list[str]) -> list[str]:
    """What Windows would stumble over in a zip of these names: paths too long to be unpacked under a user's desktop,
    names it does not take, two names that it takes for one, modules compiled for another system."""
    seen: dict[str, str] = {}
    return [
        *(f"{n}: {len(n)} characters" for n in names if len(n) > LONGEST),
        *(f"{n}: not a name on Windows" for n in names if any(map(_is_refused, n.split("/")))),
        *(
            f"{n}: for another system"
            for n in names
            if n.endswith((".so", ".dylib")) or ".win32.pyd" in n.replace("-", ".")
        ),
        *(f"{n}: the same as {seen[n.lower()]}" for n in names if seen.setdefault(n.lower(), n) != n),
    ]


def _is_refused(part: str) -> bool:
    return bool(set(part) & REFUSED) or part.endswith((" ", ".")) or part.split(".")[0].upper() in RESERVED


def missing_distributions(metadata: Iterable[bytes]) -> list[Requirement]:
    """What distributions of these METADATA files require on Windows and is not among them: pip, asked for wheels of
    another system, still judges by the system it runs on what is required at all."""
    read = [email.message_from_bytes(m) for m in metadata]
    held = {canonicalize_name(m["Name"]) for m in read}
    missing = []
    for m in read:
        extras = ("", *EXTRAS.split(",")) if canonicalize_name(m["Name"]) == OWN else ("",)
        for needed in map(Requirement, m.get_all("Requires-Dist") or ()):
            here = not needed.marker or any(needed.marker.evaluate({**WINDOWS, "extra": e}) for e in extras)
            if here and canonicalize_name(needed.name) not in held:
                missing.append(needed)
    return missing


def metadata_of(folder: Path) -> Iterator[bytes]:
    """The METADATA file of every wheel."""
    for wheel in sorted(folder.glob("*.whl")):
        with zipfile.ZipFile(wheel) as packed:
            yield next(packed.read(n) for n in packed.namelist() if n.endswith(".dist-info/METADATA"))


def linux(folder: Path, out: Path) -> None:
    """The wheelhouse with scripts to install and open."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for wheel in sorted(folder.glob("*.whl")):
            put(made, f"清单/wheels/{wheel.name}", wheel.read_bytes(), zipfile.ZIP_STORED)
        put(made, "清单/install.sh", INSTALL.format(extras=EXTRAS).encode("utf-8"), mode=0o755)
        put(made, "清单/打开.sh", SH.encode("utf-8"), mode=0o755)
        put(made, "清单/说明.txt", NOTE.encode("utf-8"))


def put(made: zipfile.ZipFile, name: str, content: bytes, kind: int = zipfile.ZIP_DEFLATED, mode: int = 0o644) -> None:
    info = zipfile.ZipInfo(name, EPOCH)
    info.compress_type, info.external_attr = kind, mode << 16
    made.writestr(info, content)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("platform", choices=("windows", "linux"))
    parser.add_argument("--python", type=Path, help="the official embeddable Python (zip), for windows")
    parser.add_argument("--version", default="3.12", help="its version")
    parser.add_argument("-o", "--output", type=Path, required=True)
    given = parser.parse_args()
    if given.platform == "windows" and (given.python is None or not given.python.is_file()):
        parser.error("--python: path of the embeddable Python's zip")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "wheels"
        wheels(folder, given.platform, given.version)
        if given.platform == "windows":
            windows(folder, given.python, given.output)
        else:
            linux(folder, given.output)
    if given.platform == "windows":
        with zipfile.ZipFile(given.output) as packed:
            faults = windows_faults(packed.namelist())
        print(*faults, sep="\n", end="\n" if faults else "")
        if faults:
            return 1
    size = given.output.stat().st_size / 2**20
    print(f"{given.output}: {size:.0f} MiB")
    return 0 if size <= LIMIT_MIB else 1


if __name__ == "__main__":
    sys.exit(main())
