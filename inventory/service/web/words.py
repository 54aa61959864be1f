"""Names of what the pages show, for people: industries, sectors and places instead of their codes."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable

from inventory.enterprise.industries import default_edition, industries
from inventory.texts import LIST

from ..domain.roles import LABELS, LEVEL_LABELS, Level, Role
from ..shared.sheets import cell_label
from ..shared.texts import catalogue, text
from ..store.models import Organisation, Person, Report, Round


def industry_name(code: str, lang: str, short: bool = False) -> str:
    """The guideline of an enterprise or the sector of a department, by name; the code itself where nobody knows it."""
    known = industries(default_edition()).get(code)
    if known is not None and short:
        return known.short if lang == "zh" else known.name_en or known.name
    if known is not None:
        return known.name if lang == "zh" else known.name_en or known.name
    return catalogue().get(f"sector.{code}", {}).get(lang, code)


def industry_choices(lang: str) -> list[tuple[str, str]]:
    """Every guideline (for enterprises) and sector (for departments) with its code."""
    from ..store.imports import sectors

    firms = [(code, f"{code} {industry_name(code, lang)}") for code in industries(default_edition())]
    return firms + [(s, f"{LEVEL_LABELS[Level.department][lang]}: {text(f'sector.{s}', lang)}") for s in sectors()]


def industry_words(lang: str) -> tuple[str, ...]:
    """The same as one writes them into a table: guidelines with their code, sectors by name."""
    from ..store.imports import sectors

    firms = (f"{code} {industry_name(code, lang)}" for code in industries(default_edition()))
    return (*firms, *(text(f"sector.{s}", lang) for s in sectors()))


def place_names(paths: set[str]) -> dict[str, str]:
    """Names of organisations by path."""
    return dict(Organisation.objects.filter(path__in=paths).values_list("path", "name"))


def subject_names(subjects: Iterable[str], lang: str) -> dict[str, str]:
    """Names of what lines of the log are about: persons, reports by firm and year, rounds, organisations."""
    asked: dict[str, set[str]] = defaultdict(set)
    for subject in subjects:
        kind, _, number = subject.partition("/")
        if number.isdigit():
            asked[kind].add(number)
    out = {}
    reports = Report.objects.filter(pk__in=asked["report"])
    for pk, name, year in reports.values_list("pk", "obligation__organisation__name", "round__year"):
        out[f"report/{pk}"] = text("log_subject.report_of", lang, name=name, year=year)
    named = (("person", Person), ("round", Round), ("organisation", Organisation))
    for kind, model in named:
        for pk, name in model.objects.filter(pk__in=asked[kind]).values_list("pk", "name"):
            out[f"{kind}/{pk}"] = name
    return out


def subject_words(subject: str, lang: str) -> str:
    """What a line of the log is about where it has no name of its own: `job/12` is job 12."""
    kind, _, number = subject.partition("/")
    label = catalogue().get(f"log_subject.{kind}", {}).get(lang)
    return subject if label is None else f"{label} {number}".strip()


FACTS = (
    "name",
    "login",
    "role",
    "count",
    "year",
    "since",
    "until",
    "file",
    "place",
    "cells",
    "factor",
    "product",
    "reason",
)


def fact_words(facts: str, lang: str) -> str:
    """The particulars of a line of the log: who, what, where, why. Cells by their addresses; no figures stand there."""
    held = json.loads(facts)
    out = []
    for known in FACTS:
        fact, value = known, held.get(known)
        if value in (None, "", []):
            continue
        if fact == "cells" and isinstance(value, int):  # of a workbook only how many changed are kept
            fact = "count"
        if known == "place":
            value = cell_label(value, lang)
        if isinstance(value, list):
            value = [cell_label(str(v), lang) for v in value[:3]] + value[3:]
            value = LIST[lang].join(str(v) for v in value[:3]) + ("…" if len(value) > 3 else "")
        if fact == "role":
            value = LABELS[Role(value)][lang] if value in set(Role) else value
        if fact == "product":
            value = text(f"products.{value}", lang)
        out.append(text(f"log_fact.{fact}", lang, value=value))
    if held.get("version"):
        out.append(text("log_fact.version", lang, value=f"{held['version'][:12]}…"))
    return "；".join(out) if lang == "zh" else "; ".join(out)
