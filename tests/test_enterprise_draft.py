"""Drafts lose nothing: what was typed, right or wrong, stands in the draft, in its JSON, and in the workbook made from
it."""

from __future__ import annotations

import io
import json
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inventory.enterprise.compute import compute
from inventory.enterprise.draft import Draft, DraftCell, draft_of_enterprise
from inventory.enterprise.draft_json import from_json, to_json, with_cell
from inventory.enterprise.industries import default_edition, find
from inventory.enterprise.read import enterprise_of, read_draft, read_enterprise
from inventory.enterprise.template import write_draft, write_template

EXAMPLES = Path(__file__).resolve().parents[1] / "examples" / "enterprise"
CEMENT = find("08", default_edition())


def changed(tmp_path: Path, cells: dict[tuple[str, str], object], name: str = "水泥厂.xlsx") -> Path:
    """An example with cells typed over, by (sheet, address)."""
    book = openpyxl.load_workbook(EXAMPLES / name)
    for (sheet, address), value in cells.items():
        book[sheet][address] = value
    target = tmp_path / "改.xlsx"
    book.save(target)
    return target


def shown(draft: Draft) -> dict[tuple[str, int, str], str]:
    """Every typed cell by table, order of the row and field, as text (a percentage as the text it shows)."""
    out = {}
    for t in draft.tables:
        for n, row in enumerate(r for r in t.rows if r.cells or r.more):
            for field, c in {**row.cells, **row.more}.items():
                if not c.blank:
                    out[t.name, n, field] = text_of(c)
    out |= {("profile", 0, name): text_of(c) for name, c in draft.profile.items() if not c.blank}
    out |= {(title, 0, place): text_of(c) for title, cells in draft.others for place, c in cells.items() if not c.blank}
    return out


def text_of(c: DraftCell) -> str:
    if c.kind == "number" and c.percent:
        return f"{float(c.value or 0) * 100:.12g}%"
    return (
        f"{c.value:.12g}"
        if isinstance(c.value, float)
        else str(c.value).upper()
        if isinstance(c.value, bool)
        else str(c.value)
    )


def test_a_row_with_a_bad_cell_is_told_and_kept(tmp_path: Path) -> None:
    """The case of the study: 约1200 as a stock and 十三月 as a month; both months stand in the workbook made from
    it."""
    bad = changed(tmp_path, {("台账", "F5"): "约1200", ("台账", "B6"): "十三月"})
    draft = read_draft(bad)
    _, problems = enterprise_of(draft)
    assert {(p.code, p.origin.cell) for p in problems if p.severity == "error"} == {
        ("number.approximate", "F5"),
        ("enterprise.month", "B6"),
    }
    assert "approximate" not in "".join(p.text() for p in problems)
    write_draft(tmp_path / "再.xlsx", CEMENT, draft)
    again = openpyxl.load_workbook(tmp_path / "再.xlsx")["台账"]
    before = openpyxl.load_workbook(bad)["台账"]
    assert list(again.iter_rows(3, 30, values_only=True)) == list(before.iter_rows(3, 30, values_only=True))


