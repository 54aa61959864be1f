"""Which report counts: the cases of the study (a revision beside its original, a code typed three ways, one code with
two names, accepted and then resubmitted, returned), two collectors at once, files that break, older databases."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from pathlib import Path

import pytest

from inventory.core.problems import InventoryError
from inventory.enterprise import collected
from inventory.enterprise.collect import Collected, collect
from inventory.enterprise.compute import compute
from inventory.enterprise.identity import check_digit, fault_of
from inventory.enterprise.model import Enterprise, Power, Profile
from inventory.enterprise.queries import differences, history, query, set_status, settle, unsettled
from inventory.enterprise.report import write_report
from inventory.enterprise.store import VERSION, opened

CODE = "91350100M000100Y43"  # the example of GB 32100-2015
OTHER = "9132000010000000X" + check_digit("9132000010000000X")


def building(folder: Path, file: str, mwh: float = 1000.0, **profile: object) -> float:
    """Write a small report; its total."""
    p = Profile(
        **{
            "name": "示例大厦",
            "code": CODE,
            "industry": "21",
            "year": 2015,
            "city": "南京市",
            "kind": "示例",
            **profile,
        }
    )  # type: ignore[arg-type]
    e = Enterprise(profile=p, power=tuple(Power(m, "华东", "甲", mwh / 12) for m in range(1, 13)))
    result = compute(e)
    folder.mkdir(exist_ok=True)
    write_report(result, folder / file)
    return result.total(True)


def total(db: Path, **more: bool) -> float:
    return float(query(db, (), **more)[1][0][1] or 0.0)


def codes(done: Collected) -> set[str]:
    return {p.code for p in done.across}


def test_credit_codes() -> None:
    assert (
        fault_of(CODE)
        == fault_of("91350100m000100y43")
        == fault_of("９１３５０１００Ｍ０００１００Ｙ４３")
        == fault_of("")
        == ""
    )
    assert (
        fault_of("91350100M000100Y44") == "digit"
        and fault_of("9135") == "length"
        and fault_of("91350100I000100Y43") == "letters"
    )


def test_a_revision_beside_its_original_counts_by_its_date(tmp_path: Path) -> None:
    building(tmp_path / "in", "某大厦2015.xlsx", 1000, date="2016-03-01")
    revised = building(tmp_path / "in", "某大厦2015-修订.xlsx", 1200, date="2016-03-20")  # "-" sorts before "."
    collect(tmp_path / "in", tmp_path / "c.db")
    assert total(tmp_path / "c.db") == pytest.approx(revised)


def test_two_candidates_of_one_receipt_are_a_question(tmp_path: Path) -> None:
    first = building(tmp_path / "in", "a.xlsx", 1000, date="2016-03-01")
    building(tmp_path / "in", "b.xlsx", 1200, date="2016-03-01")
    assert "collect.two_candidates" in codes(collect(tmp_path / "in", tmp_path / "c.db"))
    assert total(tmp_path / "c.db") == 0
    rows = unsettled(tmp_path / "c.db")[1]
    assert [r[1] for r in rows[:2]] == ["待确认", "待确认"]
    set_status(tmp_path / "c.db", 2, "撤回", "企业确认以另一份为准", who="张三")
    assert total(tmp_path / "c.db") == pytest.approx(first)


def test_a_code_typed_three_ways_is_one_firm(tmp_path: Path) -> None:
    for n, code in enumerate((CODE, CODE.lower(), "")):
        last = building(tmp_path / "in", f"{n}.xlsx", 1000 + n, code=code, date=f"2016-03-0{n + 1}")
    done = collect(tmp_path / "in", tmp_path / "c.db")
    assert query(tmp_path / "c.db", ())[1] == [(1, pytest.approx(last), 0)] and "collect.code_blank" in codes(done)


def test_one_code_with_two_names_keeps_both_until_settled(tmp_path: Path) -> None:
    a = building(tmp_path / "in", "a.xlsx", 1000, name="甲大厦", date="2016-03-01")
    b = building(tmp_path / "in", "b.xlsx", 1200, name="乙大厦", date="2016-03-02")
    done = collect(tmp_path / "in", tmp_path / "c.db")
    assert "collect.code_two_names" in codes(done) and query(tmp_path / "c.db", ())[1] == [(2, pytest.approx(a + b), 0)]
    settle(tmp_path / "c.db", CODE, ["甲大厦", "乙大厦"])
    assert query(tmp_path / "c.db", ())[1] == [(1, pytest.approx(b), 0)]


def test_equal_names_with_different_codes_are_two_firms_and_asked_about(tmp_path: Path) -> None:
    a, b = building(tmp_path / "in", "a.xlsx", 1000), building(tmp_path / "in", "b.xlsx", 1200, code=OTHER)
    assert "collect.name_two_codes" in codes(collect(tmp_path / "in", tmp_path / "c.db")) and total(
        tmp_path / "c.db"
    ) == pytest.approx(a + b)


def test_an_accepted_version_stands_until_its_replacement_is_accepted(tmp_path: Path) -> None:
    db = tmp_path / "c.db"
    first = building(tmp_path / "in", "a.xlsx", 1000, date="2016-03-01")
    collect(tmp_path / "in", db, at="2016-03-10 08:00:00")
    set_status(db, 1, "接受", who="张三")
    second = building(tmp_path / "in", "b.xlsx", 1200, date="2016-04-01")
    collect(tmp_path / "in", db, at="2016-04-10 08:00:00")
    assert total(db) == total(db, accepted_only=True) == pytest.approx(first)
    set_status(db, 2, "接受", "核实后采用", who="李四")
    assert total(db) == total(db, accepted_only=True) == pytest.approx(second)
    assert [(r[0], r[3], r[5]) for r in history(db, firm="示例大厦")[1]] == [
        (1, "收到", ""),
        (1, "接受", "张三"),
        (2, "收到", ""),
        (1, "被替代", "李四"),
        (2, "接受", "李四"),
    ]


def test_a_returned_report_is_awaited_and_not_counted(tmp_path: Path) -> None:
    db = tmp_path / "c.db"
    building(tmp_path / "in", "a.xlsx", 1000, date="2016-03-01")
    collect(tmp_path / "in", db, at="2016-03-10 08:00:00")
    building(tmp_path / "in", "b.xlsx", 1200, date="2016-04-01")
    collect(tmp_path / "in", db, at="2016-04-10 08:00:00")
    set_status(db, 2, "退回", "电量有误")
    assert total(db) == 0 and [r[:2] for r in unsettled(db)[1]] == [(2, "待重报")]


def test_two_versions_cell_by_cell(tmp_path: Path) -> None:
    building(tmp_path / "in", "a.xlsx", 1200, date="2016-03-01")
    building(tmp_path / "in", "b.xlsx", 2400, date="2016-03-02")
    collect(tmp_path / "in", tmp_path / "c.db")
    rows = {(r[0], r[1]): r[2:] for r in differences(tmp_path / "c.db", 1, 2)[1]}
    assert rows["电力", "D4"] == (100.0, 200.0) and rows["封面", "B8"] == ("2016-03-01", "2016-03-02")
    with pytest.raises(InventoryError):
        differences(tmp_path / "c.db", 1, 99)


def test_a_broken_file_costs_itself_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = building(tmp_path / "in", "b.xlsx")
    shutil.copy(tmp_path / "in" / "b.xlsx", tmp_path / "in" / "a.xlsx")
    (tmp_path / "in" / "说明.pdf").write_bytes(b"%PDF")
    (tmp_path / "in" / "打包.zip").write_bytes(b"PK")
    data = bytearray((tmp_path / "in" / "a.xlsx").read_bytes())
    data[4] ^= 0x40  # the version a reader of the zip needs
    (tmp_path / "in" / "a.xlsx").write_bytes(bytes(data))
    real = collected.verify_sheets

    def breaks(path: Path) -> tuple:
        if Path(path).name == "a.xlsx":
            raise NotImplementedError("zip file version 8.4")
        return real(path)

    monkeypatch.setattr(collected, "verify_sheets", breaks)
    done = collect(tmp_path / "in", tmp_path / "c.db")
    assert (
        done.added == 1
        and [f for f, _ in done.failed] == ["a.xlsx"]
        and total(tmp_path / "c.db") == pytest.approx(wanted)
    )
    assert sorted(kind for _, kind in done.skipped) == [".pdf", ".zip"]
    with opened(tmp_path / "c.db") as connection:
        assert connection.execute("select count(*) from skipped").fetchone()[0] == 2


def test_two_collectors_at_once_add_each_report_once(tmp_path: Path) -> None:
    wanted = sum(building(tmp_path / "in", f"{n}.xlsx", 1000 + n, name=f"大厦{n}", code="") for n in range(12))
    faults: list[BaseException] = []

    def run() -> None:
        try:
            collect(tmp_path / "in", tmp_path / "c.db")
        except BaseException as error:
            faults.append(error)

    threads = [threading.Thread(target=run, daemon=True) for _ in range(3)]
    for t in threads:
        t.start()
    for t in threads:
        t.join(120)
    assert not any(t.is_alive() for t in threads), "a collector waits for the other"
    assert not faults and query(tmp_path / "c.db", ())[1] == [(12, pytest.approx(wanted), 0)]


def test_a_database_of_the_first_version_is_brought_up(tmp_path: Path) -> None:
    old = sqlite3.connect(tmp_path / "old.db")
    old.executescript("""
