"""Options of the commands that are written out; those of declared commands stand in `commands.toml`."""

from __future__ import annotations

from typing import Annotated

import typer

from ..console.common import Lang

Language = Annotated[Lang, typer.Option("--lang", help="语言 / language")]
Edition = Annotated[
    str | None, typer.Option("--edition", help="指南版本，缺省为自带的省级版本 / edition, by default the province's")
]
Gwp = Annotated[str | None, typer.Option("--gwp", help="guideline|SAR|AR4|AR5|AR6|自定义组 / own set")]
