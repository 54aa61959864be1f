"""The Python API: read input, compile it to a Ledger, write what is filed. The command line is made of these functions.

Example:
    ledger = compile(["examples/jiangsu"], gwp="AR4")
    ledger.to_frame().query("category == '1.1.1.1'")
    write_workbook(ledger, "江苏.xlsx")
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeGuard, Union

from .compiling import compile_project
from .core.account import FigureAccount
from .core.activity import Project
from .core.edition import Edition
from .core.ledger import RESULT_COLUMNS, Ledger
from .core.problems import Collector, InventoryError, Problem, in_order, problem
from .edition import load
from .sheets.csvfile import write_csv

if TYPE_CHECKING:
    import pandas as pd

    from .analysis.recalculation import Recalculation
    from .uncertainty.results import MonteCarlo

Input = Union["str", Path, "Sequence[str | Path]", Project, "pd.DataFrame"]


def load_edition(name: Edition | str | Path | None = None) -> Edition:
    """An edition by id (`prov2011`) or by the folder of your own copy or overlay; None, here and in every function that
    takes an edition: the one whose manifest says `default = true`. Raises `InventoryError` with every fault
    of its files, each with file and line, and for an id that there is none of."""
    return load(name)


def read(source: Input, edition: Edition | str | Path | None = None) -> tuple[Project, list[Problem]]:
    """Read a project folder, a workbook, a long CSV, or several of them, or a pandas frame in the long layout, without
    computing.

    Problems are returned, not raised. Regions, keys and quantities of a frame may be written in Chinese or English,
    years as numbers or text.
    """
    from .reading import read_project

    chosen, of_tree = _with_regions(source, edition)
    if isinstance(source, Project):
        from .reading.programs import of_program

        return of_program(source, chosen)
    if _is_frame(source):
        from .reading.frames import read_frame

        return read_frame(source, chosen)
    project, problems = read_project([Path(p) for p in _paths(source)], chosen)
    return project, [*of_tree, *problems]


def _is_frame(source: Any) -> TypeGuard[pd.DataFrame]:
    """A pandas frame, without importing pandas to ask."""
    return hasattr(source, "itertuples") and hasattr(source, "columns")


def _paths(source: Input) -> list[str | Path]:
    if isinstance(source, Project) or _is_frame(source):
        return []
    given: list[Any] = (
        [source] if isinstance(source, (str, Path)) else list(source) if isinstance(source, Iterable) else [None]
    )
    if not all(isinstance(p, (str, Path)) for p in given):
        raise InventoryError([problem("program.source", found=type(source).__name__)])
    return given


def _with_regions(source: Input, edition: Edition | str | Path | None) -> tuple[Edition, list[Problem]]:
    """The edition with the cities, counties and parks of the region tree and of the project's own `regions.csv`."""
    from .regions import extended, tree_of

    problems = Collector()
    if not isinstance(edition, (str, Path, Edition, type(None))):
        raise InventoryError([problem("program.edition", found=type(edition).__name__)])
    return extended(load(edition), tree_of(_paths(source), problems)), problems.reported


def compile(
    source: Input,
    *,
    edition: Edition | str | Path | None = None,
    gwp: str | None = None,
    allow_fallback: bool = True,
    strict: bool = False,
) -> Ledger:
    """Read and compute. Raises `InventoryError` carrying every problem found (place, found, expected, remedy) when any
    is an error.

    gwp: guideline (default), SAR, AR4, AR5, AR6 or a set of the edition. allow_fallback=False forbids the edition's
    declared substitutes. strict=True refuses default factors that nobody has checked against the printed guideline.
    """
    chosen, _ = _with_regions(source, edition)
    project, problems = read(source, chosen)
    try:
        return compile_project(
            project, chosen, gwp=gwp, allow_fallback=allow_fallback, strict=strict, read_problems=problems
        )
    except InventoryError as error:
        error.account = project.account
        raise


def check(source: Input, *, edition: Edition | str | Path | None = None) -> list[Problem]:
    """All problems of an input, errors first; an empty list means that it compiles, and completely, without a
    remark. Raises nothing but `InventoryError` for an edition that cannot be loaded."""
    return list(examine(source, edition=edition).problems)


