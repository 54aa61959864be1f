"""Sum of the parts against the whole: the example's two planted faults are named, allocation, parks, coverage, faulty
parts, the command line."""

from __future__ import annotations

import csv
import io
import math
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from inventory import api
from inventory.cli.app import app
from inventory.core.problems import Collector, InventoryError, catalogue
from inventory.levels.allocation import allocated, parts_of, shares
from inventory.levels.lines import park_figures
from inventory.levels.present import reported, text, to_csv
from inventory.levels.project import read_levels
from inventory.levels.rollup import roll_up, wholes
from inventory.levels.walk import data_of

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / "examples" / "levels"
HEAD = "region,year,category,item,quantity,value,unit,source,uncertainty,note,data_kind\n"


@pytest.fixture(scope="module")
def example():
    levels = read_levels([EXAMPLE])
    return levels, roll_up(levels, "江苏")


def line(rolled, category: str, gas: str, year: int = 2010):
    return next(c for c in rolled.lines if (c.year, c.category, c.gas) == (year, category, gas))


def test_the_two_planted_faults_are_named_and_nothing_else_is(example):
    _, rolled = example
    power, cement = rolled.ranked()
    assert (power.category, cement.category) == ("1.1.1.1", "2.1")  # the larger difference first
    cause = power.causes[0]
    assert (cause.kind, cause.weight, cause.regions) == (
        "own_plants",
        3,
        ("徐州",),
    ) and "示例矿业集团自备电厂" in cause.text.text()
    cause = cement.causes[0]
    assert (cause.kind, cause.weight, cause.regions) == (
        "double_count",
        3,
        ("常州", "镇江"),
    ) and "示例建材集团溧阳水泥厂" in cause.text.text("en")
    # 180 万t of coal missing at 徐州; 160 万t of clinker too much at 镇江: 160·0.538 = 86.08 万t
    assert cement.difference_t == pytest.approx(-860_800) and power.difference_t == pytest.approx(
        power.whole_t / 9700 * 180
    )


def test_all_other_lines_agree_exactly_or_are_shares(example):
    _, rolled = example
    assert sorted(p for p, f in line(rolled, "2.1", "CO2").parts.items() if f.how == "notation") == sorted(
        ["南通", "盐城", "扬州", "泰州", "宿迁"]
    )
    for c in rolled.lines:
        if c.category not in ("1.1.1.1", "2.1"):
            assert c.relative == pytest.approx(0, abs=1e-12)
    assert all(f.illustrative for c in rolled.lines for f in c.parts.values() if f.how == "inventory")


def test_a_repaired_example_rolls_up(tmp_path):
    """The faults are the example's, not the roll-up's: with them mended every line agrees."""
    folder = tmp_path / "p"
    shutil.copytree(EXAMPLE, folder)
    for name, old, new in (("徐州.csv", ",1470,", ",1650,"), ("镇江.csv", ",770,", ",610,")):
        content = (folder / name).read_text("utf-8-sig")
        assert old in content
        (folder / name).write_text(content.replace(old, new), "utf-8")
    levels = read_levels([folder])
    rolled = roll_up(levels, "江苏")
    assert rolled.ranked() == () and rolled.total_co2e_t(2010) == pytest.approx(rolled.total_co2e_t(2010, "parts"))
    assert "各行差异都在" in "\n".join(text(rolled, levels))


def test_coverage_and_shares_from_above(example):
    _, rolled = example
    road, waste = line(rolled, "1.1.4.2", "CO2"), line(rolled, "5.1.1", "CH4")
    assert {f.how for f in road.parts.values()} == {"activity_share"} and {f.how for f in waste.parts.values()} == {
        "share"
    }
    assert road.coverage == waste.coverage == 0 and line(rolled, "2.1", "CO2").coverage == 1
    assert waste.shared_t == pytest.approx(waste.whole_t) and waste.parts["南京"].mass_t == pytest.approx(
        waste.whole_t * 800.5 / 7865
    )


