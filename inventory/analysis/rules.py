"""Checks that belong to one guideline, declared in the edition's `quality.toml`: what may be counted twice, what must
agree between sectors.

A rule compares two sides, each a sum of selections for one region and year. A selection is `{ quantity, where }`
(activity data in their canonical unit) or `{ category, gas, account }` (ledger lines, t of the gas, or t CO2e without a
gas). Kinds:
  both_present  both sides are above zero: say whether the same thing is in both;
  needs         the first side is above zero and the second is not;
  same          the sides differ by more than `tolerance` (a fraction of the larger);
  within        first / second - 1 lies outside ± `tolerance`;
  ratio         first / second lies outside `low` … `high`.
A rule is made only where every selection that is not `optional` has something to say; `when = { choice = option }` ties
it to a named choice.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from inventory.core.declarations import Text
from inventory.core.edition import Edition
from inventory.core.ledger import Ledger
from inventory.core.method import matches
from inventory.core.problems import DeclarationError, Origin

from .findings import QualityFinding, finding
from .limits import Limits

KINDS = ("both_present", "needs", "same", "within", "ratio")


@dataclass(frozen=True)
class RuleTerm:
    """Part of a side: activity data of a quantity, or ledger lines of a category."""

    quantity: str = ""
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    category: str = ""
    gas: str = ""
    account: str = "total"
    optional: bool = False


@dataclass(frozen=True)
class Rule:
    id: str
    kind: str
    label: Text
    message: Text
    first: tuple[RuleTerm, ...]
    second: tuple[RuleTerm, ...]
    severity: str = "warning"
    tolerance: float = 0.0
    low: float = -math.inf
    high: float = math.inf
    when: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _RuleFile:
    rules: tuple[Rule, ...]
    may_be_negative: tuple[str, ...]


def rules_of(edition: Edition) -> tuple[Rule, ...]:
    """The edition's rules, checked against its declarations; none when it declares none. Raises `DeclarationError`."""
    return edition.derived(_read).rules


def may_be_negative(edition: Edition) -> frozenset[str]:
    """Categories, with everything below them, that are deductions by their nature."""
    return edition.descendants(edition.derived(_read).may_be_negative)


def check(ledger: Ledger, limits: Limits) -> Iterator[QualityFinding]:
    """Every rule of the edition for every region and year."""
    rules = [
        r
        for r in rules_of(ledger.edition)
        if all(ledger.choices.get(c, ("",))[0] == option for c, option in r.when.items())
    ]
    places = sorted(
        {(line.region, line.year) for line in ledger.lines} | {(d.region, d.year) for d in ledger.data},
        key=lambda p: (p[1], p[0]),
    )
    for rule in rules:
        for region, year in places:
            first, second = _side(ledger, rule.first, region, year), _side(ledger, rule.second, region, year)
            if first is None or (second is None and rule.kind != "needs"):
                continue
            yield from _compare(rule, region, year, first, second)


def _compare(
    rule: Rule, region: str, year: int, first: tuple[float, Origin], second: tuple[float, Origin] | None
) -> Iterator[QualityFinding]:
    a, place = first
    b = second[0] if second is not None else 0.0
    wrong, shown = False, ""
    if rule.kind == "both_present":
        wrong = a > 0.0 and b > 0.0
    elif rule.kind == "needs":
        wrong = a > 0.0 and not b > 0.0
    elif rule.kind == "same":
        distance = abs(a - b) / max(abs(a), abs(b)) if a or b else 0.0
        wrong, shown = distance > rule.tolerance, f"{100 * distance:.1f} %"
    elif b != 0.0:
        ratio = a / b
        wrong = abs(ratio - 1.0) > rule.tolerance if rule.kind == "within" else not rule.low <= ratio <= rule.high
        shown = f"{100 * (ratio - 1.0):+.1f} %" if rule.kind == "within" else f"{ratio:.4g}"
    if wrong:
        yield finding(
            rule.id,
            (region, year),
            place,
            code=f"quality.rule_{'compare' if shown else 'present'}_{rule.severity}",
            region=region,
            year=year,
            label=rule.label,
            message=rule.message,
            first=f"{a:.6g}",
            second=f"{b:.6g}",
            difference=shown,
        )


