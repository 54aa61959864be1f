"""The completeness state: what is required and missing is an error or a warning, is carried to line, total and console,
and stops a final set."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from compiled_help import compiled, errors
from typer.testing import CliRunner

import inventory
from inventory.archive import FilingSettings, freeze
from inventory.cli.app import app
from inventory.compiling import compile_project
from inventory.core.activity import Datum, Notation, OpenCell, Project, RowNotation, datum
from inventory.core.completeness import LineStatus, notations_of_rows, state_of
from inventory.core.edition import Edition
from inventory.core.feeds import Feeds
from inventory.core.ledger import Ledger
from inventory.core.problems import InventoryError, Origin
from inventory.core.statements import FindingAnswer
from inventory.edition import load

EXAMPLE = Path(__file__).parent.parent / "examples" / "jiangsu"


@pytest.fixture(scope="module")
def edition() -> Edition:
    return load("prov2011")


def defaults(edition: Edition) -> dict[str, tuple[str, str]]:
    return {c.id: (c.default, "") for c in edition.declared.choices.values()}


def rice(year: int, area: float = 100, season: str = "单季稻") -> Datum:
    return datum("湖南", year, "rice_area", area, "万公顷", {"season": season})


def clinker(year: int) -> Datum:
    return datum("湖南", year, "clinker_production", 2000, "万吨")


def line(ledger: Ledger, category: str, year: int, gas: str = "CH4") -> LineStatus:
    return next(s for s in state_of(ledger).lines if (s.category, s.year, s.gas) == (category, year, gas))


# ---- a row that has a figure in another year ----


@pytest.fixture(scope="module")
def without_rice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example without its one line of rice in 2010."""
    folder = tmp_path_factory.mktemp("p") / "jiangsu"
    shutil.copytree(EXAMPLE, folder)
    table = folder / "agriculture.csv"
    lines = table.read_text("utf-8").splitlines(keepends=True)
    kept = [x for x in lines if not ("2010" in x and "rice_area" in x)]
    assert len(kept) == len(lines) - 1
    table.write_text("".join(kept), "utf-8")
    return folder


def test_a_deleted_line_of_the_example_is_an_error_in_check_and_compile(without_rice: Path, tmp_path: Path) -> None:
    found = [p for p in inventory.check(without_rice) if p.severity == "error"]
    assert [p.code for p in found] == ["completeness.series"]
    assert all("水稻播种面积" in p.text() and "2010" in p.text() and "3.1.1" in p.text() for p in found)
    done = CliRunner().invoke(app, ["compile", str(without_rice), "-o", str(tmp_path / "x.xlsx")])
    assert done.exit_code == 1 and not (tmp_path / "x.xlsx").exists()


def test_a_key_in_its_place_is_an_answer(without_rice: Path) -> None:
    project, problems = inventory.read(without_rice)
    key = Notation("江苏", 2010, "3.1.1", "CH4", "NE", "农业年报尚未到")
    ledger = compile_project(
        replace(project, notations=(*project.notations, key)), load("prov2011"), read_problems=problems
    )
    assert line(ledger, "3.1.1", 2010).state == "notation"
    assert not [p for p in ledger.warnings if p.code.startswith("completeness")]


@pytest.mark.parametrize(
    ("gone", "label"),
    [
        ("2010,1.3.1,ownership=乡镇(个体),", "井工煤矿原煤产量"),
        ("2010,3.3,animal=山羊;scale=农户饲养,", "畜禽年末存栏量"),
        ("industry=纺织业;pathway=处理系统,industrial_cod", "工业废水COD量"),
        ("crop=小麦,crop_yield", "农作物产量"),
    ],
)
def test_one_row_of_many_is_missed_too(tmp_path: Path, gone: str, label: str) -> None:
    """A blank that leaves the report line with a figure: the study's mines, pigs and forests."""
    folder = tmp_path / "jiangsu"
    shutil.copytree(EXAMPLE, folder)
    removed = 0
    for table in folder.glob("*.csv"):
        lines = table.read_text("utf-8-sig").splitlines(keepends=True)
        at = next((n for n, x in enumerate(lines) if gone in x and "2010" in x), None)
        if at is not None and not removed:
            removed = 1
            table.write_text("".join(x for n, x in enumerate(lines) if n != at), "utf-8-sig")
    assert removed
    found = [p for p in inventory.check(folder) if p.code == "completeness.series"]
    assert len(found) == 1 and any(word in found[0].text() for word in label.split("|"))


