"""The five tasks of somebody new to the house, each in the place where one expects it: a source, an edition, an output
format, another face, a column of the summary. `docs/architecture.md` describes them."""

from __future__ import annotations

import ast
import csv
import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from soda_ash import DECLARATION
from typer.testing import CliRunner

from inventory import api, exports
from inventory.app.edition import CheckEditionRequest, check_edition
from inventory.app.export import ExportRequest, export
from inventory.cli.app import app
from inventory.core.activity import Project, datum
from inventory.core.edition import Edition
from inventory.core.problems import DeclarationError
from inventory.edition import load
from inventory.exports.formats import formats
from inventory.resources import folder
from inventory.workbook.filing import plan

ROOT = Path(__file__).resolve().parents[1]
MANIFEST = """
id = "soda"
label = { zh = "加一个源（示例）", en = "One source more (example)" }
extends = "prov2011"
methods = ["soda.toml"]
"""


def _row(table: Path, values: dict[str, str]) -> str:
    return _rows(table, [values])


def _rows(table: Path, rows: list[dict[str, str]]) -> str:
    """A heading like that of a table of the edition, and rows of one's own."""
    heading = next(csv.reader(io.StringIO(table.read_text("utf-8"))))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(heading)
    writer.writerows([[values.get(column, "") for column in heading] for values in rows])
    return out.getvalue()


ROWS = """
[[rows.categories]]
id = "2.13"
parent = "2"
label_zh = "纯碱使用过程"
label_en = "Soda ash use"
sector = "工业生产过程"
gases = ["CO2"]

[[rows.factors]]
id = "made.soda_ash"
parameter = "soda_ash_ef"
gas = "CO2"
value = 0.415
unit = "tCO2/t"
standing = "unverified"
role = "default"
source = "示例"

[[rows.report_lines]]
table = "省级温室气体清单汇总表"
line = "26b"
level = 2
label_zh = "纯碱使用过程"
label_en = "Soda ash use"
categories = "2.13"
gases = ["CO2", "total"]
unit = "CO2=万t;total=万t CO2e"
standing = "unverified"
source = "示例"

[[rows.report_lines]]
table = "工业生产过程清单"
line = "12b"
level = 1
label_zh = "纯碱使用过程"
label_en = "Soda ash use"
categories = "2.13"
gases = ["CO2", "total"]
unit = "CO2=万t;total=万t CO2e"
standing = "unverified"
source = "示例"
"""


def _soda(own: Path, text: str) -> Path:
    own.mkdir()
    (own / "edition.toml").write_text(MANIFEST, "utf-8")
    (own / "soda.toml").write_text(text, "utf-8")
    return own


def test_a_new_source_is_one_file_beside_the_manifest(tmp_path: Path) -> None:
    """A declaration that brings its category, its factor and its lines of the forms: no code, and the guideline's
    edition stays as it is."""
    own = _soda(tmp_path / "soda", DECLARATION + ROWS)
    assert sorted(p.name for p in own.iterdir()) == ["edition.toml", "soda.toml"]
    ledger = api.compile(Project(data=(datum("江苏", 2010, "soda_ash_use", 20, "万吨"),)), edition=load(own))
    assert ledger.co2e(category="2") == pytest.approx(20e4 * 0.415, rel=1e-12)
    assert (
        check_edition(CheckEditionRequest(str(own))).problems == ()
    )  # what the edition below leaves open is told there
    assert load(own).by_id["made.soda_ash"].value == 0.415
    assert "made.soda_ash" not in load("prov2011").by_id


@pytest.mark.parametrize(
    ("change", "code", "line"),
    [
        (("[[rows.factors]]", "[[rows.faktors]]"), "edition.unknown_table", "[[rows.faktors]]"),
        (("value = 0.415", 'value = "约0.4"'), "edition.value", "[[rows.factors]]"),
    ],
)
def test_a_wrong_row_of_a_declaration_is_named_at_its_line(
    change: tuple[str, str], code: str, line: str, tmp_path: Path
) -> None:
    text = (DECLARATION + ROWS).replace(*change, 1)
    with pytest.raises(DeclarationError) as raised:
        load(_soda(tmp_path / "soda", text))
    wanted = next(n for n, x in enumerate(text.splitlines(), 1) if x == line)
    assert any(p.code == code and p.origin.file == f"soda/soda.toml:{wanted}" for p in raised.value.problems)


