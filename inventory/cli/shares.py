"""`inventory shares`: the default shares an inventory rests on, ordered by what another answer could change."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..console.common import Lang, answering, existing, writable
from ..console.phrases import inform
from ..console.views.compile import show_shares
from .options import Edition, Gwp, Inputs, Language

if TYPE_CHECKING:
    pass

WAN = 1e4
Csv = Annotated[Path | None, typer.Option("--csv", help="写入 CSV / write CSV")]
Least = Annotated[float, typer.Option("--least", min=0.0, help="列出的下限（万t） / least amount listed, 10^4 t")]


def register(app: typer.Typer) -> None:
    app.command("shares")(shares_command)


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
            inform("choices.written", lang, csv=csv)
            return
        show_shares(shares, lang)
