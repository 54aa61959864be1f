"""The common reporting tables' JSON: only variables of the user's file, the rest listed, only for the nation."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest

import inventory
from inventory.app.export import CrtMetadata, ExportRequest, export
from inventory.core.problems import InventoryError
from inventory.exports.crosswalk import converted


@pytest.fixture(scope="module")
def nation() -> inventory.Ledger:
    """The example under the nation's name: what is tested is where figures go."""
    ledger = inventory.compile("examples/guangdong")
    lines = tuple(replace(x, region="全国") for x in ledger.lines)
    return replace(ledger, lines=lines)


def metadata(folder: Path, names: dict[str, str]) -> Path:
    path = folder / "metadata.json"
    nodes = [{"node": {"variables": [{"uid": uid, "name": name}]}} for uid, name in names.items()]
    path.write_text(json.dumps({"nodes": nodes}), "utf-8")
    return path


def test_one_variable_is_filled_several_are_asked_for(nation: inventory.Ledger, tmp_path: Path) -> None:
    amounts = [a for a in converted(nation, "ipcc2006") if a.gas == "CO2"]
    first, second = amounts[0], next(a for a in amounts if a.code != amounts[0].code)
    unit = "][no classification][Emissions][CO₂][no parameter][kt]"
    names = {"u-1": f"[{first.code}. x{unit}", "u-2": f"[{second.code}. a{unit}", "u-3": f"[{second.code}. b{unit}"}
    file = metadata(tmp_path, names)
    result = export(ExportRequest(nation, tmp_path / "crt.json", "crt", crt=CrtMetadata(file)))
    out, left, note = result.files
    assert [r.code for r in result.remarks] == ["export.crt_unverified"]
    assert "没有用报告工具" in note.read_text("utf-8") and "never read by the reporting tool" in note.read_text("utf-8")
    made = json.loads(out.read_text("utf-8"))
    found = {e["variable_uid"]: e["value"] for y in made["data"]["values"] for e in y["values"]}
    assert set(found) == {"u-1"} and found["u-1"] in [a.mass_t / 1000 for a in amounts if a.code == first.code]
    with left.open(encoding="utf-8-sig", newline="") as f:
        reasons = {(r["code"], r["gas"]): r["reason"] for r in csv.DictReader(f)}
    assert reasons[second.code, "CO2"] == "several" and (first.code, "CO2") not in reasons
    chosen = tmp_path / "which.csv"
    chosen.write_text(f"code,gas,name\n{second.code},CO2,{names['u-3']}\n", "utf-8")
    out, _, _ = export(ExportRequest(nation, tmp_path / "crt.json", "crt", crt=CrtMetadata(file, chosen))).files
    made = json.loads(out.read_text("utf-8"))
    assert {e["variable_uid"] for y in made["data"]["values"] for e in y["values"]} == {"u-1", "u-3"}


def test_what_is_refused(nation: inventory.Ledger, tmp_path: Path) -> None:
    empty = metadata(tmp_path, {})
    province = inventory.compile("examples/guangdong")
    for ledger, given, code in (
        (nation, None, "export.crt_needs_metadata"),
        (nation, CrtMetadata(empty), "export.crt_metadata"),
        (province, CrtMetadata(empty), "export.crt_region"),
    ):
        with pytest.raises(InventoryError) as caught:
            export(ExportRequest(ledger, tmp_path / "x.json", "crt", crt=given))
        assert [p.code for p in caught.value.problems] == [code]
        assert not (tmp_path / "x.json").exists()
