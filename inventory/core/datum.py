"""One activity datum: a figure with everything needed to walk back to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from .problems import Origin

Item = tuple[tuple[str, str], ...]
_YEARS = 32_767  # what a year column can hold
EDITED = Origin("Python", cell="edited")  # origin of a figure that a program changed


@dataclass(frozen=True, slots=True)
class Term:
    """One term of a derived datum: `value` of a source cell times shares, so that an allocated figure can be recomputed
    and shown.

    amount = sign * value * product(shares); `cell` is the source cell, `label` says what it is, `reason` why this
    share. `assumed`: one of the shares is a declared starting point that waits for the person's own figure.
    """

    label: str
    value: float
    cell: Origin
    shares: tuple[tuple[str, float], ...] = ()
    sign: int = 1
    reason: str = ""
    assumed: bool = False

    @property
    def amount(self) -> float:
        out = self.sign * self.value
        for _, share in self.shares:
            out = out * share
        return out


@dataclass(frozen=True, slots=True)
class Datum:
    """One activity datum: a quantity of one region, year and key combination.

    `item` holds (key, value) pairs without region and year; `category` is among them when the quantity is declared per
    category. `value` and `unit` are as entered; the engine converts to the quantity's canonical unit and keeps both.
    `uncertainty` is a relative 95 % half-width in percent.
    """

    region: str
    year: int
    quantity: str
    item: tuple[tuple[str, str], ...]
    value: float
    unit: str
    source: str = ""
    uncertainty: float | None = None
    note: str = ""
    data_kind: str = ""
    origin: Origin = Origin()
    terms: tuple[Term, ...] = ()
    distribution: str = ""

    @property
    def keys(self) -> Mapping[str, str]:
        """The keys of the datum (season, fuel, …) with their values, without region and year."""
        return dict(self.item)

    def edited(self, value: float, unit: str = "") -> Datum:
        """This datum with another value, as a scenario or a correction made in a program gives it.

        Its origin is the program and no longer the cell (which holds another number); the note keeps the old value and
        place.
        """
        before = f"{self.value:g} {self.unit}" + (f"（{self.origin}）" if str(self.origin) else "")
        note = "；".join(filter(None, (self.note, f"程序中修改，原为 {before}")))
        return replace(self, value=float(value), unit=unit or self.unit, origin=EDITED, terms=(), note=note)


_NEW = object.__new__


def view(
    region: str,
    subject: tuple[str, Item, str],
    provenance: tuple[str, float | None, str, str, str],
    figure: tuple[int, float],
    origin: Origin,
    terms: tuple[Term, ...],
) -> Datum:
    """A row of columns as a `Datum`: `subject` is quantity, keys and unit, `provenance` source, uncertainty, note, kind
    and distribution, `figure` year and value.

    Equal to `Datum(…)` (a test says so); the slots are set directly, the frozen constructor takes twice the time.
    """
    d = _NEW(Datum)
    quantity, item, unit = subject
    source, uncertainty, note, kind, distribution = provenance
    year, value = figure
    _REGION(d, region)
    _YEAR(d, year)
    _QUANTITY(d, quantity)
    _ITEM(d, item)
    _VALUE(d, value)
    _UNIT(d, unit)
    _SOURCE(d, source)
    _UNCERTAINTY(d, uncertainty)
    _NOTE(d, note)
    _KIND(d, kind)
    _ORIGIN(d, origin)
    _TERMS(d, terms)
    _DISTRIBUTION(d, distribution)
    return d


_REGION, _YEAR, _QUANTITY, _ITEM, _VALUE, _UNIT, _SOURCE, _UNCERTAINTY, _NOTE, _KIND, _ORIGIN, _TERMS, _DISTRIBUTION = (
    getattr(Datum, f.name).__set__ for f in fields(Datum)
)


def typed(d: Datum) -> bool:
    """Whether year and value are numbers that fit into columns."""
    if type(d.year) is not int or not -_YEARS <= d.year <= _YEARS:
        return False
    if isinstance(d.value, float):
        return True
    return type(d.value) is int and abs(d.value) < 2**1023  # or an array of floats cannot hold it
