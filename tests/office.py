"""LibreOffice for tests: a workbook is stripped of its cached values, really recalculated, and read back.

By default LibreOffice trusts the cached values of a file; the profile used here tells it to recalculate always, and `strip` removes them as well.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


def need_office() -> str:
    """The soffice program; the test is skipped, saying so, where there is none."""
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("LibreOffice (soffice) is not installed: the recalculation of the workbook is not checked here")
    return program


def strip(source: Path, target: Path, replace: dict[bytes, bytes] | None = None) -> None:
    """A copy without cached values of formulas; `replace` changes bytes of the sheets (to plant a fault)."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename.startswith("xl/worksheets/sheet"):
                for a, b in (replace or {}).items():
                    content = content.replace(a, b)
                content = re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", content)
            new.writestr(entry, content)


def recalculated(source: Path, folder: Path, replace: dict[bytes, bytes] | None = None) -> Path:
    """The workbook as LibreOffice computes it from the formulas alone."""
    program = need_office()
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_PROFILE, "utf-8")
    (folder / "in").mkdir()
    strip(source, folder / "in" / "w.xlsx", replace)
    subprocess.run([program, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", "xlsx", "--outdir", str(folder / "out"),
                    str(folder / "in" / "w.xlsx")], check=True, capture_output=True, timeout=300)
    return folder / "out" / "w.xlsx"


def differences(source: Path, computed: Path) -> tuple[int, list[str]]:
    """(number of formulas, the cells whose recalculated value is not the cached one to 1e-9 relative)."""
    import openpyxl

    formulas, cached, found = (openpyxl.load_workbook(p, data_only=d) for p, d in ((source, False), (source, True), (computed, True)))
    count, wrong = 0, []
    for sheet in formulas:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type != "f":
                    continue
                count += 1
                a, b = cached[sheet.title][cell.coordinate].value, found[sheet.title][cell.coordinate].value
                numbers = isinstance(a, (int, float)) and isinstance(b, (int, float))
                if not (abs(a - b) <= 1e-9 * max(abs(a), abs(b)) if numbers else a == b):
                    wrong.append(f"{sheet.title}!{cell.coordinate} {cell.value}: {a!r} -> {b!r}")
    return count, wrong
