"""Files of a project beside its activity data: `gwp.csv`, `gapfill.csv`, `review.csv`, `signatures.csv` (or sheets of a
workbook saved as such)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from ..core.edition import Edition
from ..core.extras import Comment, Gap, Signature
from ..core.gwp import GwpSet
from ..core.names import display_name
from ..core.problems import Collector, Origin
from ..core.spelling import fold
from ..core.statements import Assumption, FindingAnswer
from ..forms.extras import GAP_METHODS, GwpRow
from ..forms.province import form
from ..forms.read import form_rows
from ..sheets.english import role_of
from ..spreadsheets.cells import Sheet
from .lexicon import Lexicon, lexicon, near
from .statements import read_answers, read_uncertainties

LISTS = {  # form -> the list of `Stated` (and of `Project`) that its rows join
    "gwp": "gwp_sets",
    "gapfill": "gaps",
    "review": "comments",
    "signatures": "signatures",
    "uncertainty": "uncertainty",
    "answers": "answers",
}
FILES = {  # name of the file or sheet
    fold(name): kind for of, kind in LISTS.items() for name in (*form(of).files, form(of).sheet, form(of).sheet_en)
}
_CELL = re.compile(r".+!\$?[A-Za-z]{1,3}\$?[1-9][0-9]*")


def kind_of(path: Path | str) -> str:
    """Which of these files a path is, by its name; empty for any other."""
    return FILES.get(fold(Path(display_name(path)).stem), "")


@dataclass
class Stated:
    """What was read from such files so far."""

    gwp_sets: list[GwpSet] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    uncertainty: list[Assumption] = field(default_factory=list)
    answers: list[FindingAnswer] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    signatures: list[Signature] = field(default_factory=list)

    def __bool__(self) -> bool:
        return any(getattr(self, f.name) for f in fields(self))


def read_extra(sheet: Sheet, kind: str, edition: Edition, problems: Collector, stated: Stated) -> None:
    """Add the rows of such a file to `stated`. Wrong rows leave problems and are not added."""
    if kind == "gwp_sets":
        stated.gwp_sets.extend(_gwp(sheet, edition, problems))
    elif kind == "gaps":
        stated.gaps.extend(_gaps(sheet, edition, problems))
    elif kind == "uncertainty":
        stated.uncertainty.extend(read_uncertainties(sheet, edition, problems))
    elif kind == "answers":
        stated.answers.extend(read_answers(sheet, problems))
    elif kind == "comments":
        stated.comments.extend(_review(sheet, edition, problems))
    else:
        stated.signatures.extend(_signatures(sheet, edition, problems))


def _gwp(sheet: Sheet, edition: Edition, problems: Collector) -> tuple[GwpSet, ...]:
    words = lexicon(edition)
    sets: dict[str, dict[str, GwpRow]] = {}
    for row, place in form_rows(sheet, form("gwp"), problems):
        gas = words.gas(row.gas)
        if gas is None:
            problems.add("word.gas", place("gas"), found=row.gas, near=near(row.gas, words.gases))
        elif row.set in edition.gwp_sets:
            problems.add("gwp.name_taken", place("set"), set=row.set, known="、".join(edition.gwp_sets))
        elif gas in sets.setdefault(row.set, {}):
            problems.add("gwp.gas_twice", place("gas"), set=row.set, gas=gas)
        elif gas == "CO2" and row.value != 1:
            problems.add("gwp.co2", place("value"), set=row.set, value=f"{row.value:g}")
        else:
            sets[row.set][gas] = row
    return tuple(
        GwpSet(
            name,
            {g: r.value for g, r in gases.items()},
            {g: f"own.gwp.{name}.{g}" for g in gases},
            dict.fromkeys(gases, "own"),
            {g: "；".join(x for x in (r.source, r.note) if x) for g, r in gases.items()},
        )
        for name, gases in sets.items()
        if gases
    )


def _item(
    text: str, category: str, place: Origin, words: Lexicon, quantity: str, problems: Collector
) -> tuple[tuple[str, str], ...] | None:
    declared = words.quantities[quantity]
    pairs: dict[str, str] = {}
    for part in [
        *text.replace("；", ";").replace("＝", "=").split(";"),
        *([f"category={category}"] if category and "category" in declared.all_keys else []),
    ]:
        if not part.strip():
            continue
        name, _, value = (x.strip() for x in part.partition("="))
        key = words.key(name)
        if key is None or key not in declared.all_keys:
            problems.add(
                "word.key",
                place,
                found=part.strip(),
                near=near(name, declared.all_keys),
                keys="、".join(declared.all_keys),
            )
            return None
        member = words.value(declared, key, value)
        if member is None:
            problems.add(
                "word.value",
                place,
                label=declared.label,
                key=words.labels(key),
                found=value,
                near=near(value, words.allowed(declared, key)),
            )
            return None
        pairs[key] = member
    missing = [k for k in declared.keys if k not in pairs]
    if missing:
        problems.add("series.keys", place, label=declared.label, missing="、".join(missing))
        return None
    return tuple(sorted(pairs.items()))


def _gaps(sheet: Sheet, edition: Edition, problems: Collector) -> tuple[Gap, ...]:
    words = lexicon(edition)
    out: dict[tuple[Any, ...], Gap] = {}
    for row, place in form_rows(sheet, form("gapfill"), problems):
        region, quantity = words.region(row.region), words.quantity(row.quantity)
        if not region:
            problems.add(
                "word.region",
                place("region"),
                found=row.region,
                near=near(row.region, edition.vocabulary.get("region", {})),
            )
        if quantity is None or quantity not in edition.declared.quantities:
            problems.add(
                "word.quantity", place("quantity"), found=row.quantity, near=words.near_quantities(row.quantity)
            )
            continue
        item = _item(row.item, row.category, place("item"), words, quantity, problems)
        proxy = ""
        proxy_item: tuple[tuple[str, str], ...] = ()
        if row.proxy:
            name, _, keys = row.proxy.rstrip("]").partition("[")
            known_quantity = words.quantity(name)
            if known_quantity is None or known_quantity not in edition.declared.quantities:
                problems.add("word.quantity", place("proxy"), found=name, near=words.near_quantities(name))
                continue
            result = _item(keys, "", place("proxy"), words, known_quantity, problems)
            if result is None:
                continue
            proxy, proxy_item = known_quantity, result
        if item is None or not region:
            continue
        gap = Gap(
            region,
            row.year,
            quantity,
            item,
            GAP_METHODS[row.method],
            row.reason,
            proxy,
            proxy_item,
            row.uncertainty,
            place("method"),
        )
        first = out.setdefault((region, row.year, quantity, item), gap)
        if first is not gap:
            problems.add(
                "series.twice",
                place("quantity"),
                label=words.quantities[quantity].label,
                year=row.year,
                other=first.origin,
            )
    return tuple(out.values())


def _review(sheet: Sheet, edition: Edition, problems: Collector) -> tuple[Comment, ...]:
    words = lexicon(edition)
    out = []
    for row, place in form_rows(sheet, form("review"), problems):
        head, _, tail = row.line.rpartition(" ")
        gas = words.gas(tail) if head else None
        category = words.category(head if gas else row.line) if row.line else ""
        if row.line and not category:
            problems.add("word.category", place("line"), found=row.line, near=near(row.line, edition.categories))
            continue
        if row.cell and not _CELL.fullmatch(row.cell):
            problems.add("review.cell", place("cell"), found=row.cell)
            continue
        out.append(
            Comment(
                category or "",
                gas or "",
                row.cell,
                row.comment,
                row.by,
                row.date,
                row.answer,
                row.answer_by,
                row.answer_date,
                place("comment"),
            )
        )
        if not row.answer:
            problems.add("review.open", place("comment"), by=row.by, date=row.date, comment=row.comment[:60])
    return tuple(out)


def _signatures(sheet: Sheet, edition: Edition, problems: Collector) -> tuple[Signature, ...]:
    rows = form_rows(sheet, form("signatures"), problems)
    signatures = tuple(Signature(role_of(r.role), r.name, r.organisation, r.date) for r, _ in rows)
    signed = sheet.csv or any(s.name or s.organisation or s.date for s in signatures)
    return signatures if signed else ()  # the roles that a template prints say nothing until somebody signs
