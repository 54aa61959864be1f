"""Sums over the reports of a round, from the verdicts of the versions that count: by city, industry, source, gas, fuel.
They equal the command's `enterprise query` over the same reports (a test says so)."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet

from inventory.enterprise.industries import default_edition, industries

from ..domain.publish import Part, PublishedSum
from ..domain.states import EDITABLE, State
from ..shared.texts import unit_shown
from .models import Report

GROUPINGS = ("city", "industry", "source", "gas", "fuel")
NOT_SUBMITTED = [s.value for s in (*EDITABLE, State.signing)]


@dataclass(frozen=True, slots=True)
class Summed:
    """One row: key, unit, the cell (firms behind it, value), and the figures that it adds up."""

    key: str
    unit: str
    cell: PublishedSum
    parts: frozenset[Part]


def unsigned() -> Q:
    """Versions handed over within the enterprise only: not, or no longer, submitted. Nobody else's business yet."""
    current = Q(report__current_id=F("pk"), report__state__in=[s for s in NOT_SUBMITTED if s != State.returned])
    return current & ~Q(report__in_force_id=F("pk"))


def counting(rows: QuerySet[Report], accepted: bool) -> tuple[QuerySet[Report], str]:
    """Reports whose version counts, and which of its versions that is."""
    which = "in_force" if accepted else "current"
    chosen = rows.filter(**{f"{which}__isnull": False})
    return (chosen if accepted else chosen.exclude(state__in=NOT_SUBMITTED)), which


def summed(rows: QuerySet[Report], by: str, accepted: bool, names: Mapping[str, str], lang: str = "zh") -> list[Summed]:
    """Sums of enterprises' reports by one grouping; `names`: cities by path."""
    return tables(rows, (by,), accepted, names, lang)[by]


def tables(
    rows: QuerySet[Report], groupings: Sequence[str], accepted: bool, names: Mapping[str, str], lang: str = "zh"
) -> dict[str, list[Summed]]:
    """The same by several groupings in one reading."""
    chosen, which = counting(rows, accepted)
    held: dict[str, dict[tuple[str, str], dict[Part, float]]] = {by: defaultdict(dict) for by in groupings}
    places = [f"{which}__verdict__{part}" for part in ("lines", "fuels")]
    rows_of = chosen.order_by("path").values_list("path", "obligation__organisation__industry", *places)
    for path, industry, lines, fuels in rows_of.iterator(chunk_size=50):
        city = "/".join(path.split("/")[:2]) + "/"
        of = {"city": names.get(city, city), "industry": _industry(industry, lang), "lang": lang}
        for by in groupings:
            figures = (fuels if by == "fuel" else lines) or ()
            for figure, (key, amount, unit) in zip(figures, _parts(figures, by, of), strict=True):
                part = (path, *(str(figure[k]) for k in ("source", "gas", "fuel", "unit") if k in figure))
                kept = held[by][key, unit]
                kept[part] = kept.get(part, 0.0) + amount
    return {by: [_summed(key, unit, parts) for (key, unit), parts in of_by.items()] for by, of_by in held.items()}


def _summed(key: str, unit: str, parts: Mapping[Part, float]) -> Summed:
    firms = len({p[0] for p in parts})
    return Summed(key, unit, PublishedSum(firms, math.fsum(parts.values())), frozenset(parts))


def _industry(code: str, lang: str) -> str:
    industry = industries(default_edition()).get(code)
    return (
        code if industry is None else f"{code} {industry.name if lang == 'zh' else industry.name_en or industry.name}"
    )


def _fuel(name: str, lang: str) -> str:
    word = default_edition().word("fuel", name)
    return word.label_en if lang == "en" and word is not None and word.label_en else name


def _parts(figures: Iterable[Mapping[str, Any]], by: str, of: Mapping[str, str]) -> Iterable[tuple[str, float, str]]:
    """Key, amount and unit of each figure; `of`: city, industry and language of the report."""
    if by == "fuel":
        return [(_fuel(f["fuel"], of["lang"]), f["amount"], unit_shown(f["unit"], of["lang"])) for f in figures]
    keys: dict[str, Callable[[Mapping[str, Any]], str]] = {
        "city": lambda x: of["city"],
        "industry": lambda x: of["industry"],
        "source": lambda x: f"{x['source']} {x['label'].get(of['lang']) or x['label']['zh']}",
        "gas": lambda x: str(x["gas"]),
    }
    return [(keys[by](x), x["co2e_t"], "t CO2e") for x in figures]
