"""Activity data in columns: what a project holds and the engine computes on, one row a figure.

A row is a year, a value, three codes and the place of its cell. The codes stand for what repeats and is kept once: the
region; the subject (quantity, keys, unit); the provenance (source, uncertainty, note …). `Datum` is the view of one
row: made when somebody looks at it, kept by nobody.
"""

from __future__ import annotations

import functools
import operator
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, overload

import numpy as np
from numpy.typing import NDArray

from .datum import Datum, Item, Term, typed, view
from .origins import OriginColumns, OriginsBuilder, copied, frozen
from .problems import Origin

Rows = NDArray[np.intp]
BLOCK = 65_536  # rows whose views are made at a time
_TUPLE = tuple.__new__  # without the check of a NamedTuple's own constructor


class ActivitySubject(NamedTuple):
    """What a figure measures: a quantity under its keys, in the unit as entered."""

    quantity: str
    item: Item
    unit: str


class Provenance(NamedTuple):
    """Where a figure is from and what is said of it."""

    source: str = ""
    uncertainty: float | None = None
    note: str = ""
    data_kind: str = ""
    distribution: str = ""


_SUBJECT_OF = operator.attrgetter(*ActivitySubject._fields)
_PROVENANCE_OF = operator.attrgetter(*Provenance._fields)