def test_zero_whole_and_measured_rows_are_not_asked_for() -> None:
    none = compiled(rice(2005), rice(2010), rice(2005, 0, "双季早稻"))
    assert [p.severity for p in none.warnings if p.code.startswith("completeness")] == ["warning"], (
        "asked about, and no reason to stop"
    )
    herd = {"animal": "猪"}
    assert compiled(
        datum("湖南", 2005, "livestock", 30, "万头", {**herd, "scale": "不分规模"}),
        datum("湖南", 2010, "livestock", 20, "万头", {**herd, "scale": "规模化饲养"}),
        datum("湖南", 2010, "livestock", 20, "万头", {**herd, "scale": "农户饲养"}),
    )
    measured = datum("湖南", 2010, "measured_emission", 900, "t", {"category": "2.1", "gas": "CO2"})
    assert compiled(clinker(2005), rice(2005), rice(2010), measured)


def test_an_answer_makes_it_a_hint_and_stays_an_answer() -> None:
    said = FindingAnswer("completeness", "湖南|2010|clinker_production", "2010年起全部停产", "张三", "2012-03-01")
    assert [p.code for p in errors(clinker(2005), rice(2005), rice(2010))] == ["completeness.series"]
    ledger = compiled(clinker(2005), rice(2005), rice(2010), answers=(said,))
    (hint,) = [p for p in ledger.warnings if p.code == "question.answered"]
    assert hint.severity == "hint" and "张三" in hint.text() and "停产" in hint.text("en")


# ---- cells of a form ----


def open_cell(season: str, year: int = 2010) -> OpenCell:
    return OpenCell("湖南", year, "rice_area", (("season", season),), "万公顷", Origin("农业.xlsx", "稻田甲烷", "F8"))


def test_a_cell_of_a_form_that_waits_makes_its_line_and_total_incomplete() -> None:
    ledger = compiled(rice(2005), rice(2010), open_cells=(open_cell("双季晚稻"),))
    (warning,) = [p for p in ledger.warnings if p.code == "completeness.open"]
    assert warning.origin.cell == "F8" and "双季晚稻" in warning.text()
    assert line(ledger, "3.1.1", 2010).state == "computed"
    assert line(ledger, "3.1.3", 2010).state == "missing"
    assert [c.quantity for c in state_of(ledger).cells] == ["rice_area"]


def test_a_line_with_a_waiting_cell_beside_figures_is_incomplete() -> None:
    pigs = tuple(
        datum("湖南", y, "livestock", 30, "万头", {"animal": "猪", "scale": "规模化饲养"}) for y in (2005, 2010)
    )
    waiting = OpenCell(
        "湖南", 2010, "livestock", (("animal", "猪"), ("scale", "农户饲养")), "万头", Origin("a.xlsx", "b", "F3")
    )
    ledger = compiled(*pigs, open_cells=(waiting,))
    assert line(ledger, "3.3.6", 2010).state == "incomplete"
    assert line(ledger, "3.3.6", 2005).state == "computed"
    whole = tuple(replace(d, item=(("animal", "猪"), ("scale", "不分规模"))) for d in pigs)
    assert line(compiled(*whole, open_cells=(waiting,)), "3.3.6", 2010).state == "computed"


# ---- keys of rows ----


def row_key(quantity: str, key: str, reason: str = "", year: int = 2010, **item: str) -> RowNotation:
    return RowNotation("湖南", year, quantity, tuple(sorted(item.items())), key, reason, Origin("f.xlsx", "s", "E5"))


