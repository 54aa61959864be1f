"""Activity data as the engine takes them: one frozen `Datum` a figure, with everything needed to walk back to it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from numbers import Real
from typing import TYPE_CHECKING, Any

from .account import FigureAccount
from .columns import NO_DATA, ActivityColumns
from .datum import EDITED as EDITED
from .datum import Datum as Datum
from .datum import Term as Term
from .extras import Comment, Gap, Signature
from .gwp import GwpSet
from .problems import InventoryError, Origin, problem
from .selection import meant
from .statements import Assumption, FindingAnswer

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from .edition import Edition

DATA_KINDS = ("统计", "部门", "调查", "估算", "示例")
NOTATION_KEYS = ("NE", "NO", "NA", "IE", "C")
LARGEST = 1e30  # nothing is measured by more of any unit here; products and squares of a few such figures stay finite
MEASURED = "measured_emission"
NOTATION = "notation"
DATA_COLUMNS = (
    *("region", "year", "quantity", "item", "value", "unit", "source"),
    *("uncertainty", "distribution", "note", "data_kind", "origin"),
)


@dataclass(frozen=True, slots=True)
class Notation:
    """A notation key (NE, NO, NA, IE, C) for a category and gas that is not computed, with its reason."""

    region: str
    year: int
    category: str
    gas: str
    key: str
    reason: str
    origin: Origin = Origin()


@dataclass(frozen=True, slots=True)
class RowNotation:
    """A notation key on one row of a table (one quantity and key combination) instead of a figure."""

    region: str
    year: int
    quantity: str
    item: tuple[tuple[str, str], ...]
    key: str
    reason: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class OpenCell:
    """A cell of a template that waits for a figure."""

    region: str
    year: int
    quantity: str
    item: tuple[tuple[str, str], ...]
    unit: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Refused:
    """A figure that somebody gave and that could not be taken; an error tells why. Empty or None: that part of it could
    not be read either."""

    region: str
    year: int | None
    quantity: str
    item: tuple[tuple[str, str], ...] | None

    def explains(self, quantity: str, region: str, year: int, keys: Mapping[str, str]) -> bool:
        """Whether this may be the figure that is missing there."""
        item = dict(self.item or ())
        return (
            self.quantity == quantity
            and self.region in ("", region)
            and self.year in (None, year)
            and all(item.get(k, v) == v for k, v in keys.items())
        )


@dataclass(frozen=True, slots=True)
class UserFactor:
    """A project's own factor. `kind` is 实测 (measured) or 省级 (provincial); `id` replaces the edition's row of that
    id."""

    parameter: str
    keys: tuple[tuple[str, str], ...]
    value: float
    unit: str
    source: str
    kind: str
    id: str = ""
    gas: str = ""
    lower: float | None = None
    upper: float | None = None
    uncertainty: float | None = None
    distribution: str = ""
    origin: Origin = Origin()


@dataclass(frozen=True, slots=True)
class Check:
    """A figure of the edition that a person compared with the printed guideline: counts as 已核对 from then on."""

    factor_id: str
    value: float
    by: str
    date: str
    origin: Origin = Origin()
    lower: float | None = None  # bounds as printed, where somebody wrote them down
    upper: float | None = None


class BalanceTables:
    """The energy balance tables behind derived data, as `inventory.energy_balance` keeps them for the workbook."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Project:
    """Everything read for one compilation. Frozen: readers build it, the engine only looks at it.

    What enters the figures: `data`, `factors`, `notations`, `choices`, `checks`, `gwp_sets`, `gaps`. What people state
    beside them: `uncertainty` (assumptions and named sets), `answers` to findings, `comments` of reviewers,
    `signatures`. What the reader kept: keys typed in rows, cells that wait for a figure (an iterable of `OpenCell`),
    refused figures, the balance tables and the account of all figures. `archive_code` names the archive a filing
    belongs to.

    `data` may be given as any sequence of `Datum`s; it is kept in columns (`columns` is the same object, typed so).
    """

    data: Sequence[Datum] = NO_DATA
    factors: tuple[UserFactor, ...] = ()
    notations: tuple[Notation, ...] = ()
    choices: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # choice id -> (option, reason)
    checks: tuple[Check, ...] = ()
    title: str = ""
    gwp_sets: tuple[GwpSet, ...] = ()
    gaps: tuple[Gap, ...] = ()
    uncertainty: tuple[Assumption, ...] = ()
    answers: tuple[FindingAnswer, ...] = ()
    comments: tuple[Comment, ...] = ()
    signatures: tuple[Signature, ...] = ()
    row_notations: tuple[RowNotation, ...] = ()
    open_cells: Collection[OpenCell] = ()
    refused: tuple[Refused, ...] = ()
    balance: BalanceTables | None = None
    account: FigureAccount | None = None
    archive_code: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "data", ActivityColumns.of(self.data))

    @property
    def columns(self) -> ActivityColumns:
        """`data` as what it is: columns, of which the `Datum`s are views."""
        assert isinstance(self.data, ActivityColumns)
        return self.data

    @classmethod
    def from_frame(cls, data: pd.DataFrame, edition: Edition | str | Path | None = None) -> Project:
        """A project out of a pandas frame in the long layout (columns region, year, quantity, item, value, unit, …;
        keys may be columns of their own), words in Chinese or English.

        Raises `InventoryError` with every problem when any is an error; `inventory.read(frame)` returns them instead.
        """
        import inventory  # the door of the package knows the readers, this floor does not

        project, problems = inventory.read(data, edition)
        if any(p.severity == "error" for p in problems):
            raise InventoryError(problems)
        return project

    def to_frame(self) -> pd.DataFrame:
        """The data as a frame in the long layout, one row a datum, values and units as entered, with the place each
        came from (column `origin`). `Project.from_frame` reads it back."""
        import pandas as pd

        columns = {name: self.columns.decoded(name) for name in DATA_COLUMNS}
        columns["item"] = [";".join(f"{k}={v}" for k, v in item) for item in columns["item"]]
        columns["origin"] = list(map(str, columns["origin"]))
        return pd.DataFrame(columns, columns=list(DATA_COLUMNS))

    def __repr__(self) -> str:
        """One line: regions, years, how many data and own factors."""
        regions = self.columns.distinct_regions
        years = ", ".join(str(y) for y in sorted(set(self.columns.decoded("year")), key=str)[:8])
        named = ", ".join(map(str, regions[:3])) + (f" … {len(regions)} regions" if len(regions) > 3 else "")
        return (
            f"Project({named or 'empty'}; {years or 'no year'}; {len(self.data)} data, {len(self.factors)} own factors)"
        )

    def __hash__(self) -> int:
        return hash((self.title, self.data, self.factors, self.notations))

    @property
    def assumptions(self) -> tuple[Assumption, ...]:
        """The project's own assumptions about uncertainty, without the sets it names."""
        return tuple(a for a in self.uncertainty if a.applies_to != "set")

    @property
    def chosen_sets(self) -> tuple[str, ...]:
        """Named sets of published ranges the project asks for, in the order written."""
        return tuple(dict.fromkeys(a.name for a in self.uncertainty if a.applies_to == "set"))

    @property
    def plain(self) -> bool:
        """Whether nothing but data and notation keys is given, so that it may be compiled together with others."""
        own = (self.factors, self.choices, self.checks, self.gwp_sets, self.gaps, self.uncertainty, self.answers)
        return not any((*own, self.comments, self.row_notations, self.open_cells, self.refused, self.balance))

    def with_value(
        self, value: float, unit: str = "", *, edition: Edition | str | Path | None = None, **where: object
    ) -> Project:
        """The project with the one datum that matches set to `value`: region, year, quantity and any keys, by id or
        word of the edition in Chinese or English (`quantity="Rice area sown", season="Single rice"`).

        Raises `InventoryError` when none or more than one matches, so that a scenario never changes nothing or too
        much.
        """
        import inventory  # the door of the package knows the editions, this floor does not

        wanted = meant(where, inventory.load_edition(edition))
        hits = [
            i
            for i, d in enumerate(self.data)
            if all(
                ({**d.keys, "region": d.region, "year": str(d.year), "quantity": d.quantity}).get(k) == v
                for k, v in wanted.items()
            )
        ]
        if len(hits) != 1:
            reported = "；".join(f"{k}={v}" for k, v in wanted.items())
            raise InventoryError([problem("query.datum", what=reported, count=len(hits))])
        at = hits[0]
        changed = self.columns[:at] + (self.data[at].edited(value, unit),) + self.columns[at + 1 :]
        return replace(self, data=changed)

    def with_factors(self, *factors: UserFactor) -> Project:
        """The project with more own factors."""
        return replace(self, factors=(*self.factors, *factors))

    def merged(self, other: Project) -> Project:
        """Both projects' input as one; conflicts are found by the checks that follow, never resolved here."""
        joined: dict[str, Any] = {name: getattr(self, name) + getattr(other, name) for name in _JOINED}
        either = {name: getattr(other, name) or getattr(self, name) for name in _EITHER}
        return Project(choices={**self.choices, **other.choices}, title=self.title or other.title, **joined, **either)


