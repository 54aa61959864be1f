"""The yearly bulletin: what it says, that the split of changes adds up, same bytes, pages, and input that must be
refused."""

from __future__ import annotations

import io
import math
import re
import shutil
import zipfile
from pathlib import Path

import pytest
from office import converted
from typer.testing import CliRunner

from inventory import api
from inventory.cli.app import app
from inventory.core.activity import Project, datum
from inventory.core.problems import InventoryError
from inventory.core.statements import FindingAnswer
from inventory.levels.project import read_levels
from inventory.levels.rollup import compile_regions
from inventory.policy.published import package_targets
from inventory.policy.targets import assess
from inventory.report.blocks import Bullets, DocumentTable, Heading, Paragraph, Picture
from inventory.report.bulletin import blocks, bulletin, bulletin_bytes
from inventory.report.bulletin_changes import changes
from inventory.report.region_sections import PolicyMaterial

docx = pytest.importorskip("docx")
ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def jiangsu():
    return api.compile(ROOT / "examples" / "jiangsu")


def words(made) -> str:
    parts = []
    for b in made:
        parts += (
            list(b.items)
            if isinstance(b, Bullets)
            else [b.text]
            if isinstance(b, (Heading, Paragraph))
            else [b.caption]
            if isinstance(b, Picture)
            else [b.caption, *b.head, *(x for row in b.rows for x in row)]
        )
    return "\n".join(parts)


def test_changes_split_into_activity_and_the_rest():
    data = tuple(datum("江苏", y, "lime_production", v, "万吨") for y, v in ((2005, 100), (2010, 150)))
    (same,) = changes(api.compile(Project(data)), "江苏", 2005, 2010)
    assert (
        same.activity == pytest.approx(same.amount)
        and same.rest == pytest.approx(0, abs=1e-6)
        and same.ratio == pytest.approx(1.5)
    )
    assert (same.category, same.quantity) == ("2.2", "lime_production")


def test_split_adds_up_line_by_line(jiangsu):
    found = changes(jiangsu, "江苏", 2005, 2010)
    assert [abs(c.amount) for c in found] == sorted((abs(c.amount) for c in found), reverse=True)
    assert math.fsum(c.amount for c in found) == pytest.approx(jiangsu.co2e(year=2010) - jiangsu.co2e(year=2005))
    split = [c for c in found if c.activity is not None]
    assert len(split) > 10
    for c in split:
        assert c.activity + c.rest == pytest.approx(c.amount)


def test_new_and_vanished_lines_are_not_split():
    data = (datum("江苏", 2005, "lime_production", 1, "万吨"), datum("江苏", 2010, "clinker_production", 1, "万吨"))
    said = (FindingAnswer("completeness", "*", "确实只有一年生产", "编制甲", "2012-03-01"),)
    found = changes(api.compile(Project(data, answers=said)), "江苏", 2005, 2010)
    assert {(c.category, c.activity) for c in found} == {("2.1", None), ("2.2", None)}


def test_what_it_says(jiangsu):
    made = list(blocks(bulletin(jiangsu, 2010, material=PolicyMaterial(None, package_targets()))))
    said = words(made)
    assert [b.text for b in made if isinstance(b, Heading)] == [
        "总体情况",
        "分部门和分气体",
        "与上次清单相比的变化及原因",
        "控制目标完成情况",
        "电力调入调出",
        "关键类别",
        "不确定性",
        "数据质量",
    ]
    total = jiangsu.co2e(year=2010) / 1e4
    assert f"净排放量{total / 1e4:.2f}亿吨" in said and "比2005年" in said
    assert not re.search(r"[a-z]+\.[a-z_.]+|\d\.\d\.\d|guideline|设备=", said)
    assert "人均排放" in said and "单位地区生产总值" in said and "尚无下降率" in said and "国发〔2011〕41号" in said
    assert sum(isinstance(b, Picture) for b in made) == 1 and sum(isinstance(b, DocumentTable) for b in made) == 4


def test_english_says_as_much(jiangsu):
    zh, en = (list(blocks(bulletin(jiangsu, 2010, lang=lang))) for lang in ("zh", "en"))
    assert [type(b) for b in zh] == [type(b) for b in en]
    heads = [b.text for b in en if isinstance(b, Heading)]
    assert not any("一" <= c <= "鿿" for h in heads for c in h)


def test_targets_of_a_year_within_the_period():
    levels = read_levels([ROOT / "examples" / "levels"])
    ledgers = compile_regions(levels)[0]
    report = assess(levels)
    ledger = ledgers["江苏"]
    # the example's inventory is of 2010 only; one datum more makes an inventory of 2012
    more = api.compile(Project((*ledger.project.data, datum("江苏", 2012, "lime_production", 300, "万吨"))))
    said = words(blocks(bulletin(more, 2012, "江苏", material=PolicyMaterial(report, package_targets()))))
    assert "到 2012年累计下降 9.24%，进度要求 8.08%" in said and "其余 3 年需年均下降" in said


