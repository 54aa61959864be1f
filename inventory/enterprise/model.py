"""What an enterprise hands in, as frozen values. Built by `read.py` (workbook or TOML); nothing here computes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..core.activity import Term
from ..core.problems import Origin


def place(row: object, name: str) -> Origin:
    """Where a field of a row stands; the row's own place when that is not known."""
    at: Mapping[str, Origin] = getattr(row, "at", {})
    return at[name] if name in at else getattr(row, "origin", Origin())


def place_of_profile(e: Enterprise, label: str) -> Origin:
    """The sheet of the profile, with the label of the field that is meant."""
    return Origin(e.file, "企业基本情况", label)


TICKS = ("检测", "计算", "缺省")


@dataclass(frozen=True, slots=True)
class Profile:
    """企业基本情况. `industry` is the code of the guideline (01-24), `year` the reporting year, `kind` 示例 for
    illustrative data."""

    name: str = ""
    code: str = ""
    industry: str = ""
    year: int = 0
    province: str = ""
    city: str = ""
    address: str = ""
    legal_person: str = ""
    contact: str = ""
    phone: str = ""
    product: str = ""
    emission_2010_t: float | None = None
    energy_2010_tce: float | None = None
    grid_year: str = ""
    date: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Facility:
    name: str
    kind: str = ""
    inside: str = "是"
    note: str = ""
    origin: Origin = Origin()
    at: Mapping[str, Origin] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Reading:
    """One month of one fuel (台账): stocks, purchases and sales of the works, or the metered consumption of a facility.
    In `unit`."""

    fuel: str
    month: int
    unit: str
    facility: str = ""
    opening: float | None = None
    purchased: float | None = None
    sold: float | None = None
    closing: float | None = None
    metered: float | None = None
    origin: Origin = Origin()
    at: Mapping[str, Origin] = field(default_factory=dict, compare=False, repr=False)

    @property
    def is_balance(self) -> bool:
        return any(v is not None for v in (self.opening, self.purchased, self.sold, self.closing))


@dataclass(frozen=True, slots=True)
class FuelYear:
    """A fuel's year: net consumption in `unit`, the terms it is made of, and what the works used by month (weights of
    laboratory means). `line` names the boiler or kiln whose part it is; empty for all of the fuel."""

    fuel: str
    unit: str
    value: float
    monthly: tuple[tuple[int, float], ...]
    metered: float | None
    terms: tuple[Term, ...]
    origin: Origin
    by_facility: tuple[tuple[tuple[int, str], float], ...] = ()
    line: str = ""


