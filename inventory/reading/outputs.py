"""Which files of a project folder are results of this program and may be written anew."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Set
from pathlib import Path

from ..core.spelling import fold

FILED_SHEETS = (frozenset({"溯源", "封面"}), frozenset({"溯源", "Cover"}))
SEALED_SHEETS = (frozenset({"封面", "目录和说明"}), frozenset({"Cover", "Contents and notes"}))
REPORT_SHEETS = frozenset({"封面", "附表1"})
GAP_TITLES = ("数据缺口", "Data gaps")  # over a list of what is missing; its sheet of shares is read
RESULT_COLUMNS = ("mass_t", "co2e_t", "gwp_set")
PROBLEM_COLUMNS = ("severity", "code", "file", "cell")
READ_SUFFIXES = (".csv", ".txt", ".tsv", ".xlsx", ".xlsm", ".xls", ".et", ".ods", ".xlsb", ".toml")


def is_output(path: Path | str) -> bool:
    """True for a filed workbook, an enterprise's filed report, a CSV of results or of problems, and for kinds that
    nobody reads."""
    path = Path(path)
    if path.suffix.lower() not in READ_SUFFIXES:
        return True
    try:
        if path.suffix.lower() == ".xlsx":
            titles = set(_titles(path))
            return is_filed(titles) or titles >= REPORT_SHEETS
        with path.open("rb") as stream:
            head = stream.read(4096).decode("utf-8-sig", "replace").splitlines()
        columns = {fold(c) for c in next(csv.reader(io.StringIO(head[0])))} if head else set()
        return set(RESULT_COLUMNS) <= columns or set(PROBLEM_COLUMNS) <= columns
    except Exception:  # whatever it is, it is not one of ours
        return False


def is_filed(titles: Set[str]) -> bool:
    """Whether these are the sheets of a working book or of a filing set."""
    return any(titles >= own for own in (*FILED_SHEETS, *SEALED_SHEETS))


def _titles(path: Path) -> list[str]:
    from ..spreadsheets.probe_xlsx import sheet_parts

    with zipfile.ZipFile(path) as archive:
        return [title for title, _ in sheet_parts(archive)]