@dataclass(frozen=True, eq=False, repr=False)
class ActivityColumns(Sequence[Datum]):
    """Activity data as a sequence of `Datum`s that are kept in columns. Frozen; the arrays cannot be written.

    `region`, `subject`, `provenance` (codes into the tuples of the same name in the plural), `year`, `value` and
    `origins` are equally long. `terms` has the rows that were derived from other cells. `untyped` has what a program
    gave with a year or value that is no number: kept as given until the check of programs' data names it; its row
    holds year 0 and NaN.
    """

    regions: tuple[str, ...]
    subjects: tuple[ActivitySubject, ...]
    provenances: tuple[Provenance, ...]
    region: NDArray[np.int32]
    subject: NDArray[np.int32]
    provenance: NDArray[np.int32]
    year: NDArray[np.int16]
    value: NDArray[np.float64]
    origins: OriginColumns
    terms: Mapping[int, tuple[Term, ...]]
    untyped: Mapping[int, Datum]

    @classmethod
    def of(cls, data: Iterable[Datum]) -> ActivityColumns:
        """These data in columns; columns as they are."""
        if isinstance(data, ActivityColumns):
            return data
        builder = ColumnsBuilder()
        for d in data:
            builder.add(d)
        return builder.build() if len(builder) else NO_DATA

    # ---- a sequence of views ----

    def __len__(self) -> int:
        return len(self.value)

    @overload
    def __getitem__(self, index: int) -> Datum: ...
    @overload
    def __getitem__(self, index: slice) -> ActivityColumns: ...
    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return self.take(np.arange(len(self))[index])
        i = operator.index(index)
        i += len(self) if i < 0 else 0
        if not 0 <= i < len(self):
            raise IndexError(index)
        if i in self.untyped:
            return self.untyped[i]
        words = (self.regions[self.region[i]], self.subjects[self.subject[i]], self.provenances[self.provenance[i]])
        return view(*words, (int(self.year[i]), float(self.value[i])), self.origins.at(i), self.terms.get(i, ()))

    def __iter__(self) -> Iterator[Datum]:
        regions, subjects, provenances = self.regions, self.subjects, self.provenances
        terms, untyped = self.terms, self.untyped
        for first in range(0, len(self), BLOCK):
            part = slice(first, first + BLOCK)
            each = zip(
                self.region[part].tolist(),
                self.subject[part].tolist(),
                self.provenance[part].tolist(),
                zip(self.year[part].tolist(), self.value[part].tolist(), strict=True),
                self.origins.some(first, first + BLOCK),
                strict=True,
            )
            for i, (region, subject, provenance, figure, origin) in enumerate(each, first):
                if i in untyped:
                    yield untyped[i]
                else:
                    of = terms.get(i, ())
                    yield view(regions[region], subjects[subject], provenances[provenance], figure, origin, of)

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, ActivityColumns | tuple | list):
            return NotImplemented
        return len(self) == len(other) and all(a == b for a, b in zip(self, other, strict=True))

    def __hash__(self) -> int:
        return hash(tuple(self))  # that of the tuple it is equal to

    def __repr__(self) -> str:
        return f"ActivityColumns({len(self)} data on {len(self.subjects)} subjects)"

    def __add__(self, more: Iterable[Datum]) -> ActivityColumns:
        return joined((self, ActivityColumns.of(more)))

    def __radd__(self, before: Iterable[Datum]) -> ActivityColumns:
        return joined((ActivityColumns.of(before), self))

    # ---- columns ----

    def decoded(self, name: str) -> list[Any]:
        """One field of every row, as a `Datum` has it; `subject` is quantity, keys and unit in one."""
        if name == "year":
            out: list[Any] = self.year.tolist()
        elif name == "value":
            out = self.value.tolist()
        elif name == "origin":
            out = self.origins.some(0, len(self))
        elif name == "terms":
            out = [self.terms.get(i, ()) for i in range(len(self))]
        else:
            words, codes = self._coded(name)
            out = [words[c] for c in codes.tolist()]
        if name != "subject":
            for i, d in self.untyped.items():
                out[i] = getattr(d, name)
        return out

    def _coded(self, name: str) -> tuple[Sequence[Any], NDArray[np.int32]]:
        if name == "region":
            return self.regions, self.region
        if name == "subject":
            return self.subjects, self.subject
        if name in ActivitySubject._fields:
            at = ActivitySubject._fields.index(name)
            return [s[at] for s in self.subjects], self.subject
        at = Provenance._fields.index(name)
        return [p[at] for p in self.provenances], self.provenance

    def scan(self, *names: str) -> Iterator[tuple[Any, ...]]:
        """These fields of every row, without making a `Datum` of it."""
        return zip(*map(self.decoded, names), strict=True)

    def origin(self, index: int) -> Origin:
        """Where a row stands."""
        return self.untyped[index].origin if index in self.untyped else self.origins.at(index)

    @functools.cached_property
    def distinct_regions(self) -> tuple[str, ...]:
        """Every region that has data, in the order of its first figure."""
        codes, first = np.unique(self.region, return_index=True)
        return tuple(self.regions[c] for c in codes[np.argsort(first)].tolist())

    @functools.cached_property
    def by_quantity(self) -> Mapping[str, Rows]:
        """The rows of each quantity, by the first of them; within a quantity as they stand."""
        number: dict[str, int] = {}
        codes = [number.setdefault(s.quantity, len(number)) for s in self.subjects]
        which = np.array(codes, dtype=np.intp)[self.subject] if codes else self.subject
        order = np.argsort(which, kind="stable")
        parts = np.split(order, np.flatnonzero(np.diff(which[order])) + 1) if len(order) else []
        parts.sort(key=lambda rows: int(rows[0]))
        return {self.subjects[self.subject[rows[0]]].quantity: rows for rows in parts}

    def per_subject(self, value: Callable[[ActivitySubject], Any], kind: Any) -> NDArray[Any]:
        """A value worked out once a subject, for every row."""
        return _spread(map(value, self.subjects), self.subject, kind)

    def per_provenance(self, value: Callable[[Provenance], Any], kind: Any) -> NDArray[Any]:
        """A value worked out once a provenance, for every row."""
        return _spread(map(value, self.provenances), self.provenance, kind)

    def where(self, kept: NDArray[np.bool_]) -> ActivityColumns:
        """The rows for which `kept` is true; itself when all are."""
        return self if kept.all() else self.take(np.flatnonzero(kept))

    def of_quantities(self, names: Iterable[str]) -> ActivityColumns:
        """The rows of these quantities, as they stand."""
        parts = [self.by_quantity[name] for name in set(names) if name in self.by_quantity]
        return self.take(np.sort(np.concatenate(parts))) if parts else NO_DATA

    def select(self, fits: Callable[[ActivitySubject], bool]) -> ActivityColumns:
        """The rows whose subject fits."""
        return self.where(self.per_subject(fits, np.bool_))

    def of_region(self, region: str) -> ActivityColumns:
        return self.where(_spread((name == region for name in self.regions), self.region, np.bool_))

    def without(self, derived: Iterable[Datum]) -> ActivityColumns:
        """The rows that are none of these derived data (region, year, quantity, keys and value tell them)."""
        names = ("region", "year", "quantity", "item", "value")
        gone = set(map(operator.attrgetter(*names), derived))
        kept = [i for i, row in enumerate(self.scan(*names)) if row not in gone or i not in self.terms]
        return self.take(np.array(kept, dtype=np.intp))

    def take(self, rows: Rows) -> ActivityColumns:
        """These rows, in this order."""
        regions, region = _taken(self.regions, self.region[rows])
        subjects, subject = _taken(self.subjects, self.subject[rows])
        provenances, provenance = _taken(self.provenances, self.provenance[rows])
        number = rows.tolist() if self.terms or self.untyped else []
        return ActivityColumns(
            regions,
            subjects,
            provenances,
            region,
            subject,
            provenance,
            frozen(self.year[rows]),
            frozen(self.value[rows]),
            self.origins.take(rows),
            {n: self.terms[i] for n, i in enumerate(number) if i in self.terms} if self.terms else {},
            {n: self.untyped[i] for n, i in enumerate(number) if i in self.untyped} if self.untyped else {},
        )


