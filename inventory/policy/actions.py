"""Actions and projects of a plan as a register: who, when, how far at the end of each year, and what it saves where
that is quantified.

Effects are what the offices state; they are added by unit and never taken off an inventory: what an action saved is in
the energy statistics already, and two actions may count the same tonne.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..core import units
from ..core.problems import Collector, Origin
from ..core.rounding import shown
from ..forms.files import ACTIONS, PROGRESS
from ..levels.project import LevelsProject
from ..regions import region_label
from ..sheets.english import english_unit
from ..sheets.listing import ListColumn, Listing, listing_csv
from .data import region_of
from .words import PolicyWords

EFFECTS = ("万t CO2", "万tce")
KINDS = {"行动": "action", "项目": "project"}


@dataclass(frozen=True, slots=True)
class MitigationAction:
    """An action or project. `effect`: per year when complete, in `unit` (10^4 t CO2 or 10^4 tce); None where nobody
    quantified it."""

    id: str
    name: str
    kind: str
    region: str
    office: str
    first_year: int
    last_year: int
    effect: float | None
    unit: str
    source: str
    origin: Origin

    def planned(self, year: int) -> float:
        """Even progress (fraction) at the end of a year."""
        return min(1.0, max(0.0, (year - self.first_year + 1) / (self.last_year - self.first_year + 1)))


@dataclass(frozen=True, slots=True)
class ActionProgress:
    """How far an action is at the end of a year (fraction), and what it saved in that year."""

    id: str
    year: int
    reached: float
    effect: float | None
    state: str


@dataclass(frozen=True)
class Register:
    """All actions with their progress by (id, year)."""

    actions: tuple[MitigationAction, ...]
    progress: Mapping[tuple[str, int], ActionProgress]

    @property
    def years(self) -> tuple[int, ...]:
        return tuple(sorted({year for _, year in self.progress}))

    def at(self, year: int) -> Iterator[tuple[MitigationAction, ActionProgress | None]]:
        """Actions that have begun by the year, with what was reported."""
        return ((a, self.progress.get((a.id, year))) for a in self.actions if a.first_year <= year)

    def effects(self, year: int) -> dict[str, float]:
        """Effects reported for the year by unit."""
        effects: dict[str, list[float]] = {}
        for a, p in self.at(year):
            if p is not None and p.effect is not None:
                effects.setdefault(a.unit, []).append(p.effect)
        return {unit: math.fsum(values) for unit, values in effects.items()}


def register_of(levels: LevelsProject, problems: Collector) -> Register:
    """The register of a project; faults become problems and the row is left out."""
    actions = {a.id: a for a in _actions(levels, problems)}
    progress: dict[tuple[str, int], ActionProgress] = {}
    for p, place in _progress(levels, actions, problems):
        before = progress.get((p.id, p.year - 1))
        if (p.id, p.year) in progress:
            problems.add("actions.twice", place, id=p.id, year=p.year)
            continue
        if before is not None and before.reached > p.reached:
            problems.add(
                "actions.backwards",
                place,
                id=p.id,
                year=p.year,
                percent=f"{100 * p.reached:g}",
                before=f"{100 * before.reached:g}",
            )
        progress[p.id, p.year] = p
    return Register(tuple(actions.values()), progress)


def _actions(levels: LevelsProject, problems: Collector) -> Iterator[MitigationAction]:
    seen: dict[str, Origin] = {}
    for row, place in levels.rows(ACTIONS, problems):
        region = region_of(levels, row.region, place("region"), problems) if row.region else ""
        unit, effect = _converted(row.effect, row.unit, place("unit"), problems)
        if row.id in seen:
            problems.add("actions.twice", place("id"), id=row.id, year=seen[row.id])
            continue
        if row.last_year < row.first_year:
            problems.add("actions.years", place("last_year"), id=row.id, first=row.first_year, last=row.last_year)
            continue
        seen[row.id] = place("id")
        years = (row.first_year, row.last_year)
        yield MitigationAction(
            row.id, row.name, row.kind, region, row.office, *years, effect, unit, row.source, place("effect")
        )


def _converted(effect: float | None, unit: str, place: Origin, problems: Collector) -> tuple[str, float | None]:
    """(unit, effect) in 10^4 t CO2 or 10^4 tce; a unit that is neither becomes a problem."""
    if not unit and effect is None:
        return "", None
    for target in EFFECTS:
        try:
            return target, None if effect is None else units.scaled(effect, units.ratio(unit, target))
        except units.DimensionError:
            continue
        except units.UnitError:
            break
    problems.add("actions.unit", place, unit=unit or "—", expected="、".join(EFFECTS))
    return "", None


def _progress(
    levels: LevelsProject, actions: Mapping[str, MitigationAction], problems: Collector
) -> Iterator[tuple[ActionProgress, Origin]]:
    reported = []
    for row, place in levels.rows(PROGRESS, problems):
        if row.id not in actions:
            problems.add("actions.unknown", place("id"), id=row.id)
            continue
        # an effect is in the unit of its action
        reported.append((ActionProgress(row.id, row.year, row.percent / 100, row.effect, row.state), place("percent")))
    yield from sorted(reported, key=lambda f: (f[0].id, f[0].year))


def text(register: Register, year: int, lang: str = "zh") -> Iterator[str]:
    """The state of the register at the end of a year: kinds, those behind, effects by unit."""
    t, rows = PolicyWords(lang), list(register.at(year))
    for kind in dict.fromkeys(a.kind for a, _ in rows):
        mine = [(a, p) for a, p in rows if a.kind == kind]
        silent = [a.id for a, p in mine if p is None]
        yield t(
            "actions.kind",
            kind=kind_label(kind, lang),
            year=year,
            n=len(mine),
            done=sum(p is not None and p.reached >= 1 for _, p in mine),
            behind=sum(is_behind(a, p, year) for a, p in mine),
            silent=t("actions.silent", names=t.listed(silent)) if silent else "",
        )
    for a, p in rows:
        if p is not None:
            yield f"  {line(a, p, year, lang)}"
    for unit, total in register.effects(year).items():
        yield t("actions.effects", total=shown(total, 2), unit=unit_label(unit, lang))


def is_behind(action: MitigationAction, progress: ActionProgress | None, year: int) -> bool:
    """Whether an action is behind the even way from its first to its last year, at whole percent."""
    return progress is not None and round(100 * progress.reached) < round(100 * action.planned(year))


def line(a: MitigationAction, p: ActionProgress, year: int, lang: str = "zh") -> str:
    """One action as a line: planned and reached, effect, state."""
    t = PolicyWords(lang)
    return t(
        "actions.line",
        id=a.id,
        name=a.name,
        numbers=f"{100 * p.reached:.0f}% / {100 * a.planned(year):.0f}%",
        behind=t("actions.behind") if is_behind(a, p, year) else "",
        effect="" if p.effect is None else f"{t.comma}{shown(p.effect, 2)} {unit_label(a.unit, lang)}",
        state=f"{t.semicolon}{p.state}" if p.state else "",
    )


def kind_label(kind: str, lang: str) -> str:
    """The kind of an action (action or project) in a language; a word of the register's own as it stands."""
    return KINDS.get(kind, kind) if lang == "en" else kind


