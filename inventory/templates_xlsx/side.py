"""Sheets for everything a project says beside its activity data: corrections and precision of the balance table, gaps
to fill, uncertainties, answers, review, signatures, own GWP sets. Each is the same table as the file of that name, with
what the project has filled in and empty rows for more."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from ..core.activity import Project
from ..energy_balance import balance_of
from ..forms.form import DEFAULT_WIDTH, Form
from .book import Lists, SheetWriter
from .table_checks import SheetProgress
from .texts import text

HEAD = 4
# what a person wrote: as it stands in either language
VERBATIM = frozenset(
    ("reason", "source", "note", "answer", "name", "by", "answer_by", "organisation", "comment", "cell", "set", "date")
)
Rows = Iterator[Mapping[str, str | float | None]]


def _corrections(project: Project) -> Rows:
    balance = balance_of(project)
    for table in balance.tables if balance is not None else ():
        for (row, column), c in table.cells.items():
            if c.corrected is not None and c.reason:
                yield {
                    "region": table.region,
                    "year": str(table.year),
                    "row": _row_label(project, row),
                    "fuel": column,
                    "printed": c.printed,
                    "value": c.value,
                    "unit": c.unit,
                    "reason": c.reason,
                    "source": c.source,
                }


def _precision(project: Project) -> Rows:
    balance = balance_of(project)
    for table in balance.tables if balance is not None else ():
        for (row, column), c in table.cells.items():
            if c.precision:
                yield {
                    "region": table.region,
                    "year": str(table.year),
                    "row": _row_label(project, row),
                    "fuel": column,
                    "precision": c.precision,
                }


def _row_label(project: Project, row: str) -> str:
    balance = balance_of(project)
    return balance.layout.rows[row].label_zh if balance is not None and row in balance.layout.rows else row


def _gaps(project: Project) -> Rows:
    methods = {"interpolation": "内插", "proxy": "代用序列", "trend": "趋势外推"}
    for g in project.gaps:
        proxy = g.proxy + (f"[{_pairs(g.proxy_item)}]" if g.proxy_item else "")
        yield {
            "region": g.region,
            "quantity": g.quantity,
            "item": _pairs(g.item),
            "year": str(g.year),
            "method": methods.get(g.method, g.method),
            "proxy": proxy,
            "reason": g.reason,
            "uncertainty": g.uncertainty,
        }


def _uncertainties(project: Project) -> Rows:
    words = {"activity": "活动水平", "factor": "因子", "set": "文献范围"}
    for a in project.uncertainty:
        yield {
            "applies_to": words[a.applies_to],
            "name": a.name,
            "category": "|".join(a.categories),
            "gas": a.gas,
            "keys": _pairs(a.keys),
            "uncertainty": a.uncertainty,
            "distribution": a.distribution,
            "shared_over": "|".join(a.shared_over),
            "source": a.source,
            "note": a.note,
        }


def _answers(project: Project) -> Rows:
    for a in project.answers:
        yield {"check": a.check, "place": a.place, "answer": a.answer, "name": a.name, "date": a.date}


def _review(project: Project) -> Rows:
    for c in project.comments:
        yield {
            "line": f"{c.category} {c.gas}".strip(),
            "cell": c.cell,
            "comment": c.comment,
            "by": c.by,
            "date": c.date,
            "answer": c.answer,
            "answer_by": c.answer_by,
            "answer_date": c.answer_date,
        }


def _signatures(project: Project) -> Rows:
    given = project.signatures
    for s in given:
        yield {"role": s.role, "name": s.name, "organisation": s.organisation, "date": s.date}
    if not given:
        for role in ("编制", "校核", "审核", "批准"):
            yield {"role": role}


def _gwp(project: Project) -> Rows:
    for s in project.gwp_sets:
        for gas, value in s.values.items():
            yield {"set": s.name, "gas": gas, "value": value, "source": s.notes.get(gas, "")}


def _pairs(keys: tuple[tuple[str, str], ...]) -> str:
    return ";".join(f"{k}={v}" for k, v in keys)


# what a project has said already, by form; the sheets stand in this order
BALANCE_FORMS: Mapping[str, Callable[[Project], Rows]] = {"corrections": _corrections, "balance_precision": _precision}
FORMS: Mapping[str, Callable[[Project], Rows]] = {
    "gapfill": _gaps,
    "uncertainty": _uncertainties,
    "answers": _answers,
    "review": _review,
    "signatures": _signatures,
    "gwp": _gwp,
}


def side_progress(shown: Form, lang: str) -> SheetProgress:
    """Its line on the contents sheet: nothing is required, rows are counted by their first column."""
    holds = re.split(r"[。：:；;]|\. ", shown.note_text(lang))[0].rstrip(".")
    rows = f"'{shown.title(lang)}'!A{HEAD + 2}:A{HEAD + 1 + shown.rows}"
    return SheetProgress(shown.title(lang), holds, 0, "=0", 0, f"=COUNTA({rows})", 0, False)


def write_side(writer: SheetWriter, shown: Form, rows: Rows, lists: Lists, verbatim: frozenset[str] = VERBATIM) -> None:
    """The sheet of a form: title, note, headings, the rows that are known, empty rows with lists. `verbatim`: columns
    whose words stay in the language they were written in."""
    lang = writer.lang
    writer.text(0, 0, shown.title(lang), "title", measure=False)
    writer.text(2, 0, shown.note_text(lang), "plain", measure=False)
    for column, field in enumerate(shown.fields):
        writer.text(HEAD, column, field.text(lang), "head")
        if field.width != DEFAULT_WIDTH:
            writer.limits[column] = field.width
            writer.widths[column] = max(writer.widths.get(column, 0), field.width - 2)
    row = HEAD + 1
    for values in rows:
        for column, name in enumerate(shown.names):
            value = values.get(name)
            if isinstance(value, float):
                writer.number(row, column, value, "number")
            else:
                write = writer.own if name in verbatim else writer.text
                write(row, column, str(value) if value else "", "word")
        row += 1
    last = row + shown.rows - 1
    for r in range(row, last + 1):
        for column in range(len(shown.fields)):
            writer.text(r, column, "", "word")
    for column, field in enumerate(shown.fields):
        if field.words:
            source = lists.add(f"{shown.name}.{field.id}", field.words)
            writer.choose(HEAD + 1, column, source, text("list_warn", lang), last)
    writer.header_row = HEAD
    writer.sheet.freeze_panes(HEAD + 1, 0)
