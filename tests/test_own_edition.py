"""Another category or another edition is data: one declaration and one factor row in a copy of the folder, no code."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pytest
from soda_ash import DECLARATION

from inventory import api
from inventory.core.activity import Project, datum
from inventory.core.problems import DeclarationError, InventoryError
from inventory.edition import available, load
from inventory.resources import folder

FACTOR = "made.soda_ash,soda_ash_ef,,CO2,,0.415,tCO2/t,,,,,unverified,default,made up for a test,\n"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(folder("factors"), tmp_path / "factors")
    own = tmp_path / "factors" / "prov2011"
    (own / "methods" / "soda.toml").write_text(DECLARATION, "utf-8")
    columns = (own / "industrial_processes.csv").read_text("utf-8").splitlines()[0]
    (own / "soda.csv").write_text(f"{columns}\n{FACTOR}", "utf-8")
    head = (own / "edition.toml").read_text("utf-8")
    head = head.replace("methods = [", 'methods = [\n  "methods/soda.toml",', 1).replace(
        "factors = [", 'factors = [\n  "soda.csv",', 1
    )
    (own / "edition.toml").write_text(head, "utf-8")
    tree = (own / "categories.csv").read_text("utf-8").splitlines()
    names = tree[0].split(",")
    row = {
        "id": "2.13",
        "parent": "2",
        "label_zh": "纯碱使用过程",
        "label_en": "Soda ash use",
        "sector": "工业生产过程",
        "gases": "CO2",
    }
    at = max(i for i, line in enumerate(tree) if line.startswith("2.")) + 1
    tree.insert(at, ",".join(row.get(n, "") for n in names))
    (own / "categories.csv").write_text("\n".join(tree) + "\n", "utf-8")
    return own


def test_one_declaration_and_one_factor_row_make_a_category(copy: Path, tmp_path: Path) -> None:
    edition = load(copy)
    ledger = api.compile(
        Project(
            data=(datum("江苏", 2010, "soda_ash_use", 20, "万吨"), datum("江苏", 2010, "lime_production", 100, "万吨"))
        ),
        edition=edition,
    )
    assert ledger.mass_t(category="2.13", gas="CO2") == pytest.approx(20e4 * 0.415, rel=1e-12)
    assert ledger.co2e(category="2") == pytest.approx(20e4 * 0.415 + 100e4 * 0.683, rel=1e-12)
    api.write_workbook(ledger, tmp_path / "清单.xlsx")
    book = openpyxl.load_workbook(tmp_path / "清单.xlsx")
    assert "纯碱使用" in book.sheetnames
    formulas = [
        c.value for r in book["纯碱使用"].iter_rows() for c in r if isinstance(c.value, str) and c.value.startswith("=")
    ]
    assert formulas, "the arithmetic of the new category is live"


def test_the_packages_own_edition_does_not_know_it() -> None:
    assert "2.13" not in load("prov2011").categories
    assert available() == sorted(available()) and "prov2011" in available()


def test_an_unknown_edition_is_named() -> None:
    with pytest.raises(InventoryError, match="prov2099"):
        load("prov2099")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("used * ef", "used * eff", "eff"),
        ('quantity = "soda_ash_use"', 'quantity = "soda"', "soda"),
        ('unit = ["tCO2/t"]', 'unit = ["tC/t"]', "made.soda_ash"),
        ('tier = "1"', 'tier = "1"\ntear = 2', "tear"),
    ],
)
def test_a_faulty_declaration_is_named_at_load(copy: Path, old: str, new: str, told: str) -> None:
    path = copy / "methods" / "soda.toml"
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    with pytest.raises(DeclarationError, match=told):
        load(copy)


def test_a_category_on_no_report_line_is_told_at_check_and_when_compiled(copy: Path) -> None:
    from inventory.app.edition import CheckEditionRequest, check_edition

    found = {
        (p.code, dict(p.facts)["category"])
        for p in check_edition(CheckEditionRequest(copy)).problems
        if p.severity == "error"
    }
    assert found == {("edition.total_does_not_add_up", "2.13")}
    ledger = api.compile(Project(data=(datum("江苏", 2010, "soda_ash_use", 20, "万吨"),)), edition=load(copy))
    assert [dict(p.facts)["category"] for p in ledger.warnings if p.code == "edition.not_on_report"] == ["2.13"]
    lines = copy / "report_lines.csv"
    text = lines.read_text("utf-8").replace(",2.7;2.11;2.12,", ",2.7;2.11;2.12;2.13,")
    text = text.replace(
        "工业生产过程清单,12,",
        "工业生产过程清单,12.5,1,纯碱使用,Soda ash use,2.13,,CO2,CO2=万t,,unverified,示例\n工业生产过程清单,12,",
        1,
    )
    lines.write_text(text, "utf-8")
    assert [p.text() for p in check_edition(CheckEditionRequest(copy)).problems if p.severity == "error"] == []