def _spread(known: Iterable[Any], codes: NDArray[np.int32], kind: Any) -> NDArray[Any]:
    return np.array(list(known), dtype=kind)[codes] if len(codes) else np.zeros(0, dtype=kind)


def _taken(words: tuple[Any, ...], codes: NDArray[Any]) -> tuple[tuple[Any, ...], NDArray[Any]]:
    """Words and codes of some rows: few rows of very many words do not keep the others."""
    if len(words) <= 4 * len(codes) + 64:
        return words, frozen(codes)
    left, codes = np.unique(codes, return_inverse=True)
    return tuple(words[c] for c in left.tolist()), frozen(codes.astype(np.int32))


def joined(tables: Sequence[ActivityColumns]) -> ActivityColumns:
    """Several tables as one, in their order."""
    filled = [t for t in tables if len(t)]
    if len(filled) < 2:
        return filled[0] if filled else NO_DATA
    builder = ColumnsBuilder()
    for table in filled:
        builder.extend(table)
    return builder.build()


RowWords = tuple[str, ActivitySubject, Provenance]


class RowFigures(NamedTuple):
    """The figures of one row of a sheet: years, values and columns are equally long; columns are 0 in a CSV."""

    years: Sequence[int]
    values: Sequence[float]
    row: int
    columns: Sequence[int]


