"""The forms as they are declared: a list, JSON schemas, one form as a workbook, rows that a program hands in, the
documentation page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from .. import api
from ..core.files import write_bytes
from ..core.problems import Collector, InventoryError, Problem, problem
from ..core.spelling import fold
from ..enterprise.industries import default_edition, find
from ..enterprise.tables import PROFILE_FORM, TABLES, schema_of_forms
from ..forms.draft import FormDraft, draft_of
from ..forms.form import Form
from ..forms.page import page
from ..forms.province import form_named, forms, lists_of
from ..forms.read import heading_row, record_rows, sheet_of
from ..forms.register import register_forms
from ..spreadsheets.cells import Unreadable, read_sheets
from ..spreadsheets.notes import notes_of
from ..templates_xlsx.form_sheet import write_form
from .acts import as_data

GROUPS = (
    ("省级清单 · Provincial inventory", tuple(forms().values())),
    ("企业直报 · Enterprise reports", (PROFILE_FORM, *TABLES)),
    ("报送服务 · Reporting service", tuple(register_forms().values())),
)


@dataclass(frozen=True, slots=True)
class FormLine:
    """A form of the province: id, title in both languages, file names, columns (required ones first named)."""

    name: str
    title: Mapping[str, str]
    files: tuple[str, ...]
    columns: tuple[str, ...]
    required: tuple[str, ...]
    note: Mapping[str, str]


def _named(text: str) -> Form:
    """A form of the province or of the service's register by id, title or file name."""
    wanted = fold(text)
    of_service = (f for f in register_forms().values() if wanted in map(fold, (f.name, f.sheet, f.sheet_en, *f.files)))
    return next(of_service, None) or form_named(text)


@dataclass(frozen=True, slots=True)
class FormsResult:
    """Every form of the province and of the service's register."""

    forms: tuple[FormLine, ...]


def list_forms() -> FormsResult:
    """Every form of the province and of the service's register."""
    return FormsResult(
        tuple(
            FormLine(
                f.name, {"zh": f.sheet, "en": f.sheet_en}, f.files, f.names, f.required, {"zh": f.note, "en": f.note_en}
            )
            for f in (*forms().values(), *register_forms().values())
        )
    )


@dataclass(frozen=True, slots=True)
class FormSchemaRequest:
    """`form`: id, title or file name of a form of the province; empty for all of them. `industry`: code or name of an
    industry, for the forms of its enterprises. `output`: a file for it."""

    form: str = ""
    industry: str = ""
    output: Path | None = None
    edition: str | Path | None = None
    lang: str = "zh"


@dataclass(frozen=True, slots=True)
class FormSchemaResult:
    """A JSON schema (2020-12)."""

    schema: Mapping[str, Any]


def form_schema(request: FormSchemaRequest) -> FormSchemaResult:
    """The JSON schema of a form, of all forms of the province, or of an industry's. Raises `InventoryError` for a form
    or industry that there is not."""
    import json

    schema = _schema(request)
    if request.output is not None:
        write_bytes(request.output, (json.dumps(schema, ensure_ascii=False, indent=1) + "\n").encode())
    return FormSchemaResult(schema)


def _schema(request: FormSchemaRequest) -> dict[str, Any]:
    lang = request.lang
    if request.industry:
        return schema_of_forms(find(request.industry, default_edition()), lang)
    edition = api.load_edition(request.edition)
    if request.form:
        chosen = _named(request.form)
        return chosen.schema(lang, lists_of(chosen, edition, lang))
    from ..forms.form import SCHEMA

    properties = {f.name: f.rows_schema(lang, lists_of(f, edition, lang)) for f in forms().values()}
    return {"$schema": SCHEMA, "type": "object", "properties": properties, "additionalProperties": False}


@dataclass(frozen=True, slots=True)
class WriteFormRequest:
    """One form as a workbook or CSV (`output`). `filled`: one that somebody has filled in, copied as typed."""

    form: str
    output: Path
    filled: Path | None = None
    edition: str | Path | None = None
    lang: str = "zh"


@dataclass(frozen=True, slots=True)
class WriteFormResult:
    """The file, how many rows were copied, and the problems of what was typed (each also a comment on its cell)."""

    output: Path
    rows: int
    problems: tuple[Problem, ...] = ()


def write_one_form(request: WriteFormRequest) -> WriteFormResult:
    """Write the form, empty or with everything that was typed into another. Raises `InventoryError` for an unknown
    form, and for a file on which the form cannot be found."""
    chosen = _named(request.form)
    draft = FormDraft(chosen) if request.filled is None else _draft(request.filled, chosen)
    write_form(request.output, draft, api.load_edition(request.edition), request.lang)
    return WriteFormResult(request.output, len(draft.rows), draft.problems)


