"""Seeded fuzzing of every door that files come in by: no traceback, and an account of figures that closes.

    python tests/fuzz.py KIND COUNT [SEED]     one of KINDS, or `all`

Each case is `(kind, seed)`: the same pair makes the same input anywhere, so that a fault can be made again.
`test_fuzz.py` runs a bounded sample.
"""

from __future__ import annotations

import functools
import io
import random
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

from inventory.core.account import FigureAccount
from inventory.core.edition import Edition
from inventory.core.problems import Collector, InventoryError, Problem
from inventory.edition import load
from inventory.reading import read_project
from inventory.spreadsheets.account import Tally, keeping
from inventory.spreadsheets.cells import Sheet, Unreadable, sheets_from_bytes

ROOT = Path(__file__).parents[1]
JIANGSU, ENTERPRISES = ROOT / "examples" / "jiangsu", ROOT / "examples" / "enterprise"
WORDS: tuple[str, ...] = (
    "",
    " ",
    "　",
    "—",
    "…",
    "/",
    "0",
    "-1",
    "1e308",
    "-1e308",
    "1e-320",
    "1e400",
    "NaN",
    "inf",
    "１２３",
    "1,234.5",
    "1,23",
    "1.2.3",
    "12.5万吨",
    "1.2万",
    "约5",
    "≥3",
    "3-5",
    "(5)",
    "85%",
    "5‰",
    "=1+1",
    '=HYPERLINK("http://x")',
    "+1",
    "-1+1",
    "@a",
    "'7",
    "#N/A",
    "#DIV/0!",
    "TRUE",
    "NE",
    "NO",
    "IE",
    "合计",
    "小计",
    "示例",
    "注：",
    "江苏",
    "河南",
    "2005",
    "2005年",
    "2005年末",
    "2005(修订)",
    "20005",
    "1899",
    "2005/2010",
    "民国94年",
    "万吨",
    "万ｔ",
    "公吨",
    "t/t",
    "斗",
    "104 tn",
    "%",
    "season=单季稻",
    "season=",
    "=;=",
    "a=b;a=c",
    "rice_area",
    "水稻播种面积",
    "quantity",
    "指标",
    "\u200b",
    "\ufeff",
    "\x00",
    "\x07",
    "a\nb",
    "a\r",
    "\t",
    "𠮷",
    "é" * 300,
    "[" * 50,
    "😀",
    "实测",
    "省级",
    "measured",
)
Value = str | float | None


def mutated(rows: list[list[Value]], rng: random.Random, numbers: bool) -> list[list[Value]]:
    """A table with one to eight cells, rows or columns changed."""
    rows = [list(row) for row in rows]
    for _ in range(rng.randint(1, 8)):
        r = rng.randrange(len(rows))
        kind = rng.random()
        if kind < 0.75 and rows[r]:
            word: Value = rng.choice(WORDS)
            if numbers and rng.random() < 0.5:
                word = rng.choice(
                    (0.0, -1.0, 2005.0, 1e308, -1e300, 0.07, 1e-300, 12345.678, float("nan"), float("inf"), 1e31)
                )
            rows[r][rng.randrange(len(rows[r]))] = word
        elif kind < 0.82:
            rows.insert(r, list(rng.choice(rows)))
        elif kind < 0.89 and len(rows) > 2:
            del rows[r]
        elif kind < 0.94:
            rows[r] = rows[r][: rng.randrange(len(rows[r]) + 1)] + [rng.choice(WORDS) for _ in range(rng.randrange(3))]
        else:
            c = rng.randrange(max(len(rows[r]), 1))
            for row in rows:
                row.insert(min(c, len(row)), rng.choice(WORDS) if rng.random() < 0.3 else None)
    return rows


def damaged(data: bytes, rng: random.Random) -> bytes:
    """Bytes with bits flipped, a stretch cut out, doubled, zeroed, or the end cut off."""
    out = bytearray(data)
    for _ in range(rng.choice((1, 1, 1, 2, 8))):
        kind, at = rng.random(), rng.randrange(len(out))
        if rng.random() < 0.3:
            at = max(len(out) - rng.randrange(1, min(2000, len(out)) + 1), 0)  # the directory of a zip is at its end
        if kind < 0.7:
            out[at] ^= 1 << rng.randrange(8)
        elif kind < 0.8:
            del out[at : at + rng.randrange(1, 400)]
        elif kind < 0.9:
            out[at : at + rng.randrange(1, 64)] = bytes(rng.randrange(1, 64))
        else:
            del out[max(at, 1) :]
        if not out:
            return b"PK"
    return bytes(out)


# ---- what is checked ----


class Fault(AssertionError):
    """An account that does not close, or a net that had to catch something."""


