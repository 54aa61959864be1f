"""Organisations from a form or a workbook, reports from enterprises' workbooks and old collection databases."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from django.db import transaction

from inventory.core.problems import InventoryError
from inventory.enterprise.industries import default_edition, find
from inventory.spreadsheets.cells import Unreadable, read_sheets

from ..domain.roles import Level
from ..shared.texts import catalogue, text
from .chain import record
from .models import Organisation, Person

ORDER = (Level.nation, Level.province, Level.department, Level.city, Level.county, Level.enterprise)
SECTORS = ("energy", "industrial_processes", "agriculture", "lucf", "waste")
NUMBERS = ("emission_2010_t", "energy_2010_tce")
HEADS = {
    "code": ("代码", "code"),
    "name": ("名称", "name"),
    "level": ("级别", "level"),
    "parent": ("上级代码", "parent"),
    "industry": ("行业", "industry"),
    "credit_code": ("统一社会信用代码", "credit_code"),
    "emission_2010_t": ("2010年排放量", "emission_2010_t"),
    "energy_2010_tce": ("2010年能耗", "energy_2010_tce"),
}
LEVEL_WORDS = {
    "国家": Level.nation,
    "省": Level.province,
    "市": Level.city,
    "县": Level.county,
    "企业": Level.enterprise,
    "部门": Level.department,
    **{x.value: x for x in Level},
}


def add_organisation(
    parent: Organisation | None, values: dict[str, Any], person: Person | None, lang: str
) -> list[str]:
    """One organisation below its parent; a list of what is wrong, empty when it was added."""
    level = LEVEL_WORDS.get(values.get("level", ""))
    code, name = values.get("code", ""), values.get("name", "")
    if level is None or not code or not name or "/" in code or "," in code or "*" in code:
        return [text("organisations.wrong", lang, code=code or "—")]
    if parent is None and level not in (Level.nation, Level.province):
        return [text("organisations.no_parent", lang, code=code)]
    if parent is not None and ORDER.index(Level(parent.level)) >= ORDER.index(level):
        return [text("organisations.order", lang, code=code)]
    industry, faults = _industry_of(values.get("industry", ""), level, lang)
    faults += [
        text("organisations.number", lang, code=code, head=HEADS[k][lang != "zh"], value=values[k])
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
        text("organisations.number", lang, code=organisation.code, head=HEADS[k][lang != "zh"], value=values[k])
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


def _industry_of(given: str, level: Level, lang: str) -> tuple[str, list[str]]:
    """The code of an industry or sector given by code or name, and what is wrong with it."""
    if not given:
        return "", []
    if level is Level.department:
        words = {w: s for s in SECTORS for w in (s, *catalogue()[f"sector.{s}"].values())}
        known = "、".join(catalogue()[f"sector.{s}"][lang] for s in SECTORS)
        return words.get(given, ""), ([] if given in words else [text("organisations.sector", lang, known=known)])
    try:
        return find(given, default_edition()).code, []
    except InventoryError as error:
        return "", [p.text(lang) for p in error.problems]


def _number(value: Any) -> float | None:
    try:
        number = float(str(value).replace(",", "").replace("，", "")) if value not in (None, "") else None
    except (TypeError, ValueError):
        return None
    return number if number is None or math.isfinite(number) else None


Heads = Mapping[str, tuple[str, str]]  # column -> its heading in both languages


def uploaded_rows(
    content: bytes, name: str, heads: Heads, needed: Collection[str], lang: str
) -> tuple[list[tuple[int, dict[str, str]]], list[str]]:
    """The filled rows of an uploaded workbook or CSV, each with its number, by column; or why it cannot be read."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"upload{Path(name).suffix.lower()}"
        path.write_bytes(content)
        try:
            sheet = read_sheets(path, name)[0]
        except Unreadable as unreadable:
            return [], [unreadable.problem.text(lang)]
    printed = {sheet.cell(1, c).text.strip().lower(): c for c in range(1, sheet.width + 1)}
    columns = {key: next((printed[w] for w in words if w in printed), 0) for key, words in heads.items()}
    if not all(columns[key] for key in needed):
        return [], [text("organisations.heads", lang, heads="、".join(w[lang != "zh"] for w in heads.values()))]
    rows = (
        (r, {k: sheet.cell(r, c).text.strip() if c else "" for k, c in columns.items()})
        for r in range(2, sheet.height + 1)
    )
    return [(r, values) for r, values in rows if any(values.values())], []


def import_organisations(content: bytes, name: str, person: Person | None, lang: str) -> list[str]:
    """Organisations of a workbook or CSV, one a row, parents before children. All or nothing."""
    rows, faults = uploaded_rows(content, name, HEADS, ("code", "name", "level"), lang)
    with transaction.atomic():
        for r, values in rows:
            parent = Organisation.objects.filter(code=values.pop("parent")).first()
            faults.extend(
                text("organisations.row", lang, file=name, row=r, what=x)
                for x in add_organisation(parent, values, person, lang)
            )
        if faults:
            transaction.set_rollback(True)
    return faults
