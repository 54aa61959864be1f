"""`inventory edition`: check an edition of your own, compare two, schemas for your editor."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..console.common import INPUT_PROBLEMS, Lang, answering, print_json, tell, writable
from ..console.phrases import inform, phrase, show
from .options import AsJson, Language

app = typer.Typer(
    no_args_is_help=True, help="指南版本：检查、比较、编辑器用的 schema / editions: check, compare, schemas for editors"
)


@app.command("check")
def check_command(
    edition: Annotated[str, typer.Argument(help="指南版本或其文件夹 / an edition or its folder")],
    as_json: AsJson = False,
    lang: Language = Lang.zh,
) -> None:
    """检查指南版本：文件、类型、名称、报表各行与合计。 Check an edition: files, types, names, lines and totals."""
    from ..app.edition import CheckEditionRequest, check_edition

    with answering(lang):
        result = check_edition(CheckEditionRequest(edition))
    if as_json:
        print_json(result)
    else:
        tell(result.problems, lang)
        for part, n in result.counts:
            typer.echo(f"{part:32s} {n}")
        others = len(result.problems) - result.errors
        show("edition.error_s_remark_s", lang, edition=result.edition, errors=result.errors, others=others)
    if result.errors:
        raise typer.Exit(INPUT_PROBLEMS)


@app.command("diff")
def diff_command(
    old: Annotated[str, typer.Argument(help="旧版本 / old edition")],
    new: Annotated[str, typer.Argument(help="新版本 / new edition")],
    as_json: AsJson = False,
    lang: Language = Lang.zh,
) -> None:
    """两个指南版本的差别，逐项列出。 Every difference between two editions."""
    from ..app.edition import CompareEditionsRequest, compare_editions

    with answering(lang):
        result = compare_editions(CompareEditionsRequest(old, new))
    if as_json:
        print_json(result)
        return
    for c in result.changes:
        detail = f"\t{c.field}: {c.before or '—'} → {c.after or '—'}" if c.kind == "changed" else ""
        typer.echo(f"{phrase('edition.' + c.kind, lang)}\t{c.part}\t{c.key}{detail}")
    inform("edition.difference_s", lang, old=result.old, new=result.new, count=len(result.changes))


@app.command("schema")
def schema_command(
    output: Annotated[Path, typer.Option("-o", "--output", help="写入的文件夹 / folder to write to")],
    lang: Language = Lang.zh,
) -> None:
    """写出 edition.toml 和 methods/*.toml 的 JSON schema，供编辑器补全和检查。 JSON schemas for your editor."""
    from ..app.edition import WriteSchemasRequest, write_schemas

    with answering(lang):
        output.mkdir(parents=True, exist_ok=True)
        result = write_schemas(WriteSchemasRequest(output))
    for file in result.files:
        typer.echo(str(file))


@app.command("book")
def book_command(
    edition: Annotated[str, typer.Argument(help="版本或文件夹 / edition or folder")],
    output: Annotated[Path, typer.Option("-o", "--output", help="因子和方法手册 / factor and method book (.xlsx)")],
    lang: Language = Lang.zh,
) -> None:
    """因子和方法手册：排放源、公式、因子、数据字典、命名选择，可打印。 The factor and method book of an edition, to
    print."""
    from ..app.edition import WriteMethodBookRequest, write_method_book

    writable(output, (".xlsx",), lang)
    with answering(lang):
        result = write_method_book(WriteMethodBookRequest(edition, output, lang.value))
    for name, rows in result.rows:
        typer.echo(f"{name}: {rows}")
    typer.echo(str(result.file))
