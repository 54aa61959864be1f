"""The scripts of examples/python run as they stand, in both languages, through public names only."""

from __future__ import annotations

import ast
import runpy
from pathlib import Path

import pytest

import inventory

ROOT = Path(__file__).resolve().parents[1]
SCRIPTS = sorted((ROOT / "examples" / "python").glob("*.py"))
SAID = {
    "01": "Ledger(江苏 2010",
    "03": "10000 scenarios",
    "05": "figures",
    "06": "MixedGwpError",
    "08": "mine 83,000 t CO2",
    "10": "3.1",
}


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda p: p.stem)
def test_the_script_runs(
    script: Path, lang: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("xarray")
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("INVENTORY_LANG", lang)
    runpy.run_path(str(script), run_name="__main__")
    said = capsys.readouterr().out
    assert said.strip() and SAID.get(script.name[:2], "") in said
    if script.name.startswith("07"):
        assert ("没有被任何一行用到" in said) if lang == "zh" else ("region=河南" in said and "应为" not in said)


def test_scripts_use_public_names_only() -> None:
    assert len(SCRIPTS) == 10
    for script in SCRIPTS:
        for node in ast.walk(ast.parse(script.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom):
                assert not (node.module or "").startswith("inventory"), script
            if isinstance(node, ast.Attribute):
                assert not node.attr.startswith("_") or node.attr == "__name__", (script, node.attr)
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "inventory":
                assert node.attr in inventory.__all__, (script, node.attr)
