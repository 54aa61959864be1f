"""The act of filing: from a project to the book that is printed, signed and sealed, and the check of such a book."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ..api import compile as compile_inputs
from ..core.edition import Edition
from ..core.files import noting_written
from ..core.ledger import Ledger
from ..core.problems import Problem
from ..filing import Sealed, filing_book, read_sealed
from ..filing.basis import FilingBasis
from ..filing.book import chosen_region
from ..filing.pdf import program, write_pdf
from ..sheets.write import save
from .source import Previous, compared

Progress = Callable[[str], None]


def _silent(_: str) -> None:
    return


@dataclass(frozen=True, slots=True)
class FileRequest:
    """`region` empty: the only one. `draws` None: no Monte Carlo. `pdf` None: where LibreOffice is installed."""

    inputs: tuple[Path, ...]
    output: Path
    edition: Edition | str | Path | None = None
    gwp: str | None = None
    region: str = ""
    lang: str = "zh"
    allow_fallback: bool = True
    strict: bool = False
    draws: int | None = None
    seed: int | None = None
    pdf: bool | None = None
    previous: Previous = Previous()


@dataclass(frozen=True, slots=True)
class YearTotal:
    """10⁴ t CO2e of a year with and without land-use change and forestry."""

    year: int
    without_lucf: float
    with_lucf: float


@dataclass(frozen=True, slots=True)
class FileResult:
    """What was written. `gaps` counts sources that should be estimated and have no data."""

    book: Path
    pdf: Path | None
    code: str
    region: str
    totals: tuple[YearTotal, ...]
    sheets: int
    gaps: int
    illustrative: int
    warnings: tuple[Problem, ...]


def file_inventory(request: FileRequest, progress: Progress = _silent) -> FileResult:
    """Compile and write the filing set. Raises `InventoryError` with every problem of the input, or when a place cannot
    be written."""
    progress("compile")
    ledger = compile_inputs(
        list(request.inputs),
        edition=request.edition,
        gwp=request.gwp,
        allow_fallback=request.allow_fallback,
        strict=request.strict,
    )
    return file_ledger(ledger, request, progress)


def file_ledger(ledger: Ledger, request: FileRequest, progress: Progress = _silent) -> FileResult:
    """The same from a ledger that is there already."""
    region = chosen_region(ledger, request.region)
    montecarlo = None
    if request.draws is not None:
        from ..uncertainty.montecarlo import DEFAULT_SEED, monte_carlo

        progress("montecarlo")
        montecarlo = monte_carlo(ledger, request.draws, DEFAULT_SEED if request.seed is None else request.seed)
    progress("write")
    recalculation, of_causes = compared(ledger, request.previous, request.edition)
    book, code = filing_book(ledger, region, request.lang, montecarlo, recalculation)
    pdf = None
    with noting_written():
        save(book, request.output)
        if request.pdf or (request.pdf is None and program() is not None):
            progress("pdf")
            pdf = request.output.with_suffix(".pdf")
            write_pdf(request.output, pdf)
    b = FilingBasis(ledger, region, request.lang)
    totals = tuple(YearTotal(y, b.total(y, False), b.total(y, True)) for y in b.years)
    return FileResult(
        request.output,
        pdf,
        code,
        region,
        totals,
        len(book.sheets),
        len({(c, g) for _, c, g in b.gaps}),
        b.illustrative,
        (*ledger.warnings, *of_causes),
    )


@dataclass(frozen=True, slots=True)
class SealRequest:
    """A sealed book, and the project it should come from (empty: its own code only)."""

    book: Path
    inputs: tuple[Path, ...] = ()
    edition: Edition | str | Path | None = None
    region: str = ""


@dataclass(frozen=True, slots=True)
class SealResult:
    """`project_code` is the code a book of the project would bear now; empty where no project was named."""

    sealed: Sealed
    project_code: str = ""

    @property
    def fits(self) -> bool:
        return self.sealed.fits and self.project_code in ("", self.sealed.stated)


def verify_sealed(request: SealRequest) -> SealResult:
    """Whether the pages are as they were written, and whether the project still gives them. Raises `InventoryError` for
    a file that is no such book."""
    sealed = read_sealed(request.book)
    if not request.inputs:
        return SealResult(sealed)
    ledger = compile_inputs(list(request.inputs), edition=request.edition)
    codes = [filing_book(ledger, request.region, lang)[1].replace(" ", "") for lang in ("zh", "en")]
    return SealResult(sealed, sealed.stated if sealed.stated in codes else codes[0])
