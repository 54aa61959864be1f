"""The factor checklist: every default a compilation used, the most doubtful tonnes first, with room for what the
printed guideline says and who looked.

Sheets: 核对表 (by doubt), one a chapter (in the order of the guideline's tables), and 核对表·成批 for ranges confirmed
at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..analysis.doubt import Doubtful, doubtful, lines_for, tonnes_by_standing
from ..core.ledger import Ledger
from ..core.resolve import STEPS
from ..core.resolved import Resolved
from ..edition.evidence import newer
from ..forms.province import form
from ..reading.checklist import BULK_SHEET, CHECKLIST_SHEET, ONCE
from ..sheets.drawing import Drawing
from .book import SheetWriter, Styles
from .files import write_file

STANDING = {
    "zh": {
        "corroborated": "多源一致",
        "single-source": "单一来源",
        "unverified": "待核对",
        "conflict": "有分歧",
        "missing": "缺数值",
        "checked": "已核对",
        "own": "自有",
    },
    "en": {
        "corroborated": "corroborated",
        "single-source": "single source",
        "unverified": "unverified",
        "conflict": "conflict",
        "missing": "missing",
        "checked": "checked",
        "own": "own",
    },
}
ABOUT = {
    "zh": "逐行与手头的印刷本《省级温室气体清单编制指南（试行）》核对：在“印本数值”填书上的数（按所列单位），一致的可以只填 √；印了上下限的填上下限，写上页码。"
    "核对人和日期可以只在左上填一次。连续多行一致的，在“核对表·成批”填序号范围。填好后：inventory factors load 本文件.xlsx 项目文件夹",
    "en": "Compare each row with the printed guideline: enter the printed value (in the unit given), or √ "
    "where it agrees; bounds and page where printed. Name "
    "and date may stand once, top left. Rows that agree one after another: ranges of numbers on the "
    "sheet 核对表·成批. "
    "Then: inventory factors load FILE.xlsx PROJECT",
}
HEAD = 6
WAN = 1e4
ENTRY = ("printed", "lower", "upper", "evidence", "by", "date")


def write_checklist(ledger: Ledger, path: Path | str, lang: str = "zh") -> int:
    """Write the checklist of a compiled ledger; returns how many factors are on it. Factors already checked are listed
    with name and date."""
    drawing = Drawing(CHECKLIST_SHEET, ledger.edition.id)
    book = drawing.book
    styles = Styles(book)
    rows = doubtful(ledger)
    numbered = list(enumerate(rows, 1))
    main = SheetWriter(book.add_worksheet(CHECKLIST_SHEET), styles, lang)
    _draw(main, numbered, ledger, _facts(ledger, rows, lang))
    for name, members in _chapters(ledger, numbered, lang):
        _draw(SheetWriter(book.add_worksheet(f"{CHECKLIST_SHEET}·{name}"[:31]), styles, lang), members, ledger, ())
    _bulk(SheetWriter(book.add_worksheet(BULK_SHEET), styles, lang), lang)
    write_file(path, drawing.data())
    return len(rows)


def defaults_used(ledger: Ledger) -> list[tuple[Resolved, int]]:
    """Defaults and fallbacks of the edition that the ledger used, with how many rows use each; the most doubtful tonnes
    first."""
    return [(row.factor, row.uses) for row in doubtful(ledger)]


def progress_text(ledger: Ledger, lang: str = "zh") -> tuple[str, str]:
    """Tonnes of the inventory by the standing of what they rest on, before any checking and now."""

    def told(checked: bool) -> str:
        found = tonnes_by_standing(ledger, checked)
        total = sum(found.values()) or 1.0
        return (
            "，".join(f"{STANDING[lang][s]} {v / WAN:,.0f}（{100 * v / total:.1f}%）" for s, v in found.items() if v)
            if lang == "zh"
            else ", ".join(
                f"{STANDING[lang][s]} {v / WAN:,.0f} ({100 * v / total:.1f} %)" for s, v in found.items() if v
            )
        )

    zh = lang == "zh"
    unit = "万t CO2e" if zh else "10^4 t CO2e"
    return (
        f"核对以前，按所依据的最弱一个因子分的排放量（{unit}，各年合计）：{told(False)}"
        if zh
        else f"Before checking, {unit}, all years: {told(False)}",
        f"现在：{told(True)}" if zh else f"Now: {told(True)}",
    )


def _facts(ledger: Ledger, rows: tuple[Doubtful, ...], lang: str) -> tuple[str, ...]:
    n = lines_for(rows)
    first = (
        f"按涉及排放量 × 存疑程度排列；前 {n} 行就能落实存疑排放量的 90%（共 {len(rows)} 行）。"
        if lang == "zh"
        else f"Ordered by the emission that depends on a figure times its doubt; the first {n} of {len(rows)} "
        "rows settle 90 % of the doubtful tonnes."
    )
    return (first, *progress_text(ledger, lang))


def _chapters(
    ledger: Ledger, rows: Sequence[tuple[int, Doubtful]], lang: str
) -> list[tuple[str, list[tuple[int, Doubtful]]]]:
    """One list a sector, in the order of the edition's parameters and rows: the order in which the book is leafed
    through."""
    parameters = {p: i for i, p in enumerate(ledger.edition.declared.parameters)}
    out = []
    for name in dict.fromkeys(ledger.edition.sectors.values()):
        members = [r for r in rows if r[1].sector == name]
        members.sort(key=lambda r: (parameters.get(r[1].factor.parameter, len(parameters)), r[1].factor.id))
        if members:
            out.append((ledger.edition.label_of_category(name, lang), members))
    return out


def _draw(writer: SheetWriter, rows: Sequence[tuple[int, Doubtful]], ledger: Ledger, facts: Sequence[str]) -> None:
    lang, shown = writer.lang, form("checks")
    side = 0 if lang == "zh" else 1
    labels = shown.beside[lang]
    half = len(labels)
    heads = [
        labels[0],
        shown.column("factor_id").text(lang),
        *labels[1 : half - 1],
        *(shown.column(n).text(lang) for n in ENTRY),
        labels[half - 1],
    ]
    writer.sheet.set_row(0, 24)
    writer.text(
        0, 0, f"{CHECKLIST_SHEET}　{ledger.edition.label.get(lang) or ledger.edition.id}", "title", measure=False
    )
    writer.text(1, 0, ABOUT[lang], "plain", measure=False)
    for r, text in enumerate(facts, 2):
        writer.text(r, 0, text, "plain", measure=False)
    for c, name in ((0, "by"), (2, "date")):
        writer.text(HEAD - 1, c, ONCE[name][side], "label", measure=False)
        writer.text(HEAD - 1, c + 1, "", "word", measure=False)
    for column, text in enumerate(heads):
        writer.text(HEAD, column, text, "head")
    at = {name: 1 + half - 1 + i for i, name in enumerate(ENTRY)}
    for r, (number, row) in enumerate(rows, HEAD + 1):
        texts = _texts(number, row, ledger, lang)
        for column, text in enumerate(texts[:-1]):
            writer.text(r, column, text, "fixed")
        factor = row.factor
        if factor.checked_by:
            writer.number(r, at["printed"], factor.value, "number")
        else:
            writer.text(r, at["printed"], "", "figure_required")
        for name, text in (
            ("lower", ""),
            ("upper", ""),
            ("evidence", ""),
            ("by", factor.checked_by),
            ("date", factor.checked_date),
        ):
            writer.text(r, at[name], text, "figure_optional" if name in ("lower", "upper") else "word")
        writer.text(r, len(heads) - 1, texts[-1], "fixed")
    writer.limits.update({1: 24, 2: 20, 3: 26, 5: 22, len(heads) - 1: 40, 14: 26})
    for column in range(at["printed"], at["printed"] + len(ENTRY)):
        writer.widths[column] = max(writer.widths.get(column, 0), 11)
    writer.sheet.freeze_panes(HEAD + 1, 2)
    writer.header_row = HEAD
    writer.finish("&P / &N", landscape=True)


def _texts(number: int, row: Doubtful, ledger: Ledger, lang: str) -> list[Any]:
    factor = row.factor
    declared = ledger.edition.declared.parameters.get(factor.parameter)
    label = declared.label.get(lang, factor.parameter) if declared else factor.parameter
    limits = (
        f"{_plain(factor.lower)} – {_plain(factor.upper)}"
        if factor.lower is not None or factor.upper is not None
        else ""
    )
    found = newer(ledger.edition, factor.id)
    return [
        str(number),
        factor.id,
        label,
        "；".join(f"{k}={v}" for k, v in factor.keys),
        factor.gas,
        factor.table,
        ledger.edition.by_id[factor.id].printed,
        factor.unit,
        limits,
        STANDING[lang]["checked" if factor.checked_by else factor.standing],
        STEPS[factor.step][lang],
        str(row.uses),
        f"{row.reach / WAN:,.2f}",
        f"{100 * row.share:.1f}",
        found.text(lang) if found else "",
        factor.note,
    ]


def _bulk(writer: SheetWriter, lang: str) -> None:
    writer.text(
        0,
        0,
        "连续多行与印本一致：填“核对表”的序号范围，核对人和日期填一次"
        if lang == "zh"
        else "Rows that agree with the print one after another: ranges of numbers of the sheet 核对表",
        "title",
        measure=False,
    )
    for column, field in enumerate(form("checks_bulk").fields):
        writer.text(2, column, field.text(lang), "head")
        writer.widths[column] = 14
        for r in range(3, 23):
            writer.text(r, column, "", "word")
    writer.header_row = 2
    writer.finish("&P / &N", landscape=False)


def _plain(value: float | None) -> str:
    return "—" if value is None else f"{value:g}"
