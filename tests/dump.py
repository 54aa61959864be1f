"""A workbook as text that two people can compare: every cell with formula, value and look, in reading order; and a
short form for large ones."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import openpyxl


def whole(path: Path) -> str:
    """Every cell of the visible sheets: address, formula or value, cached value, number format; widths, merges and
    print set-up in the head of each sheet."""
    formulas, cached = openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True)
    out: list[str] = []
    for sheet in formulas:
        if sheet.sheet_state != "visible":
            continue
        page = sheet.page_setup
        out.append(
            f"== {sheet.title}  freeze={sheet.freeze_panes} repeat={sheet.print_title_rows} "
            f"{page.orientation} paper={page.paperSize} "
            f"wide={page.fitToWidth}"
        )
        out.append(
            "widths "
            ""
            + " ".join(
                f"{k}={d.width:g}" for k, d in sorted(sheet.column_dimensions.items(), key=lambda x: (len(x[0]), x[0]))
            )
        )
        out.append("merged " + " ".join(sorted(str(m) for m in sheet.merged_cells.ranges)))
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is None:
                    continue
                look = f"{cell.font.name}{'' if cell.number_format == 'General' else ' ' + cell.number_format}"
                value = cached[sheet.title][cell.coordinate].value
                text = (
                    f"{cell.value} -> {value:.12g}"
                    if cell.data_type == "f" and isinstance(value, (int, float))
                    else f"{cell.value:.12g}"
                    if isinstance(cell.value, float)
                    else str(cell.value)
                )
                out.append(f"{cell.coordinate}\t{text.replace(chr(10), '⏎')}\t[{look}]")
    return "\n".join(out) + "\n"


def short(path: Path) -> str:
    """Sheets with their size, headings and counts of formulas, numbers and texts: what a change of layout would
    alter."""
    out: list[str] = []
    for sheet in openpyxl.load_workbook(path):
        kinds = Counter(c.data_type for row in sheet.iter_rows() for c in row if c.value is not None)
        heads = [
            str(c.value).replace("\n", "⏎")
            for row in sheet.iter_rows(max_row=12)
            for c in row
            if c.value is not None and c.font.b and c.alignment.horizontal == "center" and not c.fill.patternType
        ]
        out.append(
            f"{sheet.title} [{sheet.sheet_state}] columns={sheet.max_column} "
            f"formulas={'yes' if kinds['f'] else 'no'} freeze={sheet.freeze_panes}"
        )
        out.append("    " + " | ".join(heads[:40]))
    return "\n".join(out) + "\n"
