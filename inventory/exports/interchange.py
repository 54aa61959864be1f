"""primap2's interchange format (CSV beside YAML), out and in; and labelled arrays for Python.

Out go the lines that count towards the total, summed over fuels, animals and the like (which that format has no
dimension for), in Gg of the gas a year, gases named as primap2 names them (HFC23, not HFC-23). Notation keys have no
place in the format: they go into a CSV beside it.
"""

from __future__ import annotations

import csv
import json
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import __version__
from ..core.files import replacing, write_bytes
from ..core.ledger import Ledger
from ..core.problems import Collector, InventoryError, Origin, problem
from ..sheets.csvfile import machine_csv
from .crosswalk import TERMINOLOGIES, code_key, converted
from .formats import ExportFormat

if TYPE_CHECKING:
    import xarray

GG = 1000.0  # t in a Gg
PROVINCIAL = "provincial"
SCENARIO = "INVENTORY"
ENTITY = re.compile(r"(?P<gas>[^()]+?)(?: \((?P<gwp>[A-Z0-9]+)GWP100\))?")
UNIT = re.compile(r"(?P<scale>t|kt|Mt|Gt|Gg|kg|Tg) ?\*? ?(?P<gas>[A-Za-z0-9-]+) ?/ ?(?:yr|year|a)")
SCALES = {"kg": 1e-3, "t": 1.0, "kt": 1e3, "Gg": 1e3, "Mt": 1e6, "Tg": 1e6, "Gt": 1e9}
PRIMAP2_SETS = ("SAR", "AR4", "AR5", "AR6")  # GWP contexts that primap2 and openscm-units know
BASKETS = ("KYOTOGHG", "HFCS", "PFCS", "FGASES", "CO2EQ", "CO2E")


@dataclass(frozen=True, slots=True)
class Mass:
    """One figure of an exchange file: tonnes of the gas in a year."""

    region: str
    year: int
    category: str
    gas: str
    mass_t: float


def masses(ledger: Ledger, categories: str = PROVINCIAL) -> list[Mass]:
    """Masses that count, by region, year, category of a classification (or the provincial one) and gas; exact sums."""
    if categories != PROVINCIAL:
        return [Mass(a.region, a.year, a.code, a.gas, a.mass_t) for a in converted(ledger, categories)]
    grouped: dict[tuple[str, int, str, str], list[float]] = {}
    for line in ledger.select():
        grouped.setdefault((line.region, line.year, line.category, line.gas), []).append(line.mass_t)
    ordered = sorted(grouped.items(), key=lambda item: (item[0][0], item[0][1], code_key(item[0][2]), item[0][3]))
    return [Mass(*key, math.fsum(values)) for key, values in ordered]


def entity_of(gas: str) -> str:
    """A gas as primap2 spells it: HFC-23 -> HFC23, c-C4F8 -> cC4F8."""
    return gas.replace("-", "")


def area_of(ledger: Ledger, region: str) -> str:
    """The GB/T 2260 code of a region; its name where it has none (a park)."""
    word = ledger.edition.word("region", region)
    return word.attributes.get("code", "") or region if word else region


def write_interchange(ledger: Ledger, path: Path, categories: str = PROVINCIAL) -> tuple[Path, Path, Path]:
    """Write `path`.csv, `path`.yaml and `path`_notation.csv (path without a suffix). Returns the three. Raises
    `InventoryError`."""
    base = path.with_suffix("") if path.suffix in (".csv", ".yaml", ".nc") else path
    terminology = "CHNPROV2011" if categories == PROVINCIAL else TERMINOLOGIES[categories]
    columns = ["source", "scenario (INV)", "area (GB2260)", "entity", "unit", f"category ({terminology})"]
    rows, years = _wide(ledger, masses(ledger, categories))
    table = base.with_name(base.name + ".csv")
    write_bytes(table, csv_bytes([*columns, *map(str, years)], rows))
    meta = base.with_name(base.name + ".yaml")
    write_bytes(meta, _yaml(ledger, table.name, columns).encode())
    notation = base.with_name(base.name + "_notation.csv")
    noted = [(n.region, n.year, n.category, n.gas, n.key, n.reason) for n in ledger.notations]
    write_bytes(notation, csv_bytes(["region", "year", "category", "gas", "key", "reason"], sorted(noted)))
    return table, meta, notation


def _wide(ledger: Ledger, masses: Sequence[Mass]) -> tuple[list[list[str]], list[int]]:
    years = sorted({m.year for m in masses})
    by_series: dict[tuple[str, str, str], dict[int, float]] = {}
    for m in masses:
        by_series.setdefault((area_of(ledger, m.region), m.gas, m.category), {})[m.year] = m.mass_t / GG
    rows = []
    for (area, gas, category), values in sorted(by_series.items(), key=lambda s: (s[0][0], s[0][1], code_key(s[0][2]))):
        entity = entity_of(gas)
        rows.append(
            [
                f"ghg-inventory-cn {ledger.edition.id}",
                SCENARIO,
                area,
                entity,
                f"Gg {entity} / yr",
                category,
                *(repr(values[y]) if y in values else "" for y in years),
            ]
        )
    return rows, years


