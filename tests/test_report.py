"""The inventory report: drafted from a ledger into a template; committed templates are what the command writes; wrong
templates are told."""

import io
import re
import zipfile
from pathlib import Path

import pytest
from series_project import write_project

from inventory import api, resources
from inventory.api import write_report
from inventory.core.problems import InventoryError
from inventory.report.blocks import figures
from inventory.report.document import report_bytes
from inventory.report.template import write_template

docx = pytest.importorskip("docx", reason="the extra 'report' is not installed")


@pytest.fixture(scope="module")
def ledger(tmp_path_factory):
    return api.compile(write_project(tmp_path_factory.mktemp("p") / "江苏"))


@pytest.fixture(scope="module")
def report(ledger, tmp_path_factory):
    path = tmp_path_factory.mktemp("r") / "r.docx"
    write_report(ledger, path, charts=False)
    return docx.Document(str(path))


def _parts(path):
    """A canonical form: every part of the package, whatever its compression."""
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


@pytest.mark.parametrize(("name", "lang"), [("report.docx", "zh"), ("report.en.docx", "en")])
def test_committed_template_is_what_the_command_writes(name, lang, tmp_path):
    write_template(tmp_path / name, lang)
    wanted, found = _parts(resources.folder("templates") / name), _parts(tmp_path / name)
    assert wanted.keys() == found.keys()
    assert [n for n in wanted if wanted[n] != found[n]] == [], (
        f"write it anew: inventory report-template -o templates/{name} --lang {lang}"
    )


def _text(document):
    cells = [c.text for t in document.tables for r in t.rows for c in r.cells]
    return "\n".join([*(p.text for p in document.paragraphs), *cells])


def test_chapters_and_sectors_stand_in_order(report):
    heads = [(p.style.name[-1], p.text) for p in report.paragraphs if p.style.name.startswith("Heading")]
    first = [text for level, text in heads if level == "1"]
    assert (
        first[:2] == ["概述", "分领域清单"] and "审核意见与答复" in first and first[-2:] == ["附录：取舍规则", "签署"]
    )
    assert first.index("不确定性") < first.index("编制依据与数据概况") < first.index("附录：方法、方程和排放因子")
    sectors = ["能源活动", "工业生产过程", "农业活动", "废弃物处理"]
    assert [t for level, t in heads if level == "2"][:8] == sectors * 2
    below = [t for level, t in heads if level == "3"]
    assert below[:5] == ["结果", "活动数据及来源", "不确定性（误差传递法）", "质量控制发现", "改进计划"] and below[
        20:22
    ] == ["方法", "排放因子及核实状态"]


def test_figures_of_the_report_are_those_of_the_ledger(ledger, report):
    table = next(t for t in report.tables if t.rows[0].cells[0].text == "名称" and t.rows[0].cells[1].text == "2005")
    total = [c.text for c in table.rows[-1].cells]
    years = [c.text for c in table.rows[0].cells][1:]
    for year, text in zip(years, total[1:], strict=True):
        assert float(text.replace(",", "")) == pytest.approx(float(ledger.co2e(year=int(year))) / 1e4, rel=1e-4)


def test_report_says_what_it_rests_on(report):
    text = _text(report)
    for wanted in (
        "示例数据",
        "待核对",
        "水泥熟料产量",
        "熟料产量请与行业协会数核对",
        "未答复",
        "内插",
        "人均排放",
        "四舍五入",
        "张三",
        "方法层级",
    ):
        assert wanted in text, wanted
    assert "{{" not in text and "表 1　" in text


def test_every_equation_in_the_report_is_the_computed_one(ledger, report):
    bullets = [p.text for p in report.paragraphs if p.style.name == "List Bullet"]
    steps = {t.step.label["zh"] for t in ledger.tables}
    assert {b.split(" = ")[0] for b in bullets} == steps
    cement = next(b for b in bullets if "水泥" in b)
    assert "×" in cement


def test_no_id_stands_before_the_annexes(report):
    """Results, data and quality are told in words: ids, file names and options stand in the annexes only."""
    texts = []
    for element in report.element.body.iter():
        if element.tag.endswith("}p"):
            text = "".join(x.text or "" for x in element.iter() if x.tag.endswith("}t"))
            if text.startswith("附录：方法"):
                break
            texts.append(text)
    wrong = [x for x in texts if re.search(r"[a-z]+\.[a-z_.]+_|guideline|未归档|编制单位可在此|--[a-z]", x)]
    assert len(texts) > 50 and not wrong


def test_language_and_faces(ledger):
    import io

    styles = zipfile.ZipFile(io.BytesIO(report_bytes(ledger, charts=False))).read("word/styles.xml").decode("utf-8")
    defaults = styles.split("</w:docDefaults>")[0]
    assert 'w:eastAsia="zh-CN"' in defaults and "Theme=" not in defaults and 'w:eastAsia="en-US"' not in styles


def test_same_ledger_same_bytes(ledger):
    assert report_bytes(ledger, charts=False) == report_bytes(ledger, charts=False)


