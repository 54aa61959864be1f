"""`inventory shares`: the default shares an inventory rests on, ordered by what another answer could change."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..core.problems import Problem
from .analysis import Edition, Gwp, Inputs, Language
from .common import Lang, answering, existing, say, writable

if TYPE_CHECKING:
    from ..analysis.default_shares import DefaultShare

WAN = 1e4
Csv = Annotated[Path | None, typer.Option("--csv", help="写入 CSV / write CSV")]
Least = Annotated[float, typer.Option("--least", min=0.0, help="列出的下限（万t） / least amount listed, 10^4 t")]


def register(app: typer.Typer) -> None:
    app.command("shares")(shares_command)


def tell_defaults(problems: Iterable[Problem], lang: str) -> None:
    """One line that says how many splits rest on defaults, and which command says what to refine first."""
    splits = {
        tuple(v for k, v in p.facts if k in ("region", "year", "split"))
        for p in problems
        if p.code == "balance.share_default"
    }
    if splits:
        typer.echo(
            f"按缺省归类的分摊 {len(splits)} 项：inventory shares 按影响大小列出先补哪一项"
            if lang == "zh"
            else f"{len(splits)} splits rest on declared defaults: `inventory shares` lists what to refine first"
        )


def shares_command(
    inputs: Inputs,
    csv: Csv = None,
    least: Least = 0.0,
    edition: Edition = "prov2011",
    gwp: Gwp = None,
    lang: Language = Lang.zh,
) -> None:
    """缺省分摊：平衡表还缺哪些分摊比例，先补哪一项 / Default shares of the balance table: what to find out first."""
    from ..app.shares import SharesRequest, shares_to_refine
    from ..app.source import Source, compiled
    from ..sheets.csvfile import write_csv

    existing(inputs, lang)
    if csv is not None:
        writable(csv, (".csv",), lang)
    with answering(lang):
        shares = shares_to_refine(SharesRequest(compiled(Source(tuple(inputs), edition, gwp)), least * WAN))
        if csv is not None:
            head = [
                "region",
                "year",
                "split",
                "default",
                "co2_wan_t",
                "largest_change_wan_t",
                "other_part",
                "places",
                "ask",
                "parts",
                "supplier",
            ]
            write_csv(
                csv,
                [
                    [
                        s.region,
                        str(s.year),
                        s.split,
                        "、".join(s.parts),
                        f"{s.co2_t / WAN:.6g}",
                        f"{s.change_t / WAN:.6g}",
                        s.other,
                        s.shown_places,
                        s.ask[lang],
                        "、".join(s.options),
                        s.supplier,
                    ]
                    for s in shares
                ],
                head,
            )
            say(f"已写出 {csv}" if lang == "zh" else f"written: {csv}")
            return
        if not shares:
            typer.echo("没有按缺省归类的分摊。" if lang == "zh" else "no share rests on a default.")
        for share in shares:
            typer.echo(_line(share, lang))


def _line(s: DefaultShare, lang: str) -> str:
    if lang == "zh":
        return (
            f"{s.region} {s.year} {s.split}：缺省“{'、'.join(s.parts)}”，其下 CO2 {s.co2_t / WAN:,.1f} 万t，"
            f"改归“{s.other or '—'}”时总量 {s.change_t / WAN:+,.1f} 万t CO2e；请{s.supplier}提供：{s.ask['zh']}"
        )
    return (
        f"{s.region} {s.year} {s.split}: default {', '.join(s.parts)}, CO2 under it {s.co2_t / WAN:,.1f}, "
        f"total {s.change_t / WAN:+,.1f} "
        f"(10^4 t) with all under {s.other or '—'}; to find out: {s.ask['en']}"
    )
