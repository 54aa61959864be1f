"""`inventory uncertainty`, `keycategories`, `qc`, `diff`, and what `compile` needs of them: progress of a Monte Carlo
run, sets chosen by name."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..console.common import Lang, answering, around, existing, writable
from ..console.tables import csv_target, seeded
from ..console.views.analysis import show_comparison, show_key_categories, show_quality, show_uncertainty
from .options import Causes, Csv, Draws, Edition, Gwp, Inputs, Language, Scheduler, Seed, Sets


def register(app: typer.Typer) -> None:
    app.command("uncertainty")(uncertainty_command)
    app.command("keycategories")(keycategories_command)
    app.command("qc")(qc_command)
    app.command("diff")(diff_command)


# ---- commands ----


def uncertainty_command(
    inputs: Inputs,
    draws: Draws = None,
    seed: Seed = None,
    sets: Sets = None,
    workers: Annotated[
        int,
        typer.Option("--workers", min=0, help="抽样的进程数，0 为处理器数 / processes that draw, 0: one a processor"),
    ] = 1,
    scheduler: Scheduler = "",
    work: Annotated[
        str,
        typer.Option(
            "--work",
            help="抽样的中间结果放在哪里（集群：各机器共见的文件夹或地址），中断后接着抽 / where blocks are kept meanwhile",
        ),
    ] = "",
    table: Csv = None,
    gwp: Gwp = None,
    edition: Edition = "prov2011",
    lang: Language = Lang.zh,
) -> None:
    """不确定性：误差传递法；给出 --draws 时另做蒙特卡洛。 Uncertainty by error propagation, and by Monte Carlo with
    --draws."""
    from ..app.analysis import UncertaintyRequest, assess_uncertainty
    from ..app.source import DrawingPlace, Source
    from ..app.source import Draws as DrawsOf

    existing(inputs, lang)
    csv_target(table, lang)
    elsewhere = DrawingPlace(workers, scheduler, work) if workers != 1 or scheduler or work else None
    seeded(draws, seed, lang.value)
    with answering(lang), around(lang.value) as reported:
        result = assess_uncertainty(
            UncertaintyRequest(
                Source(tuple(inputs), edition, gwp, sets=tuple(sets or ())), DrawsOf(draws, seed, elsewhere)
            ),
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