def test_allocated_activity_can_be_walked_back(example):
    levels, rolled = example
    problems = Collector()
    made = allocated(levels, "江苏", (2010,), problems)
    assert not problems.reported and len(made) == 26
    d = next(x for x in made if x.region == "苏州" and dict(x.item)["fuel"] == "汽油")
    assert (
        d.data_kind == "估算"
        and d.value == d.terms[0].amount == pytest.approx(700 * 178 / 814)
        and d.terms[0].cell.file == "江苏.csv"
    )
    assert math.fsum(x.value for x in made if dict(x.item)["fuel"] == "汽油") == pytest.approx(700)
    ledger = rolled.ledgers["苏州"]
    emission = next(
        x
        for x in ledger.lines
        if x.region == "苏州" and x.category == "1.1.4.2" and "汽油" in x.item_text and x.gas == "CO2"
    )
    assert data_of(ledger, emission) == (d,) and "derived" in emission.flags


def test_nothing_is_shared_when_a_part_lacks_the_proxy(tmp_path):
    folder = tmp_path / "p"
    shutil.copytree(EXAMPLE, folder)
    rows = (folder / "proxies.csv").read_text("utf-8-sig").splitlines()
    (folder / "proxies.csv").write_text("\n".join(r for r in rows if not r.startswith("泰州")) + "\n", "utf-8")
    levels = read_levels([folder])
    assert shares(levels, parts_of(levels, "江苏"), 2010, "常住人口") == ({}, ("泰州",))
    rolled = roll_up(levels, "江苏")
    assert {p.code for p in rolled.problems} - {"levels.firm_in_two"} == {"levels.proxy_missing"}
    waste = line(rolled, "5.1.1", "CH4")
    assert len(waste.missing) == 13 and waste.causes[0].kind == "missing"


def test_park_is_the_sum_of_its_enterprises(example):
    levels, _ = example
    rolled = roll_up(levels, "苏州")
    assert rolled.parts == ("苏州工业园区",)
    power = line(rolled, "1.1.1.1", "CO2")
    assert power.parts["苏州工业园区"].mass_t == 2_105_000 and power.parts["苏州工业园区"].how == "enterprises"
    assert rolled.outside[("苏州工业园区", 2010)] == 452_000 and all(c.category != "M.3" for c in rolled.lines)


def test_reports_of_an_enterprise_listed_twice_count_once(example):
    _, rolled = example
    assert reported(line(rolled, "2.1", "CO2")) == 861_000 and len(line(rolled, "2.1", "CO2").reports) == 2


def test_electricity_from_outside_stays_beside_the_total(example):
    _, rolled = example
    assert rolled.outside[("无锡", 2010)] == pytest.approx(260e8 * 0.7356 / 1000)
    assert rolled.outside[("徐州", 2010)] < 0


# ---- causes on small projects ----

REGIONS = "name,level,parent\n甲市,地级市,江苏\n乙市,地级市,江苏\n"


def small(tmp_path: Path, rows: list[tuple], **files: str) -> Path:
    """A province that lists only two (own) cities: the others of 江苏 have no data."""
    body = "".join(f"{r},2010,{c},{i},{q},{v},{u},{s},,,示例\n" for r, c, i, q, v, u, s in rows)
    (tmp_path / "data.csv").write_text(HEAD + body, "utf-8")
    (tmp_path / "regions.csv").write_text(
        "name,level,parent\n丙省,省级,全国\n甲市,地级市,丙省\n乙市,地级市,丙省\n", "utf-8"
    )
    for name, content in files.items():
        (tmp_path / f"{name}.csv").write_text(content, "utf-8")
    return tmp_path


def lime(region: str, value: float, source: str = "年鉴") -> tuple:
    return (region, "2.2", "", "lime_production", value, "万吨", source)


def causes_of(folder: Path) -> list[tuple[str, int]]:
    rolled = roll_up(read_levels([folder]), "丙省")
    found = [(k.kind, k.weight) for c in rolled.ranked() for k in c.causes]
    for c in rolled.ranked():
        for k in c.causes:
            assert k.text.text("zh") and k.text.text("en")
    return found