def test_what_no_form_has_is_kept_and_said(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(EXAMPLES / "水泥厂.xlsx")
    book["台账"]["J3"], book["台账"]["J4"] = "热量", 815.5
    book.create_sheet("附注")["C7"] = 42
    book.save(tmp_path / "多.xlsx")
    draft = read_draft(tmp_path / "多.xlsx")
    _, problems = enterprise_of(draft)
    assert {p.code for p in problems} >= {"enterprise.column_not_read", "enterprise.sheet_not_read"}
    write_draft(tmp_path / "再.xlsx", CEMENT, draft)
    again = openpyxl.load_workbook(tmp_path / "再.xlsx")
    assert again["台账"]["J4"].value == 815.5 and again["附注"]["C7"].value == 42
    assert shown(read_draft(tmp_path / "再.xlsx")) == shown(draft)


def test_hidden_rows_and_sheets_are_kept_not_counted_and_said(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(EXAMPLES / "水泥厂.xlsx")
    book["台账"].row_dimensions[5].hidden = True
    book["产量"].sheet_state = "hidden"
    book.save(tmp_path / "藏.xlsx")
    draft = read_draft(tmp_path / "藏.xlsx")
    e, problems = enterprise_of(draft)
    assert {p.code for p in problems} >= {"enterprise.hidden_row", "table.hidden"} and all(
        p.text() and p.text("en") for p in problems
    )
    whole = read_enterprise(EXAMPLES / "水泥厂.xlsx")[0]
    assert len(e.readings) == len(whole.readings) - 1 and not e.production
    assert enterprise_of(from_json(to_json(draft)))[0] == e
    write_draft(tmp_path / "再.xlsx", CEMENT, draft)
    again = openpyxl.load_workbook(tmp_path / "再.xlsx")
    assert (
        again["台账"]["F5"].value == openpyxl.load_workbook(EXAMPLES / "水泥厂.xlsx")["台账"]["F5"].value
        and again["产量"].sheet_state == "hidden"
    )


@pytest.mark.parametrize("name", sorted(p.name for p in EXAMPLES.glob("*.xlsx"))[:3])
def test_json_and_workbook_give_the_same_values(name: str, tmp_path: Path) -> None:
    draft = read_draft(EXAMPLES / name)
    again = from_json(json.loads(json.dumps(to_json(draft), ensure_ascii=False)))
    assert again == draft and enterprise_of(again)[0] == enterprise_of(draft)[0] == read_enterprise(EXAMPLES / name)[0]


def test_bytes_and_streams_are_read_under_the_name_given() -> None:
    data = (EXAMPLES / "水泥厂.xlsx").read_bytes()
    assert read_draft(data, "上传.xlsx") == read_draft(io.BytesIO(data), "上传.xlsx")
    assert read_draft(data, "上传.xlsx").file == "上传.xlsx"


def test_a_correction_in_place_equals_a_corrected_file(tmp_path: Path) -> None:
    bad = read_draft(changed(tmp_path, {("台账", "F5"): "约1200"}))
    value = openpyxl.load_workbook(EXAMPLES / "水泥厂.xlsx")["台账"]["F5"].value
    mended = with_cell(bad, "readings", 5, "purchased", value)
    assert compute(*enterprise_of(mended)).total(True) == compute(*read_enterprise(EXAMPLES / "水泥厂.xlsx")).total(
        True
    )
    with pytest.raises(KeyError):
        with_cell(bad, "readings", 9999, "purchased", 1)


def test_places_of_every_field_are_known() -> None:
    e, _ = enterprise_of(read_draft(EXAMPLES / "水泥厂.xlsx"))
    row = e.readings[0]
    assert row.at["fuel"].cell == "A4" and row.at["month"].cell == "B4" and row.at["purchased"].cell == "F4"


def test_an_english_template_reads_as_the_chinese_one(tmp_path: Path) -> None:
    e, _ = read_enterprise(EXAMPLES / "水泥厂.xlsx")
    write_template(tmp_path / "en.xlsx", CEMENT, e, "en")
    again, problems = read_enterprise(tmp_path / "en.xlsx")
    assert not problems and compute(again).total(True) == compute(e).total(True)
    book = openpyxl.load_workbook(tmp_path / "en.xlsx")
    assert "Ledger" in book.sheetnames and book["Ledger"]["A4"].value == "bituminous coal"


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The example as a workbook to be filled in."""
    path = tmp_path_factory.mktemp("printed") / "a.xlsx"
    write_draft(path, CEMENT, draft_of_enterprise(read_enterprise(EXAMPLES / "水泥厂.xlsx")[0]))
    return path.read_bytes()


@pytest.mark.slow
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.integers(4, 20),
            st.sampled_from("ABCDEFGHI"),
            st.one_of(
                st.text("约12.,%千kgt燃料合计 =+-@", min_size=1, max_size=8), st.floats(-1e9, 1e9), st.booleans()
            ),
        ),
        min_size=1,
        max_size=24,
    )
)
def test_draft_to_workbook_to_draft_loses_no_cell(tmp_path: Path, printed: bytes, cells: list) -> None:
    """Few workbooks with many cells each: what costs is the workbook."""
    path = tmp_path / "a.xlsx"
    book = openpyxl.load_workbook(io.BytesIO(printed))
    for r, column, value in cells:
        cell = book["台账"][f"{column}{r}"]
        cell.value = value
        if isinstance(value, str):
            cell.data_type = "s"  # text that begins with = stays text
    book.save(path)
    draft = read_draft(path)
    write_draft(tmp_path / "b.xlsx", CEMENT, draft)
    assert shown(read_draft(tmp_path / "b.xlsx")) == shown(draft)
    assert from_json(json.loads(json.dumps(to_json(draft)))) == draft
