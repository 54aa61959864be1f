"""The workbook to be filed, laid out from a Ledger. Generic: a sector, method or gas declared later appears without new
layout code."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..analysis.report_lines import report_tables
from ..core.completeness import ancestors
from ..core.ledger import Ledger
from ..sheets.english import tab_word
from ..sheets.model import Book, OutputSheet
from ..sheets.write import save
from . import balance, choices_sheet, data_sheets, default_shares_sheet, extra, matrix_sheet, notes, reference, trace
from .context import Filing
from .english import anglicise
from .steps import StepSheets, measured_lines, sheets_of
from .tables import ReportSheets
from .texts import Words
from .trace import SHEET as TRACE

if TYPE_CHECKING:
    from ..analysis.recalculation import Recalculation
    from ..uncertainty.results import MonteCarlo

ADDRESSES = ("file", "sheet", "place")  # columns with names of files, sheets and cells, as they are on disk
MOST_LETTERS = 31  # of the name of a sheet
GREEN, BLUE, GREY, ORANGE = "#9BBB59", "#4F81BD", "#A6A6A6", "#F79646"


def write_filing(
    ledger: Ledger,
    path: str | Path,
    lang: str = "zh",
    *,
    montecarlo: MonteCarlo | None = None,
    recalculation: Recalculation | None = None,
) -> None:
    """Write the filed workbook (`.xlsx`). The same ledger gives the same bytes; an older file is replaced only when the
    new one is complete.

    `lang` zh or en. `montecarlo` and `recalculation`, made of this ledger, add the sheets that show them. Raises
    `InventoryError` when the place cannot be written, or when what the project states about uncertainty makes no sense.
    """
    save(plan(ledger, lang, montecarlo=montecarlo, recalculation=recalculation), path)


def plan(
    ledger: Ledger,
    lang: str = "zh",
    *,
    montecarlo: MonteCarlo | None = None,
    recalculation: Recalculation | None = None,
) -> Book:
    """The whole workbook as data: every sheet, cell, formula, cached value and trace record."""
    return lay_out(ledger, lang, montecarlo, recalculation).book


def lay_out(
    ledger: Ledger, lang: str, montecarlo: MonteCarlo | None = None, recalculation: Recalculation | None = None
) -> Filing:
    """The same with everything that was needed to lay it out (where each ledger line stands, among others)."""
    t = Words(lang)
    f = Filing(ledger, lang, Book("", lang), t, montecarlo=montecarlo, recalculation=recalculation)
    f.book.title = _title(f)
    tables = report_tables(ledger)
    steps = sheets_of(ledger.tables)
    sheets, names = _add_sheets(f, steps, tables)
    _fill(f, sheets, steps, tables, names)
    if lang == "en":
        anglicise(f.book, f.edition, (t("english.in_chinese"), *(t(f"column.{c}") for c in ADDRESSES)))
    trace.note_lines(f)
    trace.fill(
        f.book,
        sheets["trace"],
        {"lang": f.lang, "gwp": f.ledger.gwp.name, "edition": f.edition.id, "title": f.book.title},
    )
    return f


def _add_sheets(
    f: Filing, steps: dict[str, list[int]], tables: dict[Any, Any]
) -> tuple[dict[str, OutputSheet], dict[str, str]]:
    """The sheets of the workbook in their order, still empty, by key; and what each holds, by name."""
    t, ledger, lang = f.t, f.ledger, f.lang
    sheets: dict[str, OutputSheet] = {}
    names: dict[str, str] = {}

    def add(key: str, name: str, title: str, tab: str = "") -> OutputSheet:
        sheet = f.book.add(name, title)
        sheet.tab = tab
        sheets[key] = sheet
        names[sheet.name] = title
        return sheet

    def own(key: str, tab: str = "") -> OutputSheet:
        return add(key, TRACE if key == "trace" else t(f"sheet.{key}"), t(f"sheet.{key}"), tab)

    own("cover", ORANGE)
    for n, name in enumerate(tables):
        add(f"table {n}", _short(name) if lang == "zh" else _table_title(f, name, n), _table_title(f, name, n), ORANGE)
    if reference.has_reference(f):
        own("reference", ORANGE)
    own("memo", ORANGE)
    extra.after("memo", f, own)
    for name, numbers in steps.items():
        methods = dict.fromkeys(t.label(ledger.tables[i].method.label) for i in numbers)
        tab = name if lang == "zh" else tab_of(tab_word(name) or next(iter(methods)))
        sheet = add(f"step {name}", tab, name if lang == "zh" else "; ".join(methods), GREEN)
        names[sheet.name] = t.semicolon.join(methods)
    for sector in matrix_sheet.sectors(f):
        label = f.edition.label_of_category(sector, lang)
        add(f"matrix {sector}", tab_of(t("matrix.tab", sector=label)), t("matrix.title", sector=label), GREEN)
    own("data", BLUE)
    if balance.tables_of(f) is not None:
        for key in ("balance", "allocation", "checks"):
            own(key, BLUE)
    if default_shares_sheet.rests_on_defaults(f):
        own("default_shares", ORANGE)
    if balance.has_terms(f):
        own("terms", BLUE)
    own("factors", BLUE)
    if any(r.step == "fallback" for r in ledger.factors):
        own("substitutes", BLUE)
    own("gwp", BLUE)
    own("choices", GREY)
    own("completeness", GREY)
    extra.after("completeness", f, own)
    if ledger.warnings:
        own("problems", GREY)
    own("trace").hidden = True
    return sheets, names


def _fill(
    f: Filing,
    sheets: dict[str, OutputSheet],
    steps: dict[str, list[int]],
    tables: dict[Any, Any],
    names: dict[str, str],
) -> None:
    """From the bottom of every figure upwards, so that each reference points at a cell that exists."""
    if "balance" in sheets:
        balance.balance_sheet(f, sheets["balance"])
        balance.allocation_sheet(f, sheets["allocation"])
        balance.checks_sheet(f, sheets["checks"])
    if "default_shares" in sheets:
        default_shares_sheet.default_shares_sheet(f, sheets["default_shares"])
    if "terms" in sheets:
        balance.terms_sheet(f, sheets["terms"])
    data_sheets.data_sheet(f, sheets["data"])
    data_sheets.factor_sheet(f, sheets["factors"])
    data_sheets.gwp_sheet(f, sheets["gwp"])
    arithmetic = StepSheets(f)
    for name, numbers in steps.items():
        arithmetic.fill(sheets[f"step {name}"], numbers)
    data_sheets.link_computed(f, arithmetic.at)
    chapters = matrix_sheet.MatrixSheets(f, arithmetic)
    for sector, numbers in matrix_sheet.sectors(f).items():
        chapters.fill(sheets[f"matrix {sector}"], numbers)
    measured_lines(f)
    reports = ReportSheets(f)
    for n in reversed(range(len(tables))):
        reports.fill(sheets[f"table {n}"], list(tables.values())[n])
    if "reference" in sheets:
        reference.reference_sheet(f, sheets["reference"], reports)
    notes.memo_sheet(f, sheets["memo"], reports)
    choices_sheet.choices_sheet(f, sheets["choices"])
    state = notes.completeness_sheet(f, sheets["completeness"])
    if "substitutes" in sheets:
        notes.substitutes_sheet(f, sheets["substitutes"])
    if "problems" in sheets:
        notes.problems_sheet(f, sheets["problems"])
    extra.fill(f, sheets, reports)
    notes.cover_sheet(f, sheets["cover"], reports, tables, state, names)


def _title(f: Filing) -> str:
    regions = f.regions()
    place = f.value_label("region", regions[0]) if len(regions) == 1 else f.t("cover.several", n=len(regions))
    named = f.ledger.project.title
    if f.lang == "zh":
        title = named or f"{f.t('cover.title', region=place)}（{'、'.join(map(str, f.years()))}年）"
    else:
        title = named or f"{f.t('cover.title', region=place)} ({', '.join(map(str, f.years()))})"
    # stands at the head of every printed page
    return f"{title}　{f.t.label(f.edition.notice)}" if f.edition.notice else title


def tab_of(name: str) -> str:
    """A name short enough for a tab, cut between words."""
    if len(name) <= MOST_LETTERS:
        return name
    return re.sub(r"[\s,;:(-]+\S*$", "", name[: MOST_LETTERS + 1]).rstrip(" ,;:(") or name[:MOST_LETTERS]


def _short(table: str) -> str:
    """清单汇总表 is how everybody calls it."""
    return table.removeprefix("省级温室气体")


def _table_title(f: Filing, name: str, number: int) -> str:
    if f.lang == "zh":
        return name
    lines = [r for r in f.edition.report_lines if r["table"] == name]
    tree = f.edition.categories
    sectors = {
        list(ancestors(f.edition, c))[-1]
        for r in lines
        for c in r.get("categories", "").split(";")
        if c in tree and not tree[c].memo
    }
    if number == 0:
        return f.t("matrix.summary")
    if len(sectors) == 1:
        return f.t("matrix.table", sector=f.edition.label_of_category(sectors.pop(), "en"))
    return next((r["label_en"] for r in lines if r["level"] == "0"), lines[0]["label_en"]) if lines else name
