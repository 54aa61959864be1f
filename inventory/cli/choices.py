"""`inventory choices`: the named choices in force and the effect of every other option in tonnes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..console.common import Lang, answering, existing, writable
from ..console.phrases import inform
from .options import Edition, Gwp, Inputs, Language

WAN = 1e4
Csv = Annotated[Path | None, typer.Option("--csv", help="写入 CSV / write CSV")]
Least = Annotated[
    float, typer.Option("--least", min=0.0, help="总量变化的下限（万t CO2e） / least change of a total listed")
]


def register(app: typer.Typer) -> None:
    app.command("choices")(choices_command)


def choices_command(
    inputs: Inputs,
    csv: Csv = None,
    least: Least = 0.0,
    edition: Edition = "prov2011",
    gwp: Gwp = None,
    lang: Language = Lang.zh,
) -> None:
    """命名选择：采用了哪一个，改用其他选项总量变化多少 / Named choices and what every other option would change."""
    from ..app.choices import ChoicesRequest, OptionRow, named_choices
    from ..app.source import Source, compiled
    from ..sheets.csvfile import write_csv

    existing(inputs, lang)
    if csv is not None:
        writable(csv, (".csv",), lang)
    with answering(lang):
        ledger = compiled(Source(tuple(inputs), edition, gwp))
        rows = named_choices(ChoicesRequest(ledger, least * WAN))
        places = [(region, year) for region in ledger.regions for year in ledger.years]

        def amounts(row: OptionRow) -> list[str]:
            return ["" if row.change is None else f"{row.change.get(p, 0.0) / WAN:.4g}" for p in places]

        if csv is not None:
            head = [
                "choice",
                "label",
                "option",
                "option_label",
                "in_force",
                *(f"{r} {y} (万t CO2e)" for r, y in places),
                "remark",
            ]
            table = [
                [
                    r.choice,
                    r.label[lang],
                    r.option,
                    r.option_label[lang],
                    "yes" if r.in_force else "",
                    *amounts(r),
                    r.remark[lang],
                ]
                for r in rows
            ]
            write_csv(csv, table, head)
            inform("choices.written", lang, csv=csv)
            return
        for row in rows:
            if row.in_force:
                typer.echo(f"{row.label[lang]}（{row.choice}={row.option}）：{row.option_label[lang]}")
                continue
            reported = "，".join(f"{r} {y} {a}" for (r, y), a in zip(places, amounts(row), strict=True) if a) + (
                " 万t CO2e" if row.change else ""
            )
            typer.echo(f"    {row.option}：{row.option_label[lang]}　{reported or row.remark[lang]}")
