"""`inventory edition check`, `diff` and `schema`: the package's editions are without an error, faults and differences
are named, schemas fit the files."""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from inventory.app.edition import CheckEditionRequest, CompareEditionsRequest, check_edition, compare_editions
from inventory.cli.app import app
from inventory.edition import available, load
from inventory.edition.schema import manifest_schema, methods_schema
from inventory.resources import folder

run = CliRunner().invoke


@pytest.mark.parametrize("name", available())
def test_the_editions_of_the_package_have_no_remark(name: str) -> None:
    result = check_edition(CheckEditionRequest(name))
    assert result.loads and not result.problems, [p.text() for p in result.problems]


UNUSED = """
[parameter.nobody]
label = { zh = "无人用", en = "Used by nobody" }
unit = ["1"]
"""
FAULTS = (
    ("eras.csv", "energy.oil_gas.gas.gather", "energy.oil_gas.gas.gathers", "edition.unknown_factor"),
    ("level_groups.csv", "coal_output_underground", "coal_output_above", "edition.unknown_quantity"),
    ("plausible.csv", "gdp,gdp,", "gdp,gpd,", "edition.unknown_quantity"),
    ("measurements.csv", "activity,,1,5,", "activity,,1.99,5,", "edition.unknown_category"),
    ("province_statistics.csv", "江苏,", "江蘇省,", "edition.unknown_value"),
    ("energy_balance_columns.csv", ",fuel,原煤,", ",fuel,原媒,", "edition.unknown_value"),
    ("energy_balance_columns.csv", ",万吨,", ",万顿,", "edition.unknown_value"),
    ("energy_balance_splits.csv", "fuel=无烟煤", "fuel=无烟媒", "edition.unknown_value"),
    (
        "energy.csv",
        "coal_equivalent,各种能源折标准煤系数（中国能源统计年鉴附录、GB/T 2589）,,fuel=洗精煤",
        "coal_equivalent,各种能源折标准煤系数（中国能源统计年鉴附录、GB/T 2589）,,fuel=洗精媒",
        "edition.unknown_value",
    ),
    ("vocabulary/regions.csv", "n2o_zone=III区", "n2o_zone=IIII区", "edition.unknown_value"),
    ("edition.toml", 'calorific_value = "ncv"', 'calorific_value = "ncw"', "edition.unknown_parameter"),
    ("keys.csv", "\nfuel,", "\nfuell,", "edition.key_without_name"),
    ("levels.csv", "electricity_import,", "electricity_imports,", "edition.unknown_quantity"),
    ("report_lines.csv", ",2.1,,", ",2.99,,", "edition.unknown_category"),
    ("fallbacks.csv", ",carbon_content_reference,", ",carbon_content_referenc,", "edition.unknown_parameter"),
    ("waste.csv", "landfill_site=", "landfill_site=没有的", "edition.unknown_value"),
    ("quality.toml", '"1.3.4"', '"1.3.44"', "edition.fault"),
    ("energy_balance_allocation.csv", "source.industry,source,", "source.industry,sauce,", "edition.fault"),
    ("edition.toml", '"SF6"', '"SF7"', "edition.unknown_gas"),
    ("industrial_processes.csv", ",CO2,,0.538,", ",CO3,,0.538,", "edition.unknown_gas"),
    ("methods/industrial_fgases.toml", 'unit = ["吨"', 'unit = ["GWh"', "edition.units"),
    ("methods/waste.toml", 'unit = ["万吨"', 'unit = ["万吨", "GWh"', "edition.unit_never_fits"),
    ("methods/industrial_fgases.toml", 'unit = ["吨"', 'unit = ["万疆"', "edition.fault"),
    ("uncertainty.csv", "energy.uncertainty.ad.bio", "energy.uncertainty.ad.biomass", "edition.fault"),
)


DOUBTS = (  # END: behind everything that the file says
    ("keys.csv", "END", "nobody,无人,Nobody\n", "edition.unused_key"),
    ("vocabulary/waste.csv", "END", "nobody,甲,A,,,\n", "edition.unused_words"),
    ("methods/waste.toml", "END", UNUSED, "edition.unused_parameter"),
    ("edition.toml", 'standard_coal = "standard_coal"', "", "edition.unused_parameter"),
    ("edition.toml", 'power = "1.1.1.1"', "", "edition.role_missing"),
    ("edition.toml", '"废弃物处理清单 17" = ["5.2.3"]', "", "edition.total_does_not_add_up"),
    ("waste.csv", "landfill_site=", "fuel=原煤;landfill_site=", "edition.key_nobody_reads"),
    ("report_lines.csv", "Cement production,2.1,", "Cement production,2.1;2.11,", "edition.lines_overlap"),
)


