"""Fills a printed template as a clerk does: by the sheets and headings that a person sees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl

from inventory.enterprise.industries import default_edition, find
from inventory.enterprise.template import write_template

Rows = Sequence[Mapping[str, Any]]


def filled(path: Path, industry: str, profile: Mapping[str, Any], sheets: Mapping[str, Rows]) -> Path:
    """The template of an industry printed to `path`, with these rows typed under the headings of its sheets."""
    write_template(path, find(industry, default_edition()))
    book = openpyxl.load_workbook(path)
    front = book["企业基本情况"]
    for row in front.iter_rows(max_col=2):
        label = str(row[0].value or "").rstrip("*")
        if label in profile:
            row[1].value = profile[label]
    for title, rows in sheets.items():
        sheet = book[title]
        columns = {str(c.value).rstrip("*"): c.column for c in sheet[3] if c.value}
        for r, values in enumerate(rows, 4):
            assert set(values) <= set(columns), (title, set(values) - set(columns))
            for head, column in columns.items():
                sheet.cell(r, column).value = values.get(head)
    book.save(path)
    return path


def months(**values: Any) -> list[dict[str, Any]]:
    """One row a month with the same words; a callable is asked for the month's figure."""
    return [{k: v(m) if callable(v) else v for k, v in {**values, "月份": m}.items()} for m in range(1, 13)]


def process(source: str, quantity: str, value: Any, unit: str, item: str = "", line: str = "") -> dict[str, Any]:
    """A row of 过程数据."""
    return {
        "排放源": source,
        "数据项": quantity,
        "数值": value,
        "单位": unit,
        "分项": item or None,
        "生产线": line or None,
    }


def own(parameter: str, item: str, value: float, unit: str) -> dict[str, Any]:
    """A row of 自有参数, measured."""
    return {
        "参数": parameter,
        "分项": item,
        "来源": "检测",
        "数值": value,
        "单位": unit,
        "检测机构": "示例检测中心",
        "日期": "2016-01-18",
    }