class ColumnsBuilder:
    """Figures as they come, in columns from the first step; `build` freezes them. The one mutable thing here."""

    def __init__(self) -> None:
        self._regions: dict[str, int] = {}
        self._subjects: dict[ActivitySubject, int] = {}
        self._provenances: dict[Provenance, int] = {}
        self._region, self._subject, self._provenance = array("i"), array("i"), array("i")
        self._year, self._value = array("h"), array("d")
        self._terms: dict[int, tuple[Term, ...]] = {}
        self._untyped: dict[int, Datum] = {}
        self._origins = OriginsBuilder()

    def __len__(self) -> int:
        return len(self._value)

    def add(self, d: Datum) -> None:
        """One datum, whoever made it."""
        try:
            region = self._regions.setdefault(d.region, len(self._regions))
            subject = self._subjects.setdefault(_TUPLE(ActivitySubject, _SUBJECT_OF(d)), len(self._subjects))
            words = _TUPLE(Provenance, _PROVENANCE_OF(d))
            provenance = self._provenances.setdefault(words, len(self._provenances))
            plain = typed(d)
        except TypeError:  # a word that is no word
            plain = False
        if not plain:
            self._untyped[len(self)] = d
            self.add(Datum(str(d.region), 0, str(d.quantity), (), np.nan, str(d.unit)))
            return
        if d.terms:
            self._terms[len(self)] = d.terms
        self._region.append(region)
        self._subject.append(subject)
        self._provenance.append(provenance)
        self._year.append(d.year)
        self._value.append(d.value)
        self._origins.add(d.origin)

    def add_row(self, words: RowWords, place: tuple[str, str], figures: RowFigures) -> None:
        """The figures of one row of a sheet, `place` being its file and sheet."""
        region, subject, provenance = words
        years, values, row, columns = figures
        n = len(values)
        self._region.extend([self._regions.setdefault(region, len(self._regions))] * n)
        self._subject.extend([self._subjects.setdefault(subject, len(self._subjects))] * n)
        self._provenance.extend([self._provenances.setdefault(provenance, len(self._provenances))] * n)
        self._year.extend(years)
        self._value.extend(values)
        self._origins.add_cells(place, row, columns)

    def add_like(self, index: int, year: int, value: float, cell: tuple[int, int]) -> None:
        """Another figure with all the words and on the sheet of figure `index`; `cell` is its row and column."""
        self._region.append(self._region[index])
        self._subject.append(self._subject[index])
        self._provenance.append(self._provenance[index])
        self._year.append(year)
        self._value.append(value)
        self._origins.add_like(index, *cell)

    def last(self) -> tuple[int, float]:
        """Year and value of the figure added last."""
        return self._year[-1], self._value[-1]

    def since(self, first: int) -> Iterator[tuple[str, int, ActivitySubject, tuple[int, int]]]:
        """Region, year, subject and cell (row, column) of the figures from number `first` on."""
        regions, subjects = list(self._regions), list(self._subjects)
        each = zip(self._region[first:], self._year[first:], self._subject[first:], self.cells(first), strict=True)
        return ((regions[r], year, subjects[s], cell) for r, year, s, cell in each)

    def cells(self, first: int) -> Iterator[tuple[int, int]]:
        """Row and column of the figures from number `first` on; column 0 in a CSV."""
        return self._origins.cells(first)

    def extend(self, more: ActivityColumns) -> None:
        before = len(self)
        self._region.frombytes(_recoded(self._regions, more.regions, more.region).tobytes())
        self._subject.frombytes(_recoded(self._subjects, more.subjects, more.subject).tobytes())
        self._provenance.frombytes(_recoded(self._provenances, more.provenances, more.provenance).tobytes())
        self._year.frombytes(more.year.tobytes())
        self._value.frombytes(more.value.tobytes())
        self._origins.extend(more.origins)
        self._terms.update({before + i: terms for i, terms in more.terms.items()} if before else more.terms)
        self._untyped.update({before + i: d for i, d in more.untyped.items()})

    def build(self) -> ActivityColumns:
        return ActivityColumns(
            tuple(self._regions),
            tuple(self._subjects),
            tuple(self._provenances),
            copied(self._region, np.int32),
            copied(self._subject, np.int32),
            copied(self._provenance, np.int32),
            copied(self._year, np.int16),
            copied(self._value, np.float64),
            self._origins.build(),
            dict(self._terms),
            dict(self._untyped),
        )


def _recoded(known: dict[Any, int], words: Sequence[Any], codes: NDArray[np.int32]) -> NDArray[np.int32]:
    """Codes of another table in these words, which take in what is new."""
    if not known:
        known.update(zip(words, range(len(words)), strict=True))
    if len(known) == len(words) and list(known) == list(words):
        return codes
    new = np.array([known.setdefault(word, len(known)) for word in words] or [0], dtype=np.int32)
    recoded: NDArray[np.int32] = new[codes]
    return recoded


NO_DATA = ColumnsBuilder().build()
