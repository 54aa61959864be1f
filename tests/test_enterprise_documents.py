"""What a report prints: a power plant's coal with its computed oxidation, intensities, meters, findings with reasons;
no ids; an English text."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from inventory.enterprise.compute import Result, compute
from inventory.enterprise.docx_report import write_docx
from inventory.enterprise.model import Enterprise, GeneratingUnit, Process
from inventory.enterprise.read import read_enterprise
from inventory.enterprise.report import plan_report, write_report
from inventory.enterprise.report_notes import energy, intensities
from inventory.enterprise.verify import verify_file

DATA = Path(__file__).parent / "data" / "enterprise"


def plant() -> Enterprise:
    e, _ = read_enterprise(DATA / "power_plant.toml")
    ash = (
        ("炉渣产量", 30_000.0, "t"),
        ("炉渣含碳量", 4.0, "% C"),
        ("收集的飞灰量", 180_000.0, "t"),
        ("飞灰含碳量", 2.0, "% C"),
        ("除尘效率", 99.5, "%"),
    )
    rows = tuple(Process("01-01", q, v, u, "燃料=燃煤") for q, v, u in ash)
    own = tuple(p for p in e.parameters if "氧化率" not in p.parameter)
    units = (GeneratingUnit("1号机组", supplied=1_500_000.0, heat=900_000.0, heat_share=12.0, cems=2_300_000.0),)
    return dataclasses.replace(e, process=(*e.process, *rows), parameters=own, units=units)


def texts_of(path: Path) -> str:
    from docx import Document

    doc = Document(str(path))
    cells = [c.text for t in doc.tables for row in t.rows for c in row.cells]
    return "\n".join([*(p.text for p in doc.paragraphs), *cells])


@pytest.fixture(scope="module")
def result() -> Result:
    return compute(plant())


def test_the_coal_row_of_a_power_plant_is_filled_with_its_computed_oxidation(result: Result, tmp_path: Path) -> None:
    book = plan_report(result)
    carbon = next(
        float(t.values[0]) for t in result.ledger.tables if t.method.id == "coal_by_ash" and t.step.name == "carbon_in"
    )
    row = next(r for (r, c), cell in book.sheets["附表3"].cells.items() if c == 0 and cell.value == "燃煤")
    oxidation = book.sheets["附表3"].cells[row, 4]
    assert (
        oxidation.value == pytest.approx(100 * (1 - (30_000 * 0.04 + 180_000 * 0.02 / 0.995) / carbon))
        and oxidation.formula
    )
    fuel = next(r for (r, c), cell in book.sheets["附表2"].cells.items() if c == 0 and cell.value == "燃煤")
    assert book.sheets["附表2"].cells[fuel, 1].value > 1e5
    write_report(result, tmp_path / "r.xlsx")
    v = verify_file(tmp_path / "r.xlsx")
    assert v.total_recomputed == pytest.approx(result.total(True), rel=1e-9) and not [
        f.problem.text() for f in v.findings if f.grade == "重大"
    ]


def test_supply_and_heat_intensity_and_the_second_figure(result: Result) -> None:
    co2 = next(t.mass_t for t in result.totals if t.source.id == "01-01")
    made = {x.label: x.value for x in intensities(result)}
    assert made["1号机组 供电碳排放强度"] == pytest.approx(co2 * 0.88 / 1_500_000)
    assert made["1号机组 供热碳排放强度"] == pytest.approx(co2 * 0.12 / 900_000)
    assert made["1号机组 在线监测CO2（仅供核对）"] == 2_300_000
    # the monitor's figure adds nothing
    assert result.total(False) == pytest.approx(sum(t.co2e_t for t in result.totals if t.source.scope == "direct"))


def test_energy_by_carrier_adds_up() -> None:
    e, _ = read_enterprise(DATA / "glass_works.toml")
    rows = energy(compute(e))
    assert sum(share for _, _, share in rows) == pytest.approx(1.0)
    power = sum(p.purchased or 0.0 for p in e.power) * 3.6
    assert {name: gj for name, gj, _ in rows}["净购入电力"] == pytest.approx(power)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_ids_stand_in_the_text(lang: str, result: Result, tmp_path: Path) -> None:
    write_docx(result, tmp_path / "r.docx", lang)
    text = texts_of(tmp_path / "r.docx")
    assert "enterprise." not in text and "power13" not in text
    assert ({"zh": "供电碳排放强度", "en": "carbon intensity of electricity supplied"}[lang] in text) and (
        ("计量和监测" if lang == "zh" else "Energy by carrier") in text or not result.enterprise.meters
    )
    if lang == "en":
        assert (
            "Emission factors and their sources" in text and "Flue-gas desulphurisation" in text
        ) or "desulphurisation" in text


def test_whole_tonnes_beside_the_full_figure(result: Result) -> None:
    sheet = plan_report(result).sheets["附表1"]
    whole = [c for c in sheet.cells.values() if c.formula and c.formula.startswith("=ROUND(")]
    assert whole and all(isinstance(c.value, float) and c.value == int(c.value) for c in whole)