def test_a_key_of_a_row_belongs_to_the_finest_category(edition: Edition) -> None:
    feeds = Feeds(edition, defaults(edition))
    assert feeds.categories("oil_gas_activity", {"facility": "增压站"}) == ("1.4.3",)
    assert feeds.categories("livestock", {"animal": "骆驼", "scale": "放牧饲养"}) == ("3.3.10", "3.4.10")
    rows = (
        row_key("oil_gas_activity", "NO", "没有", facility="天然气加工处理"),
        row_key("oil_gas_activity", "NE", "没有数", facility="增压站"),
    )
    taken = [("湖南", 2010, "oil_gas_activity", (("facility", "计量站"),))]
    made = notations_of_rows(rows, taken, edition, defaults(edition))
    shared = set(feeds.categories("oil_gas_activity", {"facility": "计量站"}))
    assert {(n.category, n.key) for n in made} == {
        (c, k) for c, k in (("1.4.2", "NO"), ("1.4.3", "NE")) if c not in shared
    }


def test_a_line_with_some_rows_not_estimated_is_partial_and_keeps_the_reasons() -> None:
    cod = {"industry": "纺织业", "pathway": "处理系统"}
    rows = tuple(
        row_key("industrial_cod", "NE", "环境统计没有分行业数据", industry=i, pathway="处理系统")
        for i in ("家具制造业", "橡胶制品业")
    )
    data = (
        datum("湖南", 2010, "industrial_cod", 1, "万t COD", cod),
        datum("湖南", 2010, "industrial_cod", 0.1, "万t COD", {**cod, "pathway": "排入环境"}),
    )
    own = (inventory_mcf(),)
    status = line(compiled(*data, row_notations=rows, factors=own), "5.2.2", 2010)
    assert status.state == "partial" and "环境统计没有分行业数据" in status.reasons and "家具制造业" in status.reasons


def inventory_mcf():  # type: ignore[no-untyped-def]
    from inventory.core.activity import UserFactor

    return UserFactor("industrial_mcf", (("industry", "纺织业"),), 0.5, "1", "测试", "省级", gas="CH4")


# ---- keys and figures ----


@pytest.mark.parametrize(("category", "key"), [("3.1.1", "NO"), ("3.1", "NO"), ("3", "NA")])
def test_not_occurring_beside_a_figure_is_refused(category: str, key: str) -> None:
    (found,) = errors(rice(2010), notations=(Notation("湖南", 2010, category, "", key, ""),))
    assert found.code == "notation.with_data" and category in found.text()


def test_not_estimated_beside_a_figure_of_another_leaf_is_not_refused() -> None:
    ledger = compiled(rice(2010), notations=(Notation("湖南", 2010, "3.1", "", "NE", "其余季别没有数"),))
    assert line(ledger, "3.1.1", 2010).state == "computed" and line(ledger, "3.1.2", 2010).state == "notation"


def test_a_key_frees_a_category_from_asking_for_factors() -> None:
    winter = datum("湖南", 2010, "rice_area", 5, "万公顷", {"season": "冬水田"})
    assert [p.code for p in errors(rice(2010), winter)] == ["factor.missing"]
    buffalo = datum("湖南", 2010, "livestock", 1, "万头", {"animal": "水牛", "scale": "放牧饲养"})
    asked = errors(rice(2010), buffalo)
    assert {p.code for p in asked} == {"factor.missing"}
    keys = tuple(Notation("湖南", 2010, c, "", "NE", "没有因子") for c in ("3.3.3", "3.4.3"))
    ledger = compiled(rice(2010), buffalo, notations=keys)
    assert line(ledger, "3.3.3", 2010).state == "notation" and not [x for x in ledger.lines if x.category == "3.3.3"]
    assert line(ledger, "3.1.1", 2010).state == "computed"


def test_a_key_frees_a_category_from_asking_for_data() -> None:
    """Fertiliser alone asks for what the soil needs besides; NE for the soil does not."""
    fertiliser = datum("湖南", 2010, "nitrogen_fertiliser", 100, "万吨")
    assert {p.code for p in errors(rice(2010), fertiliser)} == {"data.missing"}
    ledger = compiled(rice(2010), fertiliser, notations=(Notation("湖南", 2010, "3.2", "", "NE", "粪肥数据未到"),))
    assert line(ledger, "3.2.1", 2010, "N2O").state == "notation"