@pytest.mark.parametrize(
    ("whole", "first", "second", "kind", "weight"),
    [
        (100, 60, 40, None, 0),
        (100, 60, 0.04, "unit", 3),  # 0.04 for 40: three powers of ten
        (100, 60, 60, "double_line", 1),  # the same figure twice, but the excess of 20 is not it
        (60, 60, 60, "double_line", 3),
    ],
)
def test_slips_and_twins(tmp_path, whole, first, second, kind, weight):
    found = causes_of(small(tmp_path, [lime("丙省", whole), lime("甲市", first), lime("乙市", second)]))
    if kind is None:
        assert found == []
    else:
        assert ("double_count" if kind == "double_line" else kind, weight) in found


def test_a_part_without_data_and_other_statistics(tmp_path):
    assert causes_of(small(tmp_path, [lime("丙省", 100), lime("甲市", 60)])) == [("missing", 2)]
    other = tmp_path / "b"
    other.mkdir()
    found = causes_of(
        small(other, [lime("丙省", 100, "省统计局"), lime("甲市", 55, "市统计局"), lime("乙市", 40, "市统计局")])
    )
    assert ("statistics", 2) in found


def test_boundary_is_only_a_guess_unless_declared(tmp_path):
    rows = [
        (r, "1.1.1.1", "equipment=发电锅炉;fuel=烟煤", "fuel_consumption", v, "万吨", "年鉴")
        for r, v in (("丙省", 100), ("甲市", 50), ("乙市", 41))
    ]
    assert causes_of(small(tmp_path, rows)) == [("boundary", 1)]
    declared = tmp_path / "b"
    declared.mkdir()
    folder = small(
        declared, rows, boundary="region,category,matter,rule,reason\n甲市,1.1.1,跨界电厂,全部计入乙市,厂址\n"
    )
    assert causes_of(folder) == [("boundary", 2), ("boundary", 1)]


def test_reports_above_the_inventory(tmp_path):
    folder = small(
        tmp_path,
        [lime("丙省", 100), lime("甲市", 20), lime("乙市", 40)],
        enterprises="region,year,enterprise,category,gas,value,unit,source\n甲市,2010,石灰厂,2.2,CO2,30,万t,报告\n",
    )
    assert ("own_plants", 2) in causes_of(folder)


# ---- faults ----


@pytest.mark.parametrize(
    ("file", "row", "code"),
    [
        (
            "allocation",
            "parent,category,quantity,item,rule,proxy,reason\n丙省,2.2,,,代理变量,人口,说明\n",
            "levels.no_proxy",
        ),
        ("allocation", "parent,category,quantity,item,rule,proxy,reason\n丙省,2.2,,,凭感觉,人口,说明\n", "levels.rule"),
        (
            "allocation",
            "parent,category,quantity,item,rule,proxy,reason\n丙省,2.2,,,不分摊,,说明\n丙省,2.2,,,所在地,,说明\n",
            "levels.rule_twice",
        ),
        (
            "allocation",
            "parent,category,quantity,item,rule,proxy,reason\n丙省,2.2,石灰,,不分摊,,说明\n",
            "word.quantity",
        ),
        (
            "proxies",
            "region,year,proxy,value,unit,source\n甲市,2010,人口,5,万人,年鉴\n甲市,2010,人口,6,万人,年鉴\n",
            "levels.proxy_twice",
        ),
        ("proxies", "region,year,proxy,value,unit,source\n丁市,2010,人口,5,万人,年鉴\n", "word.region"),
        (
            "enterprises",
            "region,year,enterprise,category,gas,value,unit,source\n甲市,2010,厂,2.2,CO2,30,箱,报告\n",
            "unit.unknown",
        ),
        (
            "enterprises",
            "region,year,enterprise,category,gas,value,unit,source\n甲市,2010,厂,9.9,CO2,30,t,报告\n",
            "word.category",
        ),
        ("regions", "name,level,parent\n甲市,地级市,丙省\n", "levels.unknown_parent"),
    ],
)
def test_faulty_files_are_told(tmp_path, file, row, code):
    folder = small(tmp_path, [lime("丙省", 100), lime("甲市", 60)])
    (folder / f"{file}.csv").write_text(row, "utf-8")
    found = read_levels([folder]).problems
    assert code in [p.code for p in found if p.severity == "error"]
    assert all(p.text("zh") and p.text("en") for p in found)


