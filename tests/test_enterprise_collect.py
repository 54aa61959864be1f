"""Collection into one file: nothing twice, nothing lost, resubmissions kept; queries, the province's summary,
reconciliation."""

from __future__ import annotations

import dataclasses
import shutil
import sqlite3
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from inventory.cli.app import enterprise as app
from inventory.enterprise import collect as module
from inventory.enterprise.collect import collect
from inventory.enterprise.compute import compute
from inventory.enterprise.industries import default_edition
from inventory.enterprise.model import Enterprise
from inventory.enterprise.offers import write_offers
from inventory.enterprise.province import write_summary
from inventory.enterprise.queries import history, query, set_status, unsettled
from inventory.enterprise.read import read_enterprise
from inventory.enterprise.reconcile import provincial_lines, reconcile
from inventory.enterprise.reconcile_inputs import Inventory, inventory_from, inventory_fuels_of, inventory_of
from inventory.enterprise.reconcile_sheets import write_reconciliation
from inventory.enterprise.report import write_report
from inventory.enterprise.store import opened

EXAMPLES = Path(__file__).parents[1] / "tests" / "data" / "enterprise"
NAMES = [p.stem for p in sorted(EXAMPLES.glob("*.toml"))]


def example(name: str) -> Enterprise:
    return read_enterprise(EXAMPLES / f"{name}.toml")[0]


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reports")
    for name in NAMES:
        write_report(compute(example(name)), folder / f"{name}.xlsx")
    return folder


@pytest.fixture
def folder(reports: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(reports, tmp_path / "in"))


def total(db: Path) -> float:
    return float(query(db, ())[1][0][1])


def test_all_reports_come_in_and_again_nothing_twice(folder: Path, tmp_path: Path) -> None:
    db = tmp_path / "c.db"
    first = collect(folder, db)
    assert (first.added, first.known, first.failed) == (len(NAMES), 0, ())
    wanted = sum(compute(example(n)).total(True) for n in NAMES)
    assert total(db) == pytest.approx(wanted)
    again = collect(folder, db)
    assert (again.added, again.known) == (0, len(NAMES)) and total(db) == pytest.approx(wanted)


def test_failing_files_are_listed_and_the_others_go_on(folder: Path, tmp_path: Path) -> None:
    (folder / "damaged.xlsx").write_bytes(b"PK\x03\x04 nothing")
    (folder / "~$open.xlsx").write_bytes(b"lock file")
    done = collect(folder, tmp_path / "c.db")
    assert done.added == len(NAMES) and [f for f, _ in done.failed] == ["damaged.xlsx"] and done.failed[0][1]
    # repaired: the same report as another, known
    (folder / "damaged.xlsx").write_bytes((folder / f"{NAMES[0]}.xlsx").read_bytes())
    assert collect(folder, tmp_path / "c.db").failed == ()