_JOINED = (
    *("data", "factors", "notations", "checks", "gwp_sets", "gaps", "uncertainty", "answers", "comments"),
    *("signatures", "row_notations", "refused"),
)
_EITHER = ("open_cells", "balance", "account", "archive_code")  # of one reading each: the later one


KINDS_OF_FACTORS = {"measured": "实测", "provincial": "省级"}


def own_factor(
    parameter: str,
    value: float,
    unit: str,
    source: str,
    *,
    kind: str = "实测",
    gas: str = "",
    uncertainty: float | None = None,
    **keys: str,
) -> UserFactor:
    """A project's own factor for programs: `region` and `year` among the keys narrow it. The same checks as for a row
    of `factors.csv` follow at compilation.

    value in unit (any unit of the parameter's kind). kind: measured (实测) or provincial (省级). uncertainty: half-width of
    the 95 % interval in percent. Raises `InventoryError` for a value that is no number.
    """
    if isinstance(value, bool) or not isinstance(value, Real):
        raise InventoryError([problem("program.value", found=repr(value), quantity=parameter, number="1")])
    return UserFactor(
        parameter,
        tuple(sorted(keys.items())),
        float(value),
        unit,
        source,
        KINDS_OF_FACTORS.get(kind, kind),
        gas=gas,
        uncertainty=uncertainty,
        origin=EDITED,
    )


def datum(
    region: str, year: int, quantity: str, value: float, unit: str, keys: Mapping[str, str] | None = None, **more: Any
) -> Datum:
    """A `Datum` for programs: keys as a mapping in any order, `value` in `unit` (any unit of the quantity's kind).

    Nothing is checked here; names, units and limits are when the project is compiled, which raises `InventoryError`.
    """
    return Datum(region, year, quantity, tuple(sorted((keys or {}).items())), value, unit, **more)
