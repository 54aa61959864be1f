"""The fill-in workbook of a city, a county or a park: what its statistics supply, electricity and heat bought by user,
what crosses its border, its enterprises."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from ..analysis.indicators import GDP, POPULATION, PUBLISHED_ENERGY
from ..core.edition import Edition
from ..core.problems import InventoryError, Origin, problem
from ..edition import default, load
from ..forms.files import BOUNDARY, CROSSING, ENTERPRISES, LONG_SHEETS, OUTSIDE, REGIONS
from ..forms.levels import LEVEL_WORDS, LEVELS
from ..forms.province import form
from ..regions import Region, Tree, built_in, extended
from ..templates_xlsx.files import write_file
from ..templates_xlsx.plan import SheetPlan, SideSheet, TemplatePlan, plan
from ..templates_xlsx.write import template_bytes
from .counties import region_row
from .knowable import for_level, on_request

PROVINCE = "省级"
# the energy balance table is printed on request: few cities and no county compile one
BALANCE = ("balance", "能源平衡表", "energy balance table")
# the title of the sheet of what no method asks for
TOGETHER = ("人口、生产总值、能源总量", "Population, GDP, total energy")
STATEMENTS = ("gapfill", "uncertainty", "answers", "signatures")  # of a city; the others with `everything`


@dataclass(frozen=True, slots=True)
class LevelTemplate:
    """Which template: the level, the region and the years printed in it, the groups printed on request (ids, or names
    in either language; `everything` prints all)."""

    level: str
    region: str = ""
    years: tuple[int, ...] = ()
    lang: str = "zh"
    wanted: tuple[str, ...] = ()
    everything: bool = False
    added: tuple[Region, ...] = ()  # regions that the package does not know: the workbook says what they are


def write_level_template(
    edition: Edition | str | Path | None, template: LevelTemplate, path: Path, tree: Tree | None = None
) -> int:
    """Write a template of what a level can know; returns how many quantities it leaves out. Raises `InventoryError` for
    an unknown level, region or group."""
    word = LEVEL_WORDS.get(template.level.lower(), template.level)
    if word not in LEVELS:
        raise InventoryError([problem("levels.level", Origin("--level"), found=template.level)])
    tree = tree or built_in()
    whole = extended(load(edition), tree)
    groups = on_request(whole, word)
    names = {name: id for id, r in groups.items() for name in (id, r.label_zh, r.label_en)}
    unknown = [w for w in template.wanted if w not in names and w not in BALANCE]
    if unknown:
        known = "、".join([*(r.label_zh for r in groups.values()), BALANCE[1]])
        raise InventoryError([problem("levels.group", Origin("--with"), found="、".join(unknown), known=known)])
    wanted = None if template.everything else [names[w] for w in template.wanted if w in names]
    narrow = for_level(whole, word, wanted)
    result = plan(narrow, region=template.region, years=template.years, lang=template.lang)
    if LEVELS.index(word) > LEVELS.index(PROVINCE):
        with_balance = template.everything or any(w in BALANCE for w in template.wanted)
        result = replace(
            result,
            sheets=_together(result),
            balance_tables=with_balance,
            statements=None if template.everything else STATEMENTS,
            annexes=(_crossing(result, tree),),
            side_forms=(
                *(SideSheet(form(kind)) for kind in (ENTERPRISES, BOUNDARY)),
                *((SideSheet(form(REGIONS), tuple(map(region_row, template.added))),) if template.added else ()),
            ),
        )
    write_file(path, template_bytes(result))
    return len(whole.declared.quantities) - len(narrow.declared.quantities)


def _together(result: TemplatePlan) -> tuple[SheetPlan, ...]:
    """Population, GDP and total energy, which no method of a city asks for, on one sheet."""
    sheets, english = result.sheets, result.lang != "zh"
    apart = [s for s in sheets if {q.id for q in s.quantities} <= {GDP, POPULATION, PUBLISHED_ENERGY}]
    if len(apart) < 2:
        return sheets
    joined = replace(
        apart[0],
        title=TOGETHER[english],
        reference="",
        quantities=tuple(q for s in apart for q in s.quantities),
        keys=tuple(dict.fromkeys(k for s in apart for k in s.keys)),
        with_item=False,
        rows=tuple(r for s in apart for r in s.rows),
    )
    return tuple(joined if s is apart[0] else s for s in sheets if s is apart[0] or s not in apart)


def _crossing(result: TemplatePlan, tree: Tree) -> TemplatePlan:
    """Electricity and heat bought by user, and activities across the border: optional, beside the inventory's total."""
    edition = extended(load(default("city")), tree)
    annex = plan(edition, region=result.region, years=result.base_years, lang=result.lang)
    sheets: list[SheetPlan] = []
    for sheet in (s for s in annex.sheets if s.sector):
        rows = tuple(replace(row, required=False) for row in sheet.rows)
        titles = CROSSING if sheets else LONG_SHEETS[OUTSIDE]
        sheets.append(replace(sheet, title=titles[result.lang != "zh"], rows=rows))
    return replace(annex, sheets=tuple(sheets))
