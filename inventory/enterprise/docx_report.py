"""The text of the report as .docx: the chapters every guideline asks for, with tables filled from the same result as
the workbook."""

from __future__ import annotations

import datetime
import functools
import re
import tomllib
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from importlib import resources
from io import BytesIO
from pathlib import Path
from typing import Any

from ..core import equation
from ..core.files import replacing
from ..core.gwp import set_label
from ..sheets.model import width_of
from ..texts import COMMA, SEMICOLON
from .checks.grading import GRADES_EN
from .compute import Result, basis_of, category_of, figures_to_check, lookup_keys, tick
from .english import dictionary, text_of
from .industries import report_lines
from .report_notes import energy, intensities, products
from .tables import item_text, source_text, word_text

CREATED = datetime.datetime(2013, 10, 15)
FONT = "宋体"
TEXT_CM = 17.0  # width of the text on A4
NARROWEST, WIDEST, MARGIN = 11, 30, 3  # of a column, in half-width characters
LONGEST_WORD, CHARACTER_CM, PADDING_CM = 18, 0.175, 0.45  # of a word that stays whole, in print of 8.5 points


def write_docx(result: Result, path: Path | str, lang: str = "zh") -> None:
    """Write the report text. Same input, same bytes. Raises `InventoryError` when the place cannot be written."""
    document = _document(result, lang)
    held = BytesIO()
    document.save(held)
    with replacing(path, "workbook.not_writable") as temporary:
        Path(temporary).write_bytes(_fixed_times(held.getvalue()))


