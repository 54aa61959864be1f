"""The account of figures: every number of every file has one destination, hidden and struck-out content is named, and
it closes for any mutation."""

from __future__ import annotations

import json
import random
import shutil
import tempfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.styles import Font
from typer.testing import CliRunner

from inventory import api
from inventory.analysis.account import account_of
from inventory.cli.app import app
from inventory.core.account import FigureAccount
from inventory.core.problems import Problem
from inventory.edition import load
from inventory.reading import read_project

EXAMPLE = Path(__file__).parents[1] / "examples" / "jiangsu"
SMALL = Path(__file__).parents[1] / "examples" / "guangdong"
HEAD = ["地区", "指标", "分项", "单位", "数据来源", 2005, 2010]
ROWS = [
    ["江苏", "rice_area", "season=单季稻", "万公顷", "年鉴", 220, 223],
    ["江苏", "rice_area", "season=双季早稻", "万公顷", "年鉴", 10, 11],
    ["江苏", "rice_area", "season=双季晚稻", "万公顷", "年鉴", 12, 13],
]


def book(path: Path, *more: object) -> openpyxl.Workbook:
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = "数据"
    for row in (HEAD, *ROWS):
        sheet.append(row)
    return made


def account(path: Path) -> tuple[FigureAccount, list[Problem]]:
    project, problems = read_project([path], load("prov2011"))
    made = project.account
    assert isinstance(made, FigureAccount)
    return made, problems


def sums(made: FigureAccount) -> tuple[int, int, int, int, int]:
    t = made.total
    return t.read, t.counted, t.check, t.aside, t.refused


def test_every_figure_of_a_plain_table_is_counted(tmp_path: Path) -> None:
    book(tmp_path).save(tmp_path / "a.xlsx")
    made, _ = account(tmp_path)
    assert sums(made) == (6, 6, 0, 0, 0) and made.closes


@pytest.mark.parametrize(
    ("spoil", "code", "expected"),
    [
        ("row", "table.hidden_rows", (6, 4, 0, 2, 0)),
        ("column", "table.hidden_columns", (6, 3, 0, 3, 0)),
        ("sheet", "table.hidden", (12, 6, 0, 6, 0)),
        ("struck", "table.struck", (6, 5, 0, 1, 0)),
        ("struck row", "table.struck", (6, 4, 0, 2, 0)),
        ("unknown", "table.unread_figures", (9, 6, 0, 0, 3)),
        ("total", "row.total", (8, 6, 0, 2, 0)),
        ("error", "number.error", (6, 5, 0, 0, 1)),
        ("bad unit", "unit.unknown", (6, 4, 0, 0, 2)),
        ("filter", "table.filtered", (6, 6, 0, 0, 0)),
        ("note", "table.notes", (6, 6, 0, 0, 0)),
        ("other sheet", "table.figures_not_read", (8, 6, 0, 2, 0)),
    ],
)
def test_what_is_not_counted_is_named(spoil: str, code: str, expected: tuple[int, ...], tmp_path: Path) -> None:
    made = book(tmp_path)
    sheet = made["数据"]
    if spoil == "row":
        sheet.row_dimensions[3].hidden = True
    elif spoil == "column":
        sheet.column_dimensions["F"].hidden = True
    elif spoil == "sheet":
        made.copy_worksheet(sheet).sheet_state = "hidden"
    elif spoil == "struck":
        sheet["F3"].font = Font(strike=True)
    elif spoil == "struck row":
        for cell in sheet[3]:
            cell.font = Font(strike=True)
    elif spoil == "unknown":
        for r, value in enumerate(("合理值", 1, 2, 3), 1):
            sheet.cell(r, 8).value = value
    elif spoil == "total":
        sheet.append(["江苏", "rice_area", "", "万公顷", "年鉴", 242, 247])
        sheet["C1"].value = "season"
        for r, word in ((2, "单季稻"), (3, "双季早稻"), (4, "双季晚稻"), (5, "合计")):
            sheet.cell(r, 3).value = word
    elif spoil == "error":
        sheet["F3"].value = "#DIV/0!"
    elif spoil == "bad unit":
        sheet["D3"].value = "斗"
    elif spoil == "filter":
        sheet.auto_filter.ref = "A1:G4"
        sheet.auto_filter.add_filter_column(1, ["x"])
        sheet.row_dimensions[3].hidden = True
    elif spoil == "note":
        sheet.append(["注：数据来自2011年年鉴"])
    else:
        other = made.create_sheet("草稿")
        other["B2"], other["C9"] = 5, 6
    made.save(tmp_path / "a.xlsx")
    found, problems = account(tmp_path)
    assert code in {p.code for p in problems}
    assert sums(found) == expected and found.closes
    assert len(found.entries) == expected[2] + expected[3] + expected[4]
    assert all(e.origin.file == "a.xlsx" for e in found.entries)


def test_the_account_of_the_example(tmp_path: Path) -> None:
    """Everything handed in with the example is accounted for; surveys of years that no inventory year uses are
    named."""
    made = account_of(api.compile([EXAMPLE]))
    assert made is not None and made.closes
    read, counted, check, aside, refused = sums(made)
    assert read == counted + check + aside + refused and counted > 500 and check > 200 and refused == 0
    assert len(made.entries) == check + aside
    assert {(e.origin.cell, e.reason) for e in made.entries if e.origin.file == "lucf.csv"} == {
        ("row 2", "no_method"),
        ("row 5", "no_method"),
    }