def test_a_new_edition_is_a_folder_of_the_rows_that_differ(tmp_path: Path) -> None:
    """One folder with the manifest and the one row that changed; everything else stays with the edition below."""
    own = tmp_path / "next"
    own.mkdir()
    row = next(iter(load("prov2011").factors["clinker_ef"]))
    (own / "edition.toml").write_text(
        'id = "next"\nlabel = { zh = "下一版（示例）", en = "Next (example)" }\nextends = "prov2011"\nfactors = ["new.csv"]\n',
        "utf-8",
    )
    values = {"id": row.id, "parameter": row.parameter, "gas": row.gas, "value": "0.6", "unit": row.unit}
    keys = {"keys": ";".join(f"{k}={v}" for k, v in row.keys), "standing": "unverified", "source": "示例"}
    (own / "new.csv").write_text(
        _row(folder("factors") / "prov2011" / "industrial_processes.csv", {**values, **keys}), "utf-8"
    )
    edition = load(own)
    assert next(iter(edition.factors["clinker_ef"])).value == 0.6
    assert check_edition(CheckEditionRequest(str(own))).errors == 0
    assert len(edition.by_id) == len(load("prov2011").by_id)


SHORT = """
from pathlib import Path

from inventory.core.files import write_bytes
from inventory.core.ledger import Ledger
from inventory.exports.formats import ExportFormat


def write_short(ledger: Ledger, target: Path, categories: str) -> tuple[Path, ...]:
    write_bytes(target, f"{categories} {len(ledger.lines)}".encode())
    return (target,)


FORMATS = {"short": ExportFormat(write_short, (".short",))}
"""


@pytest.fixture
def short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """One more file in the package of formats."""
    (tmp_path / "formats").mkdir()
    (tmp_path / "formats" / "shortened.py").write_text(SHORT, "utf-8")
    monkeypatch.setattr(exports, "__path__", [*exports.__path__, str(tmp_path / "formats")])
    formats.cache_clear()
    yield tmp_path / "x.short"
    formats.cache_clear()


def test_a_new_output_format_is_one_file(short: Path, tmp_path: Path) -> None:
    """Its name and its ending are known to scripts and to the command, with nothing else changed."""
    ledger = api.compile(Project(data=(datum("江苏", 2010, "lime_production", 100, "万吨"),)))
    assert export(ExportRequest(ledger, short, "short")).files == (short,)
    assert short.read_text() == "provincial 1"
    data = tmp_path / "石灰.csv"
    data.write_text("region,year,quantity,value,unit,source\n江苏,2010,石灰产量,120,万吨,统计年鉴\n", "utf-8")
    words = ["export", str(data), "-o", str(tmp_path / "y.short"), "--to", "short"]
    assert CliRunner().invoke(app, words).exit_code == 0 and (tmp_path / "y.short").read_text() == "provincial 1"
    assert CliRunner().invoke(app, [*words[:3], str(tmp_path / "y.long"), *words[4:]]).exit_code == 2


def test_another_face_needs_nothing_below_the_acts() -> None:
    """The commands take what they do from `inventory.app`; what else they import from below is text to show, never an
    act that another face would have to repeat."""
    below: set[str] = set()
    for path in sorted((ROOT / "inventory" / "cli").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.level == 2 and node.module:
                below.add(node.module.split(".")[0])
    assert below <= {"app", "batch", "console", "core", "service"}, below


def test_a_column_of_the_summary_is_one_place(tmp_path: Path) -> None:
    """The columns of the filed tables are the `gases` and `unit` of the edition's report lines."""
    shutil.copytree(folder("factors"), tmp_path / "factors")
    lines = tmp_path / "factors" / "prov2011" / "report_lines.csv"
    text = lines.read_text("utf-8")
    before, after = "CO2;CH4;N2O;HFCs;PFCs;SF6;total,", "CO2;CH4;N2O;HFCs;PFCs;total,"
    assert before in text
    lines.write_text(text.replace(before, after), "utf-8")
    edition = load(tmp_path / "factors" / "prov2011")
    summary = [r for r in edition.report_lines if r["table"] == "省级温室气体清单汇总表"]
    assert summary and not any("SF6" in r["gases"] for r in summary)
    given = Project(data=(datum("江苏", 2010, "lime_production", 100, "万吨"),))

    def headings(chosen: Edition) -> set[object]:
        sheet = plan(api.compile(given, edition=chosen)).sheets["清单汇总表"]
        return {cell.value for (row, _), cell in sheet.cells.items() if sheet.head and row in sheet.head}

    assert headings(load("prov2011")) - headings(edition) == {"SF6"}  # the sheet follows, with no code changed