def test_a_part_that_cannot_be_computed_does_not_stop_the_others(tmp_path):
    bad = ("乙市", "5.1.1", "", "msw_generated", 5, "万吨", "年鉴")  # landfill asks for rates and composition
    rolled = roll_up(
        read_levels([small(tmp_path, [lime("丙省", 100), lime("甲市", 60), lime("乙市", 40), bad])]), "丙省"
    )
    assert list(rolled.failed) == ["乙市"] and [p.code for p in rolled.problems] == ["levels.region_failed"]
    assert rolled.lines[0].missing == ("乙市",)


def test_no_parts_and_no_data(tmp_path):
    levels = read_levels([small(tmp_path, [lime("甲市", 60)])])
    for whole, code in (
        ("甲市", "levels.no_parts"),
        ("丙省", "levels.no_data_of_whole"),
        ("不知道", "levels.no_parts"),
    ):
        with pytest.raises(InventoryError) as error:
            roll_up(levels, whole)
        assert [p.code for p in error.value.problems] == [code]
    assert wholes(read_levels([EXAMPLE])) == ["江苏", "苏州"]


# ---- output ----


def test_csv_has_every_line_and_part_and_adds_up(example):
    levels, rolled = example
    rows = list(csv.DictReader(io.StringIO(to_csv(rolled, levels))))
    assert len(rows) == len(rolled.lines) * 14
    cement = [r for r in rows if r["category"] == "2.1"]
    assert math.fsum(float(r["mass_t"]) for r in cement if r["region"] != "江苏") == pytest.approx(
        float(cement[0]["sum_t"])
    )
    assert to_csv(rolled, levels) == to_csv(roll_up(levels, "江苏"), levels)