def test_refused(jiangsu):
    for call, code in (
        (lambda: bulletin(jiangsu, 2007), "bulletin.year"),
        (lambda: bulletin(jiangsu, 2010, "浙江"), "bulletin.region"),
        (lambda: bulletin(api.compile(ROOT / "examples" / "levels"), 2010), "bulletin.region"),
    ):
        with pytest.raises(InventoryError) as error:
            call()
        assert [p.code for p in error.value.problems] == [code] and error.value.problems[0].text("en")


def test_same_bytes_and_a_document_word_can_open(jiangsu):
    made = bulletin(jiangsu, 2010)
    first = bulletin_bytes(made)
    assert first == bulletin_bytes(bulletin(jiangsu, 2010))
    document = docx.Document(io.BytesIO(first))
    assert document.paragraphs[0].text == "江苏省2010年温室气体清单信息通报" and len(document.tables) == 4
    assert "不是统计" in document.paragraphs[1].text
    assert any(n.startswith("word/media/") for n in zipfile.ZipFile(io.BytesIO(first)).namelist())
    assert len(bulletin_bytes(made, charts=False)) < len(first)


def test_first_inventory_has_nothing_to_compare():
    ledger = api.compile(Project((datum("江苏", 2010, "lime_production", 1, "万吨"),)))
    assert "没有更早的清单年份" in words(blocks(bulletin(ledger, 2010)))


@pytest.mark.slow
def test_command_line(tmp_path):
    run = CliRunner().invoke(
        app,
        [
            "bulletin",
            str(ROOT / "examples" / "jiangsu"),
            "--year",
            "2010",
            "-o",
            str(tmp_path / "b.docx"),
            "--no-charts",
        ],
    )
    assert run.exit_code == 0 and (tmp_path / "b.docx").stat().st_size > 10_000
    assert (
        CliRunner()
        .invoke(app, ["bulletin", str(ROOT / "examples" / "jiangsu"), "--year", "2009", "-o", str(tmp_path / "c.docx")])
        .exit_code
        == 1
    )
    place = ["--year", "2010", "--region", "苏州", "-o", str(tmp_path / "d.docx"), "--no-charts"]
    cities = CliRunner().invoke(app, ["bulletin", str(ROOT / "examples" / "levels"), *place])
    assert cities.exit_code == 0


@pytest.mark.slow
@pytest.mark.office
@pytest.mark.skipif(
    shutil.which("soffice") is None, reason="LibreOffice is not here: the number of pages cannot be seen"
)
def test_two_to_four_pages(jiangsu, tmp_path):
    (tmp_path / "b.docx").write_bytes(bulletin_bytes(bulletin(jiangsu, 2010)))
    converted(tmp_path / "b.docx", "pdf", tmp_path)
    pages = (tmp_path / "b.pdf").read_bytes().count(b"/Type/Page\n") or (tmp_path / "b.pdf").read_bytes().count(
        b"/Type/Page/"
    )
    assert 2 <= pages <= 4


def test_format_of_official_documents(jiangsu):
    """GB/T 9704: A4, margins 37/35/28/26 mm, 仿宋 16 on 28.9 points, language of Chinese letters zh-CN, no theme
    faces."""
    data = zipfile.ZipFile(io.BytesIO(bulletin_bytes(bulletin(jiangsu, 2010), charts=False)))
    styles, document, table = (data.read(f"word/{x}.xml").decode("utf-8") for x in ("styles", "document", "fontTable"))
    made = docx.Document(io.BytesIO(bulletin_bytes(bulletin(jiangsu, 2010), charts=False)))
    section = made.sections[0]
    assert [
        round(x.mm) for x in (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    ] == [37, 35, 28, 26]
    assert 'w:eastAsia="zh-CN"' in styles and "Theme" not in re.sub(
        r"w:themeColor", "", styles.split("</w:docDefaults>")[0]
    )
    assert "仿宋_GB2312" in document and "方正小标宋简体" in document and 'w:altName w:val="仿宋"' in table
    assert made.paragraphs[3].text == "一、总体情况" and made.paragraphs[
        4
    ].paragraph_format.line_spacing.pt == pytest.approx(28.9)


def test_a_sector_without_data_is_not_estimated_never_zero():
    """A8 of the study: 镇江 has nothing on waste and land use; the sum is what is computed, and says so."""
    levels = read_levels([ROOT / "examples" / "levels"])
    ledger = compile_regions(levels)[0]["镇江"]
    rows = next(b.rows for b in blocks(bulletin(ledger, 2010, "镇江")) if isinstance(b, DocumentTable))
    shown = {r[0]: r[1] for r in rows}
    assert shown["废弃物处理"] == shown["土地利用变化和林业"] == "NE" and "已计算部分合计" in shown
    said = words(blocks(bulletin(ledger, 2010, "镇江")))
    assert "不是完整的总量" in said and not re.search(r"(?<![0-9])0\.0%", said)
    levels = read_levels([ROOT / "examples" / "levels"])
    both = PolicyMaterial(assess(levels), package_targets(), levels=levels)
    said = words(blocks(bulletin(compile_regions(levels)[0]["江苏"], 2010, "江苏", material=both)))
    assert "各地区能源活动二氧化碳" in said and "净调入电量 330.0 亿千瓦时" in said and "宿迁" in said
