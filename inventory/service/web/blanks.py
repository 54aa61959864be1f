"""Blank tables to fill in for an upload, as their forms have them."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from django.http import HttpResponse

from inventory.forms.draft import FormDraft
from inventory.forms.form import Form

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def blank_form(form: Form, lang: str, offered: Mapping[str, tuple[str, ...]]) -> HttpResponse:
    """The workbook of a form: headings with their help, lists to choose from."""
    from inventory.templates_xlsx.form_sheet import write_form  # a process that never makes one does not load it

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{form.name}.xlsx"
        write_form(path, FormDraft(form), None, lang, offered)
        content = path.read_bytes()
    headers = {"Content-Disposition": f'attachment; filename="{form.name}.xlsx"'}
    return HttpResponse(content, content_type=XLSX, headers=headers)