def _draft(path: Path, chosen: Form) -> FormDraft:
    try:
        sheets = read_sheets(path, path.name)
    except Unreadable as unreadable:
        raise InventoryError([unreadable.problem]) from None
    problems = Collector()
    # a sheet that lacks a required column is copied all the same
    sheet = sheet_of(sheets, chosen, problems) or next((s for s in sheets if heading_row(s, chosen)), None)
    if sheet is None:
        raise InventoryError(list(problems))
    return draft_of(sheet, chosen, notes_of(path, path.name))


@dataclass(frozen=True, slots=True)
class ReadRowsRequest:
    """Rows of a form from a program: mappings by column (id or any heading). `file` names them in messages."""

    form: str
    rows: tuple[Mapping[str, object], ...]
    file: str = ""


@dataclass(frozen=True, slots=True)
class ReadRowsResult:
    """The rows that are right, as data by column, and the problems of the others."""

    rows: tuple[Mapping[str, Any], ...]
    problems: tuple[Problem, ...]


def read_form_rows(request: ReadRowsRequest) -> ReadRowsResult:
    """Rows through the rules of the form, the same as for a file. Raises `InventoryError` for an unknown form and for
    one that only its own reader understands."""
    chosen = _named(request.form)
    if chosen.row is None:
        raise InventoryError([problem("form.own_reader", found={"zh": chosen.sheet, "en": chosen.sheet_en})])
    collector = Collector()
    rows = tuple(as_data(r.model_dump()) for r, _ in record_rows(request.rows, chosen, collector, request.file))
    return ReadRowsResult(rows, tuple(collector))


@dataclass(frozen=True, slots=True)
class AddRowsRequest:
    """Rows for the form's own file (CSV) in a project folder, below those that stand there. `instead_of`: columns by
    which a row is known; one that stands there with the same words in them gets the new words in its place."""

    form: str
    rows: tuple[Mapping[str, object], ...]
    folder: Path
    edition: str | Path | None = None
    instead_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AddRowsResult:
    """The file and how many rows were added; with problems (each at `row:column`) none was."""

    output: Path
    added: int
    problems: tuple[Problem, ...] = ()


def add_rows(request: AddRowsRequest) -> AddRowsResult:
    """Write rows that are right by the rules of the form; what the file holds already stays as it was typed. Raises
    `InventoryError` for an unknown form and a place that is not writable."""
    chosen = _named(request.form)
    output = _own_file(chosen, request.folder)
    result = read_form_rows(ReadRowsRequest(request.form, request.rows, output.name))
    errors = tuple(p for p in result.problems if p.severity == "error")
    if errors or not request.rows:
        return AddRowsResult(output, 0, errors)
    draft = _draft(output, chosen) if output.exists() else FormDraft(chosen)
    columns = {fold(word): column for column, words in chosen.headings.items() for word in words}
    typed = tuple({columns[fold(k)]: _typed(v) for k, v in row.items()} for row in request.rows)
    rows = _joined(draft.rows, typed, request.instead_of)
    write_form(output, replace(draft, rows=rows), api.load_edition(request.edition), "zh")
    return AddRowsResult(output, len(typed))


Rows = tuple[Mapping[str, str | float | None], ...]


def _joined(old: Rows, new: Rows, keys: tuple[str, ...]) -> Rows:
    """New rows below the old ones, or laid over the first old one that is known by the same words."""
    if not keys:
        return (*old, *new)
    rows = list(old)
    for row in new:
        same = (n for n, x in enumerate(rows) if all(_word(x.get(k)) == _word(row.get(k)) for k in keys))
        at = next(same, None)
        if at is None:
            rows.append(row)
        else:
            rows[at] = {**rows[at], **row}
    return tuple(rows)


def _word(value: object) -> str:
    return str(value if value is not None else "").strip()


def _own_file(chosen: Form, folder: Path) -> Path:
    """The CSV of the folder that the form knows by its name, else the one named as the sheet."""
    names = {fold(name) for name in (chosen.name, *chosen.files)}
    known = sorted(p for p in folder.glob("*.csv") if fold(p.stem) in names)
    return known[0] if known else folder / f"{chosen.sheet}.csv"


def _typed(value: object) -> str | float | None:
    return value if value is None or isinstance(value, str) else float(value)  # type: ignore[arg-type]


def forms_page() -> str:
    """`docs/forms.md`: the forms of the province and of enterprises with all their columns."""
    return page(GROUPS)


@dataclass(frozen=True, slots=True)
class WritePageRequest:
    """`output`: where the page is written."""

    output: Path


@dataclass(frozen=True, slots=True)
class WritePageResult:
    """Where the page was written."""

    output: Path


def write_page(request: WritePageRequest) -> WritePageResult:
    """Write `docs/forms.md`. Raises `InventoryError` for a place that is not writable."""
    write_bytes(request.output, forms_page().encode())
    return WritePageResult(request.output)
