"""Options and arguments that several commands take, each declared once: name, type, help."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..console.common import Lang

LEAST_DRAWS = 100
Inputs = Annotated[
    list[Path], typer.Argument(help="项目文件夹、工作簿或长表 CSV，可多个 / project folder, workbooks or long CSVs")
]
Language = Annotated[Lang, typer.Option("--lang", help="语言 / language")]
Edition = Annotated[str, typer.Option("--edition", help="指南版本 / edition")]
Gwp = Annotated[str | None, typer.Option("--gwp", help="guideline|SAR|AR4|AR5|AR6|自定义组 / own set")]
NoFallback = Annotated[bool, typer.Option("--no-fallback", help="禁止声明的替代值 / forbid declared fallbacks")]
Strict = Annotated[bool, typer.Option("--strict", help="拒绝未核对的缺省值 / refuse unverified defaults")]
NoCharts = Annotated[bool, typer.Option("--no-charts", help="不含图 / without charts")]
Draws = Annotated[int | None, typer.Option("--draws", min=LEAST_DRAWS, help="蒙特卡洛抽样次数 / Monte Carlo draws")]
Seed = Annotated[int | None, typer.Option("--seed", min=0, help="随机种子（缺省 2011） / seed (2011 by default)")]
Sets = Annotated[
    list[str] | None,
    typer.Option("--uncertainty-set", help="按名选用文献范围，可多次 / published ranges by name, repeatable"),
]
Csv = Annotated[Path | None, typer.Option("--csv", help="写入 CSV；- 为屏幕 / write CSV; - prints it")]
Causes = Annotated[
    Path | None,
    typer.Option(
        "--causes", help="变化原因说明（diff --csv 写出并填写的表） / causes, the filled-in list of diff --csv"
    ),
]
Previous = Annotated[
    Path | None,
    typer.Option("--previous", help="上一版（工作簿、结果 CSV 或项目），写重新计算表 / older version to compare with"),
]
Scheduler = Annotated[
    str, typer.Option("--scheduler", help="dask 调度器地址，如 tcp://主机:8786 / a dask scheduler, as tcp://HOST:8786")
]
AsJson = Annotated[bool, typer.Option("--json", help="JSON 输出 / as JSON")]
All = Annotated[bool, typer.Option("--all", help="列出全部问题和文件 / list every problem and file")]
