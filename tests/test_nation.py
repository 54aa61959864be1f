"""The national run of bench/nation.py: 31 provinces against the nation, and a province against its cities. What was planted
is found, and nothing else."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from inventory.app.levels import RollUpRequest, compare_levels
from inventory.levels.rollup import Rollup

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "bench"))
import nation

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("全国")
    assert set(nation.generate(place, nation.statistics())) == {"industry", "bunkers"}
    return place


@pytest.fixture(scope="module")
def rollup(folder: Path) -> Rollup:
    return compare_levels(RollUpRequest((folder,), whole=nation.NATION)).rollup


def test_31_provinces_add_up_to_the_nation_but_for_what_was_planted(rollup: Rollup) -> None:
    assert len(rollup.parts) == 31 and not rollup.failed
    apart: dict[int, float] = {}
    for c in rollup.lines:
        if c.category.startswith("1"):
            apart[c.year] = apart.get(c.year, 0.0) - c.difference_co2e_t
    assert abs(apart[2005]) < 1e3 and 3.7e7 < apart[2010] < 3.9e7
    found = [(c.year, c.category) for c in rollup.ranked() if c.whole_t and c.category.startswith("1")]
    assert set(found) == {(2010, "1.1.3.5"), (2010, "1.1.4.4")}  # coal of 山西's industry, foreign ships of 广东
    assert all(c.causes for c in rollup.ranked() if c.whole_t)


def test_electricity_between_provinces_stands_beside_the_totals(rollup: Rollup) -> None:
    """Burned in the sending province and counted there: adding it once more would be a double count."""
    bought = {region for (region, year), mass in rollup.outside.items() if year == 2010 and mass > 0}
    assert {receiver for _, receiver in nation.SENDERS} <= bought


def test_a_province_is_the_sum_of_its_cities(folder: Path, tmp_path: Path) -> None:
    below = tmp_path / "城市"
    below.mkdir()
    count, _ = nation.cities(folder, below)
    assert count == 333
    project = nation.province_with_cities(folder, below, "江苏", tmp_path / "江苏")
    rollup = compare_levels(RollUpRequest((project,), whole="江苏")).rollup
    assert len(rollup.parts) == 13 and not rollup.failed and not rollup.ranked()
    for year in nation.YEARS:
        assert rollup.total_co2e_t(year, "parts") == pytest.approx(rollup.total_co2e_t(year), rel=1e-12)
