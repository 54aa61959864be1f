"""What the commands of this group show."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from ...texts import text_of
from ..common import Lang, tell
from ..english import readable
from ..phrases import HERE, heads, inform, listed, show
from ..streams import data
from ..tables import write_listing, write_table

if TYPE_CHECKING:
    from ...analysis.recalculation import LineChange, StatedCause
    from ...app.analysis import CompareVersionsResult, KeyCategoriesResult, QualityResult, UncertaintyResult
    from ...app.improve import ImproveResult

WAN = 1e4


def show_uncertainty(result: UncertaintyResult, table: Path | None, lang: Lang) -> None:
    """The result of `uncertainty` on the screen."""
    from ...app.listings import APPROACH_1, SPREADS
    from ...workbook.context import Reader

    # the screen gets totals and sectors; categories and the rest stand in the CSV and the workbook
    shown = [x for x in result.figures if table is not None or x.target.level != "category"]
    write_listing(SPREADS if result.sampled else APPROACH_1, shown, Reader(lang.value, result.ledger.edition), table)
    if result.assumed:
        inform("analysis.the_uncertainty_of_inputs", lang, count=len(result.assumed))
        for ask in result.assumed[:10]:
            inform(
                "analysis.assumed_input",
                lang,
                label=ask.label[lang.value],
                assumed_pct=ask.assumed_pct or 0.0,
                reach_t=ask.reach_t / WAN,
            )
    if result.unstated:
        inform("analysis.inputs_have_no_stated", lang, count=len(result.unstated))
        for ask in result.unstated[:10]:
            inform("analysis.unstated_input", lang, label=ask.label[lang.value], reach_t=ask.reach_t / WAN)


def show_key_categories(result: KeyCategoriesResult, table: Path | None, lang: Lang) -> None:
    """The result of `keycategories` on the screen."""
    from ...app.listings import KEY_ROWS, ranked
    from ...workbook.context import Reader

    rows = (x for a in result.assessments for x in ranked(a, key_only=table is None))
    write_listing(KEY_ROWS, rows, Reader(lang.value, result.ledger.edition), table)
    if result.unknown:
        inform("analysis.categories_of_unknown_uncertainty", lang, count=len(result.unknown))


def show_quality(result: QualityResult, output: Path | None, table: Path | None, lang: Lang) -> None:
    """The result of `qc` on the screen."""
    from ...core.files import write_bytes
    from ...workbook.context import Reader
    from ...workbook.quality_sheet import CHECKS

    log = result.log
    if table is not None:
        if str(table) == "-":
            data(result.answers_csv)
        else:
            write_bytes(table, result.answers_csv.encode("utf-8-sig"))
            show("analysis.written_2", lang, table=table)
    elif output is not None:
        show("analysis.written_2", lang, table=output)
    else:
        write_listing(CHECKS, log.outcomes, Reader(lang.value), None)
        for f in log.findings:
            a = f.answer
            answer = (
                text_of(HERE, "analysis.answered", lang, {"name": a.name, "date": a.date, "text": a.answer})
                if a is not None
                else ""
            )
            typer.echo(readable(f"[{f.check} {f.place}] {f.text(lang.value)}", lang) + answer)
    tell([p for p in result.problems if p.code == "quality.answer_stale"], lang)
    inform("analysis.findings_open", lang, count=len(log.findings), count2=len(log.open))


def _cause_cells(given: StatedCause | None) -> tuple[str, str, str, str]:
    return (given.cause, given.text, given.name, given.date) if given else ("", "", "", "")


CHANGE_COLUMNS = ("place", "region", "year", "category", "item", "gas", "method", "old_t_co2e", "new_t_co2e", "change")
CAUSE_COLUMNS = ("main_cause", "cause", "text", "name", "date")


def _write_changes(changed: Sequence[LineChange], table: Path, lang: str) -> None:
    """Every line that changed, with the causes, as a table."""
    from ...analysis.recalculation import CAUSES

    rows = [
        [
            c.place,
            readable(c.region, lang),
            str(c.year),
            c.category,
            readable(c.item, lang),
            c.gas,
            c.method,
            float(c.old),
            float(c.new),
            float(c.change),
            *(float(c.causes.get(k, 0.0)) for k in CAUSES),
            c.main_cause,
            *_cause_cells(c.explanation),
        ]
        for c in changed
    ]
    write_table([*CHANGE_COLUMNS, *(f"by_{c}" for c in CAUSES), *CAUSE_COLUMNS], rows, table, lang)


def show_comparison(result: CompareVersionsResult, output: Path | None, table: Path | None, lang: Lang) -> None:
    """The result of `diff` on the screen."""
    from ...analysis.recalculation import CAUSES, LABELS

    tell(result.problems, lang.value)
    head = [*heads("analysis.head_versions", lang), *(LABELS[c][lang.value] for c in CAUSES)]
    write_table(
        head,
        [[r, str(y), s["old"], s["new"], s["change"], *(s[c] for c in CAUSES)] for r, y, s in result.totals],
        None,
        lang.value,
    )
    for text, places in (
        ("analysis.only_in_old", result.comparison.only_old),
        ("analysis.only_in_new", result.comparison.only_new),
    ):
        if places:
            inform(text, lang, names=listed((f"{r} {y}" for r, y in places), lang))
    if table is not None:
        _write_changes(result.changed, table, lang.value)
    inform("analysis.changed_lines", lang, count=len(result.changed))
    if output is not None:
        show("analysis.workbook", lang, output=output)


def show_gains(result: ImproveResult, each: bool, table: Path | None, lang: Lang) -> None:
    """The result of `improve` on the screen."""
    from ...workbook.context import Reader
    from ...workbook.improve_sheet import GAINS, TOP

    gains = result.improvements.single if each else result.improvements.groups
    inform(
        "improve.total_interval_x_t",
        lang,
        region=result.target.region,
        year=result.target.year,
        point=result.point / WAN,
        width=result.width / WAN,
    )
    write_listing(GAINS, gains if table is not None else gains[:TOP], Reader(lang.value), table)
