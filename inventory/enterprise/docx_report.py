"""The text of the report as .docx: the chapters every guideline asks for, with tables filled from the same result as the workbook."""

from __future__ import annotations

import datetime
import zipfile
from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from ..core import equation
from ..core.files import replacing
from ..sheets.model import width_of
from .compute import Result, category_of, figures_to_check, gwp_name, lookup_keys, tick
from .industries import report_lines
from .tables import item_text, source_text

CREATED = datetime.datetime(2013, 10, 15)
FONT = "宋体"
TEXT_CM = 17.0   # width of the text on A4
NARROWEST, WIDEST, MARGIN = 11, 30, 3   # of a column, in half-width characters


def write_docx(result: Result, path: Path | str, lang: str = "zh") -> None:
    """Write the report text. Same input, same bytes. Raises `InventoryError` when the place cannot be written."""
    made = _document(result)
    held = BytesIO()
    made.save(held)
    with replacing(path, "workbook.not_writable") as temporary:
        Path(temporary).write_bytes(_fixed_times(held.getvalue()))


def _fixed_times(content: bytes) -> bytes:
    """The same package with fixed times in the archive, so that the bytes do not depend on the clock."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            new.writestr(zipfile.ZipInfo(entry.filename, (1980, 1, 1, 0, 0, 0)), old.read(entry), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _document(result: Result) -> Any:
    from docx import Document
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    doc = Document()
    page = doc.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm((21 - TEXT_CM) / 2)
    doc.core_properties.created = doc.core_properties.modified = CREATED
    doc.core_properties.author = doc.core_properties.last_modified_by = ""
    for name in ("Normal", "Title", "Heading 1", "Heading 2"):
        style = doc.styles[name]
        style.font.name = FONT
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FONT)
    doc.styles["Normal"].font.size = Pt(11)
    _cover(doc, result)
    _basics(doc, result)
    _emissions(doc, result)
    _activity(doc, result)
    _factors(doc, result)
    _others(doc, result)
    return doc


def _cover(doc: Any, result: Result) -> None:
    p = result.enterprise.profile
    doc.add_heading(f"{result.industry.name}温室气体排放报告", 0)
    if p.kind == "示例":
        doc.add_paragraph("（示例数据，不是任何真实企业的数字）")
    for line in (f"报告主体（盖章）：{p.name}", f"报告年度：{p.year}", f"编制日期：{p.date}"):
        doc.add_paragraph(line)
    doc.add_paragraph(f"本报告按照{result.industry.document}印发的{result.industry.name}温室气体排放核算方法与报告指南核算，"
                      f"GWP 采用 {gwp_name(result.ledger)}。")
    doc.add_paragraph("本报告所列数据真实、完整、可核查；如与实际不符，本单位愿承担相应责任。")
    doc.add_paragraph("法定代表人（签字）：　　　　　　　　　　日期：")
    doc.add_page_break()


def _basics(doc: Any, result: Result) -> None:
    p = result.enterprise.profile
    doc.add_heading("一、企业基本情况", 1)
    doc.add_paragraph(f"{p.name}（统一社会信用代码 {p.code or '未填'}）位于{p.province}{p.city}{p.address}，法定代表人{p.legal_person or '未填'}，"
                      f"填报负责人{p.contact or '未填'}，主要产品为{p.product or '未填'}。")
    inside = [f for f in result.enterprise.facilities if f.inside != "否"]
    if inside:
        doc.add_paragraph("核算边界内的主要设施如下。")
        _table(doc, ("设施名称", "设施类型", "说明"), [(f.name, f.kind, f.note) for f in inside])
    outside = [f.name for f in result.enterprise.facilities if f.inside == "否"]
    if outside:
        doc.add_paragraph(f"不在边界内：{'、'.join(outside)}。")


def _emissions(doc: Any, result: Result) -> None:
    doc.add_heading("二、温室气体排放情况", 1)
    rows: list[tuple[str, ...]] = []
    for line in report_lines(result.industry):
        if line.sources:
            mine = [t for t in result.totals if t.source.id in line.sources]
            rows.extend((line.label, g, f"{sum(t.mass_t for t in mine if t.gas == g):,.2f}", f"{sum(t.co2e_t for t in mine if t.gas == g):,.2f}")
                        for g in dict.fromkeys(t.gas for t in mine))
        else:
            rows.append((line.label, "CO2e", "", f"{result.total(line.kind == 'total'):,.2f}"))
    direct, total = result.total(False), result.total(True)
    doc.add_paragraph(f"{result.enterprise.profile.year}年排放总量为 {total:,.2f} tCO2e，其中直接排放 {direct:,.2f} tCO2e，"
                      f"净购入电力和热力隐含的排放 {total - direct:,.2f} tCO2e。")
    _table(doc, ("源类别", "气体", "质量（t）", "CO2当量（t）"), rows)
    flights: dict[str, float] = {}
    for x in result.ledger.lines:
        flight = dict(x.item).get("flight")
        if flight:
            flights[flight] = flights.get(flight, 0.0) + x.mass_t
    if flights:
        doc.add_paragraph("航班燃料燃烧：" + "，".join(f"{flight}航班 {mass:,.2f} tCO2" for flight, mass in flights.items()) + "。")


def _activity(doc: Any, result: Result) -> None:
    doc.add_heading("三、活动水平数据及来源说明", 1)
    ledger = result.ledger
    rows = []
    for d, value, unit in zip(ledger.data, ledger.data_values, ledger.data_units, strict=True):
        edition = result.ledger.edition
        quantity = edition.declared.quantities[d.quantity]
        rows.append((source_text(d.keys.get("category") or quantity.category, edition), quantity.label["zh"], item_text(d.item, edition), f"{value:,.8g}", unit,
                     d.source + (f"；{d.note}" if d.note else "")))
    _table(doc, ("源类别", "数据项", "分项", "数据", "单位", "来源"), rows)
    if result.enterprise.readings:
        doc.add_paragraph("燃料年消耗量由月度台账按“期初库存＋购入量－外销量－期末库存”得出；没有库存的燃料为计量消耗量之和。台账见报告工作簿。")


def _factors(doc: Any, result: Result) -> None:
    doc.add_heading("四、排放因子数据及来源说明", 1)
    rows: dict[tuple[str, str, str], tuple[str, ...]] = {}
    for table in result.ledger.tables:
        for name, column in table.columns.items():
            if column.kind != "factor":
                continue
            for r, keys in enumerate(table.rows):
                factor = result.ledger.factors[column.refs[r]]
                item = item_text(lookup_keys(table, name, keys), result.ledger.edition)
                basis = factor.source if factor.step in ("measured", "provincial") else f"{factor.table}（{factor.id}）"
                rows.setdefault((source_text(category_of(table, keys, result.ledger.edition), result.ledger.edition), column.label["zh"], item),
                                (f"{factor.value:g}", factor.unit, tick(factor), basis))
    _table(doc, ("源类别", "参数", "分项", "数据", "单位", "来源", "依据"), [(*k, *v) for k, v in rows.items()])
    _measured(doc, result)
    doc.add_heading("计算方法", 2)
    seen = set()
    for table in result.ledger.tables:
        key = (table.method.id, table.step.name)
        if key in seen or not len(table.rows):
            continue
        seen.add(key)
        names = {n: c.label["zh"] for n, c in table.columns.items()} | {n: s.column.label["zh"] for n, s in table.sums.items()}
        names |= {n: labels["zh"] for n, (_, _, labels) in equation.CONSTANTS.items()}
        text = equation.sentence(table.step.text_under(result.ledger.choices), names.__getitem__, lambda n, names=names: f"∑{names[n]}")  # type: ignore[misc]
        doc.add_paragraph(f"{table.step.label['zh']} = {text}（{table.method.reference}）")


def _measured(doc: Any, result: Result) -> None:
    """Laboratory, method, date and file of every measured or calculated figure of the enterprise's own."""
    e = result.enterprise
    rows = [(f"{x.fuel} {x.month}月", "检测", x.lab, x.method, x.reported, x.file, x.sha256) for x in e.labs]
    rows += [(f"{x.parameter} {x.item}".strip(), x.tick, x.lab, x.method, x.date, x.file, x.sha256) for x in e.parameters if x.tick != "缺省"]
    if rows:
        doc.add_heading("检测值和计算值的依据", 2)
        _table(doc, ("对象", "来源", "检测机构", "方法", "日期", "文件", "SHA-256"), rows)


