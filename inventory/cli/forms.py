"""`inventory forms`: the forms that are filled in, as declared."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from ..console.common import INPUT_PROBLEMS, Lang, answering, existing, tell, writable
from ..console.phrases import show
from ..console.streams import data
from ..console.views.forms import show_forms
from .options import Edition, Language

app = typer.Typer(no_args_is_help=True, help="填报表单：列出、空表、JSON schema / the forms: list, template, schema")


@app.command("list")
def list_command(lang: Language = Lang.zh) -> None:
    """列出省级的全部表单。 List the forms of the province."""
    from ..app.declared_forms import list_forms

    show_forms(list_forms(), lang.value)


@app.command("schema")
def schema_command(
    form: Annotated[str, typer.Argument(help="表单名称，缺省为全部 / form, by default all of them")] = "",
    industry: Annotated[str, typer.Option("--industry", help="企业的表单：行业 / forms of an industry")] = "",
    output: Annotated[Path | None, typer.Option("-o", "--output", help="写入文件 / write to a file (.json)")] = None,
    edition: Edition = "prov2011",
    lang: Language = Lang.zh,
) -> None:
    """表单的 JSON schema。 The JSON schema of a form."""
    from ..app.declared_forms import FormSchemaRequest, form_schema

    if output is not None:
        writable(output, (".json",), lang)
    with answering(lang):
        result = form_schema(FormSchemaRequest(form, industry, output, edition, lang.value))
    if output is None:
        data(json.dumps(result.schema, ensure_ascii=False, indent=1) + "\n")
    else:
        show("analysis.written", lang, target=output)


@app.command("template")
def template_command(
    form: Annotated[str, typer.Argument(help="表单名称或文件名 / title, id or file name of a form")],
    output: Annotated[Path, typer.Option("-o", "--output", help="空表 / form to write (.xlsx, .csv)")],
    source: Annotated[
        Path | None, typer.Option("--from", help="照抄已填的，包括填错的 / copy what was typed, errors included")
    ] = None,
    edition: Edition = "prov2011",
    lang: Language = Lang.zh,
) -> None:
    """写出一张表单。 Write one form."""
    from ..app.declared_forms import WriteFormRequest, write_one_form

    if source is not None:
        existing([source], lang)
    writable(output, (".xlsx", ".csv"), lang)
    with answering(lang):
        result = write_one_form(WriteFormRequest(form, output, source, edition, lang.value))
    errors = tell(result.problems, lang)
    show("forms.written", lang, output=output, rows=result.rows)
    if errors:
        raise typer.Exit(INPUT_PROBLEMS)


@app.command("page")
def page_command(
    output: Annotated[Path, typer.Option("-o", "--output", help="说明页 / page (.md)")], lang: Language = Lang.zh
) -> None:
    """写出全部表单的说明页（docs/forms.md）。 Write the documentation page of all forms."""
    from ..app.declared_forms import forms_page
    from ..core.files import write_bytes

    writable(output, (".md",), lang)
    write_bytes(output, forms_page().encode())
    show("analysis.written", lang, target=output)
