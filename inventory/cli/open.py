"""`inventory open`: the local page over a project folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..console.common import WRONG_USE, Lang
from ..console.phrases import inform
from .options import Edition, Language


def open_command(
    folder: Annotated[
        Path, typer.Argument(help="项目文件夹，缺省为当前文件夹 / project folder, the current one by default")
    ] = Path("."),
    edition: Edition = "prov2011",
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="打开浏览器 / open the browser")] = True,
    idle: Annotated[
        float, typer.Option("--idle", min=5.0, help="无人使用多少秒后退出 / seconds without use until it ends")
    ] = 900.0,
    lang: Language = Lang.zh,
) -> None:
    """打开本机页面：放入数据、改正问题、看清单和图表、交付文件，不联网。 The local page, offline."""
    if not folder.is_dir():
        inform("open.not_a_folder", lang, folder=folder)
        raise typer.Exit(WRONG_USE)
    try:
        from ..service.page.server import run
    except ImportError as error:
        inform("open.the_page_needs_the", lang, name=error.name)
        raise typer.Exit(WRONG_USE) from None
    inform("open.opening_it_ends_by", lang)
    run(folder, edition=edition, browser=browser, idle=idle, say=typer.echo)