# ---- a gas that a category has ----


def test_a_gas_is_one_that_the_category_has() -> None:
    wood = datum("湖南", 2010, "measured_emission", 5e5, "t", {"category": "1.2", "gas": "CO2"})
    (found,) = errors(rice(2010), wood)
    assert found.code == "measured.gas" and "M.4" in found.text() and "CH4" in found.text()
    (found,) = errors(rice(2010), notations=(Notation("湖南", 2010, "3.1", "CO2", "NE", "x"),))
    assert found.code == "notation.gas"
    assert compiled(rice(2010), replace(wood, item=(("category", "M.4"), ("gas", "CO2")))).co2e(year=2010) == compiled(
        rice(2010)
    ).co2e(year=2010)


# ---- console and archive ----


def test_the_console_says_that_a_total_is_incomplete(tmp_path: Path) -> None:
    table = tmp_path / "d.csv"
    table.write_text(
        "region,year,category,item,quantity,value,unit,source\n湖南,2010,3.1,season=单季稻,rice_area,100,万公顷,年鉴\n",
        "utf-8",
    )
    done = CliRunner().invoke(app, ["compile", str(table), "-o", str(tmp_path / "x.xlsx")])
    assert done.exit_code == 0 and "不完整" in done.output
    done = CliRunner().invoke(app, ["check", str(table), "--lang", "en"])
    assert done.exit_code == 0 and "the total is incomplete" in done.output
    done = CliRunner().invoke(app, ["compile", str(EXAMPLE), "-o", str(tmp_path / "y.xlsx")])
    assert done.exit_code == 0 and "不完整" not in done.output


def test_a_final_set_needs_every_answer(tmp_path: Path) -> None:
    folder = tmp_path / "p"
    folder.mkdir()
    (folder / "d.csv").write_text(
        "region,year,category,item,quantity,value,unit,source\n湖南,2010,3.1,season=单季稻,rice_area,100,万公顷,年鉴\n",
        "utf-8",
    )
    plain = FilingSettings(charts=False, report=False)
    with pytest.raises(InventoryError) as caught:
        freeze([folder], tmp_path / "a.zip", settings=plain)
    assert {p.code for p in caught.value.problems} == {"archive.incomplete", "completeness.lines"}
    assert not (tmp_path / "a.zip").exists()
    parts = [
        f"completeness,湖南|2010|{c},只编稻田,张三,2012-03-01"
        for c in ("1", "2", "3.1.2", "3.1.3", "3.2", "3.3", "3.4", "4", "5")
    ]
    (folder / "answers.csv").write_text("check,place,answer,name,date\n" + "\n".join(parts) + "\n", "utf-8")
    assert freeze([folder], tmp_path / "a.zip", settings=plain).code


# ---- the list of gaps uses the same state ----


def test_gaps_answer_what_the_state_answers(edition: Edition) -> None:
    from inventory.templates_xlsx.gaps import missing_figures

    pigs = tuple(
        datum("湖南", y, "livestock", 4000, "万头", {"animal": "猪", "scale": "不分规模"}) for y in (2005, 2010)
    )
    keys = tuple(Notation("湖南", 2010, c, "", "NO", "") for c in ("3.3.10", "3.4.10", "1.4.3"))
    fuel = datum(
        "湖南", 2005, "fuel_consumption", 10, "万吨", {"category": "1.1.5", "equipment": "其他设备", "fuel": "烟煤"}
    )
    others = (rice(2005), rice(2010), clinker(2005), clinker(2010))
    found = missing_figures(Project((*pigs, fuel, *others), notations=keys), edition, years=(2005, 2010))
    rows = {(g.quantity, g.item, g.year) for g in found}
    assert not any(q == "畜禽年末存栏量" and y == 2010 and "猪" in item for q, item, y in rows), (
        "the parts of a whole that is there"
    )
    assert not any(q == "石油天然气系统设施数量和处理量" and y == 2010 and "增压站" in item for q, item, y in rows), (
        "a row whose finest category has a key"
    )
    assert any(q == "化石燃料消费量" and y == 2010 for q, _, y in rows), "a row that has a figure in the other year"