def _sound(problems: list[Problem], account: object = None) -> str:
    """How the case was answered; raises `Fault` for a fault of ours."""
    for p in problems:
        for lang in ("zh", "en"):
            p.text(lang)
        if p.code in ("account.open", "file.failed"):
            raise Fault(p.text())
    if isinstance(account, FigureAccount) and not account.closes:
        raise Fault("the account does not close")
    return "refused" if any(p.severity == "error" for p in problems) else "read"


def _folder(name: str, content: bytes) -> str:
    with tempfile.TemporaryDirectory(prefix="fuzz") as folder:
        (Path(folder) / name).write_bytes(content)
        project, problems = read_project([Path(folder)], _edition())
    return _sound(problems, project.account)


@functools.cache
def _edition() -> Edition:
    return load("prov2011")


@functools.cache
def _tables(pattern: str) -> tuple[tuple[str, list[list[Value]]], ...]:
    import csv

    files = sorted(JIANGSU.glob(pattern))
    return tuple((p.name, [list(row) for row in csv.reader(io.StringIO(p.read_text("utf-8-sig")))]) for p in files)


def _csv(rows: list[list[Value]], rng: random.Random) -> bytes:
    import csv

    out = io.StringIO(newline="")
    csv.writer(out, delimiter=rng.choice(",,,;\t")).writerows([["" if v is None else v for v in row] for row in rows])
    data = out.getvalue().encode(rng.choice(("utf-8", "utf-8-sig", "gb18030", "utf-16")), "replace")
    return damaged(data, rng) if rng.random() < 0.1 else data


def _small(rows: list[list[Value]], rng: random.Random) -> list[list[Value]]:
    """The heading and a stretch of rows: what a mutation meets does not depend on the length of the file."""
    start = rng.randrange(1, max(len(rows), 2))
    return [rows[0], *rows[start : start + 14]]


def csv_case(rng: random.Random) -> str:
    name, rows = rng.choice(
        [
            t
            for t in _tables("*.csv")
            if t[0] in ("agriculture.csv", "energy.csv", "industrial_processes.csv", "lucf.csv", "waste.csv")
        ]
    )
    return _folder(name, _csv(mutated(_small(rows, rng), rng, False), rng))


def side_case(rng: random.Random) -> str:
    named = [
        t
        for t in _tables("*.csv")
        if t[0].startswith(("factors", "answers", "uncertainty", "review", "choices", "填报符号", "indicators"))
    ]
    name, rows = rng.choice([*named, *((n, r) for n, r in EXTRA)])
    return _folder(name, _csv(mutated(rows, rng, False), rng))


EXTRA: tuple[tuple[str, list[list[Value]]], ...] = (
    ("gwp.csv", [["set", "gas", "value", "source"], ["本省", "CH4", "25", "x"], ["本省", "CO2", "1", "x"]]),
    (
        "gapfill.csv",
        [
            ["region", "quantity", "item", "year", "method", "reason"],
            ["江苏", "clinker_production", "", "2007", "内插", "缺"],
        ],
    ),
    ("signatures.csv", [["role", "name", "organisation", "date"], ["编制", "张三", "厅", "2012-01-01"]]),
    ("choices.csv", [["choice", "option", "reason"], ["steel_gases", "in_coke", "x"]]),
    (
        "核对表.csv",
        [["因子编号", "印本数值", "核对人", "核对日期", "页码或依据"], ["energy.x", "1", "张", "2012-01-01", "12"]],
    ),
)


@functools.cache
def _template() -> tuple[Sheet, ...]:
    from inventory.spreadsheets.cells import read_sheets
    from inventory.templates_xlsx.plan import plan
    from inventory.templates_xlsx.write import write_template

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.xlsx"
        project, _ = read_project([JIANGSU], _edition())
        write_template(plan(_edition(), [], "江苏", (2005, 2010), "zh", project), path, project)
        return read_sheets(path, "t.xlsx")


def template_case(rng: random.Random) -> str:
    from inventory.reading import one_file, project
    from inventory.reading.lexicon import lexicon
    from inventory.reading.state import ReadingState

    sheets = _template()
    chosen = rng.choice([s for s in sheets if s.visible and s.height > 4 and not s.name.startswith("_")])
    contents = [s for s in sheets if s.name == "目录"] if rng.random() < 0.2 else []
    start = rng.randrange(8, max(chosen.height, 9))
    values = mutated([list(r) for r in (*chosen.values[:8], *chosen.values[start : start + 12])], rng, True)
    changed = Sheet("t.xlsx", chosen.name, tuple(tuple(None if v == "" else v for v in row) for row in values))
    reading = ReadingState(_edition(), lexicon(_edition()))
    with keeping(Tally()) as tally:
        one_file._read_sheets((*(s for s in contents if s is not chosen), changed), Path("t.xlsx"), "t.xlsx", reading)
        if reading.balance_sheets:
            project._read_balance([], reading)
    return _sound(reading.problems.reported, tally.account())


