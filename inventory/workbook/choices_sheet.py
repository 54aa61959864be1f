"""The named choices: what is in force and why, and what every other option would change, in 万t CO2e."""

from __future__ import annotations

from collections.abc import Sequence

from ..analysis.choices import ChoiceEffect, choice_effects
from ..sheets.model import OutputSheet, shared_decimals
from .context import Filing, header, heading, note_rows

WAN = 1e4
MOST_PLACES = 12  # columns of effects; more regions and years are added up by year
COLUMNS = ("choice", "option", "how_set", "reason")
Group = tuple[tuple[str, int], ...]


def choices_sheet(f: Filing, sheet: OutputSheet) -> None:
    """One row an option: the one in force first, with its reason; the others with the change of the total that they
    would make."""
    t, ledger = f.t, f.ledger
    groups = _groups(f)
    labels = [
        *(t(f"column.{c}") for c in COLUMNS),
        *(label for label, _ in groups),
        t("column.remark"),
        t("column.quantity_id"),
    ]
    row = first = header(sheet, heading(sheet, t, t("choices.effect_note")), labels)
    sheet.freeze, sheet.head = (row, 2), (row - 1, row - 1)
    sheet.widths.update(
        {
            0: 30,
            1: 40,
            2: 12,
            3: 56,
            **dict.fromkeys(range(4, 4 + len(groups)), 14),
            4 + len(groups): 40,
            5 + len(groups): 30,
        }
    )
    if not ledger.choices:
        sheet.text(row, 0, t("choices.none"), "note")
        return
    effects: dict[str, list[ChoiceEffect]] = {}
    for effect in choice_effects(ledger):
        effects.setdefault(effect.choice, []).append(effect)
    for name in sorted(ledger.choices, key=lambda c: -max((e.size for e in effects.get(c, [])), default=0.0)):
        row = _choice(f, sheet, row, name, effects.get(name, []), groups)
    note_rows(f, sheet, first, row, len(labels))


def _groups(f: Filing) -> list[tuple[str, Group]]:
    """Columns of effects: each region and year, or each year where there are many regions."""
    places = [(region, year) for region in f.ledger.regions for year in f.ledger.years]
    many = len(f.ledger.regions) > 1
    if len(places) > MOST_PLACES:
        return [
            (f.t("choices.effect", place=str(year)), tuple(p for p in places if p[1] == year))
            for year in f.ledger.years
        ]
    return [
        (
            f.t("choices.effect", place=f"{f.value_label('region', region)} {year}" if many else str(year)),
            ((region, year),),
        )
        for region, year in places
    ]


def _choice(
    f: Filing,
    sheet: OutputSheet,
    row: int,
    name: str,
    effects: Sequence[ChoiceEffect],
    groups: Sequence[tuple[str, Group]],
) -> int:
    t, declared = f.t, f.edition.declared.choices[name]
    option, reason = f.ledger.choices[name]
    own = name in f.ledger.project.choices
    last = len(COLUMNS) + len(groups)
    sheet.text(row, 0, t.label(declared.label, name), "wrap")
    sheet.text(row, 1, t.label(declared.labels.get(option, {}), option), "wrap")
    sheet.text(row, 2, t("choices.user" if own else "choices.default"), "center")
    sheet.text(row, 3, reason if own else t.label(declared.reason), "wrap")
    for i in range(len(groups)):
        sheet.text(row, len(COLUMNS) + i, t("choices.in_force"), "center")
    sheet.text(row, last, "")
    sheet.text(row, last + 1, f"{name}={option}")
    for effect in effects:
        row += 1
        sheet.text(row, 0, "")
        sheet.text(row, 1, t.label(declared.labels.get(effect.option, {}), effect.option), "wrap")
        sheet.text(row, 2, t("choices.other"), "center")
        sheet.text(row, 3, "")
        _effect(f, sheet, row, effect, groups)
        sheet.text(row, last + 1, f"{name}={effect.option}")
    return row + 1


def _effect(f: Filing, sheet: OutputSheet, row: int, effect: ChoiceEffect, groups: Sequence[tuple[str, Group]]) -> None:
    computed = effect.used and not effect.missing
    for i, (_, places) in enumerate(groups):
        if computed:
            value = sum(effect.change.get(p, 0.0) for p in places) / WAN
            sheet.number(row, len(COLUMNS) + i, value, f"num:{shared_decimals([value])}")
        else:
            sheet.text(row, len(COLUMNS) + i, "—", "notation")
    text = (
        ""
        if computed
        else f.t("choices.not_used")
        if not effect.used
        else f.t("choices.lacking", what=effect.missing[0].text(f.lang))
    )
    sheet.text(row, len(COLUMNS) + len(groups), text, "wrap")