def _side(ledger: Ledger, selections: tuple[RuleTerm, ...], region: str, year: int) -> tuple[float, Origin] | None:
    """Sum of a side and where its first figure stands; None when a selection that is not optional is empty."""
    total, place, some = 0.0, Origin(), False
    for s in selections:
        if s.quantity:
            result = _figures(ledger, s, region, year)
        else:
            lines = ledger.select(category=s.category, gas=s.gas or None, region=region, year=year, account=s.account)
            result = [(line.mass_t if s.gas else ledger.co2e_t(line), Origin()) for line in lines]
        if not result and not s.optional:
            return None
        some = some or bool(result)
        total += math.fsum(v for v, _ in result)
        place = next((o for _, o in result if o != Origin()), place) if place == Origin() else place
    return (total, place) if some else None


def _figures(ledger: Ledger, term: RuleTerm, region: str, year: int) -> list[tuple[float, Origin]]:
    """The figures of a term in one region and year in the canonical unit, each with its place."""
    data, result = ledger.data, []
    for n in data.by_quantity.get(term.quantity, ()):
        if data.year[n] != year:
            continue
        d = data[n]
        if d.region == region and all(matches(ledger.edition, k, d.keys.get(k, ""), v) for k, v in term.where.items()):
            result.append((float(ledger.data_values[n]), d.origin))
    return result


# ---- reading ----


def _read(edition: Edition) -> _RuleFile:
    rules = []
    for body in edition.quality.get("rule", []):
        try:
            sides = {k: tuple(_selection(s) for s in body[k]) for k in ("first", "second")}
            rules.append(Rule(**{**body, **sides}))
        except (KeyError, TypeError) as error:
            raise DeclarationError(f"quality.toml: rule {body.get('id', '?')}: {error}") from error
    file = _RuleFile(tuple(rules), tuple(edition.quality.get("may_be_negative", ())))
    _verify(file, edition)
    return file


def _selection(body: Mapping[str, Any]) -> RuleTerm:
    where = {k: (v,) if isinstance(v, str) else tuple(v) for k, v in body.get("where", {}).items()}
    return RuleTerm(**{**body, "where": where})


def _verify(file: _RuleFile, edition: Edition) -> None:
    """Every name in the rules must be declared."""
    wrong = [f"may_be_negative: {c}" for c in file.may_be_negative if c not in edition.categories]
    seen: set[str] = set()
    for rule in file.rules:
        if rule.id in seen or rule.kind not in KINDS or rule.severity not in ("warning", "hint"):
            wrong.append(f"{rule.id}: id twice, or kind {rule.kind!r} or severity {rule.severity!r} unknown")
        seen.add(rule.id)
        for s in (*rule.first, *rule.second):
            quantity = edition.declared.quantities.get(s.quantity)
            if (
                bool(s.quantity) == bool(s.category)
                or (s.quantity and quantity is None)
                or (s.category and s.category not in edition.categories)
            ):
                wrong.append(f"{rule.id}: {s.quantity or s.category or 'an empty selection'}")
            elif quantity is not None:
                wrong += [f"{rule.id}: {s.quantity} has no key {k}" for k in s.where if k not in quantity.all_keys]
                pairs = [(k, v) for k, values in s.where.items() if k in edition.vocabulary for v in values]
                wrong += [f"{rule.id}: {k}={v} is no word" for k, v in pairs if not _known(edition, k, v)]
        for choice, option in rule.when.items():
            if choice not in edition.declared.choices or option not in edition.declared.choices[choice].options:
                wrong.append(f"{rule.id}: when {choice}={option}")
    if wrong:
        raise DeclarationError("quality.toml: " + "; ".join(wrong))


def _known(edition: Edition, key: str, value: str) -> bool:
    words = edition.vocabulary[key]
    return value in words or any(value in w.classes for w in words.values())
