"""What an enterprise hands in, as frozen values. Built by `read.py` (workbook or TOML); nothing here computes."""

from __future__ import annotations

from dataclasses import dataclass

from ..core.activity import Term
from ..core.problems import Origin

TICKS = ("检测", "计算", "缺省")
MONTHS = tuple(range(1, 13))


@dataclass(frozen=True, slots=True)
class Profile:
    """企业基本情况. `industry` is the code of the guideline (01-24), `year` the reporting year, `kind` 示例 for illustrative data."""

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


@dataclass(frozen=True, slots=True)
class Reading:
    """One month of one fuel (台账): stocks, purchases and sales of the works, or the metered consumption of a facility. In `unit`."""

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

    @property
    def is_balance(self) -> bool:
        return any(v is not None for v in (self.opening, self.purchased, self.sold, self.closing))


@dataclass(frozen=True, slots=True)
class FuelYear:
    """A fuel's year: net consumption in `unit`, the terms it is made of, and what the works used by month (weights of laboratory means)."""

    fuel: str
    unit: str
    value: float
    monthly: tuple[tuple[int, float], ...]
    metered: float | None
    terms: tuple[Term, ...]
    origin: Origin


@dataclass(frozen=True, slots=True)
class Lab:
    """One laboratory result: net calorific value and carbon, as received. `carbon` in `carbon_unit` (tC/GJ per heat, tC/t or % C per mass)."""

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
    origin: Origin = Origin()


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


@dataclass(frozen=True, slots=True)
class Heat:
    """Heat of one supplier: `medium` 热量 (GJ), 热水 (t, ℃) or 蒸汽 (t, ℃, MPa absolute; quality in % when saturated). `sold` makes it an export."""

    medium: str
    supplier: str = ""
    amount: float | None = None
    unit: str = ""
    temperature: float | None = None
    pressure: float | None = None
    quality: float | None = None
    sold: str = ""
    origin: Origin = Origin()


@dataclass(frozen=True, slots=True)
class Process:
    """One datum of the industry's own sources. `item` is `key=value;…` in Chinese or by id."""

    source: str
    quantity: str
    value: float
    unit: str
    item: str = ""
    note: str = ""
    origin: Origin = Origin()


@dataclass(frozen=True, slots=True)
class OwnParameter:
    """A parameter with its tick. 检测 and 计算 carry value and evidence; 缺省 rows only say that the default was chosen."""

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


@dataclass(frozen=True, slots=True)
class Production:
    product: str
    month: int
    output: float
    unit: str
    origin: Origin = Origin()


@dataclass(frozen=True, slots=True)
class Evidence:
    file: str
    kind: str = ""
    sha256: str = ""
    date: str = ""
    note: str = ""
    origin: Origin = Origin()


@dataclass(frozen=True, slots=True)
class Enterprise:
    """Everything one enterprise reports for one year."""

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
    file: str = ""
