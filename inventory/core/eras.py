"""Factors used outside the years of the technology that they describe: a warning, once for each factor and region."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .edition import Edition
from .ledger import StepTable
from .problems import Collector, Origin
from .resolved import Resolved


def report(tables: Iterable[StepTable], factors: Sequence[Resolved], edition: Edition, problems: Collector) -> None:
    """Warn of each factor of the edition's table `eras` that a row uses before its first or after its last year."""
    data = edition.tables.get("eras")
    eras = {row.factor: row for row in data.typed} if data is not None else {}
    if not eras:
        return
    years_by_era: dict[tuple[str, str], set[int]] = {}
    for table in tables:
        for column in table.columns.values():
            if column.kind != "factor":
                continue
            refs = column.refs.tolist()
            of = {r: eras.get(factors[r].id) if r >= 0 and factors[r].role != "own" else None for r in set(refs)}
            if not any(of.values()):
                continue
            for row, ref in zip(table.rows, refs, strict=True):
                era, year = of[ref], int(row[1])
                if era is not None and (
                    (era.first_year and year < era.first_year) or (era.last_year and year > era.last_year)
                ):
                    years_by_era.setdefault((era.factor, row[0]), set()).add(year)
    for (name, region), years in sorted(years_by_era.items()):
        era, factor = eras[name], edition.by_id[name]
        span = f"{era.first_year or ''}–{era.last_year or ''}"
        reason = {"zh": era.reason_zh, "en": era.reason_en or era.reason_zh}
        problems.add(
            "factor.era",
            Origin(),
            id=name,
            label=edition.declared.parameters[factor.parameter].label,
            value=f"{factor.printed} {factor.unit}",
            region=region,
            years="、".join(str(y) for y in sorted(years)),
            span=span,
            reason=reason,
        )
