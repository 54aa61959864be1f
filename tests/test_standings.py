"""How well each default is attested: counts by standing, and the figures that have been settled. A row that changes its
standing changes a count here."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

FACTORS = Path(__file__).parents[1] / "factors"
ORDER = ("corroborated", "single-source", "unverified", "conflict")

# default and fallback figures with a value, in the order of ORDER
COUNTS = {
    "prov2011/agriculture.csv": (82, 30, 123, 0),
    "prov2011/energy.csv": (93, 89, 44, 18),
    "prov2011/grid.csv": (117, 37, 70, 1),
    "prov2011/industrial_processes.csv": (6, 10, 19, 0),
    "prov2011/lucf.csv": (0, 3, 114, 0),
    "prov2011/waste.csv": (0, 30, 52, 2),
    "enterprise2013/common.csv": (30, 2, 1, 0),
    "enterprise2013/fluorinated.csv": (12, 36, 1, 0),
    "enterprise2013/fuels_gbt34.csv": (0, 78, 0, 0),
    "enterprise2013/fuels_mee24.csv": (0, 52, 2, 3),
    "enterprise2013/fuels_ndrc_a.csv": (63, 12, 0, 0),
    "enterprise2013/fuels_ndrc_avi.csv": (6, 57, 0, 0),
    "enterprise2013/fuels_ndrc_b.csv": (53, 1, 33, 4),
    "enterprise2013/fuels_ndrc_c.csv": (0, 75, 6, 0),
    "enterprise2013/fuels_power13.csv": (0, 1, 12, 0),
    "enterprise2013/grid.csv": (22, 3, 12, 0),
    "enterprise2013/gwp.csv": (1, 16, 1, 0),
    "enterprise2013/processes.csv": (37, 100, 23, 3),
    "enterprise2013/processes_2024.csv": (0, 3, 11, 0),
    "enterprise2013/road.csv": (0, 45, 1, 0),
}

# (value, standing) of figures about which sources had disagreed
SETTLED = {
    "energy.coal_mining.post.low": ("0.94", "corroborated"),
    "energy.carbon_content.reference.lng": ("15.3", "corroborated"),
    "energy.oxidation.reference.refinery_gas": ("0.99", "conflict"),
    "energy.oxidation.reference.cleaned_coal": ("0.93", "conflict"),
    "energy.carbon_content.reference.anthracite": ("27.4", "corroborated"),
    "waste.indww.mcf.sea": ("0.1", "single-source"),
}


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as f:
        return list(csv.DictReader(f))


@pytest.mark.parametrize("name", sorted(COUNTS))
def test_counts_by_standing(name: str) -> None:
    counted = Counter(
        r["standing"] for r in rows(FACTORS / name) if r["value"] and r["role"] in ("default", "fallback")
    )
    assert tuple(counted[s] for s in ORDER) == COUNTS[name]
    assert sum(counted.values()) == sum(COUNTS[name])  # no other standing


def test_no_factor_table_is_left_out() -> None:
    found = set()
    for folder in ("prov2011", "enterprise2013"):
        for path in (FACTORS / folder).glob("*.csv"):
            if any(
                r.get("standing") and r.get("value") and r.get("role") in ("default", "fallback") for r in rows(path)
            ):
                found.add(f"{folder}/{path.name}")
    assert found == set(COUNTS)


def test_settled_figures() -> None:
    held = {
        r["id"]: (r["value"], r["standing"])
        for path in (FACTORS / "prov2011").glob("*.csv")
        for r in rows(path)
        if r.get("id") in SETTLED
    }
    assert held == SETTLED


def test_all_gwp_are_corroborated() -> None:
    gwp = [r for r in rows(FACTORS / "gwp.csv") if r["value"]]
    assert len(gwp) == 77 and {r["standing"] for r in gwp} == {"corroborated"}


def test_what_is_corroborated_names_where_it_was_seen() -> None:
    recalled = ("凭记忆，未见出处", "凭记忆录入，未见出处", "recalled, not seen", "未找到（not found）")
    bare = [
        r["id"]
        for name in COUNTS
        for r in rows(FACTORS / name)
        if r["standing"] == "corroborated" and (not r["source"] or r["source"] in recalled)
    ]
    assert bare == []
