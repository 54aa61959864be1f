"""The final set as one archive with a short code, and its recomputation."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..archive import FilingSettings, Verification, freeze, verify
from ..core.problems import Problem
from .source import Draws, Source


@dataclass(frozen=True, slots=True)
class FreezeRequest:
    """What goes into the archive (`output`, .zip). `previous`: an older version for the sheet of recalculation;
    `template`: an own report template."""

    source: Source
    output: Path
    template: Path | None = None
    previous: Path | None = None
    draws: Draws = Draws()
    report: bool = True
    charts: bool = True
    lang: str = "zh"


@dataclass(frozen=True, slots=True)
class FreezeResult:
    """The archive, its code, and remarks."""

    output: Path
    code: str
    problems: tuple[Problem, ...]


def freeze_set(request: FreezeRequest) -> FreezeResult:
    """Raises `InventoryError` as compiling does, and when the archive would stand inside an input folder."""
    s = request.source
    settings = FilingSettings(
        gwp=s.gwp,
        lang=request.lang,
        allow_fallback=s.allow_fallback,
        strict=s.strict,
        charts=request.charts,
        report=request.report,
        draws=request.draws.draws,
        seed=request.draws.seed,
    )
    result = freeze(
        list(s.inputs),
        request.output,
        edition=s.edition,
        settings=settings,
        template=request.template,
        previous=request.previous,
    )
    return FreezeResult(request.output, result.code, result.warnings)


@dataclass(frozen=True, slots=True)
class VerifyRequest:
    """A frozen archive."""

    archive: Path


@dataclass(frozen=True, slots=True)
class VerifyResult:
    """Every file against the manifest, every figure computed again."""

    verification: Verification

    @property
    def holds(self) -> bool:
        return self.verification.untouched and self.verification.figures_same


def verify_archive(request: VerifyRequest) -> VerifyResult:
    """Raises `InventoryError` for a file that is no archive; a recomputation that fails is part of the result."""
    return VerifyResult(verify(request.archive))