def test_shares_that_add_up_are_not_asked_for_one_by_one() -> None:
    """A component of the waste that one year does not name has a share of nothing; their sum is checked instead."""
    named = {2005: {"食品垃圾": 60, "木材": 40}, 2010: {"食品垃圾": 100}}
    shares = (
        datum("湖南", y, "waste_composition", v, "%", {"waste_component": c})
        for y, parts in named.items()
        for c, v in parts.items()
    )
    found = {p.code for p in errors(*shares, rice(2005), rice(2010))}
    assert "completeness.series" not in found


def test_not_estimated_beside_the_figure_of_its_own_leaf_speaks_of_a_part() -> None:
    ledger = compiled(rice(2010), notations=(Notation("湖南", 2010, "3.1.1", "", "NE", "国营农场没有数"),))
    status = line(ledger, "3.1.1", 2010)
    assert status.state == "partial" and status.reasons == "NE（国营农场没有数）"


def test_a_key_above_lines_that_are_all_computed_is_named() -> None:
    seasons = tuple(rice(2010, 100, s) for s in ("单季稻", "双季早稻", "双季晚稻"))
    key = Notation("湖南", 2010, "3.1", "", "NE", "冬水田没有数", Origin("符号.csv", "", "row 2"))
    assert [p.origin.cell for p in compiled(*seasons, notations=(key,)).warnings if p.code == "notation.unused"] == [
        "row 2"
    ]
    assert not [p for p in compiled(*seasons[:2], notations=(key,)).warnings if p.code == "notation.unused"]


def test_the_empty_cell_itself_is_named_where_a_form_has_it() -> None:
    (found,) = errors(rice(2005), clinker(2005), clinker(2010), open_cells=(open_cell("单季稻"),))
    assert (found.code, str(found.origin)) == ("completeness.series", "农业.xlsx[稻田甲烷]!F8")


def test_an_information_item_never_stops_a_compilation() -> None:
    power = tuple(
        datum("湖南", y, "electricity_import", 10, "亿kWh", {"grid": g})
        for y, g in ((2005, "华东"), (2005, "华中"), (2010, "华中"))
    )
    export = tuple(datum("湖南", y, "electricity_export", 1, "亿kWh", {"grid": "华中"}) for y in (2005, 2010))
    ledger = compiled(rice(2005), rice(2010), *power, *export)
    assert [p.severity for p in ledger.warnings if p.code.startswith("completeness.series")] == ["warning"]


@pytest.mark.slow
def test_no_figure_of_the_example_can_be_lost_unseen(edition: Edition) -> None:
    """Each typed figure of 2010 taken away by itself: its absence is noticed, by its series or by the rule that holds
    shares together."""
    from inventory.core.prepare import prepare
    from inventory.core.problems import Collector
    from inventory.core.required_cells import missing_cells

    project, _ = inventory.read(EXAMPLE)
    feeds = Feeds(edition, defaults(edition))
    held = {c.quantity for c in edition.declared.constraints if c.kind == "sum_to_one"}
    lost = []
    typed = [d for d in project.data if d.year == 2010 and not d.terms and d.value and d.quantity in feeds.by_quantity]
    assert len(typed) >= 130
    for gone in typed:
        rest = tuple(d for d in project.data if d != gone)
        found = Collector()
        if gone.quantity in held:
            prepare(replace(project, data=rest), edition, found)
        if not found.errors and not missing_cells(rest, project, project.notations, edition, feeds):
            lost.append((gone.quantity, gone.item))
    assert lost == []


def test_a_key_for_one_gas_does_not_answer_for_another() -> None:
    def hfc(year: int, gas: str) -> Datum:
        return datum("湖南", year, "hfc_production", 5000, "吨", {"hfc": gas})

    key = Notation("湖南", 2010, "2.12", "HFC-143a", "NO", "")
    (found,) = errors(
        rice(2005), rice(2010), hfc(2005, "HFC-32"), hfc(2005, "HFC-125"), hfc(2010, "HFC-125"), notations=(key,)
    )
    assert found.code == "completeness.series" and "HFC-32" in found.text()
