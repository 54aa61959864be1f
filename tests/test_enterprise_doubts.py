"""A default whose standing is in doubt says so wherever its figure is shown: in the annex beside it, in the remarks, in the
text of the report (both languages) and in the explanation of its line."""

from __future__ import annotations

from pathlib import Path

import docx
import openpyxl
import pytest

from inventory.enterprise.compute import Result, compute
from inventory.enterprise.docx_report import write_docx
from inventory.enterprise.model import Enterprise, Power, Profile
from inventory.enterprise.report import write_report
from inventory.explain import explain_line

SAID = {"zh": "（待核对）", "en": "(unverified)"}
CONFIRM = {"zh": "缺省值未核实，请用印本核对", "en": "default not verified: compare it with the print"}


def of(industry: str, year: int) -> Result:
    """A small report; its year chooses the set of grid factors."""
    profile = Profile(name="示例", industry=industry, year=year, province="江苏", kind="示例")
    return compute(Enterprise(profile=profile, power=(Power(1, "华东", "甲", 1000.0),)))


@pytest.mark.parametrize("industry", ["21", "13"])  # either family of reports
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_grid_factor_of_2010_says_that_it_is_not_verified(industry: str, lang: str, tmp_path: Path) -> None:
    result = of(industry, 2010)
    factor = next(f for f in result.ledger.factors if f.parameter == "grid_ef")
    assert (factor.value, factor.standing) == (0.7182, "unverified")
    write_report(result, tmp_path / "r.xlsx", lang)
    rows = [
        (sheet.title, [c.value for c in row])
        for sheet in openpyxl.load_workbook(tmp_path / "r.xlsx", data_only=True)
        if sheet.sheet_state == "visible"
        for row in sheet
    ]
    shown = [texts for name, texts in rows if name.startswith(("附表", "Annex")) and 0.7182 in texts]
    assert shown and all(any(SAID[lang] in str(t) for t in texts) for texts in shown)
    assert any(CONFIRM[lang] in str(t) for _, texts in rows for t in texts)
    write_docx(result, tmp_path / "r.docx", lang)
    document = docx.Document(str(tmp_path / "r.docx"))
    lines = [[c.text for c in row.cells] for table in document.tables for row in table.rows]
    shown = [texts for texts in lines if "0.7182" in texts]
    assert shown and all(any(SAID[lang] in t for t in texts) for texts in shown)
    assert any(CONFIRM[lang] in p.text for p in document.paragraphs)


def test_a_corroborated_factor_says_nothing(tmp_path: Path) -> None:
    result = of("21", 2015)
    assert next(f for f in result.ledger.factors if f.parameter == "grid_ef").standing == "corroborated"
    write_report(result, tmp_path / "r.xlsx")
    texts = [str(c.value) for sheet in openpyxl.load_workbook(tmp_path / "r.xlsx") for row in sheet for c in row]
    assert "0.7035" in " ".join(texts) and not any(SAID["zh"] in t for t in texts)


def test_the_explanation_of_a_line_names_the_standing() -> None:
    ledger = of("21", 2010).ledger
    line = next(x for x in ledger.lines if x.category == "21-02")
    for lang, word in (("zh", "核实状态：待核对"), ("en", "standing: unverified")):
        assert word in explain_line(ledger, line.category, line.gas, line.region, line.year, lang)
