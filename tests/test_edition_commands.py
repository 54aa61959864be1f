"""`inventory edition check`, `diff` and `schema`: the package's editions are without an error, faults and differences
are named, schemas fit the files."""

from __future__ import annotations

import json
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
def test_the_editions_of_the_package_have_no_error(name: str) -> None:
    result = check_edition(CheckEditionRequest(name))
    assert result.loads and not result.errors, [p.text() for p in result.problems if p.severity == "error"]


FAULTS = (
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


@pytest.mark.parametrize(("file", "old", "new", "code"), FAULTS)
def test_each_kind_of_fault_is_found(tmp_path: Path, file: str, old: str, new: str, code: str) -> None:
    shutil.copytree(folder("factors") / "prov2011", tmp_path / "prov2011")
    path = tmp_path / "prov2011" / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    assert code in {
        p.code for p in check_edition(CheckEditionRequest(tmp_path / "prov2011")).problems if p.severity == "error"
    }


def test_the_command_says_what_the_use_case_says() -> None:
    result, answer = check_edition(CheckEditionRequest("policy")), run(app, ["edition", "check", "policy", "--json"])
    data = json.loads(answer.stdout)
    assert answer.exit_code == 0 and data["edition"] == "policy" and len(data["problems"]) == len(result.problems)
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
