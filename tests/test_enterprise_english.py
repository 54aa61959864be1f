"""The filed report of an enterprise in English: every industry, no Chinese but what the firm wrote; read back like one in
Chinese; the text report with it."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from inventory.edition import load
from inventory.enterprise.compute import Result, compute
from inventory.enterprise.copies import EVIDENCE_SHEETS
from inventory.enterprise.docx_report import write_docx
from inventory.enterprise.english import dictionary
from inventory.enterprise.filed import read_filed
from inventory.enterprise.industries import find, industries
from inventory.enterprise.read import read_enterprise
from inventory.enterprise.report import plan_report, write_report
from inventory.enterprise.template import write_template
from inventory.enterprise.verify import verify_file
from inventory.sheets.english import CHINESE

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = sorted((ROOT / "examples" / "enterprise").glob("*.xlsx"))
HAN = re.compile("[一-鿿]")


def result_of(path: Path) -> Result:
    enterprise, problems = read_enterprise(path)
    return compute(enterprise, problems)


def words_of_the_firm(result: Result) -> list[str]:
    """Every text the firm entered, the longest first."""
    e = result.enterprise
    rows = [e.profile, *(row for name in EVIDENCE_SHEETS for row in getattr(e, name))]
    texts = {v for row in rows for f in dataclasses.fields(row) if isinstance(v := getattr(row, f.name), str)}
    return sorted((t for t in texts if HAN.search(t)), key=len, reverse=True)


def left(texts: list[str], result: Result) -> list[str]:
    """Texts with Chinese in them that the firm did not write."""
    own = words_of_the_firm(result)
    out = []
    for text in texts:
        rest = text
        for word in own:
            rest = rest.replace(word, "")
        if HAN.search(rest):
            out.append(text)
    return out


@pytest.mark.slow
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_the_report_is_in_english(path: Path) -> None:
    result = result_of(path)
    book = plan_report(result, "en")
    texts = [s.name for s in book.sheets.values() if not s.hidden]
    for sheet in book.sheets.values():
        if not sheet.hidden:
            texts += [c.value for c in sheet.cells.values() if isinstance(c.value, str)]
            texts += [c.formula for c in sheet.cells.values() if c.formula]
    # two sources print different values of one default: the note of the table is quoted
    assert not [t for t in left(texts, result) if "is disputed" not in t]


def filed_as(result: Result, path: Path, lang: str) -> tuple[object, ...]:
    write_report(result, path, lang)
    filed = read_filed(path)
    data = {(d.quantity, d.keys): (d.value, d.origin.cell) for d in filed.data}
    factors = {(f.parameter, f.keys): (f.value, f.tick, f.origin.cell) for f in filed.factors}
    lines = [(x.line.label, x.gas, x.mass_t, x.co2e_t) for x in filed.lines]
    return data, factors, lines, [p.code for p in filed.problems]


@pytest.mark.slow
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_a_report_in_english_reads_back(path: Path, tmp_path: Path) -> None:
    """The same data, factors, ticks and lines, at the same cells; and verification finds nothing that it does not find
    in Chinese."""
    result = result_of(path)
    assert filed_as(result, tmp_path / "en.xlsx", "en") == filed_as(result, tmp_path / "zh.xlsx", "zh")
    findings = [[f.problem.code for f in verify_file(tmp_path / f"{x}.xlsx").findings] for x in ("en", "zh")]
    assert findings[0] == findings[1]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["水泥厂", "发电厂", "石化厂"])
def test_the_text_of_the_report(name: str, tmp_path: Path) -> None:
    docx = pytest.importorskip("docx")
    path = next((p for p in EXAMPLES if p.stem == name), EXAMPLES[0])
    result = result_of(path)
    write_docx(result, tmp_path / "en.docx", "en")
    document = docx.Document(str(tmp_path / "en.docx"))
    texts = [p.text for p in document.paragraphs]
    texts += [c.text for t in document.tables for r in t.rows for c in r.cells]
    assert not [t for t in left(texts, result) if "is disputed" not in t]


@pytest.mark.parametrize("code", list(industries(load("enterprise2013"))))
def test_the_template_of_every_industry(code: str, tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    write_template(tmp_path / "t.xlsx", find(code, load("enterprise2013")), lang="en")
    book = openpyxl.load_workbook(tmp_path / "t.xlsx", read_only=True)
    for sheet in book:
        if sheet.sheet_state == "visible":
            texts = [sheet.title, *(v for row in sheet.iter_rows(values_only=True) for v in row if isinstance(v, str))]
            assert not [t for t in texts if HAN.search(t)], sheet.title


def test_every_word_of_the_vocabulary_has_its_english() -> None:
    edition = load("enterprise2013")
    words = dictionary(edition)
    missing = [
        (key, w.value)
        for key, members in edition.vocabulary.items()
        for w in members.values()
        if CHINESE.search(w.value) and words.english(w.value) is None
    ]
    assert not missing
