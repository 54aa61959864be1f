"""CSV as offices save it: comma, semicolon or tab, with a title line, decimal commas, lists in cells."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

import inventory
from inventory.spreadsheets.grid import delimiter_of

JIANGSU = Path(__file__).parents[1] / "examples" / "jiangsu"


@pytest.mark.parametrize(
    ("text", "separator"),
    [
        ("a,b,c\n1,2,3\n", ","),
        ("江苏能源平衡表（实物量）2010年\n项目;原煤;焦炭\n工业;1;2\n", ";"),  # a title alone on its line
        ("Energy balance, 2010\n项目\t原煤\n工业\t1\n", "\t"),
        ("项目;原煤\n工业;1,5\n农业;2,5\n", ";"),  # decimal commas
        ("quantity,keys,value\nfuel,a=1;b=2;c=3,5\nfuel,a=1;b=2;c=4,6\n", ","),  # lists in cells
        ("a,b,c\n1,x;y;z\n2\n", ","),  # rows of uneven length
        ("", ","),
        ("只有一列\n1\n", ","),
        ('"a;b",c\n"d;e",f\n', ","),
    ],
)
def test_the_separator(text: str, separator: str) -> None:
    assert delimiter_of(text) == separator


@pytest.mark.parametrize(("separator", "encoding"), [(";", "utf-8-sig"), ("\t", "utf-16"), (";", "gbk")])
def test_a_printed_table_with_a_title_line_gives_the_same_inventory(
    separator: str, encoding: str, tmp_path: Path
) -> None:
    project = tmp_path / "p"
    shutil.copytree(JIANGSU, project)
    table = project / "能源平衡表2010.csv"
    rows = list(csv.reader(table.read_text("utf-8-sig").splitlines()))
    with table.open("w", encoding=encoding, newline="") as target:
        csv.writer(target, delimiter=separator).writerows(rows)
    total, wanted = (inventory.compile(p).to_frame().co2e_t.sum() for p in (project, JIANGSU))
    assert total == wanted


def test_versions_in_memory_are_compared_though_a_factor_bears_the_name_of_a_step() -> None:
    ledger = inventory.compile(JIANGSU)
    project, _ = inventory.read(JIANGSU)
    changed = inventory.compile(
        project.with_value(250, region="江苏", year=2010, quantity="rice_area", season="单季稻")
    )
    causes = {c.category: dict(c.causes) for c in inventory.compare(ledger, changed).changes if c.change}
    assert list(causes) == ["3.1.1"] and {k for k, v in causes["3.1.1"].items() if v} == {"activity"}
