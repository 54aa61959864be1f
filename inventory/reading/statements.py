"""`uncertainty.csv` and `answers.csv` (不确定度, 质控答复): rows through the edge models, then against the edition."""

from __future__ import annotations

from ..core.activity import MEASURED
from ..core.edition import Edition, pairs
from ..core.problems import Collector
from ..core.spelling import fold
from ..core.statements import Assumption, FindingAnswer
from ..edition.parts import BalanceSplitRow, rows
from ..forms.province import form
from ..forms.read import form_rows
from ..forms.statements import APPLIES_WORDS
from ..spreadsheets.cells import Sheet
from .lexicon import Lexicon, lexicon, near

_SETS = tuple(word for word, kind in APPLIES_WORDS.items() if kind == "set")


def read_uncertainties(sheet: Sheet, edition: Edition, problems: Collector) -> tuple[Assumption, ...]:
    """The rows of `uncertainty.csv` as frozen values. Wrong rows leave problems and are not returned."""
    words = lexicon(edition)
    out = []
    for row, place in form_rows(sheet, form("uncertainty"), problems, _is_stated):
        applies = APPLIES_WORDS[row.applies_to]
        name = _name(row.name, applies, edition, words)
        categories = tuple(filter(None, (c.strip() for c in row.category.replace("、", "|").split("|"))))
        ids = [words.category(c) for c in categories]
        gas = words.gas(row.gas) if row.gas else ""
        if name is None:
            problems.add("uncertainty.unknown_name", place("name"), found=row.name, kind=applies)
        elif None in ids:
            problems.add(
                "uncertainty.unknown_category",
                place("category"),
                found="、".join(c for c, f in zip(categories, ids, strict=True) if f is None),
            )
        elif gas is None:
            problems.add("word.gas", place("gas"), found=row.gas, near=near(row.gas, words.gases))
        else:
            out.append(
                Assumption(
                    applies,
                    name,
                    tuple(c for c in ids if c),
                    gas,
                    words.meant(pairs(row.keys.replace("；", ";"))),
                    row.uncertainty,
                    row.distribution,
                    tuple(
                        filter(
                            None, (k.strip() for k in row.shared_over.replace("、", "|").replace(";", "|").split("|"))
                        )
                    ),
                    row.source,
                    row.note,
                    "project",
                    place("uncertainty"),
                )
            )
    return tuple(out)


def _name(text: str, applies: str, edition: Edition, words: Lexicon) -> str | None:
    """The id of a quantity or parameter by id or label; a set's name as it is (the uncertainty part knows the sets)."""
    if not text or applies == "set":
        return text
    if applies == "share":
        splits = (
            {r.split for r in rows(edition, BalanceSplitRow)} if "energy_balance_splits" in edition.tables else set()
        )
        return text if text in splits else None
    if applies == "activity":
        return MEASURED if text == MEASURED else words.quantity(text)
    return next(
        (
            p.id
            for p in edition.declared.parameters.values()
            if text == p.id or fold(text) in {fold(label) for label in p.label.values()}
        ),
        None,
    )


def read_answers(sheet: Sheet, problems: Collector) -> tuple[FindingAnswer, ...]:
    """The rows of `answers.csv` as frozen values. Wrong rows leave problems and are not returned."""
    out: dict[tuple[str, str], FindingAnswer] = {}
    for row, place in form_rows(sheet, form("answers"), problems, _is_answered):
        if (row.check, row.place) in out:
            problems.add("quality.answer_twice", place("place"), check=row.check, place=row.place)
        out.setdefault(
            (row.check, row.place), FindingAnswer(row.check, row.place, row.answer, row.name, row.date, place("answer"))
        )
    return tuple(out.values())


def _is_stated(values: dict[str, object]) -> bool:
    """A row of the list to fill in that nobody has written into states nothing; choosing a set needs no figure."""
    return str(values.get("applies_to") or "") in _SETS or any(
        str(values.get(k) or "").strip() for k in ("uncertainty", "shared_over", "source")
    )


def _is_answered(values: dict[str, object]) -> bool:
    """A row nobody has written into is an open finding, not a faulty answer."""
    return any(str(values.get(k) or "").strip() for k in ("answer", "name", "date"))
