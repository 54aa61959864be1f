"""Uncertainty, key categories, quality control, recalculation: figures as data; tables and sentences are made by the
faces."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..analysis.findings import write_answers
from ..analysis.key_categories import KeyCategoryRanking, all_assessments
from ..analysis.quality import Quality, check_quality
from ..analysis.recalculation import LineChange, Recalculation, compare
from ..core.ledger import Ledger
from ..core.problems import Problem, latin_lists
from ..sheets.english import dictionary
from ..templates_xlsx.answers import write_answer_form
from ..uncertainty.approach1 import Approach1
from ..uncertainty.labels import label_of
from ..uncertainty.propagation import approach_1
from ..uncertainty.results import MonteCarlo
from ..uncertainty.targets import UncertaintyTarget
from .acts import Around
from .source import Draws, Source, causes_of, compiled, drawn, stale


@dataclass(frozen=True, slots=True)
class UncertaintyRequest:
    """Approach 1, and approach 2 where draws are asked for."""

    source: Source
    draws: Draws = Draws()


@dataclass(frozen=True, slots=True)
class FigureSpread:
    """A figure with its 95 % interval: t CO2e and percent; `guideline_pct` by the guideline's rule, `shared_pct` with
    inputs that several lines share.

    `covered`: part of the emission whose inputs all have a stated uncertainty; below 1 the percentages are lower
    bounds. Sampled bounds: None without draws.
    """

    target: UncertaintyTarget
    label: Mapping[str, str]
    emission_t: float
    guideline_pct: float | None
    shared_pct: float | None
    covered: float
    low_t: float | None = None
    high_t: float | None = None
    low_pct: float | None = None
    high_pct: float | None = None

    @property
    def lower_bound(self) -> bool:
        return self.covered < 1.0


@dataclass(frozen=True, slots=True)
class Unstated:
    """An input whose uncertainty the project does not state, and the t CO2e that hang on it; `assumed_pct`: the
    edition's declared default."""

    label: Mapping[str, str]
    reach_t: float
    assumed_pct: float | None = None


@dataclass(frozen=True, slots=True)
class UncertaintyResult:
    """Figures in the order of the category tree; inputs with a declared default and inputs without any, largest reach
    first."""

    ledger: Ledger
    figures: tuple[FigureSpread, ...]
    assumed: tuple[Unstated, ...]
    unstated: tuple[Unstated, ...]
    sampled: bool


def assess_uncertainty(request: UncertaintyRequest, around: Around | None = None) -> UncertaintyResult:
    """Raises `InventoryError` as compiling does, and for statements about uncertainty that make no sense."""
    ledger = compiled(request.source)
    result = approach_1(ledger)
    return uncertainty_of(ledger, result, drawn(ledger, request.draws, around or Around()))


def uncertainty_of(ledger: Ledger, result: Approach1, sampled: MonteCarlo | None = None) -> UncertaintyResult:
    """The same of a compiled inventory."""
    figures = []
    for n in result.targets_tree.in_order(ledger.edition):
        u = result.targets[n]
        spread = sampled.targets[n] if sampled is not None and u.guideline_pct is not None else None
        bounds = (spread.low, spread.high, spread.low_pct, spread.high_pct) if spread is not None else (None,) * 4
        figures.append(
            FigureSpread(
                u.target, _label(ledger, u.target), float(u.emission), u.guideline_pct, u.shared_pct, u.covered, *bounds
            )
        )
    assumed = tuple(
        Unstated(
            label_of(ledger, item), reach, item.distribution.relative_pct if item.distribution is not None else 0.0
        )
        for item, reach in result.assumed()
    )
    requests = tuple(Unstated(label_of(ledger, item), reach) for item, reach in result.requests())
    return UncertaintyResult(ledger, tuple(figures), assumed, requests, sampled is not None)


def _label(ledger: Ledger, target: UncertaintyTarget) -> Mapping[str, str]:
    if target.category:
        return {
            lang: f"{target.category} {ledger.edition.label_of_category(target.category, lang)}"
            for lang in ("zh", "en")
        }
    return {
        "total": {"zh": "总量", "en": "total"},
        "total_without_lucf": {"zh": "总量（不含土地利用变化和林业）", "en": "total without LUCF"},
    }[target.level]


@dataclass(frozen=True, slots=True)
class KeyCategoriesRequest:
    """Level and trend, approach 1 and 2."""

    source: Source


@dataclass(frozen=True, slots=True)
class KeyCategoriesResult:
    """Rankings, and (category, gas) whose uncertainty is unknown and that approach 2 cannot rank."""

    ledger: Ledger
    assessments: tuple[KeyCategoryRanking, ...]
    unknown: tuple[tuple[str, str], ...]


def find_key_categories(request: KeyCategoriesRequest) -> KeyCategoriesResult:
    """Raises `InventoryError` as compiling does."""
    ledger = compiled(request.source)
    assessments = all_assessments(ledger, approach_1(ledger))
    return KeyCategoriesResult(
        ledger, tuple(assessments), tuple(sorted({key for a in assessments for key in a.unknown}))
    )


@dataclass(frozen=True, slots=True)
class QualityRequest:
    """All checks of quality control. `output`: the findings as a sheet to answer (.xlsx) for the project folder."""

    source: Source
    output: Path | None = None
    lang: str = "zh"


@dataclass(frozen=True, slots=True)
class QualityResult:
    """Outcomes, findings with answers, remarks, and the text of the list to answer (answers.csv)."""

    log: Quality
    problems: tuple[Problem, ...]
    answers_csv: str


def control_quality(request: QualityRequest) -> QualityResult:
    """Raises `InventoryError` as compiling does."""
    ledger = compiled(request.source)
    log = check_quality(ledger, uncertainty=approach_1(ledger))
    if request.output is not None:
        write_answer_form(log.findings, request.output, request.lang)
    words = dictionary(ledger.edition)
    worded = (lambda text: latin_lists(words.within(text))) if request.lang == "en" else str
    return QualityResult(log, tuple(log.problems()), write_answers(log.findings, request.lang, worded))


@dataclass(frozen=True, slots=True)
class CompareVersionsRequest:
    """Two versions (filed workbook, results CSV or project), each with its edition; `output`: the comparison as a
    workbook."""

    old: Path
    new: Path
    edition: str | Path | None = None
    new_edition: str | Path | None = None
    gwp: str | None = None
    causes: Path | None = None
    output: Path | None = None
    lang: str = "zh"


@dataclass(frozen=True, slots=True)
class CompareVersionsResult:
    """The comparison; `totals` by region and year with the part of each cause; changed lines; causes given for lines
    that did not change."""

    comparison: Recalculation
    totals: tuple[tuple[str, int, Mapping[str, float]], ...]
    changed: tuple[LineChange, ...]
    problems: tuple[Problem, ...]


def compare_versions(request: CompareVersionsRequest) -> CompareVersionsResult:
    """Raises `InventoryError` for a version that cannot be read, and for causes that are not as they should be."""
    from ..versions import read_version

    statement = causes_of(request.causes)
    old = read_version(request.old, request.edition, request.gwp)
    result = compare(old, read_version(request.new, request.new_edition or request.edition, request.gwp), statement)
    if request.output is not None:
        from ..edition import load
        from ..workbook.recalculation_sheet import write_recalculation

        write_recalculation(result, load(request.edition), request.output, request.lang)
    totals = tuple((region, year, result.totals(region, year)) for region, year in result.places)
    return CompareVersionsResult(result, totals, tuple(result.changed), stale(result, statement, request.causes))
