"""`inventory improve`: what to measure next, by how much it would narrow the total, and what measuring means."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..console.common import Lang, answering, around, existing, writable
from ..console.views.analysis import show_gains
from .options import LEAST_DRAWS, Edition, Gwp, Inputs, Language, Seed, Sets

if TYPE_CHECKING:
    pass

WAN = 1e4
Table = Annotated[Path | None, typer.Option("--csv", help="写入 CSV / write CSV")]
Picture = Annotated[Path | None, typer.Option("--chart", help="图（.png 或 .svg） / chart (.png or .svg)")]
Precision = Annotated[
    float | None,
    typer.Option(
        "--precision", min=0.0, help="假定测到 ±百分之几（缺省按版本的测量表） / half-width reached, in percent"
    ),
]
Draws = Annotated[int, typer.Option("--draws", min=LEAST_DRAWS, help="蒙特卡洛抽样次数 / Monte Carlo draws")]
Each = Annotated[
    bool, typer.Option("--each", help="逐个输入，不按测量合并 / single inputs instead of whole measurements")
]


def register(app: typer.Typer) -> None:
    app.command("improve")(improve_command)


def improve_command(
    inputs: Inputs,
    year: Annotated[int, typer.Option("--year", help="年份（缺省最后一年） / year")] = 0,
    region: Annotated[str, typer.Option("--region", help="地区 / region")] = "",
    precision: Precision = None,
    each: Each = False,
    draws: Draws = 10_000,
    seed: Seed = None,
    sets: Sets = None,
    table: Table = None,
    chart: Picture = None,
    gwp: Gwp = None,
    edition: Edition = "prov2011",
    lang: Language = Lang.zh,
) -> None:
    """改进方向：测准哪一项最能缩小总量的95%区间，怎样测。 What to measure next: what narrows the total's interval
    most."""
    from ..app.improve import ImproveRequest, chart_of, improve
    from ..app.source import Source, compiled
    from ..core.files import write_bytes
    from ..uncertainty.montecarlo import DEFAULT_SEED

    existing(inputs, lang)
    for path, endings in ((table, (".csv",)), (chart, (".png", ".svg"))):
        if path is not None:
            writable(path, endings, lang)
    with answering(lang):
        ledger = compiled(Source(tuple(inputs), edition, gwp, sets=tuple(sets or ())))
        with around(lang.value) as reported:
            result = improve(
                ImproveRequest(
                    ledger, region, year, precision, draws, DEFAULT_SEED if seed is None else seed, reported.progress
                )
            )
        if chart is not None:
            from .. import charts

            write_bytes(
                chart,
                (charts.svg if chart.suffix.lower() == ".svg" else charts.png)(
                    chart_of(result, lang.value), 22.0, 11.0
                ),
            )
    show_gains(result, each, table, lang)