@pytest.mark.slow
def test_command_line(tmp_path):
    run = CliRunner().invoke(app, ["rollup", str(EXAMPLE), "-o", str(tmp_path / "r.csv")])
    assert run.exit_code == 0 and "徐州" in run.stdout and (tmp_path / "r.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    english = CliRunner().invoke(app, ["rollup", str(EXAMPLE), "--lang", "en", "--tolerance", "5"])
    assert english.exit_code == 0 and "all lines agree within 5.00%" in english.stdout
    assert CliRunner().invoke(app, ["rollup", str(EXAMPLE), "--whole", "南京"]).exit_code == 1
    tree = CliRunner().invoke(app, ["levels", "tree", "--under", "江苏"])
    assert tree.exit_code == 0 and len(tree.stdout.splitlines()) == 14
    for level in ("地级市", "county", "园区"):
        made = CliRunner().invoke(
            app, ["levels", "template", "--level", level, "--region", "南京", "-o", str(tmp_path / "t.xlsx")]
        )
        assert made.exit_code == 0 and api.read([tmp_path / "t.xlsx"])[0].data == ()
    assert CliRunner().invoke(app, ["targets", str(EXAMPLE), "-o", str(tmp_path / "t.csv")]).exit_code == 0
    assert CliRunner().invoke(app, ["pilots"]).exit_code == 0


def test_the_example_compiles_as_any_project():
    ledger = api.compile(EXAMPLE)
    assert set(ledger.regions) == {"江苏", *(r.name for r in read_levels([EXAMPLE]).tree.children("江苏"))}
    assert {d.data_kind for d in ledger.data} == {"示例", "统计"}


@pytest.mark.slow
def test_same_output_under_other_hash_seeds(tmp_path):
    commands = ("rollup", "targets")
    code = (
        "import sys; from typer.testing import CliRunner; from inventory.cli.app import app\n"
        "for command in sys.argv[3:]:\n"
        "    done = CliRunner().invoke(app, [command, sys.argv[1], '-o', f'{sys.argv[2]}/{command}.csv'])\n"
        "    assert done.exit_code == 0, done.output\n"
        "    sys.stdout.buffer.write(done.stdout_bytes)"
    )
    seen = []
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", code, str(EXAMPLE), str(tmp_path), *commands],
            timeout=240,
            capture_output=True,
            cwd=ROOT,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        seen.append((done, [(tmp_path / f"{command}.csv").read_bytes() for command in commands]))
    assert seen[0] == seen[1] and seen[0][0]


def test_every_message_of_levels_and_policy_is_used_and_bilingual():
    own = {c for c in catalogue() if c.partition(".")[0] in ("levels", "cause", "targets", "bulletin")}
    code = "".join(p.read_text("utf-8") for p in (ROOT / "inventory").rglob("*.py"))
    assert {c for c in own if f'"{c}"' not in code} == set()
    for c in own:
        assert (
            catalogue()[c]["zh"]["what"]
            and catalogue()[c]["en"]["what"]
            and set(catalogue()[c]["zh"]) == set(catalogue()[c]["en"])
        )


def test_reports_collected_by_the_province_become_the_file(tmp_path):
    from inventory.enterprise.store import opened

    db = tmp_path / "reports.db"
    rows = [
        (1, "甲厂", "南京", [("01-01", "CO2", 100.0), ("01-01", "CO2", 20.0), ("01-02", "CO2", 5.0)]),
        (2, "乙厂", "", [("01-03", "CO2", 7.0)]),
    ]
    with opened(db) as connection:
        for number, name, city, lines in rows:
            values = (
                number,
                f"h{number}",
                f"{name}.xlsx",
                "2011-03-01",
                name,
                name,
                "01",
                2010,
                city,
                "江苏",
                "2011-03-01",
                "已收",
                "",
                0,
                "",
            )
            connection.execute(
                "insert into submission (id, sha256, file, received, firm, name, industry, "
                "year, city, province, compiled, state, kind, "
                "findings, worst) values (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
                values,
            )
            connection.executemany("insert into line values (?,?,?,?,?)", [(number, s, g, m, m) for s, g, m in lines])
        connection.commit()
    run = CliRunner().invoke(
        app, ["levels", "enterprises", str(db), "--year", "2010", "-o", str(tmp_path / "enterprises.csv")]
    )
    assert run.exit_code == 0 and "01-03" in run.output  # it has no provincial line: told, not guessed
    found = [
        (r.region, r.enterprise, r.category, r.gas, r.mass_t)
        for r in read_levels([tmp_path / "enterprises.csv"]).reports
    ]
    assert found == [("南京", "甲厂", "1.1.1.1", "CO2", 120.0), ("南京", "甲厂", "M.3", "CO2", 5.0)]
    # a place list puts an enterprise into its district and park
    places = tmp_path / "企业所在地.csv"
    places.write_text("企业,地区,园区\n甲 厂,苏州,苏州工业园区\n", "utf-8")
    out = tmp_path / "p" / "enterprises.csv"
    out.parent.mkdir()
    run = CliRunner().invoke(
        app, ["levels", "enterprises", str(db), "--year", "2010", "-o", str(out), "--places", str(places)]
    )
    assert run.exit_code == 0
    (out.parent / "regions.csv").write_text("code,name,level,parent\n,苏州工业园区,园区,苏州\n", "utf-8")
    levels = read_levels([out.parent])
    assert {(r.region, r.park) for r in levels.reports} == {("苏州", "苏州工业园区")}
    assert park_figures(levels, "苏州工业园区", [2010]) == {(2010, "1.1.1.1", "CO2"): 120.0}
    places.write_text("企业,地区,园区\n甲厂,苏州,\n甲厂,南京,\n", "utf-8")
    again = ["levels", "enterprises", str(db), "--year", "2010", "-o", str(out), "--places", str(places)]
    assert CliRunner().invoke(app, again).exit_code == 1