@pytest.mark.parametrize(("file", "old", "new", "code"), (*FAULTS, *DOUBTS))
def test_each_kind_of_fault_is_found(tmp_path: Path, file: str, old: str, new: str, code: str) -> None:
    shutil.copytree(folder("factors") / "prov2011", tmp_path / "prov2011")
    path = tmp_path / "prov2011" / file
    text = path.read_text("utf-8")
    assert old in (text, "END") or old in text
    path.write_text(text + new if old == "END" else text.replace(old, new, 1), "utf-8")
    problems = check_edition(CheckEditionRequest(tmp_path / "prov2011")).problems
    assert code in {p.code for p in problems}
    line = re.compile(r"\.(csv|toml):\d+$")
    whole = ("edition.fault", "edition.role_missing", "edition.key_without_name", "edition.part_missing")
    assert all(line.search(str(p.origin)) or p.code in whole or file == "edition.toml" for p in problems), problems
    if (file, old, new, code) in FAULTS:
        assert code in {p.code for p in problems if p.severity == "error"}


def test_the_command_says_what_the_use_case_says(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    head = 'id = "own"\nlabel = { zh = "示例", en = "Example" }\nextends = "policy"\n[tables]\nkeys = "keys.csv"\n'
    (own / "edition.toml").write_text(head, "utf-8")
    (own / "keys.csv").write_text("key,label_zh,label_en\nnobody,无人,Nobody\n", "utf-8")
    result, answer = check_edition(CheckEditionRequest(own)), run(app, ["edition", "check", str(own), "--json"])
    data = json.loads(answer.stdout)
    assert answer.exit_code == 0 and data["edition"] == "own" and len(data["problems"]) == len(result.problems) == 1
    assert data["problems"][0]["facts"] and set(data["problems"][0]["text"]) == {"zh", "en"}
    assert run(app, ["edition", "check", "prov2099"]).exit_code == 2


def test_differences_are_named_field_by_field(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "edition.toml").write_text(
        'id = "own"\nlabel = { zh = "示例", en = "Example" }\nextends = '
        '"policy"\ngwp = "AR5"\n[tables]\npilots = "p.csv"\n'
        '[removed]\ntargets = ["target.2015.110000.co2_per_gdp"]\n',
        "utf-8",
    )
    (own / "p.csv").write_text("region,batch,year\n深圳,1,2011\n", "utf-8")
    changes = compare_editions(CompareEditionsRequest("policy", own)).changes
    assert {(c.part, c.key, c.kind, c.field, c.before, c.after) for c in changes} == {
        ("edition", "default_gwp", "changed", "default_gwp", "guideline", "AR5"),
        ("targets", "target.2015.110000.co2_per_gdp", "removed", "", "", ""),
        ("pilots", "深圳|1", "changed", "year", "2010", "2011"),
    }
    answer = run(app, ["edition", "diff", "policy", str(own)])
    assert answer.exit_code == 0 and "year: 2010 → 2011" in answer.stdout and "3" in answer.stderr


def test_an_edition_does_not_differ_from_itself() -> None:
    assert not compare_editions(CompareEditionsRequest("prov2011", "prov2011")).changes


def test_schemas_fit_the_files_of_the_package(tmp_path: Path) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    answer = run(app, ["edition", "schema", "-o", str(tmp_path / "schemas")])
    assert answer.exit_code == 0
    written = {p.name: json.loads(p.read_text("utf-8")) for p in (tmp_path / "schemas").iterdir()}
    assert written == {"edition.schema.json": manifest_schema(), "methods.schema.json": methods_schema()}
    for schema in (methods_schema(), manifest_schema()):
        jsonschema.Draft202012Validator.check_schema(schema)
    methods = jsonschema.Draft202012Validator(methods_schema())
    for name in available():
        edition = load(name)
        for shown, path in edition.files.items():
            if shown.endswith("edition.toml"):
                jsonschema.Draft202012Validator(manifest_schema()).validate(tomllib.loads(path.read_text("utf-8")))
            elif path.suffix == ".toml" and not shown.endswith("quality.toml"):
                methods.validate(tomllib.loads(path.read_text("utf-8")))
    assert list(
        methods.iter_errors({"quantity": {"coal": {"label": {"zh": "a", "en": "b"}, "unit": ["t"], "minn": 0}}})
    )
    assert list(methods.iter_errors({"method": [{"id": "m", "step": []}]}))
    assert not list(methods.iter_errors({"rows": {"factors": [{"id": "a", "value": 1.0}]}}))
    assert list(methods.iter_errors({"rows": {"factors": [{"id": "a", "vaule": 1.0}]}}))
    manifest = jsonschema.Draft202012Validator(manifest_schema())
    known = {"id": "own", "label": {"zh": "自己的", "en": "Own"}}
    assert not list(manifest.iter_errors(known))
    assert list(manifest.iter_errors({**known, "extend": "prov2011"}))
    assert list(manifest.iter_errors({**known, "roles": {"combustoin": "1.1"}}))
