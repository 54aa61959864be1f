"""Anything may stand in any cell: never a traceback, and every figure becomes a datum or leaves a problem at its
row."""

from __future__ import annotations

import datetime as dt

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inventory.edition import load
from inventory.reading.lexicon import lexicon
from inventory.reading.rows import RowsRead
from inventory.reading.tables import read_table
from inventory.spreadsheets.cells import Sheet
from inventory.spreadsheets.numbers import Number, parse_number

EDITION = load("prov2011")
WORDS = lexicon(EDITION)
LONG = ("地区", "年份", "类别", "分项", "指标", "数值", "单位", "来源", "不确定度", "说明", "数据性质")
WIDE = ("行", "指标", "稻田类型", "单位", 2005.0, 2010.0, "填报符号", "数据来源", "不确定度(%)", "数据性质", "说明")

words = st.sampled_from(
    [
        "江苏",
        "江苏省",
        "2005",
        "2005年",
        "2005/2010",
        "水稻播种面积",
        "rice_area",
        "水泥熟料产量",
        "season=单季稻",
        "单季稻",
        "中稻",
        "万公顷",
        "公顷",
        "万吨",
        "t",
        "NO",
        "NE",
        "notation",
        "填报符号",
        "measured_emission",
        "—",
        "合计",
        "示例",
        "注：",
        "3.1",
        "2.1",
        "统计",
        "85%",
        "1.2万",
        "",
        "gas=CH4",
        "=1+1",
        "1,234.5",
        "inf",
    ]
)
values = st.one_of(
    st.none(),
    words,
    st.text(max_size=12),
    st.floats(),
    st.booleans(),
    st.integers(1990, 2030).map(float),
    st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(2100, 1, 1)),
    st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1)),
)


def rows(width: int) -> st.SearchStrategy[list[tuple]]:
    return st.lists(st.tuples(*[values] * width), max_size=6)


def read(heading: tuple, body: list[tuple], csv: bool = False) -> RowsRead:
    found = RowsRead()
    table = [("地区", "江苏"), heading, *body] if not csv else [heading, *body]
    read_table(
        Sheet(
            "表.xlsx", "" if csv else "表", tuple(tuple(None if v == "" else v for v in row) for row in table), csv=csv
        ),
        WORDS,
        found,
        expected=True,
    )
    return found


def places(found: RowsRead) -> set[int]:
    """Rows that gave something or are named in a problem."""
    out = set()
    for x in (*found.data, *found.notations, *found.row_notations, *found.problems.reported):
        out |= {int(part) for part in "".join(c if c.isdigit() else " " for c in x.origin.cell).split()}
    for p in found.problems.reported:
        facts = dict(p.facts)
        out |= {int(r) for r in facts.get("rows", "").replace("…", "").split("、") if r.isdigit()}
    return out


def is_example(row: tuple) -> bool:
    return any(isinstance(v, str) and v.strip().startswith(("示例", "例")) for v in row[:5])


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows(len(LONG)))
def test_long_table(body: list[tuple]) -> None:
    found = read(LONG, body, csv=False)
    for number, row in enumerate(body, 3):
        if isinstance(parse_number(row[5]), Number) and not is_example(row):
            assert number in places(found), row


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows(len(WIDE)))
def test_wide_table(body: list[tuple]) -> None:
    found = read(WIDE, body)
    for number, row in enumerate(body, 3):
        if any(isinstance(parse_number(v), Number) for v in row[4:6]) and not is_example(row):
            assert number in places(found), row


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(values, max_size=8).map(tuple), max_size=8))
def test_any_sheet(table: list[tuple]) -> None:
    """Whatever the sheet: a list of problems, each of which can be said in both languages."""
    found = RowsRead()
    read_table(
        Sheet("表.xlsx", "表", tuple(tuple(None if v == "" else v for v in row) for row in table)),
        WORDS,
        found,
        expected=True,
    )
    for p in found.problems.reported:
        assert p.text("zh") and p.text("en")


@settings(max_examples=60, deadline=None)
@given(
    st.permutations(list(range(len(WIDE)))),
    st.permutations(
        [
            ("1", "水稻播种面积", "单季稻", "万公顷", 200.0, 210.0, None, "年鉴", 5.0, "统计", None),
            ("2", "水稻播种面积", "双季早稻", "千公顷", "2,000", "１９０", None, "年鉴", None, "统计", "x"),
            ("3", "水稻播种面积", "双季晚稻", "万公顷", None, 19.0, None, "年鉴", None, "调查", None),
        ]
    ),
)
def test_order_of_rows_and_columns_does_not_matter(order: list[int], body: list[tuple]) -> None:
    def said(found: RowsRead) -> set:
        return {(d.year, d.item, d.value, d.unit, d.source, d.uncertainty, d.data_kind, d.note) for d in found.data}

    plain = read(WIDE, body)
    moved = read(tuple(WIDE[i] for i in order), [tuple(row[i] for i in order) for row in body])
    assert said(plain) == said(moved) and len(plain.data) == len(moved.data) == 5
