"""Provincial categories under other classifications (IPCC 2006, IPCC 1996, CRF 1999), by the codes of the edition's
category table.

Known is not convertible: some categories have several codes and cannot be split without data, some share one code, and
some move to another sector. A category with several codes is written at their lowest common ancestor; the bridge shows
what moved between sectors, so that both sides add up.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..core.edition import Edition
from ..core.ledger import Ledger, Line
from ..core.problems import InventoryError, problem

TERMINOLOGIES = {"ipcc2006": "IPCC2006", "ipcc1996": "IPCC1996", "crf1999": "CRF1999"}
UNMAPPED = "unmapped"


@dataclass(frozen=True, slots=True)
class Mapping:
    """One category under a classification. kind: one (a code), common (several codes, lowest common ancestor), none (no
    code)."""

    category: str
    code: str
    kind: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Amount:
    """Mass of one gas in tonnes under one code of a classification, and the provincial categories behind it."""

    region: str
    year: int
    code: str
    gas: str
    mass_t: float
    co2e_t: float
    categories: tuple[str, ...]
    kind: str


@dataclass(frozen=True, slots=True)
class BridgeRow:
    """What of a provincial sector stands in a sector of the other classification, in t CO2e."""

    region: str
    year: int
    sector: str
    other: str
    co2e_t: float
    lines: int


def mapping_of(edition: Edition, category: str, terminology: str) -> Mapping:
    """The code of a category. Raises `InventoryError` for a classification that the category table does not have."""
    if terminology not in TERMINOLOGIES:
        raise InventoryError([problem("export.terminology", name=terminology, known="、".join(TERMINOLOGIES))])
    codes = tuple(filter(None, edition.categories[category].codes.get(terminology, "").split(";")))
    if not codes:
        return Mapping(category, UNMAPPED, "none", ())
    if len(codes) == 1:
        return Mapping(category, codes[0], "one", codes)
    return Mapping(category, common_ancestor(codes) or UNMAPPED, "common", codes)


def common_ancestor(codes: tuple[str, ...]) -> str:
    """The lowest code that all of them lie under; empty where they share none: 1.A.1.b and 1.A.1.c.ii -> 1.A.1."""
    parts = [c.split(".") for c in codes]
    shared = []
    for level in zip(*parts, strict=False):
        if len(set(level)) > 1:
            break
        shared.append(level[0])
    return ".".join(shared)


def converted(ledger: Ledger, terminology: str) -> list[Amount]:
    """Lines of the total summed by code and gas (exact sums), ordered by region, year, code, gas."""
    grouped: dict[tuple[str, int, str, str], list[Line]] = {}
    mapped = {c: mapping_of(ledger.edition, c, terminology) for c in ledger.edition.categories}
    for line in ledger.select():
        grouped.setdefault((line.region, line.year, mapped[line.category].code, line.gas), []).append(line)
    out = []
    for (region, year, code, gas), lines in sorted(
        grouped.items(), key=lambda item: (item[0][0], item[0][1], code_key(item[0][2]), item[0][3])
    ):
        kinds = {mapped[x.category].kind for x in lines}
        kind = "common" if "common" in kinds else "none" if "none" in kinds else "one"
        out.append(
            Amount(
                region,
                year,
                code,
                gas,
                math.fsum(x.mass_t for x in lines),
                math.fsum(float(ledger.co2e_t(x)) for x in lines),
                tuple(sorted({x.category for x in lines}, key=code_key)),
                kind,
            )
        )
    return out


def bridge(ledger: Ledger, terminology: str) -> list[BridgeRow]:
    """Provincial sector to sector of the classification: every counted line once, so the sums of both sides are
    equal."""
    grouped: dict[tuple[str, int, str, str], list[float]] = {}
    for line in ledger.select():
        code = mapping_of(ledger.edition, line.category, terminology).code
        key = (
            line.region,
            line.year,
            sector_of(ledger.edition, line.category),
            code if code == UNMAPPED else code.split(".")[0],
        )
        grouped.setdefault(key, []).append(float(ledger.co2e_t(line)))
    return [BridgeRow(*key, math.fsum(values), len(values)) for key, values in sorted(grouped.items())]


def sector_of(edition: Edition, category: str) -> str:
    """The top category that a category lies under."""
    while edition.categories[category].parent:
        category = edition.categories[category].parent
    return category


def code_key(code: str) -> tuple[tuple[int, str], ...]:
    """Codes in reading order: 3.2 before 3.10, 1.A before 1.B."""
    return tuple((int(p), "") if p.isdigit() else (0, p) for p in code.split("."))
