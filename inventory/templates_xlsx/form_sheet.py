"""One form as a workbook or CSV of its own: empty, or with what was typed and the problems of its cells."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ..core.edition import Edition
from ..core.files import write_bytes
from ..core.problems import Problem
from ..forms.draft import FormDraft, Value
from ..forms.province import words_of
from ..sheets.csvfile import write_csv
from ..sheets.drawing import Drawing
from ..sheets.english import dictionary
from ..texts import SEMICOLON
from .book import Lists, SheetWriter, Styles
from .side import HEAD, write_side
from .texts import text
from .write import write_lists

NONE: Mapping[str, tuple[str, ...]] = {}


def write_form(
    path: Path, draft: FormDraft, edition: Edition | None, lang: str, offered: Mapping[str, tuple[str, ...]] = NONE
) -> None:
    """Write the form. CSV by the ending, else a workbook; the same draft gives the same bytes. `edition` knows the lists
    of a province's forms, `offered` are lists of other forms. Raises `InventoryError` for a place that is not
    writable."""
    if path.suffix.lower() == ".csv":
        above = [_line(draft.above, r) for r in sorted({r for r, _ in draft.above})]
        lines = [[r.get(f.id) for f in draft.form.fields] for r in draft.rows]
        write_csv(path, [*above, _headings(draft, lang), *lines])
        return
    drawing = Drawing(draft.form.title(lang), edition.id if edition is not None else "")
    book, styles = drawing.book, Styles(drawing.book, lang)
    english = dictionary(edition) if lang == "en" and edition is not None else None
    writer = SheetWriter(book.add_worksheet(draft.form.title(lang)), styles, lang, english)
    lists = Lists("_lists", english=english)
    write_side(writer, draft.form, iter(dict(r) for r in draft.rows), lists, frozenset(draft.form.names))
    last = HEAD + len(draft.rows) + draft.form.rows
    for column, field in enumerate(draft.form.fields):
        words = words_of(field, edition, lang) if edition is not None else offered.get(field.choices, ())
        if words and not field.words:
            writer.choose(HEAD + 1, column, lists.add(field.choices, words), text("list_warn", lang), last)
        if field.help_text(lang):
            writer.comment(HEAD, column, field.help_text(lang))
    at = {f.id: n for n, f in enumerate(draft.form.fields)}
    for row, name in dict.fromkeys((*draft.notes, *draft.remarks)):
        said = [
            *filter(None, [draft.notes.get((row, name))]),
            *(_remark(p, lang) for p in draft.remarks.get((row, name), ())),
        ]
        writer.comment(HEAD + 1 + row, at[name], "\n".join(said))
    _write_above(writer, draft)
    writer.finish(text("page", lang), landscape=True)
    write_lists(book, lists)
    write_bytes(path, drawing.data(), "template.not_writable")


def _line(above: Mapping[tuple[int, int], Value], row: int) -> list[Value]:
    """A row above the heading, as it was."""
    return [above.get((row, c)) for c in range(1, max(c for r, c in above if r == row) + 1)]


def _write_above(writer: SheetWriter, draft: FormDraft) -> None:
    """What was typed above the heading, at its place where it is free, else to the right; title and note are the
    form's own."""
    taken = {(0, 0), (2, 0)}
    for (r, c), value in draft.above.items():
        row, column = min(r - 1, HEAD - 1), c - 1
        while (row, column) in taken:
            column += 1
        taken.add((row, column))
        if isinstance(value, float):
            writer.number(row, column, value, "number")
        else:
            writer.own(row, column, str(value or ""), "plain")


def _headings(draft: FormDraft, lang: str) -> list[str]:
    return [f.label if lang == "zh" or f.id.startswith("=") else f.id for f in draft.form.fields]


def _remark(problem: Problem, lang: str) -> str:
    parts = (problem.part(part, lang) for part in ("what", "expected", "fix"))
    return SEMICOLON[lang].join(p for p in parts if p)
