"""Explanations as data: the tree is the arithmetic, a line bears every flag of what it was made of, JSON holds all of
it, and reports carry it."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from casefile import Case, cases
from filing_example import ledger as filing_ledger

from inventory.core import units
from inventory.core.edition import Edition
from inventory.core.engine import compile_ledger
from inventory.core.explanation import Explainer, as_dict, recomputed
from inventory.core.ledger import Ledger
from inventory.edition import load
from inventory.enterprise.compute import compute_file
from inventory.enterprise.report import plan_report
from inventory.explain import BookSource, explain_cell, explain_line
from inventory.resources import folder
from inventory.sheets.address import a1
from inventory.workbook.narrate import Narrator
from inventory.workbook.tree_text import TreeText

GOOD = [c for c in cases() if not c.problems]


def _nodes(node: Any, edition: Edition, relative: bool = False) -> Iterator[tuple[Any, bool]]:
    """A node with everything below it, each once a path, and whether only ratios of it matter (a factor that its method
    declares `relative`)."""
    yield node, relative
    if node.kind == "step":
        ratios = {f.name for f in edition.declared.methods[node.method].factor if f.relative}
        for entry in node.inputs:
            yield from _nodes(entry.of, edition, entry.name in ratios)
    elif node.kind == "sum":
        for part in node.parts:
            yield from _nodes(part, edition)
    elif node.kind == "factor" and node.computed is not None:
        yield from _nodes(node.computed, edition)


def _expected_flags(node: Any, relative: bool) -> Iterator[str]:
    """Flags that an input gives to what is made of it. Doubt about the level of a factor is none where the method uses
    its ratios only."""
    if node.kind == "datum":
        yield from {"示例": ["illustrative"], "估算": ["estimated"]}.get(node.data_kind, [])
        yield from ["derived"] if node.terms else []
    elif node.kind == "factor":
        if node.step in ("measured", "provincial", "fallback"):
            yield node.step
        if node.standing in ("unverified", "conflict") and not node.checked_by and not relative:
            yield node.standing
    elif node.kind == "number" and node.reason is not None:
        yield "default-zero"


def _holds(ledger: Ledger) -> None:
    explainer = Explainer(ledger)
    for i, line in enumerate(ledger.lines):
        made = explainer.line(i)
        if line.table < 0:
            assert made.of is not None and made.of.kind == "datum" and "measured" in line.flags
            continue
        assert made.of is not None
        plain = units.tidy(made.of.unit)
        scale = float(units.ratio(plain, "t" if units.same_dimension(plain, "t") else f"t {line.gas}"))
        assert math.isclose(made.of.value * scale, line.mass_t, rel_tol=1e-12, abs_tol=1e-15)
        for node, relative in _nodes(made.of, ledger.edition):
            if node.kind == "step":
                assert math.isclose(recomputed(node), node.value, rel_tol=1e-9, abs_tol=1e-12), node.equation
            lost = set(_expected_flags(node, relative)) - set(line.flags)
            assert not lost, f"{line.category} {line.gas}: {lost} of {node.kind} is not on the line"


@pytest.mark.parametrize("case", GOOD, ids=lambda c: c.id)
def test_a_line_is_its_arithmetic_and_bears_every_flag_of_its_inputs(case: Case) -> None:
    _holds(compile_ledger(case.project(), load(case.edition)))


@pytest.mark.parametrize("case", GOOD[::7], ids=lambda c: c.id)
def test_what_is_marked_illustrative_stays_so_up_to_the_line(case: Case) -> None:
    """Every datum of the case becomes 示例: every computed line must say so, whatever steps and sums lie between."""
    from dataclasses import replace

    project = case.project()
    ledger = compile_ledger(
        replace(project, data=tuple(replace(d, data_kind="示例") for d in project.data)), load(case.edition)
    )
    for line in ledger.lines:
        assert "illustrative" in line.flags, (line.category, line.gas, line.flags)
    _holds(ledger)


def test_a_figure_is_the_sum_of_its_lines() -> None:
    ledger = filing_ledger()
    figure = Explainer(ledger).category("1", "江苏", 2010)
    assert math.isclose(figure.value, float(ledger.co2e(category="1", region="江苏", year=2010)), rel_tol=1e-12)
    assert math.isclose(sum(p.co2e_t for p in figure.parts), figure.value, rel_tol=1e-12)
    assert [abs(p.co2e_t) for p in figure.parts] == sorted((abs(p.co2e_t) for p in figure.parts), reverse=True)
    shallow = Explainer(ledger).category("1", "江苏", 2010, most=1)
    assert [p.of is None for p in shallow.parts] == [False] + [True] * (len(shallow.parts) - 1)


def test_json_holds_everything_once() -> None:
    ledger = filing_ledger()
    data = json.loads(json.dumps(as_dict(Explainer(ledger).category("3", "江苏", 2005)), ensure_ascii=False))
    numbers: list[int] = []
    refs: list[int] = []

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            numbers.extend([value["node"]] if "node" in value else [])
            refs.extend([value["ref"]] if "ref" in value else [])
            for part in value.values():
                walk(part)
        elif isinstance(value, list):
            for part in value:
                walk(part)

    walk(data)
    assert len(numbers) == len(set(numbers)) and set(refs) <= set(numbers)
    datum = data["parts"][0]["of"]["inputs"][0]["of"]
    assert datum["kind"] == "datum" and datum["origin"] == {"file": "江苏.xlsx", "sheet": "数据", "cell": "D7"}
    assert datum["scale"] == "1/10" and (datum["entered"], datum["entered_unit"]) == (2209.3, "千公顷")
    factor = data["parts"][0]["of"]["inputs"][1]["of"]
    assert (factor["step"], factor["standing"]) == ("provincial", "own") and data["parts"][0]["gwp"][
        "id"
    ] == "gwp.guideline.ch4"


def test_text_of_a_line_has_what_the_cell_says() -> None:
    text = explain_line(filing_ledger(), "3.1", "CH4", "江苏", 2005)
    for piece in (
        "甲烷排放量 = 水稻播种面积 × 稻田甲烷排放因子 ÷ 1000",
        "220.93 × 201.5 ÷ 1000",
        "填报 2,209.3 千公顷÷10 = 220.93",
        "江苏.xlsx[数据]!D7",
        "来源：江苏省统计局",
        "采用层级：2 省级",
        "rice_ch4.ch4",
    ):
        assert piece in text, piece
    assert "resolution step:" in explain_line(filing_ledger(), "3.1", "CH4", "江苏", 2005, "en")


def test_values_without_a_unit_are_told() -> None:
    """A sum without members has no unit; of a number without dimension only the unit is left out, not its ones."""
    label = {"zh": "放牧", "en": "Grazing"}
    text = TreeText("zh", [])
    empty = {"name": "sum n", "label": label, "value": 0.0, "of": {"kind": "sum", "value": 0.0}}
    plain = {"name": "n", "label": label, "value": 11.0, "unit": "1", "of": {"kind": "number", "value": 11.0}}
    assert text._input(empty, 0) == ["合计：放牧 = 0"] and text._input(plain, 0) == ["放牧 = 11"]


ENTERPRISES = sorted(p for p in (folder("examples") / "enterprise").glob("*.xlsx"))


@pytest.mark.parametrize("path", ENTERPRISES, ids=lambda p: p.stem)
def test_every_figure_of_an_enterprise_report_is_explained(path: Path) -> None:
    """Not one formula, and not one number of the printed tables, ends in 'a number written as it is'."""
    result = compute_file(path)
    _holds(result.ledger)
    book = plan_report(result)
    source = BookSource(book)
    explained = 0
    for name, sheet in book.sheets.items():
        if not name.startswith(("附表", "计算过程")):
            continue
        for (row, col), cell in sheet.cells.items():
            if cell.formula or isinstance(cell.value, float):
                text = "\n".join(Narrator(source, "zh").cell(name, row, col))
                assert "没有下级来源" not in text and len(text) > 20, f"{name}!{a1(row, col)}: {text}"
                explained += 1
    assert explained > 10


def test_an_enterprise_report_on_disk_is_explained(tmp_path: Path) -> None:
    from inventory.enterprise.report import write_report

    result = compute_file(next(p for p in ENTERPRISES if p.stem == "钢铁厂"))
    write_report(result, tmp_path / "报告.xlsx")
    text = explain_cell(tmp_path / "报告.xlsx", "附表1!C5")
    assert (
        "企业二氧化碳排放总量" in text
        and "钢铁厂.xlsx[台账]!" in text
        and "采用层级" in text
        and "× CO2摩尔质量 ÷ C摩尔质量" in text
    )
    assert "Equation:" in explain_cell(tmp_path / "报告.xlsx", "附表1!C5", "en")


def test_any_cell_of_a_filed_workbook_is_data(tmp_path: Path) -> None:
    """A total goes down to data and factors with their places; an enterprise's total likewise; every reference is to
    something that was told."""
    from inventory.enterprise.report import write_report
    from inventory.explain import explain_cell_data
    from inventory.workbook import plan, write_filing

    write_filing(filing_ledger(), tmp_path / "清单.xlsx")
    write_report(compute_file(ENTERPRISES[0]), tmp_path / "报告.xlsx")
    cells = plan(filing_ledger()).sheets["清单汇总表"].cells
    total = next(a1(r, c) for (r, c), cell in sorted(cells.items()) if cell.formula and c > 0)
    for file, address, kinds in (
        ("清单.xlsx", f"清单汇总表!{total}", {"figure", "step", "datum", "factor"}),
        ("报告.xlsx", "附表1!C5", {"figure", "line", "step", "datum", "factor"}),
    ):
        data = explain_cell_data(tmp_path / file, address)
        found: set[str] = set()
        told: set[Any] = set()
        refs: set[Any] = set()

        def walk(node: Any, found: set[str] = found, told: set[Any] = told, refs: set[Any] = refs) -> None:
            if isinstance(node, dict):
                found.add(str(node.get("kind", "")))
                told.update([node.get("cell"), node.get("node")])
                refs.update([node["ref"]] if "ref" in node else [])
                for part in node.values():
                    walk(part)
            elif isinstance(node, list):
                for part in node:
                    walk(part)

        walk(json.loads(json.dumps(data, ensure_ascii=False)))
        assert kinds <= found and refs <= told, (file, found, refs - told)
