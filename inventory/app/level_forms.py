"""Workbooks to fill in for the levels: the inventory of a city, county or park, and what the yearly assessment needs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from ..core.problems import Collector, Origin
from ..edition import load
from ..levels.counties import counties_of
from ..reading.lexicon import lexicon, near
from ..reading.words import unknown_region
from ..regions import built_in, extended, grown, tree_of


@dataclass(frozen=True, slots=True)
class LevelTemplateRequest:
    """A template of what a city, county or park can know."""

    level: str
    output: Path
    region: str = ""
    edition: str | Path | None = None
    lang: str = "zh"
    wanted: tuple[str, ...] = ()  # groups printed on request: coal mines, oil and gas …
    everything: bool = False
    years: tuple[int, ...] = ()  # 2005 and 2010 by default


@dataclass(frozen=True, slots=True)
class LevelTemplateResult:
    """How many quantities of the province are left out."""

    output: Path
    left_out: int


def make_level_template(request: LevelTemplateRequest) -> LevelTemplateResult:
    """Raises `InventoryError` for an unknown level or region."""
    from ..levels.template import LevelTemplate, write_level_template

    template = LevelTemplate(
        request.level, request.region, request.years, request.lang, request.wanted, request.everything
    )
    tree, problems = built_in(), Collector()
    if request.region and not lexicon(extended(load(request.edition), tree)).region(request.region):
        added = counties_of((request.region,), tree)
        tree = grown(tree, added, problems)
        if not added:
            unknown_region(request.region, Origin("--region"), near(request.region, tree.regions), problems)
        problems.raise_errors()
        template = replace(template, region=added[0].name, added=added)
    left = write_level_template(request.edition, template, request.output, tree)
    return LevelTemplateResult(request.output, left)


@dataclass(frozen=True, slots=True)
class AssessmentFormsRequest:
    """The workbook for energy as assessed, GDP, targets, indicators and actions of `region` and its parts; `others`:
    regions besides (those of before a merger); `inputs`: a project whose own regions count."""

    region: str
    output: Path
    years: tuple[int, ...] = (2010, 2011, 2012, 2013, 2014, 2015)
    price_year: int = 2010
    others: tuple[str, ...] = ()
    parts: bool = True
    inputs: tuple[Path, ...] = ()
    lang: str = "zh"
    edition: str | Path | None = None


@dataclass(frozen=True, slots=True)
class AssessmentFormsResult:
    """The workbook, how many regions are on it, the titles of its sheets."""

    output: Path
    regions: tuple[str, ...]
    sheets: tuple[str, ...]


def make_assessment_forms(request: AssessmentFormsRequest) -> AssessmentFormsResult:
    """Raises `InventoryError` for an unknown region or a faulty region tree."""
    from ..policy.forms import AssessmentForms, regions_of_forms, write_assessment_forms

    problems = Collector()
    tree = tree_of(list(request.inputs), problems)
    words = lexicon(extended(load(request.edition), tree))
    own = () if words.region(request.region) else counties_of((request.region,), tree)
    whole = words.region(request.region) or next((r.name for r in own), "")
    if not whole:
        unknown_region(request.region, Origin("--region"), near(request.region, tree.regions), problems)
        problems.raise_errors()
    tree = grown(tree, own, problems)
    added = (*own, *counties_of(request.others, tree, tree.province(whole)))
    tree = grown(tree, added, problems)
    words = lexicon(extended(load(request.edition), tree))
    others = [words.region(text) or "" for text in request.others]
    for text, region in zip(request.others, others, strict=True):
        if not region:
            unknown_region(text, Origin("--also"), near(text, tree.regions), problems)
    problems.raise_errors()
    regions = regions_of_forms(tree, whole, others) if request.parts else tuple(dict.fromkeys((whole, *others)))
    forms = AssessmentForms(regions, tuple(sorted(request.years)), request.price_year, request.lang, added)
    sheets = write_assessment_forms(words.edition, tree, forms, request.output)
    return AssessmentFormsResult(request.output, regions, sheets)