@pytest.mark.slow
def test_the_commands_print_it_and_the_workbook_has_it(tmp_path: Path) -> None:
    found = CliRunner().invoke(app, ["check", str(SMALL), "--account", str(tmp_path / "a.json")])
    assert "合计：读到 166 个数：计入 166，核对 0，未用 0，拒绝 0" in found.output
    kept = json.loads((tmp_path / "a.json").read_text("utf-8"))
    assert kept["closes"] and kept["total"]["read"] == 166 and len(kept["files"]) == 6
    out = tmp_path / "w.xlsx"
    found = CliRunner().invoke(app, ["compile", str(SMALL), "-o", str(out)])
    assert "合计：读到 166 个数" in found.output
    sheet = openpyxl.load_workbook(out, data_only=True)["数字去向"]
    assert [c.value for c in next(r for r in sheet.iter_rows() if r[0].value == "合计")][:6] == [
        "合计",
        166,
        166,
        0,
        0,
        0,
    ]
    found = CliRunner().invoke(app, ["compile", str(SMALL), "-o", str(out), "--lang", "en"])
    assert "total: 166 figures read" in found.output


def test_after_errors_the_account_is_still_there(tmp_path: Path) -> None:
    shutil.copy(SMALL / "waste.csv", tmp_path)
    text = (tmp_path / "waste.csv").read_text("utf-8-sig")
    (tmp_path / "waste.csv").write_text(text.replace("万吨", "斗", 1), "utf-8")
    examined = api.examine([tmp_path])
    assert examined.account is not None and examined.account.total.refused == 1 and examined.account.closes


FILES = sorted(p.name for p in EXAMPLE.glob("*.csv"))
WORDS = [
    "",
    "abc",
    "-1",
    "1e308",
    "约5",
    "#N/A",
    "12,345.6",
    "1,23",
    "NE",
    "=1+1",
    "２００５",
    "10%",
    "合计",
    "2005",
    "万吨",
    "单季稻",
    "'7",
    "\u3000",
    "3-5",
    "1.2万",
]


@given(st.integers(0, 2**32), st.sampled_from(FILES))
@settings(max_examples=60, deadline=None)
def test_the_account_closes_for_any_mutation(seed: int, name: str) -> None:
    """Cells, rows and columns of any file of the example changed at random: every number that can be read still has a
    destination."""
    rng = random.Random(seed)
    rows = [line.split(",") for line in (EXAMPLE / name).read_text("utf-8-sig").splitlines()]
    for _ in range(rng.randrange(1, 12)):
        r = rng.randrange(len(rows))
        kind = rng.random()
        if kind < 0.7 and rows[r]:
            rows[r][rng.randrange(len(rows[r]))] = rng.choice(WORDS)
        elif kind < 0.8:
            rows.insert(r, list(rng.choice(rows)))
        elif kind < 0.9 and len(rows) > 2:
            del rows[r]
        else:
            rows[r] = [*rows[r][: rng.randrange(len(rows[r]) + 1)], *rng.choices(WORDS, k=rng.randrange(3))]
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (folder / name).write_text("\n".join(",".join(row) for row in rows) + "\n", "utf-8")
        made, problems = account(folder)
        assert made.closes, [p.text() for p in problems if p.code == "account.open"]
        assert not [p for p in problems if p.code in ("account.open", "file.failed")]


# ---- enterprises: the same rule, the same account ----

WORKBOOKS = Path(__file__).parents[1] / "examples" / "enterprise"


def enterprise_account(path: Path) -> tuple[FigureAccount, list[Problem]]:
    from inventory.enterprise.account import account_of as of_enterprise
    from inventory.enterprise.read import enterprise_of, read_draft

    draft = read_draft(path)
    _, problems = enterprise_of(draft)
    return of_enterprise(draft, problems), problems


@pytest.mark.parametrize("path", sorted(WORKBOOKS.glob("*.xlsx")), ids=lambda p: p.stem)
def test_every_figure_of_an_enterprise_example_is_counted(path: Path) -> None:
    made, _ = enterprise_account(path)
    read, counted, *rest = sums(made)
    assert read == counted >= 10 and rest == [0, 0, 0] and made.closes


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        ("row", "enterprise.hidden_row"),
        ("column", "table.hidden_columns"),
        ("struck", "table.struck"),
        ("sheet", "table.hidden"),
    ],
)
def test_hidden_content_of_an_enterprise_is_set_aside_and_named(spoil: str, code: str, tmp_path: Path) -> None:
    book_ = openpyxl.load_workbook(WORKBOOKS / "发电厂.xlsx")
    sheet = book_["台账"]
    cell = next(
        c for row in sheet.iter_rows(min_row=3) for c in row if isinstance(c.value, int | float) and c.value > 100
    )
    if spoil == "row":
        sheet.row_dimensions[cell.row].hidden = True
    elif spoil == "column":
        sheet.column_dimensions[cell.column_letter].hidden = True
    elif spoil == "sheet":
        sheet.sheet_state = "hidden"
    else:
        cell.font = Font(strike=True)
    book_.save(tmp_path / "a.xlsx")
    whole = sums(enterprise_account(WORKBOOKS / "发电厂.xlsx")[0])
    made, problems = enterprise_account(tmp_path / "a.xlsx")
    assert code in {p.code for p in problems} and all(p.text() and p.text("en") for p in problems)
    assert (
        made.closes
        and made.total.aside > 0
        and made.total.read == whole[0] == made.total.counted + made.total.aside + made.total.refused
    )
