"""The verdict on a draft: the same totals as the report, partial where a cell is wrong, problems at their cells, equal
bytes for equal drafts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from test_enterprise_draft import changed

from inventory.enterprise.assess import assess, dumps
from inventory.enterprise.compute import compute_file
from inventory.enterprise.draft_json import from_json, to_json, with_cell
from inventory.enterprise.industries import default_edition, find
from inventory.enterprise.read import read_draft
from inventory.enterprise.tables import schema_of_forms

EXAMPLES = Path(__file__).resolve().parents[1] / "examples" / "enterprise"


@pytest.mark.parametrize("name", sorted(p.name for p in EXAMPLES.glob("*.xlsx")))
def test_the_verdict_gives_the_totals_of_the_report(name: str) -> None:
    verdict = assess(read_draft(EXAMPLES / name))
    result = compute_file(EXAMPLES / name)
    assert verdict.complete and not verdict.waiting and not verdict.problems
    assert verdict.total_t == result.total(True) and verdict.direct_t == result.total(False)
    assert {(x.source, x.gas): x.mass_t for x in verdict.lines} == {
        (t.source.id, t.gas): t.mass_t for t in result.totals
    }
    assert len(verdict.edition_hash) == 64 and verdict.edition == "enterprise2013"


def test_a_wrong_cell_makes_its_lines_wait_and_no_others(tmp_path: Path) -> None:
    draft = read_draft(changed(tmp_path, {("台账", "F5"): "约1200"}))
    verdict = assess(draft)
    whole = {x.source: x.mass_t for x in assess(read_draft(EXAMPLES / "水泥厂.xlsx")).lines}
    assert not verdict.complete and [w.source for w in verdict.waiting] == ["08-01"]
    assert {x.source: x.mass_t for x in verdict.lines} == {s: m for s, m in whole.items() if s != "08-01"}
    (place,) = verdict.waiting[0].places
    assert (place.sheet, place.cell, place.table, place.row, place.field) == ("台账", "F5", "readings", 5, "purchased")
    assert any(t.place == place and t.code == "form.number_approximate" for t in verdict.problems)


def test_a_wrong_process_datum_waits_alone(tmp_path: Path) -> None:
    draft = read_draft(EXAMPLES / "水泥厂.xlsx")
    row = next(r for r in draft.table("process").rows if "生料" in str(r.cells["quantity"].value))  # type: ignore[union-attr]
    verdict = assess(with_cell(draft, "process", row.number, "value", "很多"))
    assert [w.source for w in verdict.waiting] == ["08-06"] and verdict.total_t is not None and verdict.total_t > 1e6


def test_an_empty_draft_and_a_draft_of_nothing_have_a_verdict() -> None:
    bare = from_json({"format": 1, "file": "空.xlsx", "profile": None, "tables": [], "others": []})
    assert not assess(bare).complete and assess(bare).problems[0].code == "enterprise.no_profile"


def test_the_verdict_is_json_in_both_languages_and_repeats(tmp_path: Path) -> None:
    draft = read_draft(changed(tmp_path, {("台账", "F5"): "约1200"}))
    text = dumps(assess(draft))
    assert text == dumps(assess(from_json(json.loads(json.dumps(to_json(draft))))))
    body = json.loads(text)
    assert body["problems"][0]["text"]["zh"] and body["problems"][0]["text"]["en"]
    assert body["counts"]["error"] == len(body["problems"])


def test_forms_as_json_schema() -> None:
    for lang in ("zh", "en"):
        schema = schema_of_forms(find("08", default_edition()), lang)
        assert schema["properties"]["readings"]["items"]["required"] == ["fuel", "month", "unit"]
    assert "heat" not in schema_of_forms(find("09", default_edition()))["properties"]