@pytest.mark.slow
def test_charts_are_placed_at_high_resolution(ledger, tmp_path):
    pytest.importorskip("matplotlib")
    from inventory.charts import chinese_font

    try:
        chinese_font()
    except InventoryError:
        pytest.skip("no Chinese font is installed")
    write_report(ledger, tmp_path / "r.docx")
    made = docx.Document(str(tmp_path / "r.docx"))
    assert len(made.inline_shapes) >= 2
    assert all(s.width.cm == pytest.approx(15, abs=0.1) for s in made.inline_shapes)
    assert any(p.text.startswith("图 1") for p in made.paragraphs)
    assert report_bytes(ledger) == (tmp_path / "r.docx").read_bytes()


def test_english_report(ledger):
    import io

    made = docx.Document(io.BytesIO(report_bytes(ledger, "en", charts=False)))
    heads = [p.text for p in made.paragraphs if p.style.name == "Heading 1"]
    assert heads[0] == "Summary" and "Improvement plan" in [
        p.text for p in made.paragraphs if p.style.name == "Heading 3"
    ]


# ---- users' own templates ----


def _template(tmp_path, *paragraphs):
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    path = tmp_path / "own.docx"
    document.save(str(path))
    return path


def test_own_template_keeps_its_text_and_one_sector_can_be_asked_for(ledger, tmp_path):
    import io

    path = _template(tmp_path, "我省概况：{{region}}，{{years}}年。", "{{sector:2}}", "结束语")
    made = docx.Document(io.BytesIO(report_bytes(ledger, template=path, charts=False)))
    text = [p.text for p in made.paragraphs]
    assert text[0].startswith("我省概况：江苏，2005、2007、2010") and text[-1] == "结束语"
    assert "工业生产过程" in text and "能源活动" not in text


def test_a_placeholder_cut_into_runs_is_filled(ledger, tmp_path):
    import io

    document = docx.Document()
    paragraph = document.add_paragraph("甲{{")
    paragraph.add_run("region")
    paragraph.add_run("}}乙")
    document.save(str(tmp_path / "own.docx"))
    made = docx.Document(io.BytesIO(report_bytes(ledger, template=tmp_path / "own.docx", charts=False)))
    assert made.paragraphs[0].text == "甲江苏乙"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{{summry}}", "report.placeholder"),
        ("前文{{summary}}", "report.not_alone"),
        ("{{sector:9}}", "report.placeholder"),
    ],
)
def test_wrong_placeholders_are_told(ledger, tmp_path, text, code):
    with pytest.raises(InventoryError) as error:
        report_bytes(ledger, template=_template(tmp_path, text), charts=False)
    assert [p.code for p in error.value.problems] == [code] and error.value.problems[0].origin.file == "own.docx"


def test_a_chapter_inside_a_table_is_refused(ledger, tmp_path):
    document = docx.Document()
    document.add_table(1, 1).rows[0].cells[0].text = "{{summary}}"
    document.save(str(tmp_path / "own.docx"))
    with pytest.raises(InventoryError) as error:
        report_bytes(ledger, template=tmp_path / "own.docx", charts=False)
    assert error.value.problems[0].code == "report.not_alone"


def test_a_template_that_is_none_is_told(ledger, tmp_path):
    (tmp_path / "own.docx").write_text("not a document")
    with pytest.raises(InventoryError) as error:
        report_bytes(ledger, template=tmp_path / "own.docx", charts=False)
    assert error.value.problems[0].code == "report.template"


def test_a_folder_that_is_missing_is_told_and_nothing_is_left(ledger, tmp_path):
    with pytest.raises(InventoryError) as error:
        write_report(ledger, tmp_path / "gone" / "r.docx", charts=False)
    assert error.value.problems[0].code == "output.not_writable" and list(tmp_path.iterdir()) == []


def test_columns_of_the_report_follow_the_rule_of_rounding():
    assert figures([12345.678, 0.25, None]) == ("12,345.7", "0.3", "")


def test_command_line(tmp_path, capsys):
    from typer.testing import CliRunner

    from inventory.cli.app import app

    folder = write_project(tmp_path / "江苏")
    run = CliRunner().invoke(app, ["report", str(folder), "-o", str(tmp_path / "r.docx"), "--no-charts"])
    assert run.exit_code == 0, run.output
    assert (tmp_path / "r.docx").stat().st_size > 20_000
    assert CliRunner().invoke(app, ["report", str(folder), "-o", str(tmp_path / "r.pdf")]).exit_code == 2
    assert CliRunner().invoke(app, ["report-template", "-o", str(tmp_path / "t.docx"), "--lang", "en"]).exit_code == 0
    assert Path(tmp_path / "t.docx").is_file()


def test_nothing_of_the_program_shows_in_the_report(ledger):
    """No names of the program's sets, commands or files in what an office signs."""
    made = docx.Document(io.BytesIO(report_bytes(ledger, charts=False)))
    cells = [c.text for table in made.tables for row in table.rows for c in row.cells]
    words = [*(p.text for p in made.paragraphs), *cells]
    assert not [w for w in words if re.search(r"\bguideline\b|inventory |--[a-z]|（编制单位可在此", w)]