def test_a_crash_in_the_middle_loses_nothing(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, count = module.row_of_file, [0]

    def dies(entry: tuple[Path, str]) -> module.CollectedRow:
        count[0] += 1
        if count[0] == 4:
            raise MemoryError
        return real(entry)

    monkeypatch.setattr(module, "row_of_file", dies)
    with pytest.raises(MemoryError):
        collect(folder, tmp_path / "c.db")
    with opened(tmp_path / "c.db") as connection:
        assert connection.execute("select count(*) from submission").fetchone()[0] == 3
        assert (
            connection.execute(
                "select count(*) from line where submission not in (select id from submission)"
            ).fetchone()[0]
            == 0
        )
    monkeypatch.setattr(module, "row_of_file", real)
    assert collect(folder, tmp_path / "c.db").added == len(NAMES) - 3
    assert total(tmp_path / "c.db") == pytest.approx(sum(compute(example(n)).total(True) for n in NAMES))


def test_a_crash_while_writing_one_report_leaves_no_half_of_it(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = module._store

    def half(connection: sqlite3.Connection, row: module.CollectedRow, at: str) -> None:
        real(connection, row, at)
        raise OSError("disk full")

    monkeypatch.setattr(module, "_store", half)
    with pytest.raises(OSError):
        collect(folder, tmp_path / "c.db")
    monkeypatch.setattr(module, "_store", real)
    with opened(tmp_path / "c.db") as connection:
        assert connection.execute("select count(*) from submission").fetchone()[0] == 0
    assert collect(folder, tmp_path / "c.db").added == len(NAMES)


def test_a_resubmission_replaces_and_the_history_stays(folder: Path, tmp_path: Path) -> None:
    db = tmp_path / "c.db"
    collect(folder, db, at="2016-03-20 00:00:00")
    before = total(db)
    e = example("food_factory")
    changed = dataclasses.replace(
        e, power=tuple(dataclasses.replace(p, purchased=(p.purchased or 0) + 100) for p in e.power)
    )
    write_report(compute(changed), folder / "food_factory_2.xlsx")
    assert collect(folder, db, at="2016-04-01 00:00:00").added == 1
    assert total(db) == pytest.approx(before + 1200 * 0.7035)
    with opened(db) as connection:
        rows = list(connection.execute("select id, state from submission where industry = '20' order by id"))
    assert [r[1] for r in rows] == ["收到", "收到"]
    # the newest is sent back: the firm is awaited again and does not count
    set_status(db, rows[1][0], "退回", "电量有误")
    assert total(db) == pytest.approx(before - compute(e).total(True))
    assert unsettled(db)[1][0][:2] == (rows[1][0], "待重报")
    # an accepted version stands until its replacement is accepted
    set_status(db, rows[0][0], "接受")
    assert query(db, ("firm",), accepted_only=True)[1] == [
        ("示例酿造食品有限公司", 1, pytest.approx(compute(e).total(True)), 0)
    ]
    log = [r[3] for r in history(db, rows[1][0])[1]]
    assert log == ["收到", "退回"]
    with pytest.raises(ValueError):
        set_status(db, rows[0][0], "丢弃")


def test_who_must_report(folder: Path, tmp_path: Path) -> None:
    e = example("food_factory")
    for name, emission, energy in (
        ("a", 13_000.0, None),
        ("b", 12_999.0, 4_999.0),
        ("c", None, 5_000.0),
        ("d", None, None),
    ):
        p = dataclasses.replace(e.profile, name=name, code=name, emission_2010_t=emission, energy_2010_tce=energy)
        write_report(compute(dataclasses.replace(e, profile=p)), folder / f"{name}.xlsx")
    collect(folder, tmp_path / "c.db")
    with opened(tmp_path / "c.db") as connection:
        found = dict(connection.execute("select name, must_report from submission where name in ('a', 'b', 'c', 'd')"))
    assert found == {"a": 1, "b": 0, "c": 1, "d": None}


def test_labs_shared_between_firms_are_seen_across_the_collection(folder: Path, tmp_path: Path) -> None:
    e = example("power_plant")
    p = dataclasses.replace(e.profile, name="另一电厂", code="X")
    write_report(compute(dataclasses.replace(e, profile=p)), folder / "other.xlsx")
    done = collect(folder, tmp_path / "c.db")
    assert [x.code for x in done.across] == ["screen.lab_shared"] and "另一电厂" in done.across[0].text()


def test_two_processes_give_the_same_database(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PARALLEL_FROM", 1)
    collect(folder, tmp_path / "a.db", at="x", workers=2)
    collect(folder, tmp_path / "b.db", at="x", workers=1)
    dumps = []
    for name in "ab":
        with opened(tmp_path / f"{name}.db") as connection:
            dumps.append("\n".join(connection.iterdump()))
    assert dumps[0] == dumps[1]


def test_queries_add_up(folder: Path, tmp_path: Path) -> None:
    db = tmp_path / "c.db"
    collect(folder, db)
    for by in (("city",), ("industry",), ("source", "gas"), ("year",), ("firm",)):
        assert sum(r[-2] for r in query(db, by)[1]) == pytest.approx(total(db))
    assert query(db, ("city",), year=2014)[1] == []
    heading, rows = query(db, ("fuel", "industry"))
    assert heading[:3] == ["燃料", "单位", "行业"] and any(r[0] == "燃煤" and r[2] == "01" for r in rows)


def test_summary_workbook(folder: Path, tmp_path: Path) -> None:
    (folder / "damaged.xlsx").write_bytes(b"PK")
    collect(folder, tmp_path / "c.db")
    write_summary(tmp_path / "c.db", tmp_path / "s.xlsx", default_edition(), 2015)
    book = openpyxl.load_workbook(tmp_path / "s.xlsx", data_only=True)
    assert book.sheetnames == [
        "汇总",
        "应报告",
        "企业名单",
        "分排放源",
        "分燃料",
        "核查发现",
        "跨企业发现",
        "待重报和待确认",
        "未能读取",
    ]
    assert book["企业名单"].max_row == 3 + len(NAMES) and book["未能读取"]["A4"].value == "damaged.xlsx"
    must = book["应报告"]
    assert "13,000 tCO2e" in must["A3"].value and "5,000 tce" in must["A3"].value
    assert [(must.cell(r, 1).value, must.cell(r, 2).value) for r in (4, 5, 6)] == [
        ("是", len(NAMES)),
        ("否", 0),
        ("未填2010年数据", 0),
    ]
    assert must["C4"].value == pytest.approx(sum(book["企业名单"].cell(r, 10).value for r in range(4, 4 + len(NAMES))))


# ---- reconciliation ----


def test_every_source_has_a_provincial_line_or_a_reason() -> None:
    from inventory.edition import load

    known = set(load("prov2011").categories)
    lines = provincial_lines(default_edition())
    assert len(lines) == 160
    for source, (wanted, remark) in lines.items():
        assert (wanted and set(wanted) <= known) or remark, source


def test_reconciliation_takes_direct_emissions_only(folder: Path, tmp_path: Path) -> None:
    collect(folder, tmp_path / "c.db")
    inventory = {
        ("1.1.1.1", "CO2"): 4e6,
        ("1.1.3.4", "CO2"): 1e6,
        ("2.1", "CO2"): 1e6,
        ("2.6", "N2O"): 500.0,
        ("1.1.3.1", "CO2"): 4e6,
    }
    result = reconcile(tmp_path / "c.db", 2015, default_edition(), Inventory(inventory))
    by_line = {(c.label, c.gas): c for c in result.comparisons}
    power = compute(example("power_plant"))
    fuel = next(t for t in power.totals if t.source.id == "01-01").mass_t
    assert by_line["1.1.1.1", "CO2"].reports_t == pytest.approx(fuel)
    assert by_line["1.1.1.1", "CO2"].coverage == pytest.approx(fuel / 4e6)
    assert (by_line["1.1.3.1", "CO2"].coverage or 0) > 1  # more than the inventory has: ranked, shown, not hidden
    assert [abs(c.difference_t) for c in result.comparisons] == sorted(
        (abs(c.difference_t) for c in result.comparisons), reverse=True
    )
    compared = sum(c.reports_t for c in result.comparisons if c.gas == "CO2") + sum(
        m for _, g, _, m, _ in result.unmatched if g == "CO2"
    )
    indirect = default_edition().attribute
    direct = sum(
        t.mass_t
        for n in NAMES
        for t in compute(example(n)).totals
        if t.gas == "CO2" and t.source.scope == "direct" and not indirect("category", t.source.id, "indirect")
    )  # losses of the grid: CO2 of other firms' stacks, never compared
    assert compared == pytest.approx(direct)
    write_reconciliation(result, tmp_path / "r.xlsx", default_edition())
    assert openpyxl.load_workbook(tmp_path / "r.xlsx").sheetnames == [
        "对比",
        "分燃料对比",
        "分地市对比",
        "无对应行",
        "企业加权因子",
    ]


def test_reconciliation_by_city_and_of_one_province_only(folder: Path, tmp_path: Path) -> None:
    e = example("textile_mill")
    away = dataclasses.replace(e.profile, name="外省印染厂", code="", province="浙江省", city="宁波市")
    write_report(compute(dataclasses.replace(e, profile=away)), folder / "away.xlsx")
    collect(folder, tmp_path / "c.db")
    home = {example(n).profile.city for n in NAMES}
    city = example("power_plant").profile.city
    (tmp_path / "r.csv").write_text(
        f"region,year,category,gas,mass_t,account\n江苏,2015,1.1.1.1,CO2,4000000,total\n{city},2015,1.1.1.1,CO2,2500000,total\n",
        "utf-8",
    )
    held = inventory_from(tmp_path / "r.csv", "江苏", 2015)
    result = reconcile(tmp_path / "c.db", 2015, default_edition(), held)
    assert [(x.province, x.firms) for x in result.elsewhere] == [("浙江省", 1), ("黑龙江", 1)]
    assert {x.region for x in result.regions} <= home
    by_line = {(c.lines, c.gas): c.reports_t for c in result.comparisons}
    for key, whole in by_line.items():
        assert sum(x.reports_t for x in result.regions if (x.lines, x.gas) == key) == pytest.approx(whole)
    fuel = next(t for t in compute(example("power_plant")).totals if t.source.id == "01-01").mass_t
    mine = next(x for x in result.regions if x.region == city and x.lines == ("1.1.1.1",))
    assert mine.inventory_t == 2_500_000 and mine.coverage == pytest.approx(fuel / 2_500_000)
    for lang, first in (("zh", "对比"), ("en", "Lines")):
        write_reconciliation(result, tmp_path / f"{lang}.xlsx", default_edition(), {}, lang)
        book = openpyxl.load_workbook(tmp_path / f"{lang}.xlsx")
        assert book.sheetnames[0] == first


def test_fuels_are_compared_under_their_statistical_names(folder: Path, tmp_path: Path) -> None:
    collect(folder, tmp_path / "c.db")
    (tmp_path / "r.csv").write_text(
        "region,year,category,item,gas,mass_t,account\n江苏,2015,1.1.1.1,equipment=发电锅炉;fuel=原煤,CO2,2000000,total\n"
        "江苏,2015,1.1.1.1,equipment=工业锅炉;fuel=原煤,CO2,1000000,total\n江苏,2015,1.1.1.1,fuel=原煤,N2O,9,total\n",
        "utf-8",
    )
    fuels = inventory_fuels_of(tmp_path / "r.csv", "江苏", 2015)
    assert fuels == {("1.1.1.1", "原煤"): 3e6}
    found = {
        (x.line, x.fuel): x for x in reconcile(tmp_path / "c.db", 2015, default_edition(), Inventory({}, fuels)).fuels
    }
    coal = found["1.1.1.1", "原煤"]
    line = next(x for x in compute(example("power_plant")).ledger.lines if dict(x.item).get("fuel") == "燃煤")
    assert coal.inventory_t == 3e6 and coal.reports_t == pytest.approx(line.mass_t) and coal.firms == 1
    assert "燃煤" not in coal.comparable and "原煤" in coal.comparable
    kinds = {
        (x.line, x.fuel)
        for x in reconcile(tmp_path / "c.db", 2015, default_edition(), Inventory({}, {("1.1.3.4", "烟煤"): 5e5})).fuels
    }
    # kind against kind where both sides know it
    assert ("1.1.3.4", "烟煤") in kinds and ("1.1.3.4", "原煤") not in kinds


def test_offered_factors_are_weighted_measurements_in_provincial_units(folder: Path, tmp_path: Path) -> None:
    e = example("power_plant")
    p = dataclasses.replace(e.profile, name="另一电厂", code="X")
    labs = tuple(dataclasses.replace(r, ncv=(r.ncv or 0) * 1.1, carbon=(r.carbon or 0) * 1.1) for r in e.labs)
    write_report(compute(dataclasses.replace(e, profile=p, labs=labs)), folder / "other.xlsx")
    collect(folder, tmp_path / "c.db")
    offers = {
        (o.parameter, o.fuel): o for o in reconcile(tmp_path / "c.db", 2015, default_edition(), Inventory({})).offers
    }
    coal = offers["ncv", "原煤"]
    assert (
        coal.measured == 2
        and coal.value == pytest.approx((coal.low + coal.high) / 2)
        and coal.high == pytest.approx(coal.low * 1.1)
    )
    assert coal.unit == "kJ/kg" and 15_000 < coal.value < 30_000
    gas = offers["ncv", "天然气"]
    assert gas.unit == "kJ/m3" and gas.high == pytest.approx(38_931 * 273.15 / 293.15) and gas.measured == 0
    # the guidelines print both, weighted by consumption
    assert gas.low == pytest.approx(38_930 * 273.15 / 293.15) and gas.low < gas.value < gas.high
    assert offers["carbon_content", "原煤"].unit == "tC/TJ"
    n = write_offers(reconcile(tmp_path / "c.db", 2015, default_edition(), Inventory({})).offers, tmp_path / "f.csv")
    text = (tmp_path / "f.csv").read_text("utf-8")
    assert n == text.count("\n") - 1 and "天然气" not in text and "ncv,fuel=原煤" in text


def test_inventory_from_a_results_file(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text(
        "region,year,category,item,gas,mass_t,co2e_t,gwp_set,account,method,tier,flags\n"
        "江苏,2010,1.1.1.1,,CO2,5,5,SAR,total,m,1,\n江苏,2010,1.1.1.1,x,CO2,7,7,SAR,total,m,1,\n"
        "江苏,2010,M.3,,CO2,9,9,SAR,memo,m,1,\n",
        "utf-8",
    )
    assert inventory_of(tmp_path / "r.csv", "江苏", 2010) == {("1.1.1.1", "CO2"): 12.0}


# ---- command line ----


def test_the_commands_from_template_to_reconciliation(tmp_path: Path) -> None:
    run = CliRunner().invoke

    def ok(*arguments: object) -> str:
        result = run(app, [str(a) for a in arguments])
        assert result.exit_code == 0, result.output
        return result.output

    assert ok("industries").count("\n") == 24
    ok("template", "--industry", "食品", "-o", tmp_path / "t.xlsx", "--from", EXAMPLES / "food_factory.toml")
    (tmp_path / "in").mkdir()
    assert "39,509.70" in ok("report", tmp_path / "t.xlsx", "-o", tmp_path / "in" / "r.xlsx")
    assert (tmp_path / "in" / "r.docx").exists()
    ok("verify", tmp_path / "in" / "r.xlsx", "-o", tmp_path / "v.xlsx", "--year", "2015", "--industry", "20")
    assert "新增 1" in ok("collect", tmp_path / "in", "--db", tmp_path / "c.db")
    assert "宿迁市" in ok("query", "--db", tmp_path / "c.db", "--by", "city")
    ok("status", "--db", tmp_path / "c.db", "1", "接受")
    ok("summary", "--db", tmp_path / "c.db", "-o", tmp_path / "s.xlsx")
    (tmp_path / "results.csv").write_text(
        "region,year,category,gas,mass_t,account\n江苏,2015,1.1.3.5,CO2,100000,total\n", "utf-8"
    )
    out = ok(
        "reconcile",
        "--db",
        tmp_path / "c.db",
        "--inventory",
        tmp_path / "results.csv",
        "--region",
        "江苏",
        "--year",
        "2015",
        "-o",
        tmp_path / "x.xlsx",
        "--factors",
        tmp_path / "f.csv",
    )
    assert "1.1.3.5" in out and "覆盖率" in out


def test_wrong_use_of_the_commands(tmp_path: Path) -> None:
    run = CliRunner().invoke
    assert run(app, ["template", "--industry", "金融", "-o", str(tmp_path / "t.xlsx")]).exit_code == 1
    assert run(app, ["template", "--industry", "水泥", "-o", str(tmp_path / "t.docx")]).exit_code == 2
    assert run(app, ["report", str(tmp_path / "none.xlsx"), "-o", str(tmp_path / "r.xlsx")]).exit_code == 2
    (tmp_path / "bad.xlsx").write_bytes(b"PK")
    assert run(app, ["verify", str(tmp_path / "bad.xlsx")]).exit_code == 1
