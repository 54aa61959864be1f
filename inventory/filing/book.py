"""The book to be sealed: some twenty pages in their order, the check code on each, and the file.

`filing_book(ledger, region, lang)` gives it as cells; `write_filing_set` writes it. The same ledger gives the same
bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..core.ledger import Ledger
from ..core.problems import InventoryError, problem
from ..sheets.layout import lay_out
from ..sheets.model import Book
from ..sheets.write import save
from ..texts import LIST
from . import analysis, changes, charts, checks, evidence, front, substitutes
from .basis import FilingBasis
from .code import code_of, grouped
from .figures import FiledFigure
from .frame import Pages
from .numbering import number_of
from .tables import ReportPages

if TYPE_CHECKING:
    from ..analysis.recalculation import Recalculation
    from ..uncertainty.results import MonteCarlo

PER_PAGE = 2  # years side by side where a table is wide
PLACEHOLDER = "0000 0000 0000"


def write_filing_set(
    ledger: Ledger, path: str | Path, region: str = "", lang: str = "zh", montecarlo: MonteCarlo | None = None
) -> str:
    """Write the book (`.xlsx`) and give its check code. An older file is replaced only when the new one is complete.

    Raises `InventoryError` where the ledger holds several regions and none is named, or the place cannot be written.
    """
    book, code = filing_book(ledger, region, lang, montecarlo)
    save(book, path)
    return code


def filing_book(
    ledger: Ledger,
    region: str = "",
    lang: str = "zh",
    montecarlo: MonteCarlo | None = None,
    recalculation: Recalculation | None = None,
) -> tuple[Book, str]:
    """The book as cells and its check code, which is made from all pages and then put on them."""
    b = FilingBasis(ledger, chosen_region(ledger, region), lang, montecarlo, recalculation)
    book, code, _ = _sealed(b)
    return book, code


def filed_figures(
    ledger: Ledger, region: str = "", lang: str = "zh"
) -> tuple[Book, Mapping[tuple[str, int, int], FiledFigure]]:
    """The book, and which ledger lines each figure of the guideline's tables adds up, by sheet, row and column."""
    book, _, figures = _sealed(FilingBasis(ledger, chosen_region(ledger, region), lang))
    placed = ((book.places[f.at], f) for f in figures if f.at in book.places)
    return book, {(ref.sheet, ref.row, ref.col): f for ref, f in placed}


def _sealed(b: FilingBasis) -> tuple[Book, str, Sequence[FiledFigure]]:
    b.number_letters()
    book, figures = _book(b, PLACEHOLDER)
    code = grouped(code_of(book, b.t("cover.code", code="")))
    _stamp(book, code)
    return book, code, figures


def _stamp(book: Book, code: str) -> None:
    """Put the code in the place kept for it: the cover and the foot of every page."""
    for sheet in book.sheets.values():
        if sheet.page is not None:
            sheet.page = replace(sheet.page, footer=sheet.page.footer.replace(PLACEHOLDER, code))
        for place, cell in sheet.cells.items():
            if isinstance(cell.value, str) and PLACEHOLDER in cell.value:
                sheet.cells[place] = cell._replace(value=cell.value.replace(PLACEHOLDER, code))


def chosen_region(ledger: Ledger, region: str) -> str:
    """The region to file: the named one, or the only one. Raises `InventoryError` otherwise."""
    known = tuple(dict.fromkeys(x.region for x in ledger.lines if x.account == "total"))
    chosen = region or (known[0] if len(known) == 1 else "")
    if chosen not in known:
        raise InventoryError([problem("filing.region", region=region or "—", known="、".join(known[:40]) or "—")])
    return chosen


def _book(b: FilingBasis, code: str) -> tuple[Book, Sequence[FiledFigure]]:
    pages = Pages(b, code)
    reports = ReportPages(b, pages)
    names = list(b.tables)
    result = {}
    for name in names[1:]:
        groups = _years(b)
        result[name] = [(years, reports.sector(name, b.tables[name], years)) for years in groups]
    summaries = [(y, reports.summary(names[0], b.tables[names[0]], y, 1)[1]) for y in sorted(b.years, reverse=True)]
    front.cover(b, pages, reports)
    notes = pages.page(b.t("sheet.notes"), b.t("title.notes"), [9.5, 18.0, 17.0, 9.5, 18.0, 16.5])
    for year, table in summaries:
        reports.place_summary(b.tables[names[0]], year, 1, table)
    for n, name in enumerate(names[1:], 2):
        for k, (years, sector) in enumerate(result[name]):
            reports.place_sector(name, years, n, sector, k > 0)
    if checks.has_reference(b):
        checks.reference(b, pages, number_of(b, "reference"))
    checks.memo(b, pages, reports, number_of(b, "memo"))
    checks.indicators(b, pages, number_of(b, "indicators"))
    charts.charts(b, pages)
    analysis.key_categories(b, pages, number_of(b, "key"))
    analysis.uncertainty(b, pages, number_of(b, "uncertainty"))
    substitutes.substitutes(b, pages, number_of(b, "substitutes"))
    evidence.missing(b, pages, number_of(b, "missing"))
    evidence.quality(b, pages, number_of(b, "quality"))
    if b.recalculation is not None:
        changes.changes(b, pages, number_of(b, "changes"))
    evidence.sign(b, pages)
    front.contents(b, pages, notes)
    span = LIST[b.lang].join(map(str, b.years))
    title = b.t("title.book", region=b.place) + (f"（{span}年）" if b.lang == "zh" else f" ({span})")
    return lay_out(pages.plans, title, b.lang), reports.figures.written


def _years(b: FilingBasis) -> list[list[int]]:
    """Years side by side on a page: two at a time, the first year of all beside the last of each group where there are
    more."""
    if len(b.years) <= PER_PAGE:
        return [b.years]
    return [b.years[i : i + PER_PAGE] for i in range(0, len(b.years), PER_PAGE)]
