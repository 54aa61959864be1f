"""Organisations from a form or a workbook, reports from enterprises' workbooks and old collection databases."""

from __future__ import annotations

import math
import re
import tempfile
from pathlib import Path
from typing import Any

from django.db import transaction

from inventory.core.problems import Collector, InventoryError, Origin, problem
from inventory.enterprise.industries import default_edition, find
from inventory.forms.form import Form
from inventory.forms.read import Place, form_rows, sheet_of
from inventory.forms.register import LEVELS, register_forms
from inventory.spreadsheets.cells import Unreadable, read_sheets

from ..domain.roles import Level
from ..shared.texts import catalogue, of_group, text
from .chain import record
from .models import Organisation, Person

ORDER = (Level.nation, Level.province, Level.department, Level.city, Level.county, Level.enterprise)
NUMBERS = ("emission_2010_t", "energy_2010_tce")
ORGANISATIONS = register_forms()["organisations"]


def add_organisation(
    parent: Organisation | None, values: dict[str, Any], person: Person | None, lang: str
) -> list[str]:
    """One organisation below its parent; a list of what is wrong, empty when it was added."""
    level = next((x for x in Level if x.value == LEVELS.get(values.get("level", ""), values.get("level", ""))), None)
    code, name = values.get("code", ""), values.get("name", "")
    if level is None or not code or not name or "/" in code or "," in code or "*" in code:
        return [text("organisations.wrong", lang, code=code or "—")]
    if parent is None and level not in (Level.nation, Level.province):
        return [text("organisations.no_parent", lang, code=code)]
    if parent is not None and ORDER.index(Level(parent.level)) >= ORDER.index(level):
        return [text("organisations.order", lang, code=code)]
    industry, faults = _industry_of(values.get("industry", ""), level, lang)
    faults += [
        text("organisations.number", lang, code=code, head=ORGANISATIONS.column(k).text(lang), value=values[k])
        for k in NUMBERS
        if values.get(k) and _number(values[k]) is None
    ]
    if faults:
        return faults
    path = f"{parent.path if parent else ''}{code}/"
    if Organisation.objects.filter(path=path).exists() or Organisation.objects.filter(code=code).exists():
        return [text("organisations.twice", lang, code=code)]
    organisation = Organisation.objects.create(
        code=code,
        path=path,
        name=name[:200],
        level=level.value,
        parent=parent,
        industry=industry,
        credit_code=values.get("credit_code", "")[:24],
        emission_2010_t=_number(values.get("emission_2010_t")),
        energy_2010_tce=_number(values.get("energy_2010_tce")),
    )
    record("organisation", path, f"organisation/{organisation.pk}", person, name=name)
    return []


def correct_organisation(
    organisation: Organisation, values: dict[str, Any], person: Person | None, lang: str
) -> list[str]:
    """Name, industry, credit code, status and the figures of 2010 corrected; code, level and parent are its place in
    the tree and stay. A list of what is wrong, empty when it was corrected."""
    industry, faults = _industry_of(values.get("industry", ""), Level(organisation.level), lang)
    faults += [
        text(
            "organisations.number",
            lang,
            code=organisation.code,
            head=ORGANISATIONS.column(k).text(lang),
            value=values[k],
        )
        for k in NUMBERS
        if values.get(k) and _number(values[k]) is None
    ]
    if faults or not values.get("name"):
        return faults or [text("organisations.wrong", lang, code=organisation.code)]
    before = f"{organisation.name} {organisation.industry} {organisation.status}"
    organisation.name, organisation.industry, organisation.status = values["name"][:200], industry, values["status"]
    organisation.credit_code = values.get("credit_code", "")[:24]
    organisation.emission_2010_t, organisation.energy_2010_tce = (_number(values.get(k)) for k in NUMBERS)
    organisation.save()
    after = f"{organisation.name} {organisation.industry} {organisation.status}"
    record(
        "correct_organisation", organisation.path, f"organisation/{organisation.pk}", person, name=f"{before} → {after}"
    )
    return []


def sectors() -> tuple[str, ...]:
    """Sectors that departments report on: those of the guideline of the province, by the words the service has for them
    (its edition, 6 MiB of a process, is not read for five names)."""
    return tuple(of_group("sector", "zh"))


def _industry_of(given: str, level: Level, lang: str) -> tuple[str, list[str]]:
    """The code of an industry or sector given by code or name, and what is wrong with it."""
    if not given:
        return "", []
    if level is Level.department:
        words = {w: s for s in sectors() for w in (s, *catalogue()[f"sector.{s}"].values())}
        known = "、".join(catalogue()[f"sector.{s}"][lang] for s in sectors())
        return words.get(given, ""), ([] if given in words else [text("organisations.sector", lang, known=known)])
    try:
        code = re.match(r"\s*(\d{1,2})(?!\d)", given)  # 08, or 08 with its name behind
        return find(code[1] if code else given, default_edition()).code, []
    except InventoryError as error:
        return "", [p.text(lang) for p in error.problems]


def _number(value: Any) -> float | None:
    try:
        number = float(str(value).replace(",", "").replace("，", "")) if value not in (None, "") else None
    except (TypeError, ValueError):
        return None
    return number if number is None or math.isfinite(number) else None


def uploaded_rows(content: bytes, name: str, form: Form, lang: str) -> tuple[list[tuple[Any, Place]], list[str]]:
    """The rows of an uploaded workbook or CSV by its form, each with where its columns stand; and everything that is
    wrong with it, each fault at its cell. The sheet is the one whose heading fits, wherever it stands."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"upload{Path(name).suffix.lower()}"
        path.write_bytes(content)
        try:
            sheets = read_sheets(path, name)
        except Unreadable as unreadable:
            return [], [unreadable.problem.text(lang)]
    problems = Collector()
    sheet = sheet_of(sheets, form, problems)
    rows = list(form_rows(sheet, form, problems)) if sheet is not None else []
    # a column that is left out could be a misspelt one: it is said, and nothing is taken
    faults = (p for p in problems if p.severity == "error" or p.code == "table.unread_columns")
    return rows, [p.text(lang) for p in faults]


def refused(place: Origin, why: str, lang: str) -> str:
    """What the service itself finds wrong with a row, at its cell."""
    return problem("register.refused", place, why=why).text(lang)


def import_organisations(content: bytes, name: str, person: Person | None, lang: str) -> list[str]:
    """Organisations of a workbook or CSV, one a row, parents before children. All or nothing."""
    rows, faults = uploaded_rows(content, name, ORGANISATIONS, lang)
    with transaction.atomic():
        for row, place in rows:
            parent = Organisation.objects.filter(code=row.parent).first()
            values = {k: "" if v is None else v for k, v in row.model_dump(exclude={"parent"}).items()}
            faults.extend(refused(place("code"), x, lang) for x in add_organisation(parent, values, person, lang))
        if faults:
            transaction.set_rollback(True)
    return faults