def table_case(rng: random.Random) -> str:
    from inventory import energy_balance

    name, rows = rng.choice(_tables("能源平衡表*.csv"))
    numeric = [
        [float(v) if isinstance(v, str) and v.replace(".", "", 1).replace("-", "", 1).isdigit() else v for v in row]
        for row in rows
    ]
    values = mutated(numeric, rng, True)
    sheet = Sheet(name, "", tuple(tuple(None if v == "" else v for v in row) for row in values), csv=True)
    found = Collector()
    with keeping(Tally()) as tally:
        energy_balance.load([], _edition(), found, {}, [sheet])
    return _sound(found.reported, tally.account())


@functools.cache
def _enterprise_sheets() -> tuple[tuple[Sheet, ...], ...]:
    from inventory.spreadsheets.cells import read_sheets

    return tuple(read_sheets(p) for p in sorted(ENTERPRISES.glob("*.xlsx")))


def enterprise_case(rng: random.Random) -> str:
    from inventory.enterprise.account import account_of
    from inventory.enterprise.compute import compute
    from inventory.enterprise.draft import draft_of
    from inventory.enterprise.read import enterprise_of

    sheets = list(rng.choice(_enterprise_sheets()))
    at = rng.choice([i for i, s in enumerate(sheets) if s.visible and s.height > 2])
    values = mutated([list(r) for r in sheets[at].values], rng, True)
    sheets[at] = Sheet(
        sheets[at].file, sheets[at].name, tuple(tuple(None if v == "" else v for v in row) for row in values)
    )
    draft = draft_of(sheets, sheets[0].file)
    enterprise, problems = enterprise_of(draft)
    said = _sound(problems, account_of(draft, problems))
    if rng.random() < 0.05:
        try:
            _sound(compute(enterprise, problems).problems)
        except InventoryError as error:
            _sound(list(error.problems))
    return said


@functools.cache
def _containers() -> tuple[tuple[str, bytes], ...]:
    import openpyxl

    book = openpyxl.Workbook()
    for row in (
        ["地区", "指标", "分项", "单位", "来源", 2005, 2010],
        ["江苏", "rice_area", "season=单季稻", "万公顷", "年鉴", 220, 223],
    ):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    made = [("a.xlsx", out.getvalue())]
    made += [(p.name, p.read_bytes()) for p in sorted(ENTERPRISES.glob("食品厂.xlsx"))]
    made += [
        (p.name, p.read_bytes())
        for p in sorted((Path(__file__).parent / "data").rglob("*"))
        if p.suffix in (".xls", ".ods", ".et")
    ]
    return tuple(made)


def zip_case(rng: random.Random) -> str:
    """Bytes of workbooks, as they lie on disk or inside the parts of the zip."""
    name, data = rng.choice(_containers())
    if name.endswith(".xlsx") and rng.random() < 0.35:
        data = _with_damaged_part(data, rng)
    else:
        data = damaged(data, rng)
    try:
        sheets = sheets_from_bytes(data, name)
    except Unreadable as error:
        _sound([error.problem])
        return "refused"
    for sheet in sheets:
        _ = sheet.rows if sheet.height < 500 else None
    return "read"


def _with_damaged_part(data: bytes, rng: random.Random) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {n: archive.read(n) for n in archive.namelist()}
    name = rng.choice(sorted(parts))
    parts[name] = damaged(parts[name] or b"x", rng)
    if rng.random() < 0.2:
        del parts[rng.choice(sorted(parts))]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    return out.getvalue()


KINDS: dict[str, Callable[[random.Random], str]] = {
    "csv": csv_case,
    "side": side_case,
    "template": template_case,
    "table": table_case,
    "enterprise": enterprise_case,
    "zip": zip_case,
}


def run(kind: str, count: int, seed: int = 0) -> tuple[dict[str, int], list[str]]:
    """Counts of answers, and what was wrong: `kind seed: fault`."""
    counts: dict[str, int] = {}
    faults: list[str] = []
    for number in range(seed, seed + count):
        try:
            said = KINDS[kind](random.Random(f"{kind} {number}"))
        except Exception as error:
            said = "fault"
            faults.append(f"{kind} {number}: {type(error).__name__}: {error}"[:400])
        counts[said] = counts.get(said, 0) + 1
    return counts, faults


def main() -> None:
    kind, count, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 0
    for name in KINDS if kind == "all" else [kind]:
        start = time.process_time()
        counts, faults = run(name, count, seed)
        print(
            f"{name}: {count} inputs in {time.process_time() - start:.0f} s: {dict(sorted(counts.items()))}", flush=True
        )
        for fault in faults[:20]:
            print("  ", fault)


if __name__ == "__main__":
    main()
