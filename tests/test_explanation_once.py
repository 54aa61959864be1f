"""The explanation of a whole total is work done once: each row of a sheet laid out once, each cell, node, key and GWP
told once, whatever stands on it. Counted, not timed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from filing_example import ledger as filing_ledger

from inventory import explain
from inventory.core import explanation
from inventory.core.explanation import COMMON, Explainer, as_dict
from inventory.explain import BookSource, FiledSet
from inventory.sheets.address import a1
from inventory.workbook import plan
from inventory.workbook.trace_data import TraceData


def _nodes(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
    for part in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _nodes(part)


def test_each_cell_below_a_total_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sums, steps, data and factors; a sheet is turned into rows once for all cells that are asked."""
    laid_out: Counter[str] = Counter()
    rows_of = BookSource._rows_of

    def counted(self: BookSource, sheet: str) -> list[list[Any]]:
        laid_out[sheet] += 1
        return rows_of(self, sheet)

    monkeypatch.setattr(BookSource, "_rows_of", counted)
    source = BookSource(plan(filing_ledger()))
    for at in [at for at, cell in source._book.sheets["清单汇总表"].cells.items() if cell.formula and at[1] > 0]:
        tree = TraceData(source).cell("清单汇总表", *at)
        told = Counter(
            n["cell"] for n in _nodes(tree) if n.get("kind") in ("figure", "step", "datum", "factor", "calc")
        )
        assert told and set(told.values()) == {1}, told.most_common(3)
    assert laid_out and set(laid_out.values()) == {1}, laid_out.most_common(3)


def test_keys_and_gwp_of_a_figure_are_written_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines, steps, data and factors of a total have few keys and gases in common."""
    written: Counter[int] = Counter()
    parts = explanation._NodeWriter._parts

    def counted(self: Any, node: Any) -> dict[str, Any]:
        written[id(node)] += 1
        return parts(self, node)

    monkeypatch.setattr(explanation._NodeWriter, "_parts", counted)
    ledger = filing_ledger()
    figure = Explainer(ledger).figure([i for i, x in enumerate(ledger.lines) if x.account == "total"], {}, most=10**6)
    tree = as_dict(figure)
    assert set(written.values()) == {1}
    texts = Counter(
        json.dumps(n, ensure_ascii=False, sort_keys=True) for n in _nodes(tree) if {"key", "value"} <= n.keys()
    )
    assert sum(texts.values()) > 3 * len(texts)  # they do repeat, and each is one dictionary
    common = [n for n in _nodes(tree) if {"key", "value"} <= n.keys()]
    assert len({id(n) for n in common}) == len(texts) and len(COMMON) == 2


def test_a_filing_set_is_laid_out_once_for_all_its_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    laid_out = []
    figures = explain.filed_figures
    monkeypatch.setattr(explain, "filed_figures", lambda *given: laid_out.append(given) or figures(*given))
    filed = FiledSet(filing_ledger())
    told = [filed.explain(f"{name}!{a1(row, col)}") for name, row, col in filed.figures]
    assert len(laid_out) == 1 and len(told) > 50 and all(data["kind"] == "figure" for _, data in told)
    name, row, col = next(iter(filed.figures))
    assert explain.explain_filed(filing_ledger(), f"{name}!{a1(row, col)}") == told[0]