def csv_bytes(head: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    return machine_csv(rows, head).encode("utf-8")


def _yaml(ledger: Ledger, table: str, columns: Sequence[str]) -> str:
    comment = (
        f"Emissions that count towards the total only; compiled by ghg-inventory-cn {__version__} with "
        f"the edition {ledger.edition.id}. "
        "Figures are amounts of each gas: no GWP is applied (the filed CO2 equivalents use the set "
        f"'{ledger.gwp.name}')."
    )
    attributes = {
        "title": "Provincial greenhouse gas inventory",
        "comment": comment,
        "scen": columns[1],
        "area": columns[2],
        "cat": columns[5],
    }
    lines = [
        "attrs:",
        *(f"  {k}: {json.dumps(v, ensure_ascii=False)}" for k, v in attributes.items()),
        "time_format: '%Y'",
        "dimensions:",
        "  '*':",
        *(f"  - {c}" for c in columns),
        f"data_file: {json.dumps(table, ensure_ascii=False)}",
        "",
    ]
    return "\n".join(lines)


# ---- in ----


def read_interchange(path: Path, gwp: str | None = None) -> list[Mass]:
    """Masses of an interchange CSV, in tonnes, regions and categories as written there.

    Raises `InventoryError` for a unit that is no mass of the gas named, a basket of gases, and CO2 equivalents: they
    carry a GWP set of their own and are never mixed with another (`gwp` names the set that the caller works with).
    """
    problems = Collector()
    out: list[Mass] = []
    table = path.with_suffix(".csv")
    with table.open(encoding="utf-8-sig", newline="") as f:
        reader = csv.DictReader(f)
        years = [c for c in reader.fieldnames or () if c.isdigit() and len(c) == 4]
        named = {c.split(" (")[0]: c for c in reader.fieldnames or ()}
        missing = [c for c in ("area", "entity", "unit", "category") if c not in named]
        if missing or not years:
            problems.add("export.not_interchange", Origin(table.name), missing="、".join(missing) or "2005, 2010 …")
            problems.raise_errors()
        for number, row in enumerate(reader, start=2):
            place = Origin(table.name, cell=f"row {number}")
            gas, scale = _gas_and_scale(row[named["entity"]], row[named["unit"]], gwp, place, problems)
            if not gas:
                continue
            for year in years:
                value = number_in(row[year], place, problems)
                if value is not None:
                    out.append(Mass(row[named["area"]], int(year), row[named["category"]], gas, value * scale))
    problems.raise_errors()
    return out


def _gas_and_scale(entity: str, unit: str, gwp: str | None, place: Origin, problems: Collector) -> tuple[str, float]:
    match, of_unit = ENTITY.fullmatch(entity.strip()), UNIT.fullmatch(unit.strip())
    if match is not None and (match["gwp"] or match["gas"].upper() in BASKETS):
        problems.add("export.equivalents", place, entity=entity, set=match["gwp"] or "—", wanted=gwp or "—")
        return "", 0.0
    if match is None or of_unit is None or of_unit["gas"].replace("-", "") != match["gas"].replace("-", ""):
        problems.add("export.unit", place, entity=entity, unit=unit)
        return "", 0.0
    return _gas_name(match["gas"]), SCALES[of_unit["scale"]]


def _gas_name(entity: str) -> str:
    """HFC23 -> HFC-23, as this program names it."""
    return re.sub(r"^(HFC|HCFC|CFC)(\d)", r"\1-\2", entity).replace("cC4F8", "c-C4F8")


def number_in(text: str, place: Origin, problems: Collector) -> float | None:
    """The figure of a cell; None where it is empty or none, which is said."""
    if text.strip() in ("", "nan", "NaN"):
        return None
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        problems.add("export.number", place, value=text)
        return None
    return value


# ---- primap2's own netCDF ----


def write_netcdf(ledger: Ledger, target: Path, categories: str = PROVINCIAL) -> tuple[Path, ...]:
    """The same figures as primap2's netCDF (`primap2.open_dataset` reads it), made by primap2 itself from the
    interchange files, which stand beside it. Raises `InventoryError` where primap2 is not installed."""
    try:
        from primap2 import pm2io
    except ImportError as error:
        raise InventoryError([problem("export.no_primap2")]) from error
    beside = write_interchange(ledger, target, categories)
    dataset = pm2io.from_interchange_format(pm2io.read_interchange_format(beside[1]))
    with replacing(target) as temporary:
        dataset.pr.to_netcdf(temporary)
    return target, *beside


# ---- arrays ----


def to_xarray(ledger: Ledger, categories: str = PROVINCIAL) -> xarray.Dataset:
    """A Dataset with one variable a gas over (region, year, category), in Gg a year; attributes give unit, edition and
    GWP set. Missing is NaN, never zero. Needs xarray. Raises `InventoryError` for a classification that there is none
    of."""
    import numpy as np
    import xarray as xr

    amounts = masses(ledger, categories)
    regions = list(dict.fromkeys(m.region for m in amounts))
    years = sorted({m.year for m in amounts})
    codes = sorted({m.category for m in amounts}, key=code_key)
    at: dict[str, dict[Any, int]] = {
        "region": {r: i for i, r in enumerate(regions)},
        "year": {y: i for i, y in enumerate(years)},
        "category": {c: i for i, c in enumerate(codes)},
    }
    variables = {}
    for gas in sorted({m.gas for m in amounts}):
        values = np.full((len(regions), len(years), len(codes)), np.nan)
        for m in amounts:
            if m.gas == gas:
                values[at["region"][m.region], at["year"][m.year], at["category"][m.category]] = m.mass_t / GG
        variables[gas] = (
            ("region", "year", "category"),
            values,
            {"units": f"Gg {entity_of(gas)} / yr", "gwp": ledger.gwp[gas]},
        )
    return xr.Dataset(
        variables,
        coords={"region": regions, "year": years, "category": codes},
        attrs={
            "edition": ledger.edition.id,
            "gwp_set": ledger.gwp.name,
            "classification": categories,
            "account": "total",
        },
    )


def to_primap2(ledger: Ledger, categories: str = PROVINCIAL) -> xarray.Dataset:
    """The dataset of primap2: one variable an entity over time, area (GB2260), category, scenario (INV) and source,
    each in Gg of its own gas a year; the basket `KYOTOGHG (…GWP100)` too where the ledger's GWP set is one that primap2
    knows (SAR, AR4, AR5, AR6). The set's figures stand in the metadata (`attrs["gwp100"]`), and each gas's with it.

    Units are attributes; with primap2 imported `.pr.quantify()` makes them pint's. Missing is NaN, never zero. Needs
    xarray. Raises `InventoryError` for a classification that there is none of.
    """
    import numpy as np
    import xarray as xr

    amounts = masses(ledger, categories)
    terminology = "CHNPROV2011" if categories == PROVINCIAL else TERMINOLOGIES[categories]
    named = {r: area_of(ledger, r) for r in ledger.regions}
    areas = [named[r] for r in ledger.regions]
    codes, years = sorted({m.category for m in amounts}, key=code_key), sorted({m.year for m in amounts})
    place = {(m.year, named[m.region], m.category, m.gas): m.mass_t / GG for m in amounts}
    axes = ("time", "area (GB2260)", f"category ({terminology})", "scenario (INV)", "source")
    gases = sorted({m.gas for m in amounts})

    def values(gas: str) -> Any:
        got = [[[place.get((y, a, c, gas), np.nan) for c in codes] for a in areas] for y in years]
        return np.array(got, dtype=np.float64).reshape(len(years), len(areas), len(codes), 1, 1)

    variables: dict[str, Any] = {}
    for gas in gases:
        entity = entity_of(gas)
        attributes = {"units": f"Gg {entity} / yr", "entity": entity, "gwp100": float(ledger.gwp[gas])}
        variables[entity] = (axes, values(gas), attributes)
    if ledger.gwp.name in PRIMAP2_SETS and gases:
        stack = np.stack([values(g) * float(ledger.gwp[g]) for g in gases])
        known = ~np.isnan(stack).all(axis=0)
        context = f"{ledger.gwp.name}GWP100"
        attributes = {"units": "Gg CO2 / yr", "entity": "KYOTOGHG", "gwp_context": context}
        variables[f"KYOTOGHG ({context})"] = (axes, np.where(known, np.nansum(stack, axis=0), np.nan), attributes)
    return xr.Dataset(
        variables,
        coords={
            "time": np.array([f"{y}-01-01" for y in years], dtype="datetime64[ns]"),
            "area (GB2260)": areas,
            axes[2]: codes,
            "scenario (INV)": [SCENARIO],
            "source": [f"ghg-inventory-cn {ledger.edition.id}"],
        },
        attrs={
            "area": "area (GB2260)",
            "cat": axes[2],
            "scen": "scenario (INV)",
            "title": "Provincial greenhouse gas inventory",
            "gwp_set": ledger.gwp.name,
            "gwp100": json.dumps({entity_of(g): float(ledger.gwp[g]) for g in gases}),
            "edition": ledger.edition.id,
            "account": "total",
        },
    )


FORMATS = {"primap2": ExportFormat(write_interchange), "netcdf": ExportFormat(write_netcdf, (".nc",))}
