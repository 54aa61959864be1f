"""What a project says beside its activity data: gaps to fill, review, signatures, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass

from .problems import Origin


@dataclass(frozen=True, slots=True)
class Gap:
    """A year without a figure: the series (region, quantity, item), the year, the named method (interpolation, proxy,
    trend) and why it may be used."""

    region: str
    year: int
    quantity: str
    item: tuple[tuple[str, str], ...]
    method: str
    reason: str
    proxy: str = ""
    proxy_item: tuple[tuple[str, str], ...] = ()
    uncertainty: float | None = None
    origin: Origin = Origin()


@dataclass(frozen=True, slots=True)
class Comment:
    """A reviewer's comment on a category (and gas) or a cell, with the compiler's answer; `answer` is empty while it is
    open."""

    category: str
    gas: str
    cell: str
    comment: str
    by: str
    date: str
    answer: str = ""
    answer_by: str = ""
    answer_date: str = ""
    origin: Origin = Origin()

    @property
    def open(self) -> bool:
        return not self.answer


@dataclass(frozen=True, slots=True)
class Signature:
    role: str
    name: str = ""
    organisation: str = ""
    date: str = ""
