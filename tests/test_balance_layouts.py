"""One set of figures, printed in some thirty ways, is read to the same figures every time; nothing printed is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from balance_help import edition
from office import saved_as
from printed_tables import COLUMNS, FINAL, Style, base, count, grid, save

import inventory
from inventory.edition import load
from inventory.energy_balance import balance_of
from inventory.energy_balance.figures import tally
from inventory.reading import read_project

FIGURES = base()
BOTH = Style(languages="both", heading="six")
SUMS = ("煤合计", "油品合计")
STYLES: dict[str, tuple[Style, str]] = {  # name: (style, file name)
    "plain": (Style(), "表.csv"),
    "as the yearbook prints it": (BOTH, "1.xlsx"),
    "yearbook layout, csv": (BOTH, "1.csv"),
    "english only": (
        Style(languages="en", heading="six", title="ENERGY BALANCE OF JIANGSU-2007 (PHYSICAL QUANTITY)"),
        "a.xlsx",
    ),
    "english name and unit in one cell": (
        Style(languages="en", heading="one", title="Energy Balance of Jiangsu (2007)"),
        "a.csv",
    ),
    "two languages in rows": (Style(languages="both", units="brackets"), "b.xlsx"),
    "name and unit in one cell": (Style(heading="one"), "c.csv"),
    "lines within a cell": (Style(heading="lines"), "c.xlsx"),
    "groups above the fuels": (Style(heading="groups", units="brackets"), "d.csv"),
    "groups, workbook": (Style(heading="groups"), "d.xlsx"),
    "unit broken over two rows": (Style(units="broken"), "e.csv"),
    "unit broken over two rows, workbook": (Style(units="broken", languages="both"), "e.xlsx"),
    "unit line above": (
        Style(heading="one", units="line", above=(("单位：万吨、亿立方米、百亿千焦、亿千瓦小时、万吨标准煤",),)),
        "f.csv",
    ),
    "figures as text": (Style(languages="both", heading="six", text_figures=True), "g.csv"),
    "dashes for blanks": (Style(blanks="—"), "h.csv"),
    "spelled blanks": (Style(languages="both", heading="six", blanks="-"), "h.xlsx"),
    "numbered rows": (Style(numbering=True), "i.xlsx"),
    "labels again at the right": (Style(right_labels=True, languages="both", heading="six"), "i2.xlsx"),
    "remarks": (Style(remarks=True, notes=("注：1.本表为实物量。", "2.电力按2007年数。")), "j.csv"),
    "printed in two parts": (Style(parts=2, units="brackets"), "k.csv"),
    "printed in three parts, two languages": (Style(parts=3, languages="both", heading="six"), "k.xlsx"),
    "columns in another order": (Style(shuffled=3, languages="both", heading="six"), "l.xlsx"),
    "exports printed positive": (Style(turned=("出口量",)), "m.csv"),
    "outflows, coke and inputs printed positive": (
        Style(turned=("出口量", "本省调出量", "外轮机在我国加油量", "焦炭再投入量")),
        "m.xlsx",
    ),
    "stock printed the other way round": (Style(turned=("库存变化",), languages="both", heading="six"), "n.xlsx"),
    "rounding dust": (Style(dust=True, languages="both", heading="six"), "o.xlsx"),
    "no feedstock row": (Style(without_rows=("用作原料材料",), languages="both", heading="six"), "p.xlsx"),
    "no hydro, nuclear, town and country rows": (Style(without_rows=("水电", "核电", "城镇", "乡村")), "q.csv"),
    "no other coking products": (Style(without_columns=("其他焦化产品",), languages="both", heading="six"), "r.xlsx"),
    "no sum columns": (Style(without_columns=SUMS), "s.csv"),
    "misprinted row names": (
        Style(
            row_names={
                "交通运输仓储和邮政业": "4.交通运输、仓储及邮电通迅业",
                "其他": "7.其它",
                "用作原料材料": "其中：用作原料、材料",
            }
        ),
        "t.csv",
    ),
    "gas printed in tons in English": (
        Style(languages="both", heading="six", english_units={"天然气": "104 tn", "热力": "1010kj"}),
        "u.xlsx",
    ),
    "units with stray blanks and missing brackets": (
        Style(
            languages="both",
            heading="six",
            english_units={
                "原煤": "10 4tn",
                "焦炭": "10 4 tn",
                "汽油": "104 tons",
                "天然气": "108 cu. m",
                "电力": "10 8 kW.h",
                "热力": "1010 KJ",
                "其他能源": "104 TCE",
            },
        ),
        "u2.xlsx",
    ),
    "a municipality": (
        Style(
            row_names={
                "本省调出量": "  6.本市调出量(-)",
                "外省调入量": "  3.外省(区、市)调入量",
                "可供量": "一、可供全市消费的能源量",
            }
        ),
        "m2.csv",
    ),
    "one English label misprinted": (
        Style(languages="both", heading="six", english_rows={"其他": "  Urban"}),
        "x1.xlsx",
    ),
    "spelled units": (
        Style(
            units="brackets",
            unit_names={"电力": "亿千瓦时", "天然气": "亿m3", "热力": "万百万千焦", "其他煤气": "亿立方"},
        ),
        "v.csv",
    ),
    "year and region in cells of their own": (
        Style(title="能源平衡表（实物量）", above=(("地区：江苏", "年份：2007"),)),
        "w.csv",
    ),
    "title of the yearbook": (
        Style(title="《中国能源统计年鉴2008》6-10 江苏能源平衡表（实物量）（2007年）"),
        "2008年鉴.csv",
    ),
    "labels over two rows": (Style(wrapped_labels=True), "y.csv"),
}


def read_one(path: Path):
    project, problems = read_project([path], load("prov2011"))
    shown = balance_of(project)
    assert shown is not None and len(shown.tables) == 1, [p.text() for p in problems]
    return shown.tables[0], shown, problems


def expected(style: Style) -> dict[tuple[str, str], float]:
    return {
        (r, c): float(v)
        for (r, c), v in FIGURES.items()
        if r not in style.without_rows and c not in style.without_columns
    }


SAID = {
    "exports printed positive": {"balance.sign_convention"},
    "outflows, coke and inputs printed positive": {"balance.sign_convention"},
    "stock printed the other way round": {"balance.sign_convention"},
    "rounding dust": {"balance.dust"},
    "gas printed in tons in English": {"balance.unit_misprint"},
    "one English label misprinted": {"balance.row_languages_once"},
    "title of the yearbook": set(),
}


@pytest.mark.parametrize("name", STYLES)
def test_read_to_the_same_figures(name, tmp_path):
    """And what was decided is said, and nothing else."""
    style, file = STYLES[name]
    rows = grid(FIGURES, style)
    table, shown, problems = read_one(save(tmp_path / file, rows))
    assert [p.text() for p in problems if p.severity == "error"] == []
    assert (table.region, table.year, table.layout) == ("江苏", 2007, "2005")
    read = {k: c.value for k, c in table.cells.items() if c.settled != "dust"}
    assert read == expected(style)
    assert not [c for c in shown.checks if c.verdict == "break"]
    assert {u for c, u in table.units.items() if c not in ("热力", "电力", "其他能源")} == {"万吨", "亿立方米"}
    fates = tally(shown.figures)
    assert sum(fates.values()) == count(rows) and fates["refused"] == 0, fates
    assert len({f.origin for f in shown.figures}) == len(shown.figures)
    said = {p.code for p in problems} - {"balance.share_default", "plausible.range", "plausible.none"}
    assert {c for c in said if c.startswith("balance.")} == SAID.get(name, set())


def test_the_newer_layout_has_more_columns(tmp_path):
    figures = base(newer=True)
    rows = grid(figures, Style(languages="both", heading="six", title="江苏能源平衡表(实物量)-2010"))
    table, shown, problems = read_one(save(tmp_path / "n.xlsx", rows))
    assert [p for p in problems if p.severity == "error"] == [] and table.layout == "2010"
    assert {k: c.value for k, c in table.cells.items()} == {k: float(v) for k, v in figures.items()}
    assert sum(tally(shown.figures).values()) == count(rows)


def test_the_tonnes_of_a_unit_line_are_converted(tmp_path):
    """单位:吨 over the whole table: the figures are 10⁴ times as many, the data the same."""
    small = {(r, c): v for (r, c), v in FIGURES.items() if c in ("原煤", "焦炭", "汽油")}
    tonnes = Style(heading="one", units="none", above=(("单位：吨",),), scale=10_000)
    first, _ = read_project([save(tmp_path / "a.csv", grid(small, Style()))], load("prov2011"))
    second, problems = read_project([save(tmp_path / "b.csv", grid(small, tonnes))], load("prov2011"))
    assert {p.code for p in problems if p.code.startswith("balance.")} == {"balance.share_default"}
    assert {d.unit for d in second.data} == {"吨"}
    amounts = {(d.quantity, d.item): d.value for d in first.data}
    assert {(d.quantity, d.item): d.value / 10_000 for d in second.data} == pytest.approx(amounts)


def test_two_sheets_of_one_table(tmp_path):
    """The second half of the columns on a sheet of its own that says 续表 and neither region nor year."""
    import openpyxl

    columns = list(COLUMNS)
    book = openpyxl.Workbook()
    for name, title, left_out in (
        ("6-10", "江苏能源平衡表(实物量)-2007", columns[11:]),
        ("6-10续", "续表", columns[:11]),
    ):
        sheet = book.create_sheet(name)
        for row in grid(FIGURES, Style(title=title, without_columns=tuple(left_out), languages="both", heading="six")):
            sheet.append(row)
    del book["Sheet"]
    book.save(tmp_path / "两页.xlsx")
    table, shown, problems = read_one(tmp_path / "两页.xlsx")
    assert [p.text() for p in problems if p.severity == "error"] == []
    assert {k: c.value for k, c in table.cells.items()} == {k: float(v) for k, v in FIGURES.items()}
    assert len(shown.figures) == len(FIGURES)


def test_a_shifted_heading_is_refused_although_each_column_closes(tmp_path):
    """Chinese names moved by one column over the figures, English ones left: every identity of a single column still
    holds."""
    rows = grid(FIGURES, BOTH)
    rows[1][5:9] = [*rows[1][6:9], rows[1][5]]
    _, problems = read_project([save(tmp_path / "x.xlsx", rows)], edition())
    assert "balance.two_languages" in {p.code for p in problems if p.severity == "error"}


def test_a_missing_row_is_one_message_that_names_it(tmp_path):
    _, problems = read_project(
        [save(tmp_path / "x.csv", grid(FIGURES, Style(without_rows=("工业", "用作原料材料"))))], edition()
    )
    wrong = [p for p in problems if p.severity == "error"]
    assert [p.code for p in wrong] == ["balance.identity_errors"]
    assert "表中没有这些行：工业" in wrong[0].text() and "has no rows 工业" in wrong[0].text("en")


def test_an_error_value_is_refused_and_the_account_closes(tmp_path):
    import openpyxl

    path = save(tmp_path / "x.xlsx", grid(FIGURES, BOTH))
    book = openpyxl.load_workbook(path)
    cell = book.active["E20"]
    cell.value, cell.data_type = "#DIV/0!", "e"
    book.save(path)
    project, problems = read_project([path], edition())
    (account,) = project.account.files
    assert account.closes and account.refused == 1 and account.read == count(grid(FIGURES, BOTH))
    assert not [p for p in problems if p.code == "account.open"]
    assert "balance.not_a_number" in {p.code for p in problems if p.origin.cell == "E20"}


def test_a_slipped_label_column_is_refused(tmp_path):
    """English labels one line lower than the Chinese ones: which figures belong to which row cannot be told."""
    rows = grid(FIGURES, BOTH)
    for r in range(len(rows) - 1, 30, -1):
        rows[r][1] = rows[r - 1][1]
    _, problems = read_project([save(tmp_path / "x.xlsx", rows)], edition())
    assert "balance.row_languages" in {p.code for p in problems if p.severity == "error"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("region", "year"),
    [("北京", 2005), ("内蒙古", 2007), ("西藏", 2008), ("海南", 2009), ("新疆", 2010), ("广东", 2012)],
)
def test_a_table_with_every_fuel_in_every_row_compiles_alone(region, year, tmp_path):
    """The declared defaults lead each printed row to lines that have factors, whatever province and year."""
    figures = base(newer=year >= 2010, seed=year)
    path = save(
        tmp_path / "表.xlsx",
        grid(figures, Style(languages="both", heading="six", title=f"{region}能源平衡表(实物量)-{year}")),
    )
    ledger = inventory.compile(path)
    assert ledger.co2e() > 0 and ledger.regions == (region,)
    assert all("default-share" in x.flags for x in ledger.lines if x.account == "total" and x.category == "1.1.3.5")


@pytest.mark.parametrize("row", ["工业", "火力发电", "终端消费量", "加工转换"])
def test_a_slip_in_a_counted_row_is_an_error_until_it_is_answered(row, tmp_path):
    figures = dict(FIGURES)
    figures[row, "原煤"] *= 10
    path = save(tmp_path / "表.csv", grid(figures, Style()))
    _, problems = read_project([tmp_path], load("prov2011"))
    wrong = [p for p in problems if p.severity == "error"]
    assert (
        wrong
        and {p.code for p in wrong} <= {"balance.identity_error", "balance.memo_above_row"}
        and path.name in wrong[0].text()
    )
    value = figures[row, "原煤"]
    (tmp_path / "平衡表更正.csv").write_text(
        f"地区,年份,项目,品种,原值,更正值,理由,来源\n江苏,2007,{row},原煤,{value},{value / 10},多写一位,手工例\n",
        "utf-8",
    )
    _, problems = read_project([tmp_path], load("prov2011"))
    assert [p.text() for p in problems if p.severity == "error"] == []


def test_a_confirmed_figure_leaves_a_warning(tmp_path):
    figures = dict(FIGURES)
    figures["其他", "焦炭"] *= 10
    save(tmp_path / "表.csv", grid(figures, Style()))
    assert "balance.identity_error" in {p.code for p in read_project([tmp_path], load("prov2011"))[1]}
    value = figures["其他", "焦炭"]
    (tmp_path / "corrections.csv").write_text(
        f"region,year,row,fuel,printed,value,reason,source\n江苏,2007,其他,焦炭,{value},{value},原表如此,手工例\n",
        "utf-8",
    )
    found = read_project([tmp_path], load("prov2011"))[1]
    assert [p.text() for p in found if p.severity == "error"] == [] and "balance.identity_confirmed" in {
        p.code for p in found
    }


def test_a_slip_on_the_supply_side_is_one_warning(tmp_path):
    figures = dict(FIGURES)
    for fuel in ("原煤", "焦炭", "汽油"):
        figures["库存变化", fuel] -= 200
    _, problems = read_project(
        [save(tmp_path / "表.csv", grid(figures, Style(without_columns=SUMS)))], load("prov2011")
    )
    (said,) = [p for p in problems if p.code.startswith("balance.") and p.code != "balance.share_default"]
    assert said.code == "balance.supply_break" and said.severity == "warning" and "参考方法" in said.text()


def test_final_rows_are_those_of_the_layout():
    from inventory.energy_balance.table import read_layout

    assert set(FINAL) == set(edition().derived(read_layout).parts("终端消费量"))


OFFICE = Style(languages="both", heading="six", dust=True)


@pytest.fixture(scope="module")
def saved_by_an_office(tmp_path_factory):
    """The yearbook's layout as an office program saves it, by format."""
    folder = tmp_path_factory.mktemp("office")
    source = save(folder / "src.xlsx", grid(FIGURES, OFFICE))
    return {kind: saved_as(source, kind, folder).read_bytes() for kind in ("xls", "ods")}


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "file"), [("xls", "12.xls"), ("xls", "平衡.et"), ("ods", "13.ods")])
def test_containers_of_offices(kind, file, saved_by_an_office, tmp_path):
    """Saved as .xls (WPS calls it .et) and .ods, under a name that says nothing."""
    style, rows = OFFICE, grid(FIGURES, OFFICE)
    (tmp_path / file).write_bytes(saved_by_an_office[kind])
    table, shown, problems = read_one(tmp_path / file)
    assert [p.text() for p in problems if p.severity == "error"] == []
    assert {k: c.value for k, c in table.cells.items() if c.settled != "dust"} == expected(style)
    assert sum(tally(shown.figures).values()) == count(rows)


def test_each_cell_that_was_turned_is_marked(tmp_path):
    """The copy given back has a remark on every cell whose sign was turned, not on the first only."""
    import openpyxl

    from inventory.reading.mark import mark_workbook

    style, file = STYLES["outflows, coke and inputs printed positive"]
    path = save(tmp_path / file, grid(FIGURES, style))
    table, _, problems = read_one(path)
    turned = {c.origin.cell for c in table.cells.values() if c.settled == "sign"}
    assert len(turned) > 5 and mark_workbook(path, problems, tmp_path / "marked.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "marked.xlsx").worksheets[0]
    assert turned <= {c.coordinate for row in sheet.iter_rows() for c in row if c.comment is not None}
