"""`enterprises.csv` of a roll-up out of the province's collection of enterprise reports: one row per enterprise,
category and gas.

Direct emissions go to the provincial line that `provincial_lines.csv` of the enterprise edition names; electricity and
heat bought go to the line of
imported electricity, outside the total. What has no single provincial line is listed, not guessed.
"""

from __future__ import annotations

from pathlib import Path

from ..enterprise.industries import default_edition, industries
from ..enterprise.queries import counted
from ..enterprise.reconcile import provincial_lines
from ..enterprise.standing import COUNTED
from ..enterprise.store import opened
from ..sheets.csvfile import csv_text

COLUMNS = ("region", "year", "enterprise", "code", "category", "gas", "value", "unit", "source", "data_kind", "note")


def enterprises_csv(db: Path | str, year: int, outside: str) -> tuple[str, tuple[tuple[str, str, float], ...]]:
    """(text of the file, what was left out as (source line, gas, t)). `outside` is the province's line for electricity
    and heat bought.

    The region is the enterprise's city, or its province where no city is given.
    """
    edition = default_edition()
    lines, scopes = provincial_lines(edition), {s.id: s.scope for i in industries(edition).values() for s in i.sources}
    sums: dict[tuple[str, str, str, str, str, str], float] = {}
    left: dict[tuple[str, str], float] = {}
    with opened(db) as connection:
        counts = counted(connection).of
        found = connection.execute(
            "select s.id, s.city, s.province, s.name, s.code, s.file, l.source, l.gas, "
            "l.mass_t from line l "
            "join submission s on s.id = l.submission "
            "where s.year = ? order by s.city, s.name, s.file, l.source, "
            "l.gas, l.rowid",
            (year,),
        ).fetchall()
    for number, city, province, name, firm_code, file, source, gas, mass in found:
        if counts[number] != COUNTED:
            continue
        places = lines.get(source, ((), ""))[0] if scopes.get(source) == "direct" else (outside,)
        if len(places) == 1:
            key = (city or province, name, firm_code, places[0], gas, file)
            sums[key] = sums.get(key, 0.0) + mass
        else:
            left[(source, gas)] = left.get((source, gas), 0.0) + mass
    rows = (
        (region, year, name, firm_code, category, gas, repr(mass), f"t {gas}", f"企业直报 {file}", "部门", "")
        for (region, name, firm_code, category, gas, file), mass in sums.items()
    )
    return csv_text(rows, COLUMNS), tuple((source, gas, mass) for (source, gas), mass in sorted(left.items()))
