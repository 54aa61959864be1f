"""`docs/forms.md`: every form with its columns, written from the declarations."""

from __future__ import annotations

from collections.abc import Iterable

from .form import Field, Form

HEAD = """# 表单 · Forms

每张填报表在程序里只声明一次：模板、读取、检查、JSON schema 和本页都由同一份声明得出（`inventory forms page` 写出本页，测试核对）。
`inventory forms template 表单 -o 文件.xlsx` 写出空表；`--from 填过的文件` 照抄已填的内容，包括填错的和认不出的列，问题写在批注里。
`inventory forms schema 表单` 写出 JSON schema。栏目名中文、英文、列名都认得，列的顺序随意。

Every sheet that is filled in is declared once: template, reader, checks, JSON schema and this page come from the same
declaration (`inventory forms page` writes the page, a test compares). `inventory forms template FORM -o FILE.xlsx`
writes an empty one; `--from` copies what was typed, wrong cells and unknown columns included, with the problems as
comments. `inventory forms schema FORM` gives the JSON schema. Headings are known in Chinese, in English and by the name
of the column; their order is free.
"""
KINDS = {
    "text": "文字 text",
    "number": "数 number",
    "whole": "整数 whole number",
    "year": "年份 year",
    "month": "月份 month",
    "date": "日期 date",
}


def page(groups: Iterable[tuple[str, Iterable[Form]]]) -> str:
    """The page, in Markdown. `groups`: a title in both languages, and its forms."""
    parts = [HEAD]
    for title, forms in groups:
        parts.append(f"## {title}\n")
        parts.extend(_form(f) for f in forms)
    return "\n".join(parts).rstrip() + "\n"


def _form(form: Form) -> str:
    files = "、".join(f"`{n}`" for n in form.files)
    lines = [f"### {form.sheet} · {form.sheet_en}" if form.sheet != form.sheet_en else f"### {form.sheet}", ""]
    lines += [form.note, ""] + ([form.note_en, ""] if form.note_en != form.note else [])
    if files:
        lines += [f"文件或工作表的名称 names of the file or sheet: {files}", ""]
    lines += [
        "| 列 column | 栏目 heading | 必填 required | 值 value | 单位 unit | 说明 what it is |",
        "|---|---|---|---|---|---|",
    ]
    lines += [_line(f) for f in form.fields]
    return "\n".join([*lines, ""])


def _line(f: Field) -> str:
    kind = KINDS[f.kind] + (f"：{'、'.join(f.words)}" if f.words else "")
    kind += "".join(f" {sign} {v:g}" for sign, v in (("≥", f.min), ("≤", f.max)) if v is not None)
    unit = f.unit.removeprefix("=") if f.unit.startswith("=") else f"`{f.unit}`" if f.unit else ""
    meant = f.help if f.help == f.help_en or not f.help_en else f"{f.help} / {f.help_en}"
    label = f.label if f.label == f.label_en else f"{f.label} / {f.label_en}"
    cells = (f"`{f.id}`", label, "是 yes" if f.required else "", kind, unit, meant)
    return "| " + " | ".join(c.replace("|", "\\|") for c in cells) + " |"
