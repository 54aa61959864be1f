"""The named choices of an inventory, with what every other option would change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..analysis.choices import ChoiceEffect, choice_effects
from ..core.ledger import Ledger


@dataclass(frozen=True, slots=True)
class ChoicesRequest:
    """A ledger; `least`: leave out options that change no total by that many t CO2e (options that cannot be computed
    stay)."""

    ledger: Ledger
    least: float = 0.0


@dataclass(frozen=True, slots=True)
class OptionRow:
    """One option of a choice, largest effect first. `change`: t CO2e by region and year; None: in force, not used or
    not computable (`remark` says)."""

    choice: str
    label: Mapping[str, str]
    option: str
    option_label: Mapping[str, str]
    in_force: bool
    change: Mapping[tuple[str, int], float] | None
    remark: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ChoicesResult:
    """The options of every named choice in force."""

    rows: tuple[OptionRow, ...]


def named_choices(request: ChoicesRequest) -> ChoicesResult:
    """All options, those of the choice with the largest effect first, the one in force before the others."""
    effects: dict[str, list[ChoiceEffect]] = {}
    for effect in choice_effects(request.ledger):
        if not effect.change or effect.size >= request.least:
            effects.setdefault(effect.choice, []).append(effect)
    rows: list[OptionRow] = []
    for name in sorted(
        effects, key=lambda c: (-max(e.size for e in effects[c]), list(request.ledger.choices).index(c))
    ):
        rows.append(_row(request.ledger, name, request.ledger.choices[name][0], None))
        rows += [_row(request.ledger, name, e.option, e) for e in effects[name]]
    return ChoicesResult(tuple(rows))


def _row(ledger: Ledger, name: str, option: str, effect: ChoiceEffect | None) -> OptionRow:
    declared = ledger.edition.declared.choices[name]
    remark: Mapping[str, str] = {"zh": "", "en": ""}
    if effect is not None and not effect.used:
        remark = {"zh": "本清单没有用到", "en": "nothing in this inventory depends on it"}
    elif effect is not None and effect.missing:
        remark = {
            "zh": f"现有数据不能计算：{effect.missing[0].text('zh')}",
            "en": f"cannot be computed with these data: {effect.missing[0].text('en')}",
        }
    change = effect.change if effect is not None and effect.used and not effect.missing else None
    return OptionRow(
        name,
        declared.label,
        option,
        declared.labels.get(option, {"zh": option, "en": option}),
        effect is None,
        change,
        remark,
    )
