"""`inventory factors`: list the factor tables, show one factor with everything known of it."""

from __future__ import annotations

from typing import Annotated

import typer

from ..console.common import answering
from ..console.phrases import inform
from .options import Edition

app = typer.Typer(no_args_is_help=True, help="排放因子表 / factor tables")

COLUMNS = (
    "id",
    "parameter",
    "gas",
    "keys",
    "printed",
    "unit",
    "lower",
    "upper",
    "standing",
    "role",
    "table",
    "source",
    "note",
)
STANDING = {
    "corroborated": "多源一致",
    "single-source": "单一来源",
    "unverified": "待核对",
    "conflict": "有分歧",
    "missing": "缺数值",
    "own": "自有",
}


@app.command("list")
def list_command(
    as_csv: Annotated[bool, typer.Option("--csv", help="CSV 输出 / as CSV")] = False,
    parameter: Annotated[str, typer.Option("--parameter", help="只列某个参数 / one parameter only")] = "",
    edition: Edition = "prov2011",
    lang: Annotated[str, typer.Option("--lang")] = "zh",
) -> None:
    """列出全部因子及其依据程度。 List all factors with their standing."""
    from ..app.factors import FactorsRequest, list_factors
    from ..sheets.csvfile import csv_text

    with answering(lang):
        rows = list_factors(FactorsRequest(edition, parameter)).rows
    if as_csv:
        typer.echo(csv_text(([_text(r, c) for c in COLUMNS] for r in rows), COLUMNS), nl=False)
        return
    for r in rows:
        standing = STANDING[r.standing] if lang == "zh" else r.standing
        typer.echo(f"{r.id}\t{r.printed or '—'} {r.unit}\t{_text(r, 'keys')}\t{standing}")
    inform("factors.factors", lang, count=len(rows))


@app.command("show")
def show_command(
    factor_id: Annotated[str, typer.Argument(metavar="ID")],
    edition: Edition = "prov2011",
    lang: Annotated[str, typer.Option("--lang")] = "zh",
) -> None:
    """显示一个因子：数值、单位、范围、依据程度、来源、说明。 Show one factor."""
    from ..app.factors import FactorRequest, show_factor

    with answering(lang):
        result = show_factor(FactorRequest(factor_id, edition))
    row, declared, found = result.row, result.parameter, result.newer
    for column in COLUMNS:
        value = _text(row, column)
        if column == "standing" and lang == "zh":
            value = f"{value}（{STANDING[value]}）"
        if column == "parameter" and declared is not None:
            value = f"{value}（{declared.label[lang]}）"
        typer.echo(f"{column:10s} {value}")
    if found is not None:
        reason = found.row.reason_zh if lang == "zh" else found.row.reason_en
        typer.echo(f"{'newer':10s} {found.text(lang)}　{found.row.path} {found.row.item}（{found.row.id}）：{reason}")


def _text(row: object, column: str) -> str:
    value = getattr(row, column)
    if column == "keys":
        return ";".join(f"{k}={v}" for k, v in value)
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