@dataclass(frozen=True, slots=True)
class Lab:
    """One laboratory result. `carbon` in `carbon_unit` (tC/GJ per heat, tC/t or % C per mass); an empty basis is as
    received (收到基).

    `quantity` is what the batch stands for, in the ledger's unit. `mt` total moisture, `mad` that of the air-dried
    sample, `hydrogen`, `sulphur` and `ash` in % on the basis of the carbon.
    """

    fuel: str
    month: int
    ncv: float | None = None
    ncv_unit: str = ""
    carbon: float | None = None
    carbon_unit: str = ""
    lab: str = ""
    method: str = ""
    sampled: str = ""
    reported: str = ""
    file: str = ""
    sha256: str = ""
    facility: str = ""
    quantity: float | None = None
    ncv_basis: str = ""
    carbon_basis: str = ""
    mt: float | None = None
    mad: float | None = None
    hydrogen: float | None = None
    sulphur: float | None = None
    ash: float | None = None
    accreditation: str = ""
    report_no: str = ""
    received: str = ""
    tested: str = ""
    origin: Origin = Origin()
    at: Mapping[str, Origin] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Power:
    """Electricity of one month and supplier, MWh."""

    month: int
    grid: str
    supplier: str = ""
    purchased: float | None = None
    sold: float | None = None
    unit: str = "MWh"
    origin: Origin = Origin()
    at: Mapping[str, Origin] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Heat:
    """Heat of one supplier: `medium` 热量 (GJ), 热水 (t, ℃) or 蒸汽 (t, ℃, MPa absolute; quality in % when saturated).
    `sold` makes it an export."""

    medium: str
    supplier: str = ""
    amount: float | None = None
    unit: str = ""
    temperature: float | None = None
    pressure: float | None = None
    quality: float | None = None
    sold: str = ""
    month: int | None = None
    origin: Origin = Origin()
    at: Mapping[str, Origin] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Process:
    """One datum of the industry's own sources. `item` is `key=value;…` in Chinese or by id; `line` a kiln, potline or
    mine; `month` of monthly data."""

    source: str
    quantity: str
    value: float
    unit: str
    item: str = ""
    note: str = ""
    line: str = ""
    month: int | None = None
    origin: Origin = Origin()
    at: Mapping[str, Origin] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class OwnParameter:
    """A parameter with its tick. 检测 and 计算 carry value and evidence; 缺省 rows only say that the default was
    chosen."""

    parameter: str
    tick: str
    value: float | None = None
    unit: str = ""
    item: str = ""
    lab: str = ""
    method: str = ""
    date: str = ""
    file: str = ""
    sha256: str = ""
    origin: Origin = Origin()
    at: Mapping[str, Origin] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Production:
    product: str
    month: int
    output: float
    unit: str
    origin: Origin = Origin()
    at: Mapping[str, Origin] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Evidence:
    file: str
    kind: str = ""
    sha256: str = ""
    date: str = ""
    note: str = ""
    origin: Origin = Origin()
    at: Mapping[str, Origin] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Equipment:
    """One repair, retirement or filling of a piece of equipment that holds a fluorinated gas; masses in kg."""

    event: str
    equipment: str
    gas: str
    capacity: float | None = None
    recovered: float | None = None
    fillings: float | None = None
    date: str = ""
    note: str = ""
    origin: Origin = Origin()
    at: Mapping[str, Origin] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class GeneratingUnit:
    """A generating unit's month (or year): MWh, GJ, share of heat in %; `cems` is the continuous monitor's CO2 in t,
    for comparison only."""

    unit: str
    month: int | None = None
    generated: float | None = None
    supplied: float | None = None
    heat: float | None = None
    heat_share: float | None = None
    cems: float | None = None
    origin: Origin = Origin()
    at: Mapping[str, Origin] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Meter:
    name: str
    number: str = ""
    measures: str = ""
    place: str = ""
    accuracy: str = ""
    interval: str = ""
    calibrated: str = ""
    note: str = ""
    origin: Origin = Origin()
    at: Mapping[str, Origin] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """The firm's written reason for a warning: `place` is where the warning stands (台账!F5, or a sheet)."""

    place: str
    reason: str
    origin: Origin = Origin()
    at: Mapping[str, Origin] = field(default_factory=dict, compare=False, repr=False)


ROWS = {
    "facilities": Facility,
    "readings": Reading,
    "labs": Lab,
    "power": Power,
    "heat": Heat,
    "process": Process,
    "equipment": Equipment,
    "parameters": OwnParameter,
    "production": Production,
    "units": GeneratingUnit,
    "meters": Meter,
    "evidence": Evidence,
    "answers": Answer,
}


@dataclass(frozen=True, slots=True)
class Enterprise:
    """Everything one enterprise reports for one year. From a program: `inventory.enterprise_from_dict`."""

    profile: Profile = Profile()
    facilities: tuple[Facility, ...] = ()
    readings: tuple[Reading, ...] = ()
    labs: tuple[Lab, ...] = ()
    power: tuple[Power, ...] = ()
    heat: tuple[Heat, ...] = ()
    process: tuple[Process, ...] = ()
    parameters: tuple[OwnParameter, ...] = ()
    production: tuple[Production, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    equipment: tuple[Equipment, ...] = ()
    units: tuple[GeneratingUnit, ...] = ()
    meters: tuple[Meter, ...] = ()
    answers: tuple[Answer, ...] = ()
    file: str = ""

    def __repr__(self) -> str:
        """One line: name, industry, year and how many rows the tables hold."""
        rows = ", ".join(f"{name} {len(held)}" for name in ROWS if (held := getattr(self, name)))
        p = self.profile
        return f"Enterprise({p.name or 'unnamed'}; industry {p.industry}, {p.year}; {rows or 'no rows'})"
