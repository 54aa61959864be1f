"""`enterprises.csv` of a roll-up out of the province's collection of enterprise reports: one row per enterprise,
category and gas.

Direct emissions go to the provincial line that `provincial_lines.csv` of the enterprise edition names; electricity and
heat bought go to the line of imported electricity, outside the total. What has no single provincial line is listed, not
guessed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..core.problems import Collector
from ..enterprise.industries import default_edition, industries
from ..enterprise.queries import counted
from ..enterprise.reconcile import provincial_lines
from ..enterprise.standing import COUNTED
from ..enterprise.store import opened
from ..forms.province import form
from ..forms.read import form_rows
from ..sheets.csvfile import csv_text
from ..spreadsheets.cells import Unreadable, read_sheets
from .project import normal_name

COLUMNS = (
    "region",
    "park",
    "year",
    "enterprise",
    "code",
    "category",
    "gas",
    "value",
    "unit",
    "source",
    "data_kind",
    "note",
)


@dataclass(frozen=True, slots=True)
class EnterprisePlace:
    """Where an enterprise stands: a city or district, and a park where it stands in one."""

    region: str
    park: str


def places_of(file: Path, problems: Collector) -> dict[str, EnterprisePlace]:
    """Places by credit code and by the name in its normal form. An enterprise given twice at different places is an
    error."""
    out: dict[str, EnterprisePlace] = {}
    try:
        sheet = read_sheets(file)[0]
    except Unreadable as unreadable:
        problems.extend([unreadable.problem])
        return out
    for row, at in form_rows(sheet, form("places"), problems):
        here = EnterprisePlace(row.region, row.park)
        for key in filter(None, (row.code, normal_name(row.enterprise))):
            if out.setdefault(key, here) != here:
                problems.add("levels.place_twice", at("region"), enterprise=row.enterprise, region=out[key].region)
    return out


def enterprises_csv(
    db: Path | str, year: int, outside: str, places_known: Mapping[str, EnterprisePlace] | None = None
) -> tuple[str, tuple[tuple[str, str, float], ...]]:
    """(text of the file, what was left out as (source line, gas, t)). `outside` is the province's line for electricity
    and heat bought.

    The region and the park are those of `places_known`, else the enterprise's city, or its province where no city is
    given.
    """
    edition = default_edition()
    lines, scopes = provincial_lines(edition), {s.id: s.scope for i in industries(edition).values() for s in i.sources}
    sums: dict[tuple[EnterprisePlace, str, str, str, str, str], float] = {}
    left: dict[tuple[str, str], float] = {}
    with opened(db) as connection:
        counts = counted(connection).of
        reported = connection.execute(
            "select s.id, s.city, s.province, s.name, s.code, s.file, l.source, l.gas, "
            "l.mass_t from line l "
            "join submission s on s.id = l.submission "
            "where s.year = ? order by s.city, s.name, s.file, l.source, "
            "l.gas, l.rowid",
            (year,),
        ).fetchall()
    for number, city, province, name, firm_code, file, source, gas, mass in reported:
        if counts[number] != COUNTED:
            continue
        places = lines.get(source, ((), ""))[0] if scopes.get(source) == "direct" else (outside,)
        if len(places) == 1:
            known = places_known or {}
            here = known.get(firm_code) or known.get(normal_name(name)) or EnterprisePlace(city or province, "")
            key = (here, name, firm_code, places[0], gas, file)
            sums[key] = sums.get(key, 0.0) + mass
        else:
            left[(source, gas)] = left.get((source, gas), 0.0) + mass
    rows = (
        (
            here.region,
            here.park,
            year,
            name,
            firm_code,
            category,
            gas,
            repr(mass),
            f"t {gas}",
            f"企业直报 {file}",
            "部门",
            "",
        )
        for (here, name, firm_code, category, gas, file), mass in sums.items()
    )
    return csv_text(rows, COLUMNS), tuple((source, gas, mass) for (source, gas), mass in sorted(left.items()))
