"""Direct, purchased and cross-boundary emissions: by user sector, in the lines of the city standard, never in the
inventory's total."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from office import need_office, recalculated
from test_levels_faults import HEAD
from typer.testing import CliRunner

from inventory import api
from inventory.app.levels import ScopesRequest, ScopesResult, view_scopes
from inventory.cli.app import app
from inventory.core.problems import InventoryError
from inventory.edition import load
from inventory.edition.parts import GpcRow, UserRow, rows
from inventory.levels.scopes_book import text

DATA = (
    "杭州,2010,1.1.1.1,equipment=发电锅炉;fuel=烟煤,fuel_consumption,300,万吨,示例,,,示例\n"
    "杭州,2010,1.1.6,equipment=其他设备;fuel=天然气,fuel_consumption,3,亿m3,示例,,,示例\n"
    "杭州,2010,2.1,,clinker_production,100,万吨,示例,,,示例\n"
    "杭州,2010,,,electricity_from_outside,100,亿kWh,示例,,,示例\n"
    "杭州,2010,1.3,,notation,NO,,示例,,没有煤矿,示例\n"
)
OUTSIDE = (
    "杭州,2010,P.2,,purchased_electricity,200,亿kWh,示例,,,示例\n"
    "杭州,2010,居民生活用户,,purchased_electricity,60,亿kWh,示例,,,示例\n"
    "杭州,2010,P.2,,purchased_heat,10000000,百万千焦,示例,,,示例\n"
    "杭州,2010,X.1,,outside_co2,120,万t CO2,示例,,,示例\n"
    "杭州,2010,X.7,,outside_ch4,1,万t CH4,示例,,,示例\n"
    "杭州,2010,X.8,,notation,NO,,示例,,全部本地处理,示例\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "data.csv").write_text(HEAD + DATA, "utf-8")
    (tmp_path / "外购与跨界.csv").write_text(HEAD + OUTSIDE, "utf-8")
    return tmp_path


def made(folder: Path, **more: object) -> ScopesResult:
    return view_scopes(ScopesRequest((folder,), "杭州市", 2010, **more))  # type: ignore[arg-type]


def test_totals_by_hand(folder: Path) -> None:
    """浙江's grid of 2010: 0.6822 kg/kWh. Industry buys 200 x 6.822 + 110 = 1,474.4, households 60 x 6.822 = 409.32
    (10^4 t); cement 53.8; waste treated elsewhere 1 x 21."""
    s = made(folder).scopes
    of = {x.row.ref: x.amount for x in s.lines}
    assert of["I.3.2"].co2e_t(s.gwp) == pytest.approx(1474.4e4) and of["I.1.2"].co2e_t(s.gwp) == pytest.approx(409.32e4)
    assert of["II.4.3"].masses == {"CO2": pytest.approx(120e4)} and of["III.1.2"].co2e_t(s.gwp) == pytest.approx(21e4)
    assert (of["III.4.2"].notation, of["I.7.1"].notation, of["I.8.1"].notation) == ("NO", "NO", "NE")
    homes = of["I.1.1"].co2e_t(s.gwp)
    assert s.total_t("BASIC") == pytest.approx(homes + 1474.4e4 + 409.32e4 + 21e4)
    assert s.total_t("BASIC+") == pytest.approx(s.total_t("BASIC") + 53.8e4 + 120e4)
    assert s.total_t("territorial") == pytest.approx(s.direct_t)
    assert s.with_net_t == pytest.approx(s.direct_t + 682.2e4)  # 100 x 6.822, the information item
    assert "I.8.1" in s.not_estimated("BASIC") and "I.7.1" not in s.not_estimated("BASIC")


def test_users_add_up_and_power_made_here_counts_once(folder: Path) -> None:
    s = made(folder).scopes
    industry = next(u for u in s.users if u.row.id == "industry")
    assert industry.direct.co2e_t(s.gwp) == pytest.approx(53.8e4)
    assert sum(u.direct.co2e_t(s.gwp) for u in s.users) == pytest.approx(s.direct_t - s.power_t)


def test_waste_from_elsewhere_comes_off(folder: Path) -> None:
    before = made(folder).scopes
    with (folder / "外购与跨界.csv").open("a", encoding="utf-8") as f:
        f.write("杭州,2010,X.9,,outside_ch4,0.5,万t CH4,示例,,,示例\n")
    after = made(folder).scopes
    assert after.total_t("BASIC") == pytest.approx(before.total_t("BASIC") - 0.5 * 21e4)
    assert after.total_t("territorial") == before.total_t("territorial")


def test_the_inventory_does_not_change(folder: Path) -> None:
    beside = [(x.category, x.gas, x.mass_t) for x in api.compile(folder).lines]
    (folder / "外购与跨界.csv").unlink()
    assert beside and beside == [(x.category, x.gas, x.mass_t) for x in api.compile(folder).lines]


def test_without_the_file_scope_two_is_not_estimated(folder: Path) -> None:
    (folder / "外购与跨界.csv").unlink()
    s = made(folder).scopes
    assert s.purchased_t == 0 and {"I.1.2", "I.3.2"} <= set(s.not_estimated("BASIC"))


def test_faults_never_stop_the_view(folder: Path) -> None:
    (folder / "外购与跨界.csv").write_text(
        HEAD + "杭州,1999,P.2,,purchased_electricity,200,亿kWh,示例,,,示例\n", "utf-8"
    )
    result = made(folder)
    assert result.scopes.direct_t > 0 and any(p.severity == "error" for p in result.problems)
    with pytest.raises(InventoryError):
        view_scopes(ScopesRequest((folder,), "杭州", 1999))


def test_every_category_stands_on_one_line() -> None:
    """Each leaf of the provincial tree is in exactly one line of scope 1 and with one user (power plants with none)."""
    province, city = load("prov2011"), load("city")
    parents = {c.parent for c in province.categories.values()}
    for leaf in (c for c in province.categories if c not in parents and not province.categories[c].memo):
        held = [r.ref for r in rows(city, GpcRow) if leaf in province.descendants(tuple(r.categories))]
        users = [u.id for u in rows(city, UserRow) if leaf in province.descendants(tuple(u.categories))]
        assert len(held) == 1, (leaf, held)
        assert len(users) == (0 if leaf == "1.1.1.1" else 1), (leaf, users)
    outside = [c for c in city.categories if "." in c]
    assert sorted(c for r in rows(city, GpcRow) for c in r.outside) == sorted(outside)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_workbook_has_live_totals(folder: Path, lang: str) -> None:
    target = folder.parent / f"{folder.name}.xlsx"
    s = made(folder, output=target, lang=lang).scopes
    sheet = openpyxl.load_workbook(target, data_only=True)["GPC"]
    values = {r[3].value: r[8].value for r in sheet.iter_rows(min_row=4) if r[8].value is not None}
    assert values["BASIC 合计" if lang == "zh" else "BASIC total"] == pytest.approx(s.total_t("BASIC"))
    formulas = openpyxl.load_workbook(target)["GPC"]
    assert sum(str(c.value).startswith("=") for r in formulas.iter_rows() for c in r) == 3
    assert "BASIC" in "\n".join(text(s, lang))
    word = "凭记忆，未核对" if lang == "zh" else "from memory, not checked"  # the correspondence of every line
    assert {r[10].value for r in sheet.iter_rows(min_row=4, max_row=3 + len(s.lines))} == {word}


def test_a_user_without_data_sums_to_ne_and_not_to_zero(folder: Path) -> None:
    target = folder.parent / "gpc.xlsx"
    s = made(folder, output=target).scopes
    sheet = openpyxl.load_workbook(target, data_only=True)["按用户"]
    rows = {r[0].value: [c.value for c in r[1:4]] for r in sheet.iter_rows(min_row=4)}
    empty = [u.row.label_zh for u in s.users if not u.direct.masses and not u.purchased.masses]
    assert empty and all(rows[name][2] in ("NE", "NO", "IE") for name in empty)
    known = sum(u.direct.co2e_t(s.gwp) + u.purchased.co2e_t(s.gwp) for u in s.users)
    assert rows["合计（不含发电供热）"][2] == pytest.approx(known, rel=1e-12)


def test_the_workbook_recalculates(folder: Path) -> None:
    need_office()
    target = folder.parent / "gpc.xlsx"
    s = made(folder, output=target).scopes
    sheet = openpyxl.load_workbook(recalculated(target, folder.parent), data_only=True)["GPC"]
    values = {r[3].value: r[8].value for r in sheet.iter_rows(min_row=4)}
    for basis, name in (("BASIC", "BASIC 合计"), ("BASIC+", "BASIC+ 合计"), ("territorial", "属地合计（范围一）")):
        assert values[name] == pytest.approx(s.total_t(basis), rel=1e-9)


def test_command_line(folder: Path) -> None:
    result = CliRunner().invoke(app, ["levels", "scopes", str(folder), "--region", "杭州", "--year", "2010"])
    assert result.exit_code == 0 and "直接加净外购" in result.output and "已计算部分" in result.output
