"""`inventory uncertainty`, `keycategories`, `qc`, `diff`, and what `compile` needs of them: progress of a Monte Carlo
run, sets chosen by name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

<<<<<<< HEAD
from ..console.common import Lang, answering, around, existing, writable
from ..console.tables import csv_target, seeded
from ..console.views.analysis import show_comparison, show_key_categories, show_quality, show_uncertainty
=======
from ..console.common import WRONG_USE, Lang, answering, around, existing, tell, writable
from ..console.phrases import heads, inform, listed, show
from ..console.streams import data
>>>>>>> 31b456c (Windows and macOS: nothing lost on a console, reserved names and long paths in words, no WAL on shares, bounded pools; tests that play them)
from .options import Causes, Csv, Draws, Edition, Gwp, Inputs, Language, Seed, Sets

if TYPE_CHECKING:
    pass

WAN = 1e4


def register(app: typer.Typer) -> None:
    app.command("uncertainty")(uncertainty_command)
    app.command("keycategories")(keycategories_command)
    app.command("qc")(qc_command)
    app.command("diff")(diff_command)


<<<<<<< HEAD
=======
# ---- shared ----


def seeded(draws: int | None, seed: int | None, lang: str) -> None:
    """Exit status 2 for a seed without draws: nothing would be drawn, and silence would hide it."""
    if seed is not None and draws is None:
        inform("analysis.seed_goes_with_draws", lang)
        raise typer.Exit(WRONG_USE)


def compared(previous: Path | None, causes: Path | None, lang: str) -> None:
    """Exit status 2 for causes without a version to compare with."""
    if causes is not None and previous is None:
        inform("analysis.causes_goes_with_previous", lang)
        raise typer.Exit(WRONG_USE)


def write_table(head: Sequence[str], rows: Iterable[Sequence[object]], target: Path | None, lang: str) -> None:
    """A table as CSV: to a file (UTF-8 with BOM), to standard output for `-`, or in columns on the screen where no
    target is given."""
    from ..sheets.csvfile import BOM, csv_text

    if target is None:
        _print_columns(head, rows)
        return
    text = csv_text(rows, head)
    if str(target) == "-":
        data(text)
        return
    from ..core.files import write_bytes

    write_bytes(target, text.encode(BOM))
    show("analysis.written", lang, target=target)


def _print_columns(head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    from rich.cells import cell_len as width

    shown = [[_cell(v) for v in row] for row in [head, *rows]]
    widths = [max(width(row[c]) for row in shown) for c in range(len(head))]
    numeric = [
        all(isinstance(_number(row[c]), float) for row in shown[1:] if row[c] not in ("", "—"))
        for c in range(len(head))
    ]
    for row in shown:
        cells = [
            (" " * (w - width(v)) + v) if right else v + " " * (w - width(v))
            for v, w, right in zip(row, widths, numeric, strict=True)
        ]
        typer.echo("  ".join(cells).rstrip())


def _cell(value: object) -> str:
    return "—" if value is None else f"{value:,.2f}" if isinstance(value, float) else str(value)


def _number(text: str) -> float | None:
    try:
        return float(text.replace(",", "").rstrip("%"))
    except ValueError:
        return None


def _said(given: StatedCause | None) -> tuple[str, str, str, str]:
    return (given.cause, given.text, given.name, given.date) if given else ("", "", "", "")


def _csv_target(target: Path | None, lang: Lang) -> None:
    if target is not None and str(target) != "-":
        writable(target, (".csv",), lang)


>>>>>>> 31b456c (Windows and macOS: nothing lost on a console, reserved names and long paths in words, no WAL on shares, bounded pools; tests that play them)
# ---- commands ----


def uncertainty_command(
    inputs: Inputs,
    draws: Draws = None,
    seed: Seed = None,
    sets: Sets = None,
    table: Csv = None,
    gwp: Gwp = None,
    edition: Edition = "prov2011",
    lang: Language = Lang.zh,
) -> None:
    """不确定性：误差传递法；给出 --draws 时另做蒙特卡洛。 Uncertainty by error propagation, and by Monte Carlo with
    --draws."""
    from ..app.analysis import UncertaintyRequest, assess_uncertainty
    from ..app.source import Draws as DrawsOf
    from ..app.source import Source

    existing(inputs, lang)
    csv_target(table, lang)
    seeded(draws, seed, lang.value)
    with answering(lang), around(lang.value) as reported:
        result = assess_uncertainty(
            UncertaintyRequest(Source(tuple(inputs), edition, gwp, sets=tuple(sets or ())), DrawsOf(draws, seed)),
            reported,
        )
    show_uncertainty(result, table, lang)


def keycategories_command(
    inputs: Inputs,
    sets: Sets = None,
    table: Csv = None,
    gwp: Gwp = None,
    edition: Edition = "prov2011",
    lang: Language = Lang.zh,
) -> None:
    """关键类别：水平与趋势，方法1和方法2。 Key categories, level and trend, approach 1 and 2."""
    from ..app.analysis import KeyCategoriesRequest, find_key_categories
    from ..app.source import Source

    existing(inputs, lang)
    csv_target(table, lang)
    with answering(lang):
        result = find_key_categories(KeyCategoriesRequest(Source(tuple(inputs), edition, gwp, sets=tuple(sets or ()))))
    show_key_categories(result, table, lang)


def qc_command(
    inputs: Inputs, sets: Sets = None, table: Csv = None, edition: Edition = "prov2011", lang: Language = Lang.zh
) -> None:
    """质量控制：逐项检查；--csv 写出供填写答复的 answers.csv。 Quality control; --csv writes the list to answer
    (answers.csv)."""
    from ..app.analysis import QualityRequest, control_quality
    from ..app.source import Source

    existing(inputs, lang)
    csv_target(table, lang)
    with answering(lang):
        result = control_quality(QualityRequest(Source(tuple(inputs), edition, sets=tuple(sets or ()))))
    show_quality(result, table, lang)


qc_command.carries_over = ("answers", "质控答复")  # type: ignore[attr-defined]  # written anew with the answers it held


def diff_command(
    old: Annotated[Path, typer.Argument(help="旧版：清单工作簿、结果 CSV 或项目 / old version")],
    new: Annotated[Path, typer.Argument(help="新版 / new version")],
    output: Annotated[Path | None, typer.Option("-o", "--output", help="写成工作簿 / write a workbook (.xlsx)")] = None,
    table: Csv = None,
    causes: Causes = None,
    gwp: Gwp = None,
    edition: Edition = "prov2011",
    new_edition: Annotated[
        str, typer.Option("--new-edition", help="新版用的指南版本（缺省同 --edition） / edition of the new version")
    ] = "",
    lang: Language = Lang.zh,
) -> None:
    """重新计算：逐行比较两个版本，分清原因，原因之和等于变化。 Recalculation: what changed and why; causes add up to
    the change."""
    from ..app.analysis import CompareVersionsRequest, compare_versions

    existing([old, new] if causes is None else [old, new, causes], lang)
    csv_target(table, lang)
    if output is not None:
        writable(output, (".xlsx",), lang)
    with answering(lang):
        result = compare_versions(
            CompareVersionsRequest(old, new, edition, new_edition, gwp, causes, output, lang.value)
        )
    show_comparison(result, output, table, lang)
