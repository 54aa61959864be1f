"""The factor checklist: every default a compilation used, with room for what the printed guideline says, who looked, and when."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path
from typing import Any

from ..core.ledger import Ledger
from ..core.resolve import STEPS, Resolved
from ..reading.checklist import CHECK_BESIDE, CHECK_HEADINGS
from ..reading.project import CHECKLIST_SHEET
from .book import Pen, Styles
from .files import write_file

STANDING = {
    "zh": {"corroborated": "多源一致", "single-source": "单一来源", "unverified": "待核对", "conflict": "有分歧", "missing": "缺数值", "checked": "已核对"},
    "en": {"corroborated": "corroborated", "single-source": "single source", "unverified": "unverified", "conflict": "conflict", "missing": "missing",
           "checked": "checked"},
}
URGENCY = ("conflict", "unverified", "single-source", "corroborated")  # what most needs a look comes first
ABOUT = {
    "zh": "逐行与手头的印刷本《省级温室气体清单编制指南（试行）》核对：在“印本数值”填书上的数（按所列单位），写上核对人和日期。"
          "一致的以后显示“已核对”；不一致的作为本项目数值使用。填好后：inventory factors load 本文件.xlsx 项目文件夹",
    "en": "Compare each row with the printed guideline: enter the printed value (in the unit given), your name and the date. "
          "Then: inventory factors load FILE.xlsx PROJECT",
}
HEAD = 3


def write_checklist(ledger: Ledger, path: Path | str, lang: str = "zh") -> int:
    """Write the checklist of a compiled ledger; returns how many factors are on it. Factors already checked are listed with name and date."""
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True})
    book.set_properties({"title": CHECKLIST_SHEET, "created": dt.datetime(2011, 5, 1), "comments": ledger.edition.id})
    pen = Pen(book.add_worksheet(CHECKLIST_SHEET), Styles(book), lang)
    rows = defaults_used(ledger)
    _draw(pen, rows, ledger, lang)
    pen.finish("&P / &N", landscape=True)
    book.close()
    write_file(path, buffer.getvalue())
    return len(rows)


def defaults_used(ledger: Ledger) -> list[tuple[Resolved, int]]:
    """Defaults and fallbacks of the edition that the ledger used, with how many rows use each; the least certain first."""
    used: dict[str, tuple[Resolved, int]] = {}
    for table in ledger.tables:
        for column in table.columns.values():
            if column.kind == "factor":
                for ref in column.refs.tolist():
                    factor = ledger.factors[ref]
                    if factor.id in ledger.edition.by_id and factor.step not in ("measured", "provincial"):
                        used[factor.id] = (factor, used.get(factor.id, (factor, 0))[1] + 1)
    order = {s: i for i, s in enumerate(URGENCY)}
    return sorted(used.values(), key=lambda u: (bool(u[0].checked_by), order.get(u[0].standing, len(order)), u[0].id))


def _draw(pen: Pen, rows: list[tuple[Resolved, int]], ledger: Ledger, lang: str) -> None:
    half = len(CHECK_BESIDE) // 2
    labels = CHECK_BESIDE[:half] if lang == "zh" else CHECK_BESIDE[half:]
    number, parameter, keys, gas, table, value, unit, standing, step, used, note, bounds = labels
    entry = [CHECK_HEADINGS[n][0 if lang == "zh" else 1] for n in ("printed", "by", "date", "evidence")]
    name = CHECK_HEADINGS["factor_id"][0 if lang == "zh" else 1]
    heads = [number, name, parameter, keys, gas, table, value, unit, bounds, standing, step, used, note, *entry]
    pen.sheet.set_row(0, 24)
    pen.text(0, 0, f"{CHECKLIST_SHEET}　{ledger.edition.label.get(lang) or ledger.edition.id}", "title", measure=False)
    pen.text(1, 0, ABOUT[lang], "plain", measure=False)
    for column, text in enumerate(heads):
        pen.text(HEAD, column, text, "head")
    words = STANDING[lang]
    for i, (factor, count) in enumerate(rows, 1):
        row = HEAD + i
        declared = ledger.edition.declared.parameters.get(factor.parameter)
        label = declared.label.get(lang, factor.parameter) if declared else factor.parameter
        printed = ledger.edition.by_id[factor.id]
        limits = f"{_plain(factor.lower)} – {_plain(factor.upper)}" if factor.lower is not None or factor.upper is not None else ""
        texts: list[Any] = [
            str(i), factor.id, label, "；".join(f"{k}={v}" for k, v in factor.keys), factor.gas, factor.table, printed.printed, factor.unit, limits,
            words["checked" if factor.checked_by else factor.standing], STEPS[factor.step][lang], str(count), factor.note]
        for column, text in enumerate(texts):
            pen.text(row, column, str(text), "fixed")
        done = bool(factor.checked_by)
        if done:
            pen.number(row, len(texts), factor.value, "number")
        else:
            pen.text(row, len(texts), "", "figure_required")
        for column, text in enumerate((factor.checked_by, factor.checked_date, ""), len(texts) + 1):
            pen.text(row, column, text, "word")
    pen.limits.update({1: 24, 2: 20, 3: 26, 5: 22, 12: 40, 16: 18})
    for column in range(13, 17):
        pen.widths[column] = max(pen.widths.get(column, 0), 11)
    pen.sheet.freeze_panes(HEAD + 1, 2)
    pen.header_row = HEAD


def _plain(value: float | None) -> str:
    return "—" if value is None else f"{value:g}"
