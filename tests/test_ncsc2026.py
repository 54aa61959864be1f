"""The national factor database (2026) on the methods of 2011: what is taken over is its figure, the rest says why not,
and it poses as no guideline."""

from __future__ import annotations

from pathlib import Path

import filing_example
import pytest
from typer.testing import CliRunner

from inventory import api
from inventory.analysis.recalculation import compare
from inventory.cli.app import app
from inventory.core.activity import Project, datum
from inventory.core.engine import compile_ledger
from inventory.core.ledger import Ledger
from inventory.edition import load
from inventory.edition.evidence import newer, scale_of
from inventory.edition.parts import DatabaseRow, rows

EXAMPLE = Path(__file__).parents[1] / "examples" / "jiangsu"
DATABASE, OVER, BASE = rows(load("ncsc2026"), DatabaseRow), load("ncsc2026"), load("prov2011")


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    return api.compile(EXAMPLE)


def test_every_figure_of_the_database_is_mapped_or_says_why_not() -> None:
    assert len(DATABASE) == 375 and all(r.reason_zh and r.reason_en for r in DATABASE)
    assert len([r for r in DATABASE if r.factors]) == 77


def test_what_is_taken_over_is_the_databases_figure() -> None:
    mapped = {factor: row for row in DATABASE for factor in row.factors}
    own = {i: r for i, r in OVER.by_id.items() if r.file == "factors.csv"}
    assert set(own) == set(mapped)
    for name, row in mapped.items():
        assert own[name].value == pytest.approx(float(row.value) * scale_of(row.scale), abs=5e-5), name
        before = BASE.by_id[name]
        assert (own[name].unit, own[name].keys, own[name].gas, own[name].parameter) == (
            before.unit,
            before.keys,
            before.gas,
            before.parameter,
        )


def test_the_rest_is_the_guideline() -> None:
    changed = {i for i, r in OVER.by_id.items() if r != BASE.by_id.get(i)}
    assert changed == {f for row in DATABASE for f in row.factors}
    assert OVER.declared == BASE.declared and OVER.report_lines == BASE.report_lines


@pytest.mark.slow
def test_it_is_named_as_no_guideline_edition() -> None:
    from inventory.workbook.filing import plan

    assert "不是指南版本" in OVER.label["zh"] and "not a guideline" in OVER.label["en"].lower()
    other = compile_ledger(filing_example.project(), OVER)
    assert "不是指南版本" in plan(other).title and "Not a guideline edition" in plan(other, "en").title
    assert "不是指南版本" not in plan(filing_example.ledger()).title


@pytest.mark.slow
def test_whole_workbook_and_a_difference_that_adds_up(ledger: Ledger, tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["compile", str(EXAMPLE), "--edition", "ncsc2026", "-o", str(tmp_path / "w.xlsx")])
    assert done.exit_code == 0, done.output
    other = compile_ledger(ledger.project, OVER)
    assert {(x.region, x.year, x.category, x.method, x.item, x.gas) for x in other.lines} == {
        (x.region, x.year, x.category, x.method, x.item, x.gas) for x in ledger.lines
    }
    made = compare(ledger, other)
    for year in (2005, 2010):
        sums = made.totals("江苏", year)
        assert float(sums["factor"]) == pytest.approx(float(sums["change"]), abs=1.0)
        assert sum(
            float(sums[c]) for c in ("error", "category", "activity", "method", "gwp", "unknown")
        ) == pytest.approx(0, abs=1.0)
        assert float(sums["change"]) == pytest.approx(
            float(other.co2e(year=year)) - float(ledger.co2e(year=year)), abs=1.0
        )
    done = CliRunner().invoke(app, ["diff", str(EXAMPLE), str(EXAMPLE), "--new-edition", "ncsc2026"])
    assert done.exit_code == 0 and "-6,474," in done.output


@pytest.mark.parametrize(
    ("name", "value", "ratio"),
    [
        ("ippu.aluminium.pfpb.cf4", 0.02, 0.02 / 0.0888),
        ("energy.carbon_content.reference.anthracite", 98.3 * 12 / 44, 98.3 * 12 / 44 / 27.4),
        ("waste.indww.mcf.sea", 0.1, 1.0),
        ("ippu.cement.clinker", 0.5274, 0.5274 / 0.538),
    ],
)
def test_evidence_beside_a_default(name: str, value: float, ratio: float) -> None:
    found = newer(BASE, name)
    assert found is not None and found.value == pytest.approx(value) and found.ratio == pytest.approx(ratio)
    shown = CliRunner().invoke(app, ["factors", "show", name])
    assert "2026: " in shown.output and f"{ratio:.4g}" in shown.output


def test_no_evidence_where_definitions_differ() -> None:
    assert newer(BASE, "agriculture.rice.ch4.e.single") is None and newer(BASE, "energy.oil_gas.gas.gather") is None
    assert newer(OVER, "ippu.cement.clinker") is None  # its own figure is no evidence for itself


@pytest.mark.parametrize(
    ("year", "edition", "warned"),
    [
        (2005, "prov2011", False),
        (2012, "prov2011", False),
        (2013, "prov2011", True),
        (2005, "ncsc2026", True),
        (2015, "ncsc2026", False),
    ],
)
def test_figures_of_another_era_are_warned_of(year: int, edition: str, warned: bool) -> None:
    data = datum(
        "河南", year, "aluminium_production", 10.0, "万t", {"aluminium_technology": "点式下料预焙槽技术(PFPB)"}
    )
    ledger = compile_ledger(Project((data,)), load(edition))
    found = [p for p in ledger.warnings if p.code == "factor.era"]
    assert bool(found) is warned
    assert all(str(year) in p.text() and "河南" in p.text() and "ippu.aluminium.pfpb" in p.text() for p in found)


def test_gas_stations_of_2005_are_not_carried_to_2015() -> None:
    ledger = compile_ledger(
        Project((datum("四川", 2015, "oil_gas_activity", 100.0, "个", {"facility": "常规集气系统"}),)), BASE
    )
    assert any(p.code == "factor.era" and "energy.oil_gas.gas.gather" in p.text() for p in ledger.warnings)
