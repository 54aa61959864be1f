"""The example workbooks of enterprises: committed as the template writer makes them, and good for the command that the
documentation names."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from make_enterprise_examples import DEFINITIONS, NAMES, ROOT, WORKBOOKS, write
from parts import parts
from typer.testing import CliRunner

from inventory.cli.app import app
from inventory.enterprise.checks import WEIGHTY
from inventory.enterprise.compute import compute_file
from inventory.enterprise.industries import default_edition, industries

EXPECTED = tomllib.loads((Path(__file__).parent / "enterprise_examples.toml").read_text("utf-8"))


def test_every_definition_has_its_workbook_and_no_workbook_is_left_over() -> None:
    assert sorted(NAMES) == sorted(p.stem for p in DEFINITIONS.glob("*.toml")) == sorted(EXPECTED)
    assert sorted(f"{n}.xlsx" for n in NAMES.values()) == sorted(p.name for p in WORKBOOKS.glob("*.xlsx"))


@pytest.mark.parametrize("definition", list(NAMES))
def test_committed_workbook_is_what_the_template_writer_makes(definition: str, tmp_path: Path) -> None:
    """After a change that was meant: python tests/make_enterprise_examples.py."""
    assert parts(write(definition, tmp_path).read_bytes()) == parts(
        (WORKBOOKS / f"{NAMES[definition]}.xlsx").read_bytes()
    )


@pytest.mark.parametrize("definition", list(NAMES))
def test_workbook_gives_the_figures_worked_out_by_hand(definition: str) -> None:
    totals = compute_file(WORKBOOKS / f"{NAMES[definition]}.xlsx").totals
    wanted = {(key.split()[0], w["gas"]): w["t"] for key, w in EXPECTED[definition].items()}
    assert {(t.source.id, t.gas): t.mass_t for t in totals} == pytest.approx(wanted, rel=1e-9, abs=1e-6)


def test_no_finding_of_weight_on_any_clean_example() -> None:
    for name in NAMES:
        weighty = [f.problem.text() for f in compute_file(DEFINITIONS / f"{name}.toml").findings if f.grade in WEIGHTY]
        assert not weighty, (name, weighty)


def test_one_example_for_each_of_the_24_industries() -> None:
    codes = [tomllib.loads((DEFINITIONS / f"{name}.toml").read_text("utf-8"))["profile"]["industry"] for name in NAMES]
    assert sorted(codes) == sorted(industries(default_edition()))


def test_the_documented_command_writes_tables_and_text(tmp_path: Path) -> None:
    done = CliRunner().invoke(
        app, ["enterprise", "report", str(WORKBOOKS / "水泥厂.xlsx"), "-o", str(tmp_path / "报告.xlsx")]
    )
    assert done.exit_code == 0, done.output
    assert "1,216,254.21 tCO2e" in done.output and "1,216,254.21 tCO2e" in (ROOT / "docs" / "enterprise.md").read_text(
        "utf-8"
    )
    assert {p.name for p in tmp_path.iterdir()} == {"报告.xlsx", "报告.docx"}
