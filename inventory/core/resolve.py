"""Which factor a row takes, and why: an explicit chain, each step recorded, nothing outside it.

1 measured (实测) · 2 provincial (省级) · 3 the edition's default for the exact keys · 4 the edition's default for a
wider key that its own table names (a class or `*`) · 5 a declared fallback · otherwise nothing, and the caller asks for
the figure. Two candidates at one step are an error.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from .activity import Check, UserFactor
from .edition import Edition, FactorRow, Fallback
from .problems import Collector
from .resolved import Keys, Published, Resolved, Unresolved

T = TypeVar("T")

STEPS = {
    "measured": {"zh": "1 实测", "en": "1 measured"},
    "provincial": {"zh": "2 省级", "en": "2 provincial"},
    "default": {"zh": "3 指南缺省（键完全一致）", "en": "3 default, exact keys"},
    "default-wider": {"zh": "4 指南缺省（指南自身给出的上位键）", "en": "4 default, wider key named by the edition"},
    "fallback": {"zh": "5 声明的替代值", "en": "5 declared fallback"},
}
CORRECTED = "核对更正"  # a default that somebody corrected against the print
PLACE = ("region", "year")  # keys that narrow any own factor
KINDS = {
    "实测": "measured",
    "省级": "provincial",
    CORRECTED: "provincial",
    "measured": "measured",
    "provincial": "provincial",
}


class Resolver:
    """Resolution for one edition, one project's own factors and checks. Results are kept per distinct (parameter, gas,
    keys)."""

    def __init__(
        self,
        edition: Edition,
        own: Iterable[UserFactor] = (),
        checks: Iterable[Check] = (),
        allow_fallback: bool = True,
        problems: Collector | None = None,
    ) -> None:
        self.edition = edition
        self.allow_fallback = allow_fallback
        self.checks = {c.factor_id: c for c in checks}
        self.own: dict[str, list[Resolved]] = {}
        self._own_at: dict[tuple[str, str], list[Resolved]] = {}  # by parameter and step of the chain
        for factor in own:
            result = self._own(factor, problems)
            if result is not None:
                self.own.setdefault(result.parameter, []).append(result)
                self._own_at.setdefault((result.parameter, result.step), []).append(result)
        self.narrowed = frozenset(
            p for p, own_rows in self.own.items() if any(k in PLACE for f in own_rows for k, _ in f.keys)
        )
        self.computing = {
            parameter: steps
            for parameter, declared in edition.fallbacks.items()
            if (steps := tuple(fb.use_step for fb in declared if fb.use_step))
        }
        self.by_place = self.narrowed | frozenset(self.computing)
        self.published: dict[tuple[str, str], Published] = {}
        # of parameters that have own factors: what was looked up
        self.requested: dict[str, dict[tuple[str, Keys, Keys], None]] = {}
        self.taken: dict[int, tuple[str, Keys]] = {}  # id of an own factor -> the gas and keys it was first used for
        self._results: dict[tuple[str, str, Keys, Keys], Resolved | Unresolved] = {}
        # what the edition alone gives is the same for every project that has checked none of its figures
        self._plain = edition.derived(plain_results) if not self.checks else {}
        self._exact: dict[str, dict[tuple[str, Keys], FactorRow]] = {}

    def __call__(self, parameter: str, gas: str, keys: Keys, place: Keys = ()) -> Resolved | Unresolved:
        """The factor for these keys (sorted pairs; `year` may be among them), or what is missing.

        `place` is the row's region and year, by which own factors may be narrowed and for which a step may have
        computed the figure.
        """
        requested = (parameter, gas, keys, place if parameter in self.by_place else ())
        if requested not in self._results:
            self._results[requested] = self._resolve(*requested)
        return self._results[requested]

    def is_plain(self, parameter: str) -> bool:
        """Whether the edition alone decides: no own factor, no checked figure, no step that computes it."""
        return not self.checks and parameter not in self.own and parameter not in self.computing

    def publish(self, step: tuple[str, str], results: Published) -> None:
        """Results of a step from here on; what was looked up without them (a method tried beforehand) is looked up
        again."""
        self.published[step] = results
        waiting = {parameter for parameter, steps in self.computing.items() if step in steps}
        self._results = {requested: known for requested, known in self._results.items() if requested[0] not in waiting}

    def without_own(self, parameter: str, gas: str, keys: Keys) -> Resolved | Unresolved:
        """What the edition gives for these keys, declared fallbacks included."""
        return self._of_edition(parameter, gas, keys, (), True)

    # ---- the chain ----

    def _resolve(self, parameter: str, gas: str, keys: Keys, place: Keys) -> Resolved | Unresolved:
        if parameter in self.own:
            self.requested.setdefault(parameter, {})[(gas, keys, place)] = None
            resolved = self._of_project(parameter, gas, keys, place)
            if resolved is not None:
                return resolved
        return self._of_edition(parameter, gas, keys, place, self.allow_fallback)

    def _of_project(self, parameter: str, gas: str, keys: Keys, place: Keys) -> Resolved | Unresolved | None:
        """The project's own factor: measured before provincial; None where it has none that fits."""
        item = dict(keys)
        for step in ("measured", "provincial"):
            own = self._own_at.get((parameter, step), ())
            fits = [(self._own_rank(f.keys, item, place), f) for f in own if not f.gas or not gas or f.gas == gas]
            best = _best([(r, f) for r, f in fits if r is not None])
            if len(best) == 1:
                self.taken.setdefault(id(best[0]), (gas, keys))
                return best[0]
            if best:
                self.taken.update({id(f): (gas, keys) for f in best})
                named = tuple(f"{f.id}（{f.origin}）" if str(f.origin) else f.id for f in best)
                return Unresolved(parameter, gas, keys, True, named, ())
        return None

    def _of_edition(
        self, parameter: str, gas: str, keys: Keys, place: Keys, allow_fallback: bool
    ) -> Resolved | Unresolved:
        if self.checks or parameter in self.computing:  # else the same for every project
            return self._from_tables(parameter, gas, keys, place, allow_fallback)
        requested = (parameter, gas, keys, allow_fallback)
        if requested not in self._plain:
            self._plain[requested] = self._from_tables(parameter, gas, keys, place, allow_fallback)
        return self._plain[requested]

    def _from_tables(
        self, parameter: str, gas: str, keys: Keys, place: Keys, allow_fallback: bool
    ) -> Resolved | Unresolved:
        item = dict(keys)
        row, tied, wider = self._row(parameter, gas, keys, item, ("default", "option"))
        if tied:
            return Unresolved(parameter, gas, keys, True, tuple(r.id for r in tied), ())
        if row is not None and row.value is not None:
            return self._resolved(row, "default-wider" if wider else "default", {})
        resolved = self._fallback(parameter, gas, keys, place)
        if isinstance(resolved, Resolved) and allow_fallback:
            return resolved
        if isinstance(resolved, Unresolved):
            return resolved
        seen = (row,) if row is not None else ()
        return Unresolved(
            parameter,
            gas,
            keys,
            False,
            tuple(r.id for r in seen),
            tuple(r.note for r in seen if r.note),
            resolved.id if resolved else "",
        )

    def _fallback(self, parameter: str, gas: str, keys: Keys, place: Keys) -> Resolved | Unresolved | None:
        item = dict(keys)
        row, tied, _ = self._row(parameter, gas, keys, item, ("fallback",))
        if tied:
            return Unresolved(parameter, gas, keys, True, tuple(r.id for r in tied), ())
        if row is not None and row.value is not None:
            reason = {
                "zh": row.note or "指南本身的数值未查到，采用声明的替代值",
                "en": row.note or "the guideline's own figure was not found; declared substitute",
            }
            return self._resolved(row, "fallback", reason)
        for fb in self.edition.fallbacks.get(parameter, ()):
            if self._rank(fb.when, item) is None:
                continue
            result = (
                self._computed(fb, fb.use_step, gas, {**dict(place), **item})
                if fb.use_step
                else self._substitute(fb, gas, item)
            )
            if result is not None:
                return result
        return None

    def _computed(self, fb: Fallback, step: tuple[str, str], gas: str, have: Mapping[str, str]) -> Resolved | None:
        """What a step computed for these keys, region and year among them; None where it has no row for them."""
        table = self.published.get(step)
        if table is None or any(k not in have for k in table.keys):
            return None
        row = tuple(have[k] for k in table.keys)
        at = table.rows.get(row, -1)
        if at < 0 or not math.isfinite(table.values[at]):
            return None
        return Resolved(
            f"{fb.id}[{' '.join(row)}]",
            fb.parameter,
            gas,
            tuple(sorted(zip(table.keys, row, strict=True))),
            table.values[at],
            table.unit,
            "fallback",
            fb.reason,
            table.standings[at],
            "fallback",
            "",
            "",
            "",
            computed=(*step, at),
        )

    def _substitute(self, fb: Fallback, gas: str, item: Mapping[str, str]) -> Resolved | None:
        if fb.factor_id:
            row = self.edition.by_id.get(fb.factor_id)
        else:
            keys = {**item, **dict(fb.use_keys)}
            pairs = tuple(sorted(keys.items()))
            row, tied, _ = self._row(fb.use_parameter or fb.parameter, gas, pairs, keys, ("default", "option"))
            if row is None and not tied:
                row, tied, _ = self._row(fb.use_parameter or fb.parameter, gas, pairs, keys, ("fallback",))
            if tied:
                row = None
        return None if row is None or row.value is None else self._resolved(row, "fallback", fb.reason)

    # ---- matching ----

    def _row(
        self, parameter: str, gas: str, keys: Keys, item: Mapping[str, str], roles: tuple[str, ...]
    ) -> tuple[FactorRow | None, tuple[FactorRow, ...], bool]:
        """(best row, rows that tie for best, whether the best is wider than asked); the same for every project, so kept
        with the edition."""
        requested = (parameter, gas, keys, roles)
        if requested not in self.edition.matches:
            self.edition.matches[requested] = self._look_up(parameter, gas, keys, item, roles)
        return self.edition.matches[requested]

    def _look_up(
        self, parameter: str, gas: str, keys: Keys, item: Mapping[str, str], roles: tuple[str, ...]
    ) -> tuple[FactorRow | None, tuple[FactorRow, ...], bool]:
        rows = self.edition.factors.get(parameter, ())
        if parameter not in self._exact:
            self._exact[parameter] = {(r.gas, r.keys): r for r in rows if r.role != "information"}
        exact = self._exact[parameter].get((gas, keys)) if gas else None
        if exact is not None and exact.role in roles:
            return exact, (), False
        fits = [(self._rank(r.keys, item), r) for r in rows if r.role in roles and (not gas or r.gas == gas)]
        ranked = [(rank, r) for rank, r in fits if rank is not None]
        best = _best(ranked)
        if len(best) > 1:
            return None, tuple(best), False
        return (best[0], (), min(rank for rank, _ in ranked) > (0, 0)) if best else (None, (), False)

    def _own_rank(self, own_keys: Keys, item: Mapping[str, str], place: Keys) -> tuple[int, int, int] | None:
        """`_rank` of an own factor, which region and year narrow even where its parameter is not looked up by them."""
        around = {k: v for k, v in place if k not in item}
        rank = self._rank(tuple((k, v) for k, v in own_keys if k not in around), item)
        narrow = self._rank(tuple((k, v) for k, v in own_keys if k in around), around)
        return None if rank is None or narrow is None else (*rank, *narrow[:1])

    def _rank(self, row_keys: Keys, item: Mapping[str, str]) -> tuple[int, int] | None:
        """How wide a row is for an item: (keys left open, steps up the classes); None when it does not fit."""
        fixed = levels = 0
        for key, wanted in row_keys:
            have = item.get(key)
            if wanted == "*":
                continue
            if have is None:
                return None
            if wanted == have:
                fixed += 1
                continue
            word = self.edition.word(key, have)
            classes = word.classes if word else ()
            if wanted not in classes:
                return None
            fixed += 1
            levels += 1 + classes.index(wanted)
        return (len(item) - fixed, levels)

    # ---- building ----

    def _resolved(self, row: FactorRow, step: str, reason: Mapping[str, str]) -> Resolved:
        check = self.checks.get(row.id)
        assert row.value is not None
        if check is None or check.value != row.value:
            check = None
        low, high = (
            (row.lower, row.upper)
            if check is None
            else (row.lower if check.lower is None else check.lower, row.upper if check.upper is None else check.upper)
        )
        return Resolved(
            row.id,
            row.parameter,
            row.gas,
            row.keys,
            row.value,
            row.unit,
            step,
            reason,
            row.standing,
            row.role,
            row.table,
            row.source,
            row.note,
            low,
            high,
            row.uncertainty,
            row.distribution,
            check.by if check else "",
            check.date if check else "",
        )

    def _own(self, f: UserFactor, problems: Collector | None) -> Resolved | None:
        step = KINDS.get(f.kind, "")
        row = self.edition.by_id.get(f.id) if f.id else None
        if not step or not f.source:
            if problems is not None:
                problems.add("factor.no_source", f.origin, id=f.id or f.parameter, kind=f.kind)
            return None
        result = Resolved(
            f.id or f"{f.parameter}({';'.join(f'{k}={v}' for k, v in f.keys)})",
            f.parameter,
            f.gas,
            f.keys,
            f.value,
            f.unit,
            step,
            {},
            "own",
            "own",
            "",
            f.source,
            "",
            f.lower,
            f.upper,
            f.uncertainty,
            f.distribution,
            origin=f.origin,
        )
        if row is None:
            return result
        place = {k: v for k, v in f.keys if k in PLACE}
        declared = self.edition.declared.parameters.get(row.parameter)
        if declared is None or not declared.own:
            return replace(
                result,
                parameter=row.parameter,
                gas=row.gas,
                keys=tuple(sorted({**dict(row.keys), **place}.items())),
                table=row.table,
            )
        known = {k for r in self.edition.factors.get(declared.own, ()) for k, _ in r.keys}
        keys = {k: v for k, v in row.keys if k in known} | place
        return replace(result, parameter=declared.own, gas=row.gas, keys=tuple(sorted(keys.items())), table=row.table)


def plain_results(edition: Edition) -> dict[tuple[str, str, Keys, bool], Resolved | Unresolved]:
    """What the edition gives for (parameter, gas, keys, with fallbacks), filled as it is asked for."""
    return {}


def _best(ranked: Sequence[tuple[tuple[int, ...], T]]) -> list[T]:
    if not ranked:
        return []
    least = min(rank for rank, _ in ranked)
    return [row for rank, row in ranked if rank == least]
