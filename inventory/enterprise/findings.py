"""The outcome of a verification as a workbook: one overview line a report, and every finding with its cell, size,
likely cause and what to ask."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..sheets.model import Book
from ..sheets.write import save
from .verify import Verified


def write_findings(results: Sequence[Verified], path: Path | str) -> None:
    """概览 and 发现; figures filed and recomputed side by side."""
    book = Book("企业温室气体排放报告复算", "zh")
    s = book.add("概览", "概览")
    s.text(0, 0, "复算概览", "title")
    s.text(1, 0, "发现只说明看到了什么、要问什么；一致的数据也可能出现其中的现象。", "subtitle")
    s.row(
        3,
        0,
        (
            "文件",
            "企业",
            "行业",
            "年度",
            "填报总量（tCO2e）",
            "复算总量（tCO2e）",
            "差值",
            "重大",
            "较大",
            "一般",
            "提示",
        ),
        "head",
    )
    for r, v in enumerate(results, 4):
        p = v.filed.enterprise.profile if v.filed else None
        s.row(r, 0, (v.file, p.name if p else "", v.filed.industry.name if v.filed else "不是可读的报告"), "text")
        if p:
            s.number(r, 3, p.year, "year")
        if v.total_filed is not None:
            s.number(r, 4, v.total_filed, "num:2")
        if v.total_recomputed is not None:
            s.number(r, 5, v.total_recomputed, "num:2")
        if v.total_filed is not None and v.total_recomputed is not None:
            s.formula(r, 6, f"=E{r + 1}-F{r + 1}", v.total_filed - v.total_recomputed, "num:2")
        for c, grade in enumerate(("重大", "较大", "一般", "提示"), 7):
            s.number(r, c, sum(f.grade == grade for f in v.findings), "year")
    s = book.add("发现", "发现")
    s.text(0, 0, "发现", "title")
    s.row(2, 0, ("文件", "等级", "位置", "看到什么", "应为", "要问什么", "填报", "复算", "影响（tCO2e）"), "head")
    r = 3
    for v in results:
        for f in v.findings:
            p2 = f.problem
            place = f"{p2.origin.sheet}!{p2.origin.cell}" if p2.origin.sheet else p2.origin.cell
            for c, text in enumerate((v.file, f.grade, place, p2.part("what"), p2.part("expected"), p2.part("fix"))):
                s.text(r, c, text, "wrap" if c >= 3 else "text")
            for c, value in ((6, f.filed), (7, f.expected)):
                if value is not None:
                    s.number(r, c, value, "num:4")
            if f.size_t:
                s.number(r, 8, f.size_t, "num:2")
            r += 1
    s.widths = {0: 24, 1: 8, 2: 22, 3: 60, 4: 30, 5: 40, 6: 14, 7: 14, 8: 16}
    s.freeze = (3, 0)
    save(book, path)