create table submission (id integer primary key, sha256 text not null unique, file text not null, received text not null, firm text not null,
  name text not null, industry text not null, year integer not null, city text not null, province text not null, sequence integer not null,
  status text not null, kind text not null, filed_total real, total real, direct real, must_report integer, emission_2010 real, energy_2010 real,
  findings integer not null, worst text not null);
create index submission_firm on submission (firm, year, sequence);
create table line (submission integer, source text, gas text, mass_t real, co2e_t real);
create table fuel (submission integer, fuel text, amount real, unit text, ncv real, ncv_unit text, ncv_tick text, cc real, cc_tick text, oxidation real,
  oxidation_tick text, co2_t real);
create table lab (submission integer, fuel text, month integer, ncv real, carbon real, sheet text, cell text);
create table finding (submission integer, grade text, code text, size_t real, text text);
create table history (submission integer, status text, at text, note text);
create table failure (sha256 text primary key, file text, at text, reason text);
insert into submission values (1, 'x', 'a.xlsx', '2016-03-01', '甲厂', '甲厂', '21', 2015, '南京市', '江苏', 1, '接受', '示例', 5, 5, 5, 1, null, null, 0, '');
insert into line values (1, '21-02', 'CO2', 5, 5);
insert into history values (1, '接受', '2016-04-01', '好');""")
    old.commit()
    old.close()
    assert total(tmp_path / "old.db") == 5 and history(tmp_path / "old.db", 1)[1][0][3:7] == (
        "接受",
        "2016-04-01",
        "",
        "好",
    )
    with opened(tmp_path / "old.db") as connection:
        assert connection.execute("pragma user_version").fetchone()[0] == VERSION
        connection.execute(f"pragma user_version = {VERSION + 1}")
    with pytest.raises(InventoryError, match="版"):
        total(tmp_path / "old.db")


def test_an_unreadable_cell_shows_in_the_query(tmp_path: Path) -> None:
    import openpyxl

    building(tmp_path / "in", "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "in" / "a.xlsx")
    sheet = book["附表2"]
    cell = next(c for row in sheet.iter_rows() for c in row if isinstance(c.value, int | float) and c.value > 100)
    cell.value = "二十三万"
    book.save(tmp_path / "in" / "a.xlsx")
    collect(tmp_path / "in", tmp_path / "c.db")
    assert [r[-1] for r in query(tmp_path / "c.db", ("year",))[1]] in ([1], [])
    with opened(tmp_path / "c.db") as connection:
        assert connection.execute("select incomplete from submission").fetchone()[0] == 1
