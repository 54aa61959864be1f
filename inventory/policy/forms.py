"""The workbook in which an office gives what the yearly assessment needs: energy as assessed and GDP of its region and
the parts, year by year, and sheets for targets, plans, accepted results, indicators, actions and their progress.

Its sheets are the same tables as the files of these names; `inventory.levels` and `inventory.policy` read them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ..analysis.indicators import GDP
from ..core.edition import Edition
from ..core.problems import InventoryError, problem
from ..edition import default, load
from ..edition.parts import ScoringRow, rows
from ..forms.files import (
    ACCEPTED,
    ACTIONS,
    ALLOCATION,
    ASSESSED,
    BOUNDARY,
    CAPS,
    ENTERPRISES,
    INDICATORS,
    LONG_SHEETS,
    PLAN,
    PROGRESS,
    PROXIES,
    REGIONS,
    SCORES,
    SUBJECTS,
    TARGETS,
)
from ..forms.form import Form
from ..forms.levels import INDICATORS as INTENSITIES
from ..forms.levels import TOTALS
from ..forms.province import form
from ..levels.counties import region_row
from ..reading.lexicon import lexicon
from ..regions import Region, Tree, extended
from ..templates_xlsx.files import write_file
from ..templates_xlsx.plan import SheetPlan, SideSheet, TemplatePlan, plan
from ..templates_xlsx.plan_rows import RowPlan
from ..templates_xlsx.write import template_bytes
from . import subjects

STATED = (TARGETS, PLAN, ACCEPTED, SCORES, CAPS, INDICATORS, SUBJECTS, ACTIONS, PROGRESS)


def _with_words(kind: str, lang: str) -> Form:
    """The form of this kind, its lists with the indicators that the assessment declares, in the words of the language."""
    zh = lang == "zh"
    declared = tuple(row.label_zh if zh else row.label_en for row in subjects.declared().values())
    intensities, totals = (tuple(w for w in words if w.isascii() != zh) for words in (INTENSITIES, TOTALS))
    items = tuple(dict.fromkeys(r.label_zh if zh else r.item for r in _scored_by_hand()))
    lists: Mapping[str, Mapping[str, tuple[str, ...]]] = {
        TARGETS: {"indicator": (*intensities, *declared)},
        PLAN: {"indicator": intensities},
        ACCEPTED: {"indicator": intensities},
        SCORES: {"indicator": items},
        CAPS: {"indicator": totals},
        INDICATORS: {"indicator": declared},
        SUBJECTS: {"kind": ("行业", "企业", "公共机构") if zh else ("industry", "enterprise", "public institutions")},
        ACTIONS: {"kind": ("行动", "项目") if zh else ("action", "project")},
    }
    words = lists.get(kind, {})
    shown = form(kind)
    return replace(shown, fields=tuple(replace(f, words=words.get(f.id, f.words)) for f in shown.fields))


def _scored_by_hand() -> list[ScoringRow]:
    """Items whose points are no completion rate."""
    return [r for r in rows(load(default("assessment")), ScoringRow) if r.item not in ("annual", "cumulative")]


@dataclass(frozen=True, slots=True)
class AssessmentForms:
    """Which workbook: the region and its parts (`regions`, the whole first), the years, the base year of the prices of
    GDP; `added`: regions that the tree of the package does not have, printed on their sheet."""

    regions: tuple[str, ...]
    years: tuple[int, ...]
    price_year: int
    lang: str = "zh"
    added: tuple[Region, ...] = ()


def regions_of_forms(tree: Tree, whole: str, others: Sequence[str] = ()) -> tuple[str, ...]:
    """The region, the areas below it that exist today, and those named besides; parks report by their enterprises."""
    parts = [r.name for r in tree.children(whole) if r.level != "园区" and not r.valid_to]
    return tuple(dict.fromkeys((whole, *parts, *others)))


def write_assessment_forms(edition: Edition, tree: Tree, forms: AssessmentForms, path: Path) -> tuple[str, ...]:
    """Write the workbook; returns the titles of its sheets. Raises `InventoryError` for a region that the tree does not
    know."""
    unknown = [r for r in forms.regions if r not in tree]
    if unknown:
        raise InventoryError([problem("template.region", found="、".join(unknown), near="、".join(forms.regions[:6]))])
    inventory = extended(edition, tree)
    assessment = extended(load(default("assessment")), tree)
    product = _spread(_gdp_sheet(inventory, forms), forms)
    energy = next(
        s for s in plan(assessment, region=forms.regions[0], years=forms.years).sheets if s.sector and len(s.rows)
    )
    energy = replace(_spread(energy, forms), title=LONG_SHEETS[ASSESSED][forms.lang != "zh"])
    several = len(forms.regions) > 1
    below = (ENTERPRISES, BOUNDARY, *((ALLOCATION, PROXIES) if several else ()))
    side_forms = (
        *(SideSheet(_with_words(kind, forms.lang)) for kind in STATED),
        SideSheet(form(REGIONS), tuple(map(region_row, forms.added))),
        *(SideSheet(form(kind)) for kind in below),
    )
    main = _book(inventory, forms, (product,))
    result = replace(main, annexes=(_book(assessment, forms, (energy,)),), side_forms=side_forms, purpose="assessment")
    write_file(path, template_bytes(result))
    return (product.title, energy.title, *(s.form.title(forms.lang) for s in side_forms))


def _book(edition: Edition, forms: AssessmentForms, sheets: tuple[SheetPlan, ...]) -> TemplatePlan:
    region = lexicon(edition).region(forms.regions[0]) or forms.regions[0]
    return TemplatePlan(
        edition, region, forms.regions, forms.years, forms.lang, sheets, (), (), {}, forms.years, bare=True
    )


def _gdp_sheet(edition: Edition, forms: AssessmentForms) -> SheetPlan:
    """GDP at constant prices, one row a region; other price years are added on the rows below."""
    quantity = edition.declared.quantities[GDP]
    row = RowPlan(GDP, (("price_year", str(forms.price_year)),), quantity.unit[0], True)
    return SheetPlan(
        "地区生产总值" if forms.lang == "zh" else "GDP",
        "",
        "",
        (quantity,),
        quantity.all_keys,
        False,
        (row,),
        forms.years,
    )


def _spread(sheet: SheetPlan, forms: AssessmentForms) -> SheetPlan:
    """The sheet's rows for every region, region by region."""
    rows = tuple(replace(row, region=region) for region in forms.regions for row in sheet.rows)
    return replace(sheet, rows=rows, years=forms.years)
