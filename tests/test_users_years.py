"""The example of 重庆 recomputed by plain Python, and documents of a municipality, a park and a province as they are
printed. The users' years from an empty folder stand in `test_users_walks`."""

from __future__ import annotations

import csv
import math
import shutil
from pathlib import Path

import pytest
from command_help import run, texts
from make_chongqing_example import districts, files, write
from office import all_converted, need_office

from inventory.app.levels import TargetsRequest, TargetsResult, assess_targets
from inventory.levels.project import read_levels
from inventory.levels.rollup import roll_up

ROOT = Path(__file__).resolve().parents[1]
CHONGQING = ROOT / "examples" / "chongqing"
FACTORS = {"煤炭": 2.64, "油品": 2.08, "天然气": 1.63}  # set B of the assessment
GRID = 0.6294  # 重庆, 2010, kg CO2/kWh
PREDECESSORS = {"大足区": ("大足县", "双桥区")}


@pytest.fixture(scope="module")
def assessed() -> TargetsResult:
    return assess_targets(TargetsRequest((CHONGQING,), with_inventory=False))


# ---- 重庆's office ----


def test_the_example_is_what_its_maker_writes(tmp_path: Path) -> None:
    write(tmp_path)
    assert {f.name: f.read_bytes() for f in sorted(tmp_path.iterdir())} == {
        f.name: f.read_bytes() for f in sorted(CHONGQING.iterdir()) if f.suffix == ".csv"
    }
    assert all(
        "示例" in "".join(map(str, row)) for name, (_, rows) in files().items() if name != "regions.csv" for row in rows
    )


def _plain() -> tuple[dict[tuple[str, int], float], dict[tuple[str, int], float], dict[tuple[str, int], float]]:
    """(CO2, energy, GDP) by region and year, straight from the CSV files, on the perimeters that are assessed."""
    co2: dict[tuple[str, int], float] = {}
    energy: dict[tuple[str, int], float] = {}
    product: dict[tuple[str, int], float] = {}
    for name in ("assessed_energy.csv", "gdp.csv"):
        with (CHONGQING / name).open(encoding="utf-8-sig", newline="") as f:
            for r in csv.DictReader(f):
                key, value = (r["region"], int(r["year"])), float(r["value"])
                if r["quantity"] == "gdp":
                    product[key] = value
                elif r["quantity"] == "total_energy":
                    energy[key] = value
                else:
                    fuel = r["item"].removeprefix("assessed_fuel=")
                    amount = value * FACTORS[fuel] if fuel else value * GRID * 10
                    co2[key] = co2.get(key, 0.0) + amount
    for series in (co2, energy, product):
        for year in (2010, 2011, 2012, 2013):
            series["綦江区", year] -= series["万盛经开区", year]
        series["大足区", 2010] = math.fsum(series.pop((p, 2010)) for p in PREDECESSORS["大足区"])
    return co2, energy, product


def test_districts_and_municipality_agree_with_plain_python(assessed: TargetsResult) -> None:
    """39 districts and 重庆, four years, both indicators: intensities, yearly and cumulative declines."""
    co2, energy, product = _plain()
    seen = 0
    for a in assessed.report.assessments:
        series = co2 if a.target.indicator == "co2_per_gdp" else energy
        for before, y in zip((None, *a.years), a.years, strict=False):
            here = series[a.region, y.year] / product[a.region, y.year]
            first = series[a.region, a.target.base_year] / product[a.region, a.target.base_year]
            assert y.intensity == pytest.approx(here, rel=1e-12)
            assert y.cumulative == pytest.approx(1 - here / first, rel=1e-12, abs=1e-12)
            if before is not None:
                last = series[a.region, y.year - 1] / product[a.region, y.year - 1]
                assert y.annual == pytest.approx(1 - here / last, rel=1e-12, abs=1e-12)
            seen += 1
    assert {a.region for a in assessed.report.assessments} == {*districts(), "重庆"} and seen == 40 * 2 * 4


def test_the_parts_fit_the_whole_and_nothing_is_asked(assessed: TargetsResult) -> None:
    assert {p.code for p in assessed.problems} == {"levels.restated", "levels.perimeter"}
    made = roll_up(read_levels([CHONGQING]), "重庆")
    assert {c.category for c in made.ranked()} == {"5.2.3"}  # only what the districts cannot know
    one = next(e for e in assessed.evaluations if e.assessment.region == "重庆" and e.year == 2013)
    assert (one.plan, one.accepted_before) == (pytest.approx(0.036), pytest.approx(0.061)) and one.total is not None
    assert one.cumulative == pytest.approx(1 - (1 - 0.061) * (1 - (one.annual or 0.0)), rel=1e-12)


# ---- documents ----


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_park_has_a_document_of_its_own(tmp_path: Path, lang: str) -> None:
    """6.2 + 15.4 of two enterprises in two districts."""
    out = tmp_path / "park.docx"
    run("bulletin", CHONGQING, "--year", 2010, "--region", "两江新区", "-o", out, "--lang", lang)
    said = texts(out)
    assert (
        "21.6" in said
        and "示例水泥一厂" in said
        and "71.3%" in said
        and ("渝北区、江北区、北碚区" if lang == "zh" else "Yubei District, Jiangbei District, Beibei District") in said
    )
    again = tmp_path / "again.docx"
    run("bulletin", CHONGQING, "--year", 2010, "--region", "两江新区", "-o", again, "--lang", lang)
    assert out.read_bytes() == again.read_bytes()
    assert "2010" in run(
        "bulletin", CHONGQING, "--year", 2012, "--region", "两江新区", "-o", out, "--lang", lang, code=1
    )


def test_of_two_overlapping_rules_the_narrower_shares(tmp_path: Path) -> None:
    """E4 of the study: rules for 1.1.4 and 1.1.4.2 gave every city two figures and 26 errors."""
    folder = tmp_path / "江苏"
    shutil.copytree(ROOT / "examples" / "levels", folder)
    with (folder / "allocation.csv").open("a", encoding="utf-8") as f:
        f.write("江苏,1.1.4,fuel_consumption,,代理变量,常住人口,全部交通\n")
    before = roll_up(read_levels([ROOT / "examples" / "levels"]), "江苏")
    after = roll_up(read_levels([folder]), "江苏")
    assert not [p for p in after.problems if p.severity == "error"]
    place = ("1.1.4.2", "CO2")
    one, two = (next(c for c in r.lines if (c.category, c.gas) == place) for r in (before, after))
    assert one.parts == two.parts


@pytest.mark.slow
def test_the_bulletins_of_a_municipality_have_two_to_four_pages(tmp_path: Path) -> None:
    need_office()
    documents = [tmp_path / f"{year}.docx" for year in (2010, 2013)]
    for out in documents:
        run("bulletin", CHONGQING, "--year", out.stem, "--region", "重庆", "-o", out, "--no-charts")
    for path in all_converted(documents, "pdf", tmp_path):
        pdf = path.read_bytes()
        assert 2 <= (pdf.count(b"/Type/Page\n") or pdf.count(b"/Type/Page/")) <= 4, path.name