def _fixed_times(content: bytes) -> bytes:
    """The same package with fixed times in the archive, so that the bytes do not depend on the clock."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            new.writestr(zipfile.ZipInfo(entry.filename, (1980, 1, 1, 0, 0, 0)), old.read(entry), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _document(result: Result, lang: str) -> Any:
    from docx import Document
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    text = _Text(result, lang)
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
    _cover(doc, result, text)
    _basics(doc, result, text)
    _emissions(doc, result, text)
    _activity(doc, result, text)
    _factors(doc, result, text)
    _others(doc, result, text)
    return doc


class _Text:
    """The words of the report in one language: sentences from `report_texts.toml`, labels from the edition."""

    def __init__(self, result: Result, lang: str) -> None:
        self.result, self.lang, self.edition = result, lang, result.ledger.edition
        self.texts = _texts()[lang]

    def __call__(self, text: str, /, **facts: object) -> str:
        return str(self.texts[text]).format(**facts)

    def head(self, name: str) -> list[str]:
        return list(self.texts[name])

    def label(self, text: Mapping[str, str]) -> str:
        return text.get(self.lang) or text["zh"]

    def source(self, category: str) -> str:
        return source_text(category, self.edition, self.lang)

    def word(self, text: str) -> str:
        return text if self.lang == "zh" else text_of(text, dictionary(self.edition))

    @property
    def industry(self) -> str:
        return self.result.industry.name if self.lang == "zh" else self.result.industry.name_en


@functools.cache
def _texts() -> dict[str, Any]:
    return tomllib.loads((resources.files("inventory.enterprise") / "report_texts.toml").read_text("utf-8"))


def _cover(doc: Any, result: Result, t: _Text) -> None:
    p = result.enterprise.profile
    doc.add_heading(t("title", industry=t.industry), 0)
    if p.kind == "示例":
        doc.add_paragraph(t("illustrative"))
    for line in (t("subject", name=p.name), t("year", year=p.year), t("date", date=p.date)):
        doc.add_paragraph(line)
    doc.add_paragraph(
        t(
            "basis",
            document=t.word(result.industry.document),
            industry=t.industry,
            gwp=set_label(result.ledger.gwp.name, t.lang),
        )
    )
    doc.add_paragraph(t("declaration"))
    doc.add_paragraph(t("signature"))
    doc.add_page_break()


def _basics(doc: Any, result: Result, t: _Text) -> None:
    p = result.enterprise.profile
    doc.add_heading(t("one"), 1)
    doc.add_paragraph(
        t(
            "profile",
            name=p.name,
            code=p.code or t("empty"),
            province=t.word(p.province),
            city=p.city,
            address=p.address,
            legal=p.legal_person or t("empty"),
            contact=p.contact or t("empty"),
            product=p.product or t("empty"),
        )
    )
    inside = [f for f in result.enterprise.facilities if f.inside != "否"]
    if inside:
        doc.add_paragraph(t("inside"))
        _table(doc, t.head("head_facility"), [(f.name, t.word(f.kind), f.note) for f in inside])
    outside = [f.name for f in result.enterprise.facilities if f.inside == "否"]
    if outside:
        doc.add_paragraph(t("outside", names="、".join(outside)))


def _emissions(doc: Any, result: Result, t: _Text) -> None:
    doc.add_heading(t("two"), 1)
    rows: list[tuple[str, ...]] = []
    for line in report_lines(result.industry):
        if line.sources:
            mine = [x for x in result.totals if x.source.id in line.sources]
            label = line.label if t.lang == "zh" else "; ".join(t.source(s) for s in line.sources)
            rows.extend(
                (
                    label,
                    g,
                    f"{sum(x.mass_t for x in mine if x.gas == g):,.2f}",
                    f"{sum(x.co2e_t for x in mine if x.gas == g):,.2f}",
                )
                for g in dict.fromkeys(x.gas for x in mine)
            )
        else:
            label = (
                line.label
                if t.lang == "zh"
                else {"total": "Total", "direct": "Total without electricity and heat"}[line.kind]
            )
            rows.append((label, "CO2e", "", f"{result.total(line.kind == 'total'):,.2f}"))
    direct, total = result.total(False), result.total(True)
    doc.add_paragraph(
        t(
            "totals",
            year=result.enterprise.profile.year,
            total=f"{total:,.2f}",
            whole=f"{total:,.0f}",
            direct=f"{direct:,.2f}",
            energy=f"{total - direct:,.2f}",
        )
    )
    _table(doc, t.head("head_total"), rows)
    _flights(doc, result, t)
    outputs = [(t("output", name=name), f"{amount:,.2f}", unit, "") for name, amount, unit in products(result)]
    outputs += [(x.label, f"{x.value:,.4g}", x.unit, x.how) for x in intensities(result, t.lang)]
    if outputs:
        doc.add_heading(t("products"), 2)
        _table(doc, t.head("head_product"), outputs)
    doc.add_heading(t("carriers"), 2)
    _table(
        doc,
        t.head("head_carrier"),
        [
            (t.word(word_text("fuel", name, t.edition, t.lang)), f"{gj:,.0f}", f"{share:.1%}")
            for name, gj, share in energy(result)
        ],
    )


def _flights(doc: Any, result: Result, t: _Text) -> None:
    """CO2 of domestic and international flights apart (civil aviation)."""
    flights: dict[str, float] = {}
    for x in result.ledger.lines:
        flight = dict(x.item).get("flight")
        if flight:
            flights[flight] = flights.get(flight, 0.0) + x.mass_t
    if flights:
        named = (
            f"{flight}航班 {mass:,.2f} tCO2"
            if t.lang == "zh"
            else f"{word_text('flight', flight, t.edition, 'en')} {mass:,.2f} t CO2"
            for flight, mass in flights.items()
        )
        doc.add_paragraph(t("flights", flights=COMMA[t.lang].join(named)))


def _activity(doc: Any, result: Result, t: _Text) -> None:
    doc.add_heading(t("three"), 1)
    ledger = result.ledger
    rows = []
    for d, value, unit in zip(ledger.data, ledger.data_values, ledger.data_units, strict=True):
        quantity = t.edition.declared.quantities[d.quantity]
        rows.append(
            (
                t.source(d.keys.get("category") or quantity.category),
                t.label(quantity.label),
                item_text(d.item, t.edition, t.lang),
                f"{value:,.8g}",
                unit,
                t.word(d.source + (f"；{d.note}" if d.note else "")),
            )
        )
    _table(doc, t.head("head_activity"), rows)
    if result.enterprise.readings:
        doc.add_paragraph(t("ledger"))
    if result.enterprise.meters:
        doc.add_heading(t("meters"), 2)
        _table(
            doc,
            t.head("head_meter"),
            [
                (m.name, m.number, m.measures, m.place, m.accuracy, m.interval, m.calibrated)
                for m in result.enterprise.meters
            ],
        )


def _factors(doc: Any, result: Result, t: _Text) -> None:
    doc.add_heading(t("four"), 1)
    rows: dict[tuple[str, str, str], tuple[str, ...]] = {}
    for table in result.ledger.tables:
        for name, column in table.columns.items():
            if column.kind != "factor":
                continue
            for r, keys in enumerate(table.rows):
                factor = result.ledger.factors[column.refs[r]]
                item = item_text(lookup_keys(table, name, keys), t.edition, t.lang)
                rows.setdefault(
                    (t.source(category_of(table, keys, t.edition)), t.label(column.label), item),
                    (f"{factor.value:g}", factor.unit, t.word(tick(factor)), t.word(basis_of(factor))),
                )
    _table(doc, t.head("head_factor"), [(*k, *v) for k, v in rows.items()])
    computed = [
        (item_text(tuple(zip(x.keys[2:], x.rows[r][2:], strict=True)), t.edition, t.lang), float(x.values[r]))
        for x in result.ledger.tables
        if x.method.id == "coal_by_ash" and x.step.name == "oxidation"
        for r in range(len(x.rows))
    ]
    if computed:
        doc.add_paragraph(
            t("computed", values=SEMICOLON[t.lang].join(f"{item} {value:.4g}%" for item, value in computed))
        )
    _measured(doc, result, t)
    doc.add_heading(t("methods"), 2)
    seen = set()
    for table in result.ledger.tables:
        key = (table.method.id, table.step.name)
        if key in seen or not len(table.rows):
            continue
        seen.add(key)
        names = {n: t.label(c.label) for n, c in table.columns.items()} | {
            n: t.label(s.column.label) for n, s in table.sums.items()
        }
        names |= {n: labels[t.lang] for n, (_, _, labels) in equation.CONSTANTS.items()}
        text = equation.sentence(
            table.step.text_under(result.ledger.choices),
            names.__getitem__,
            lambda n, names=names: f"∑{names[n]}",  # type: ignore[misc]
        )
        doc.add_paragraph(
            f"{t.label(table.step.label)} = {text}" + (f"（{table.method.reference}）" if t.lang == "zh" else "")
        )


def _measured(doc: Any, result: Result, t: _Text) -> None:
    """Laboratory, method, date and report of every measured or calculated figure of the enterprise's own; hashes stand
    in the workbook."""
    e = result.enterprise
    rows = [
        (
            t("month", fuel=word_text("fuel", x.fuel, t.edition, t.lang), month=x.month),
            t.word("检测"),
            x.lab,
            x.method,
            x.reported,
            x.report_no,
            x.file,
        )
        for x in e.labs
    ]
    rows += [
        (f"{x.parameter} {x.item}".strip(), t.word(x.tick), x.lab, x.method, x.date, "", x.file)
        for x in e.parameters
        if x.tick != "缺省"
    ]
    if rows:
        doc.add_heading(t("own"), 2)
        _table(doc, t.head("head_own"), rows)


def _others(doc: Any, result: Result, t: _Text) -> None:
    doc.add_heading(t("five"), 1)
    stop = SEMICOLON[t.lang]
    texts = [
        f"[{f.grade if t.lang == 'zh' else GRADES_EN[f.grade]}] "
        f"{f.problem.text(t.lang)}" + (stop + t("reason", reason=f.reason) if f.reason else "")
        for f in result.findings
    ]
    colon = "：" if t.lang == "zh" else ": "
    texts += [f"{kind}{colon}{text}" for kind, text in figures_to_check(result.ledger, t.lang)]
    for text in texts or [t("none")]:
        doc.add_paragraph(text)
    if result.enterprise.evidence:
        doc.add_heading(t("evidence"), 2)
        _table(
            doc,
            t.head("head_evidence"),
            [(e.file, t.word(e.kind), e.date, e.sha256) for e in result.enterprise.evidence],
        )


def _table(doc: Any, heading: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A grid whose columns share the page by the length of what they hold; small print, so that ids and hashes break
    seldom."""
    from docx.shared import Cm, Pt

    entries = [tuple(heading), *(tuple(str(text) for text in row) for row in rows)]
    sizes = _column_sizes(entries)
    table = doc.add_table(rows=len(entries), cols=len(heading))
    table.style = "Table Grid"
    table.autofit = False
    for c, width in enumerate(sizes):
        size = Cm(width)
        table.columns[c].width = size
        for cell, row in zip(table.columns[c].cells, entries, strict=True):
            cell.width = size
            cell.paragraphs[0].add_run(row[c]).font.size = Pt(8.5)
    doc.add_paragraph("")


def _column_sizes(entries: Sequence[Sequence[str]]) -> list[float]:
    """Widths in cm that share the page by the length of the texts; none narrower than its longest word or number, which
    would break within."""
    columns = range(len(entries[0]))
    wanted = [min(max(NARROWEST, *(width_of(row[c]) for row in entries)), WIDEST) + MARGIN for c in columns]
    words = [max((len(w) for row in entries for w in re.findall(r"[!-~]+", row[c])), default=0) for c in columns]
    least = [min(n, LONGEST_WORD) * CHARACTER_CM + PADDING_CM for n in words]
    room = TEXT_CM - sum(least)
    if room <= 0:
        return [TEXT_CM * x / sum(least) for x in least]
    spare = [max(TEXT_CM * w / sum(wanted) - low, 0.0) for w, low in zip(wanted, least, strict=True)]
    return [low + room * s / (sum(spare) or 1.0) for low, s in zip(least, spare, strict=True)]
