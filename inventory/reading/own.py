"""A project's own factors (`factors.csv`) and named choices (`choices.csv`): rows through the edge models, then against
the edition."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..core import units
from ..core.activity import UserFactor
from ..core.edition import Edition
from ..core.problems import Collector, Origin
from ..core.spelling import fold
from ..forms.province import form
from ..forms.read import form_rows
from ..forms.rows import OwnFactorRow
from ..sheets.english import named
from ..spreadsheets.cells import Sheet
from .lexicon import Lexicon, lexicon, near

_KIND_WORDS = {"实测值": "实测", "省级值": "省级", "measured value": "实测", "measured": "实测", "provincial": "省级"}


def read_factors(sheet: Sheet, edition: Edition, problems: Collector) -> tuple[UserFactor, ...]:
    """Own factors of a project. Wrong rows leave problems and are not returned."""
    words = lexicon(edition)
    out: list[UserFactor] = []
    seen: dict[tuple[Any, ...], Origin] = {}
    for row, place in form_rows(sheet, form("factors"), problems, _adjust_kind):
        factor = _factor(row, place, words, problems)
        if factor is None:
            continue
        same = (factor.id, factor.parameter, factor.keys, factor.gas)
        if same in seen:
            problems.add("own.twice", place("value"), id=factor.id or factor.parameter, other=seen[same])
            continue
        seen[same] = place("value")
        out.append(factor)
    return tuple(out)


def _adjust_kind(values: dict[str, object]) -> bool:
    kind = str(values.get("kind") or "").strip()
    values["kind"] = _KIND_WORDS.get(kind, kind)
    return True


def _is_chosen(values: dict[str, object]) -> bool:
    """A row of the template without option and reason leaves the default in force."""
    return bool(values.get("option") or values.get("reason"))


def _factor(
    row: OwnFactorRow, place: Callable[[str], Origin], words: Lexicon, problems: Collector
) -> UserFactor | None:
    edition = words.edition
    before = len(problems.errors)
    replaced = edition.by_id.get(row.id) if row.id else None
    if row.id and replaced is None and not row.parameter:
        problems.add("own.unknown_id", place("id"), found=row.id, near=near(row.id, edition.by_id))
        return None
    parameter = row.parameter or (replaced.parameter if replaced else "")
    declared = edition.declared.parameters.get(parameter)
    if declared is None:
        problems.add(
            "own.unknown_parameter",
            place("parameter"),
            found=parameter,
            near=near(parameter, edition.declared.parameters),
        )
        return None
    unit = row.unit or (replaced.unit if replaced else "")
    _check_unit(unit, declared.unit, declared.label, place("unit"), problems)
    keys = _factor_keys(row, place, words, problems) if row.keys else (replaced.keys if replaced else ())
    gas = row.gas and (words.gas(row.gas) or "")
    if row.gas and not gas:
        problems.add("word.gas", place("gas"), found=row.gas, near=near(row.gas, words.gases))
    if len(problems.errors) > before or keys is None:
        return None
    return UserFactor(
        parameter,
        keys,
        row.value,
        unit,
        row.source,
        row.kind,
        row.id,
        gas or (replaced.gas if replaced else ""),
        row.lower,
        row.upper,
        row.uncertainty,
        row.distribution,
        place("value"),
    )


def _check_unit(
    unit: str, expected: tuple[str, ...], label: str | Mapping[str, str], place: Origin, problems: Collector
) -> None:
    if not unit:
        problems.add("unit.missing", place, label=label, expected="、".join(expected))
        return
    try:
        if not any(units.same_dimension(unit, u) for u in expected):
            problems.add("unit.dimension", place, unit=unit, label=label, expected="、".join(expected))
    except units.UnitError as error:
        problems.add("unit.unknown", place, unit=unit, near="、".join(dict.fromkeys((*expected, *error.near))))


def _factor_keys(
    row: OwnFactorRow, place: Callable[[str], Origin], words: Lexicon, problems: Collector
) -> tuple[tuple[str, str], ...] | None:
    """Keys of a factor: members, classes of the vocabulary, or `*`; keys without a vocabulary stay as written."""
    pairs = []
    right = True
    for part in row.keys.replace("；", ";").replace("＝", "=").split(";"):
        if not part.strip():
            continue
        name, separator, value = (x.strip() for x in part.partition("="))
        key = words.key(name) or (
            name if any(name == k for rows in words.edition.factors.values() for r in rows for k, _ in r.keys) else None
        )
        if not separator or key is None:
            problems.add(
                "word.key",
                place("keys"),
                found=part.strip(),
                near=near(name, words.key_labels),
                keys="、".join(words.key_labels),
            )
            right = False
            continue
        vocabulary = words.edition.vocabulary.get(key, {})
        member = words.category(value) if key == "category" else words._values.get(key, {}).get(fold(value))
        classes = {c for w in vocabulary.values() for c in w.classes}
        value = value if member is not None or value in classes else named(value, sorted(classes), words.edition)
        if member is None and value != "*" and value not in classes and vocabulary:
            problems.add(
                "word.value",
                place("keys"),
                label=row.parameter or row.id,
                key=words.labels(key),
                found=value,
                near=near(value, [*vocabulary, *sorted(classes)]),
            )
            right = False
        pairs.append((key, member or value))
    return tuple(sorted(pairs)) if right else None


def read_choices(sheet: Sheet, edition: Edition, problems: Collector) -> dict[str, tuple[str, str]]:
    """Named choices of a project: id -> (option, reason)."""
    chosen: dict[str, tuple[str, str]] = {}
    seen: dict[str, Origin] = {}
    declared = edition.declared.choices
    for row, place in form_rows(sheet, form("choices"), problems, _is_chosen):
        by_label = {fold(name): c.id for c in declared.values() for name in (c.id, *c.label.values())}
        name = by_label.get(fold(row.choice))
        if name is None:
            problems.add("option.unknown", place("choice"), found=row.choice, near=near(row.choice, declared))
            continue
        choice = declared[name]
        options = {fold(word): o for o in choice.options for word in (o, *choice.labels.get(o, {}).values())}
        option = options.get(fold(row.option))
        if option is None:
            problems.add(
                "option.value",
                place("option"),
                found=row.option,
                choice=choice.label,
                options="、".join(choice.options),
            )
        elif name in seen:
            problems.add("option.twice", place("choice"), choice=choice.label, other=seen[name])
        else:
            chosen[name], seen[name] = (option, row.reason), place("choice")
    return chosen