@dataclass(frozen=True)
class Examined:
    """What an input holds and what is wrong with it. `account` is None for a project that was not read from files;
    after errors it says only what was read, counted and refused, because what figures are used for is known when they
    have been computed."""

    problems: tuple[Problem, ...]
    account: FigureAccount | None


def examine(source: Input, *, edition: Edition | str | Path | None = None) -> Examined:
    """`check` together with the account of figures (`inventory.core.account`): where every number of every file
    went."""
    from .analysis.account import account_of, remarks
    from .core.completeness import line_problems, state_of
    from .uncertainty.inputs import inputs_of

    try:
        ledger = compile(source, edition=edition)
    except InventoryError as error:
        return Examined(tuple(error.problems), error.account if isinstance(error.account, FigureAccount) else None)
    stated = Collector()
    inputs_of(ledger, problems=stated)  # statements about uncertainty are first looked at when the workbook is laid out
    account = account_of(ledger)
    problems = [
        *ledger.warnings,
        *stated.reported,
        *line_problems(state_of(ledger)),
        *(remarks(account) if account else ()),
    ]
    return Examined(tuple(in_order(problems)), account)


def write_workbook(
    ledger: Ledger,
    path: str | Path,
    lang: str = "zh",
    *,
    montecarlo: MonteCarlo | None = None,
    recalculation: Recalculation | None = None,
) -> None:
    """Write the filed workbook (`.xlsx`); an existing file is replaced only when the new one is complete.

    montecarlo: result of `inventory.uncertainty.montecarlo.monte_carlo` for this ledger. recalculation: of
    `inventory.analysis.recalculation.compare` with an older version. Both add sheets. Raises `InventoryError` when the
    place cannot be written or stated uncertainties make no sense.
    """
    from .workbook import write_filing

    write_filing(ledger, Path(path), lang, montecarlo=montecarlo, recalculation=recalculation)


def write_report(
    ledger: Ledger,
    path: str | Path,
    lang: str = "zh",
    template: str | Path | None = None,
    charts: bool = True,
    montecarlo: MonteCarlo | None = None,
) -> None:
    """Draft the inventory report (`.docx`) from a ledger; `template` is a document of your own with placeholders. Needs
    the extra `report`. Raises `InventoryError` for a place not writable, an unknown placeholder, or charts without the
    extra or without a font for the language."""
    from .core.files import write_bytes
    from .report import document

    write_bytes(path, document.report_bytes(ledger, lang, template, charts, montecarlo))


def write_results(ledger: Ledger, path: str | Path, lang: str = "zh") -> None:
    """Write one CSV row per ledger line, with the columns of `Ledger.to_frame()`; masses with full precision.

    Columns and the words in them are the same in every language; with `lang="en"` the English of region, category, item
    and method stands behind them (`region_en` …), which `read_results` leaves aside. Raises `InventoryError` for a place
    not writable.
    """
    if lang == "en":
        from .sheets.labels import LABEL_COLUMNS, labelled

        write_csv(path, labelled(ledger), (*RESULT_COLUMNS, *LABEL_COLUMNS))
        return
    write_csv(path, ledger.records(), RESULT_COLUMNS)


def dictionary(table: str, edition: Edition | str | Path | None = None, lang: str = "zh") -> pd.DataFrame:
    """What an edition declares, as a pandas frame: `quantities` (what is entered, with units, keys and bounds),
    `parameters`, `factors` (every row with source and standing), `categories`, `equations`, `words` (what keys may be,
    in every spelling that is understood).

    Raises `InventoryError` naming the tables there are when `table` is none of them.
    """
    import pandas as pd

    from .edition.dictionary import TABLES

    if table not in TABLES:
        raise InventoryError([problem("edition.unknown_table", table=table, known=", ".join(TABLES))])
    return pd.DataFrame(TABLES[table](load(edition), lang))


def quantities(edition: Edition | str | Path | None = None, lang: str = "zh") -> pd.DataFrame:
    """What may be entered, one row a quantity: `dictionary("quantities")`."""
    return dictionary("quantities", edition, lang)


def factors(edition: Edition | str | Path | None = None, lang: str = "zh") -> pd.DataFrame:
    """The default factors, one row each with source and standing: `dictionary("factors")`."""
    return dictionary("factors", edition, lang)
