"""`inventory factors`: list the factor tables, show one factor with everything known of it."""

from __future__ import annotations

from typing import Annotated

import typer

from ..console.common import Lang, answering
from ..console.views.factors import show_factors, show_one_factor
from .options import Edition, Language

app = typer.Typer(no_args_is_help=True, help="排放因子表 / factor tables")


@app.command("list")
def list_command(
    as_csv: Annotated[bool, typer.Option("--csv", help="CSV 输出 / as CSV")] = False,
    parameter: Annotated[str, typer.Option("--parameter", help="只列某个参数 / one parameter only")] = "",
    edition: Edition = "prov2011",
    lang: Language = Lang.zh,
) -> None:
    """列出全部因子及其依据程度。 List all factors with their standing."""
    from ..app.factors import FactorsRequest, list_factors

    with answering(lang):
        rows = list_factors(FactorsRequest(edition, parameter)).rows
    show_factors(rows, as_csv, lang)


@app.command("show")
def show_command(
    factor_id: Annotated[str, typer.Argument(metavar="ID")], edition: Edition = "prov2011", lang: Language = Lang.zh
) -> None:
    """显示一个因子：数值、单位、范围、依据程度、来源、说明。 Show one factor."""
    from ..app.factors import FactorRequest, show_factor

    with answering(lang):
        result = show_factor(FactorRequest(factor_id, edition))
    show_one_factor(result, lang)