def unit_label(unit: str, lang: str) -> str:
    """The unit of an effect in a language."""
    return english_unit(unit) if lang == "en" else unit


REPORTED: Listing[tuple[MitigationAction, ActionProgress]] = Listing(
    (
        ListColumn("id", lambda x, lang: x[0].id),
        ListColumn("name", lambda x, lang: x[0].name),
        ListColumn("kind", lambda x, lang: kind_label(x[0].kind, lang)),
        ListColumn("region", lambda x, lang: region_label(x[0].region, lang)),
        ListColumn("office", lambda x, lang: x[0].office),
        ListColumn("first_year", lambda x, lang: x[0].first_year),
        ListColumn("last_year", lambda x, lang: x[0].last_year),
        ListColumn("year", lambda x, lang: x[1].year),
        ListColumn("planned_pct", lambda x, lang: 100 * x[0].planned(x[1].year)),
        ListColumn("percent", lambda x, lang: 100 * x[1].reached),
        ListColumn("effect", lambda x, lang: x[1].effect),
        ListColumn("expected_effect", lambda x, lang: x[0].effect),
        ListColumn("unit", lambda x, lang: unit_label(x[0].unit, lang)),
        ListColumn("state", lambda x, lang: x[1].state),
        ListColumn("source", lambda x, lang: x[0].source),
    )
)


def to_csv(register: Register, lang: str = "zh") -> str:
    """One row per action and year reported; full precision."""
    actions = {a.id: a for a in register.actions}
    return listing_csv(REPORTED, ((actions[id], p) for (id, _), p in sorted(register.progress.items())), lang)
