"""Files beside the activity data: own GWP sets, reviewers' comments with answers, signatures; and their sheets in the
workbook."""

from dataclasses import replace

import pytest
from series_project import GWP, REVIEW, write_project

from inventory import api
from inventory.core.problems import InventoryError
from inventory.workbook.filing import plan


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_project(tmp_path_factory.mktemp("p") / "江苏")


@pytest.fixture(scope="module")
def ledger(folder):
    return api.compile(folder)


def test_own_gwp_set_is_used_and_compared(folder, ledger):
    own = api.compile(folder, gwp="本省")
    assert own.gwp["CH4"] == 30 and own.gwp.standings["CH4"] == "own" and own.gwp.notes["CH4"] == "测试"
    assert [x.mass_t for x in own.lines] == [x.mass_t for x in ledger.lines]
    sheet = plan(ledger).sheets["GWP比较"]
    assert any(c.value == "本省" for c in sheet.cells.values())
    assert "本省" not in api.load_edition().gwp_sets  # the edition itself is untouched


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ("SAR,CH4,21,x,\n", "gwp.name_taken"),
        ("本省,CH4,1,x,\n本省,CH4,2,x,\n", "gwp.gas_twice"),
        ("本省,CO2,2,x,\n", "gwp.co2"),
        ("本省,XYZ,2,x,\n", "word.gas"),
        ("本省,CH4,-3,x,\n", "row.wrong"),
        ("本省,CH4,3,,\n", "row.needed"),
    ],
)
def test_wrong_gwp_sets_are_told(tmp_path, rows, code):
    with pytest.raises(InventoryError) as error:
        api.compile(write_project(tmp_path / "p", gwp=GWP.split("\n")[0] + "\n" + rows))
    assert code in {p.code for p in error.value.problems}


def test_a_set_that_lacks_an_emitted_gas_is_an_error_only_when_chosen(tmp_path):
    poor = write_project(tmp_path / "p", gwp="set,gas,value,source,note\n少,CO2,1,定义,\n")
    api.compile(poor)
    with pytest.raises(InventoryError) as error:
        api.compile(poor, gwp="少").co2e()
    assert error.value.problems[0].code == "gwp.missing"


def test_comments_keep_names_dates_and_answers(ledger):
    first, second = ledger.project.comments
    assert (first.category, first.gas, first.by, first.date, first.answer_date) == (
        "2.1",
        "CO2",
        "审核甲",
        "2012-03-01",
        "2012-03-05",
    )
    assert not first.open and second.open and second.cell == "清单汇总表!C5" and second.date == "2012-03-01"
    assert [p.code for p in ledger.warnings if p.code == "review.open"] == ["review.open"]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("2.1,,问,甲,昨天,,,", "review.date"),
        ("2.1,,问,甲,2012-03-01,答,,", "review.unsigned"),
        ("2.1,,问,甲,2012-03-01,答,乙,2012-02-01", "review.order"),
        ("9.9,,问,甲,2012-03-01,,,", "word.category"),
        (",C5,问,甲,2012-03-01,,,", "review.cell"),
        ("2.1,,,甲,2012-03-01,,,", "row.needed"),
        ("2.1,,问,,2012-03-01,,,", "row.needed"),
    ],
)
def test_wrong_reviews_are_told(tmp_path, row, code):
    with pytest.raises(InventoryError) as error:
        api.compile(write_project(tmp_path / "p", review=REVIEW.split("\n")[0] + "\n" + row + "\n"))
    found = {p.code: p for p in error.value.problems}
    assert code in found and found[code].origin.file == "review.csv" and found[code].origin.cell == "row 2"


def _texts(sheet):
    return [c.value for c in sheet.cells.values()]


def test_review_sheet_prints_everything_and_links_to_the_cell(ledger):
    sheet = plan(ledger).sheets["审核意见"]
    texts = _texts(sheet)
    for text in (
        "熟料产量请与行业协会数核对",
        "已核对，相差0.2%",
        "审核甲",
        "编制乙",
        "2012-03-05",
        "未答复",
        "已答复",
    ):
        assert text in texts
    assert any(c.link == "清单汇总表" for c in sheet.cells.values())


def test_signature_page_has_the_names_given_or_lines_to_sign(ledger, tmp_path):
    assert {"张三", "省发改委", "省专家组", "2012-04-01"} <= set(_texts(plan(ledger).sheets["签署页"]))
    bare = tmp_path / "bare"
    write_project(bare)
    (bare / "signatures.csv").unlink()
    assert {"编制", "校核", "审核", "批准"} <= set(_texts(plan(api.compile(bare)).sheets["签署页"]))


def test_the_rule_of_rounding_stands_on_the_cover_and_the_code_only_when_there_is_one(ledger):
    cover = " ".join(str(v) for v in _texts(plan(ledger).sheets["封面"]))
    assert "四舍五入" in cover and "归档码" not in cover
    coded = plan(replace(ledger, project=replace(ledger.project, archive_code="0123456789ab")))
    assert "0123456789ab" in _texts(coded.sheets["封面"]) and any(
        "0123456789ab" in str(v) for v in _texts(coded.sheets["签署页"])
    )


def test_filled_gaps_stand_on_the_trend_sheet(ledger):
    texts = _texts(plan(ledger).sheets["趋势"])
    assert "内插" in texts and "代用序列" in texts and "2007年行业表缺失" in texts
