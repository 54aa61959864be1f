"""Named choices: what each option is worth is what computing the whole inventory under it gives."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from inventory import api
from inventory.analysis.choices import choice_effects, methods_touched
from inventory.app.choices import ChoicesRequest, named_choices
from inventory.cli.app import app
from inventory.core.engine import compile_ledger
from inventory.core.ledger import Ledger
from inventory.core.problems import InventoryError

EXAMPLE = Path(__file__).parents[1] / "examples" / "jiangsu"
READINGS = (
    "industrial_discharge_mcf",
    "closed_system_n2o",
    "straw_dry_matter",
    "conversion_deduction",
    "landfill_oxidation",
    "oxidation_source",
    "gasoline_technology",
)  # questions that an independent computation had to guess


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    return api.compile(EXAMPLE)


def totals(ledger: Ledger) -> dict[tuple[str, int], float]:
    return {(r, y): float(ledger.co2e(region=r, year=y)) for r in ledger.regions for y in ledger.years}


@pytest.mark.slow
def test_every_effect_is_that_of_computing_everything_again(ledger: Ledger) -> None:
    now = totals(ledger)
    compared = 0
    for effect in choice_effects(ledger):
        if effect.choice == "steel_gases" or not effect.used:
            continue  # that choice acts when the balance table is allocated; see below
        project = replace(ledger.project, choices={**ledger.project.choices, effect.choice: (effect.option, "")})
        try:
            then = totals(compile_ledger(project, ledger.edition))
        except InventoryError:
            assert effect.missing, effect
            continue
        if effect.missing:  # the whole can be computed without the source that the option has no data for
            continue
        # t of 5e8 t
        assert {k: then[k] - now[k] for k in now} == pytest.approx(dict(effect.change), abs=1.0), (
            effect.choice,
            effect.option,
        )
        compared += 1
    assert compared > 15


def test_a_choice_of_the_balance_table_allocates_it_again(ledger: Ledger, tmp_path: Path) -> None:
    import shutil

    folder = tmp_path / "jiangsu"
    shutil.copytree(EXAMPLE, folder)
    (folder / "choices.csv").write_text("choice,option,reason\nsteel_gases,as_fuel,试算\n", "utf-8")
    then, now = totals(api.compile(folder)), totals(ledger)
    effect = next(e for e in choice_effects(ledger) if e.choice == "steel_gases")
    assert {k: then[k] - now[k] for k in now} == pytest.approx(dict(effect.change), abs=1.0)
    assert effect.change["江苏", 2010] == pytest.approx(50e6, rel=0.02)


def test_readings_of_the_text_are_choices_with_an_effect(ledger: Ledger) -> None:
    effects = {(e.choice, e.option): e for e in choice_effects(ledger)}
    for name in READINGS:
        mine = [e for (choice, _), e in effects.items() if choice == name]
        assert mine and all(e.used and not e.missing and e.size > 1000 for e in mine), name
    assert effects["closed_system_n2o", "deduct_first"].change["江苏", 2005] == pytest.approx(1.09e4, rel=0.01)


def test_only_what_a_choice_reaches_is_computed_again(ledger: Ledger) -> None:
    assert methods_touched(ledger.edition, "straw_dry_matter") == {"soil_n2o"}
    reached = methods_touched(ledger.edition, "coal_heat")
    assert {"coal_kind_heat", "fuel_combustion_co2", "non_energy_co2", "power_boiler_n2o"} <= reached
    assert "rice_ch4" not in reached


def test_largest_effect_first(ledger: Ledger) -> None:
    rows = named_choices(ChoicesRequest(ledger)).rows
    assert rows[0].in_force and rows[0].choice == "steel_gases"
    assert {r.choice for r in named_choices(ChoicesRequest(ledger, 1e7)).rows if r.change} == {
        "steel_gases",
        "coal_heat",
        "oxidation_source",
        "hfc23_destruction",
    }


@pytest.mark.slow
def test_command_and_sheet(ledger: Ledger, tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["choices", str(EXAMPLE), "--least", "100"])
    assert done.exit_code == 0 and "coal_heat" in done.output and "study2005" in done.output and "-1841" in done.output
    done = CliRunner().invoke(app, ["choices", str(EXAMPLE), "--csv", str(tmp_path / "c.csv")])
    assert done.exit_code == 0 and "oxidation_source" in (tmp_path / "c.csv").read_text("utf-8-sig")
    from inventory.workbook.filing import plan

    sheet = plan(ledger).sheets["命名选择"]
    row = next(r for (r, c), cell in sheet.cells.items() if cell.value == "coal_heat=study2005")
    assert sheet.cells[row, 4].value == pytest.approx(-1841.44, abs=0.01) and sheet.cells[
        row, 5
    ].value == pytest.approx(-2445.38, abs=0.01)