def _others(doc: Any, result: Result) -> None:
    doc.add_heading("五、其他希望说明的情况", 1)
    texts = [p.text("zh") for p in result.problems]
    texts += [f"{kind}：{text}" for kind, text in figures_to_check(result.ledger)]
    for text in texts or ["无。"]:
        doc.add_paragraph(text)
    if result.enterprise.evidence:
        doc.add_heading("证明材料清单", 2)
        _table(doc, ("文件名", "类别", "日期", "SHA-256"), [(e.file, e.kind, e.date, e.sha256) for e in result.enterprise.evidence])


def _table(doc: Any, heading: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A grid whose columns share the page by the length of what they hold; small print, so that ids and hashes break seldom."""
    from docx.shared import Cm, Pt

    entries = [tuple(heading), *(tuple(str(text) for text in row) for row in rows)]
    wanted = [min(max(NARROWEST, *(width_of(row[c]) for row in entries)), WIDEST) + MARGIN for c in range(len(heading))]
    table = doc.add_table(rows=len(entries), cols=len(heading))
    table.style = "Table Grid"
    table.autofit = False
    for c, width in enumerate(wanted):
        size = Cm(TEXT_CM * width / sum(wanted))
        table.columns[c].width = size
        for cell, row in zip(table.columns[c].cells, entries, strict=True):
            cell.width = size
            cell.paragraphs[0].add_run(row[c]).font.size = Pt(8.5)
    doc.add_paragraph("")
