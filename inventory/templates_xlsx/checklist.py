"""The factor checklist: every default a compilation used, the most doubtful tonnes first, with room for what the
printed guideline says and who looked.

Sheets: 核对表 (by doubt), one a chapter (in the order of the guideline's tables), and 核对表·成批 for ranges confirmed
at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..analysis.doubt import Doubtful, doubtful, lines_for, tonnes_by_standing
from ..core.ledger import Ledger
from ..core.resolve import STEPS
from ..edition.evidence import newer
from ..forms.province import form
from ..reading.checklist import BULK_SHEET, CHECKLIST_SHEET, ONCE
from ..reading.lexicon import lexicon
from ..sheets.drawing import Drawing
from ..texts import SEMICOLON
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
    "核对人和日期可以只在左上填一次。连续多行一致的，在“核对表·成批”填序号范围。填好后把本文件放进项目文件夹。",
    "en": "Compare each row with the printed guideline: enter the printed value (in the unit given), or √ "
    "where it agrees; bounds and page where printed. Name "
    "and date may stand once, top left. Rows that agree one after another: ranges of numbers on the "
    "sheet 核对表·成批. "
    "Then put this file into the project folder.",
}
HEAD = 6
WAN = 1e4
ENTRY = ("printed", "lower", "upper", "evidence", "by", "date")


def write_checklist(ledger: Ledger, path: Path | str, lang: str = "zh") -> int:
    """Write the checklist of a compiled ledger; returns how many factors are on it. Factors already checked are listed
    with name and date."""
    drawing = Drawing(CHECKLIST_SHEET, ledger.edition.id)
    book = drawing.book
    styles = Styles(book, lang)
    rows = doubtful(ledger)
    numbered = list(enumerate(rows, 1))
    main = SheetWriter(book.add_worksheet(CHECKLIST_SHEET), styles, lang)
    _draw(main, numbered, ledger, _facts(ledger, rows, lang))
    for name, members in _chapters(ledger, numbered, lang):
        _draw(SheetWriter(book.add_worksheet(f"{CHECKLIST_SHEET}·{name}"[:31]), styles, lang), members, ledger, ())
    _bulk(SheetWriter(book.add_worksheet(BULK_SHEET), styles, lang), lang)
    write_file(path, drawing.data())
    return len(rows)


def progress_text(ledger: Ledger, lang: str = "zh") -> tuple[str, str]:
    """Tonnes of the inventory by the standing of what they rest on, before any checking and now."""

    def tonnes(checked: bool) -> str:
        by_standing = tonnes_by_standing(ledger, checked)
        total = sum(by_standing.values()) or 1.0
        return (
            "，".join(
                f"{STANDING[lang][s]} {v / WAN:,.0f}（{100 * v / total:.1f}%）" for s, v in by_standing.items() if v
            )
            if lang == "zh"
            else ", ".join(
                f"{STANDING[lang][s]} {v / WAN:,.0f} ({100 * v / total:.1f} %)" for s, v in by_standing.items() if v
            )
        )

    zh = lang == "zh"
    unit = "万t CO2e" if zh else "10^4 t CO2e"
    return (
        f"核对以前，按所依据的最弱一个因子分的排放量（{unit}，各年合计）：{tonnes(False)}"
        if zh
        else f"Before checking, {unit}, all years: {tonnes(False)}",
        f"现在：{tonnes(True)}" if zh else f"Now: {tonnes(True)}",
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


# columns in their order, with their widths: what is compared with the printed book and filled in stands first and goes
# on paper (A4 lying, 8 points or more); the rest is for the screen
PRINTED = {
    "number": 6,
    "id": 24,
    "label": 20,
    "keys": 22,
    "gas": 7,
    "unit": 13,
    "value": 11,
    "limits": 13,
    "printed": 11,
    "lower": 9,
    "upper": 9,
    "evidence": 14,
    "by": 10,
    "date": 12,
}
ON_SCREEN = {"table": 20, "standing": 10, "step": 14, "uses": 8, "reach": 12, "share": 8, "newer": 26, "note": 40}
EXPLANATORY = (  # in the order of the declared headings
    *("number", "label", "keys", "gas", "table", "value", "unit", "limits", "standing"),
    *("step", "uses", "reach", "share", "newer", "note"),
)


def _draw(writer: SheetWriter, rows: Sequence[tuple[int, Doubtful]], ledger: Ledger, facts: Sequence[str]) -> None:
    lang, shown = writer.lang, form("checks")
    side = 0 if lang == "zh" else 1
    heads = dict(zip(EXPLANATORY, shown.explanatory[lang], strict=True))
    heads |= {"id": shown.column("factor_id").text(lang)} | {n: shown.column(n).text(lang) for n in ENTRY}
    at = {what: column for column, what in enumerate((*PRINTED, *ON_SCREEN))}
    writer.sheet.set_row(0, 24)
    writer.text(
        0, 0, f"{CHECKLIST_SHEET}　{ledger.edition.label.get(lang) or ledger.edition.id}", "title", measure=False
    )
    for r, text in enumerate((ABOUT[lang], *facts), 1):
        writer.across(r, 0, len(PRINTED) - 1, text, sum(PRINTED.values()) - PRINTED["id"])
    for column, name in ((2, "by"), (4, "date")):
        writer.text(HEAD - 1, column, ONCE[name][side], "label", measure=False)
        writer.text(HEAD - 1, column + 1, "", "word", measure=False)
    for what, column in at.items():
        writer.text(HEAD, column, heads[what], "head")
    for r, (number, row) in enumerate(rows, HEAD + 1):
        for what, text in _texts(number, row, ledger, lang).items():
            writer.text(r, at[what], text, "fixed")
        factor = row.factor
        if factor.checked_by:
            writer.number(r, at["printed"], factor.value, "number")
        else:
            writer.text(r, at["printed"], "", "figure_required")
        for name, text in (("lower", ""), ("upper", ""), ("evidence", "")):
            writer.text(r, at[name], text, "word" if name == "evidence" else "figure_optional")
        writer.text(r, at["by"], factor.checked_by, "word")
        writer.text(r, at["date"], factor.checked_date, "word")
    for what, width in (PRINTED | ON_SCREEN).items():
        writer.widths[at[what]] = writer.limits[at[what]] = width
    writer.hidden_columns.add(at["id"])  # the reader needs it back, nobody else
    writer.printed_columns = len(PRINTED)
    writer.sheet.freeze_panes(HEAD + 1, at["keys"])
    writer.header_row = HEAD
    writer.finish("&P / &N", landscape=True)


def _texts(number: int, row: Doubtful, ledger: Ledger, lang: str) -> dict[str, str]:
    factor = row.factor
    declared = ledger.edition.declared.parameters.get(factor.parameter)
    limits = (
        f"{_plain(factor.lower)} – {_plain(factor.upper)}"
        if factor.lower is not None or factor.upper is not None
        else ""
    )
    later = newer(ledger.edition, factor.id)
    return {
        "number": str(number),
        "id": factor.id,
        "label": declared.label.get(lang, factor.parameter) if declared else factor.parameter,
        "keys": SEMICOLON[lang].join(_key(ledger, k, v, lang) for k, v in factor.keys if v != "*"),
        "gas": factor.gas,
        "table": factor.table,
        "value": ledger.edition.by_id[factor.id].printed,
        "unit": "1" if factor.unit == "fraction" else factor.unit,
        "limits": limits,
        "standing": STANDING[lang]["checked" if factor.checked_by else factor.standing],
        "step": STEPS[factor.step][lang],
        "uses": str(row.uses),
        "reach": f"{row.reach / WAN:,.2f}",
        "share": f"{100 * row.share:.1f}",
        "newer": later.text(lang) if later else "",
        "note": factor.note,
    }


def _key(ledger: Ledger, key: str, value: str, lang: str) -> str:
    """What a factor holds for, in words: 燃料品种：烟煤."""
    if key == "category":
        return f"{value} {ledger.edition.label_of_category(value, lang)}"
    word = ledger.edition.word(key, value)
    shown = word.label_en if lang == "en" and word is not None and word.label_en else value
    name = {"zh": "年份", "en": "Year"}[lang] if key == "year" else lexicon(ledger.edition).label(key, lang)
    return f"{name}{'：' if lang == 'zh' else ': '}{shown}"


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
