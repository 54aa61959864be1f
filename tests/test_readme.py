"""What the README says is what the program gives: its totals, its commands, its links."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from some import some

import inventory

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")


@pytest.fixture(scope="module")
def ledger() -> inventory.Ledger:
    return inventory.compile(ROOT / "examples" / "jiangsu")


@pytest.mark.parametrize(
    ("label", "where"),
    [
        ("能源活动", {"category": "1"}),
        ("　其中：化石燃料燃烧 CO2", {"category": "1.1", "gas": "CO2"}),
        ("工业生产过程（示例数据为主）", {"category": "2"}),
        ("农业活动", {"category": "3"}),
        ("土地利用变化和林业（示例数据为主）", {"category": "4"}),
        ("废弃物处理（示例数据为主）", {"category": "5"}),
        ("**总量（包括土地利用变化和林业）**", {}),
        ("**总量（不包括土地利用变化和林业）**", {"category": ("1", "2", "3", "5")}),
    ],
)
def test_totals_are_those_of_the_example(ledger: inventory.Ledger, label: str, where: dict) -> None:
    row = next(line for line in README.splitlines() if line.startswith(f"| {label} |"))
    printed = [cell.strip().strip("*") for cell in row.split("|")[2:4]]
    assert printed == [f"{ledger.co2e(year=year, **where) / 1e4:,.1f}" for year in (2005, 2010)]


def test_links_lead_somewhere() -> None:
    for target in some(re.findall(r"\]\(([^)#]+)\)", README), 10):
        assert (ROOT / target).exists(), target


def test_the_test_command_can_be_found_by_ci() -> None:
    block = README.split("<!-- test-command -->")[1].split("<!-- end -->")[0]
    assert "pip install" in block and "pytest" in block
