"""Ledgers of the small test edition (tests/data/mini_edition): a province of four methods and two years, and lines of
one product each."""

from pathlib import Path

from inventory.core.activity import Project, UserFactor, datum
from inventory.core.engine import compile_ledger
from inventory.core.statements import FindingAnswer
from inventory.edition import load

EDITION = load(Path(__file__).parent / "data" / "mini_edition")


# for data that are meant to be there in one year only: somebody has said so
ANSWERED = (FindingAnswer("completeness", "*", "只有一年有", "测试", "2012-03-01"),)


def ledger(data, factors=(), **more):
    return compile_ledger(Project(tuple(data), tuple(factors), **more), EDITION)


def province_data(unknown=False, scale=1.0):
    """Activity data of 甲省, 2005 and 2010; with `unknown` the slag clinker says nothing about its uncertainty. `scale`
    shrinks all of it."""
    data = []
    for year, growth in ((2005, 1.0), (2010, 1.4)):
        for category, fuel, value in (
            ("1.1", "原煤", 100),
            ("1.1", "焦炭", 20),
            ("1.1", "柴油", 5),
            ("1.2", "原煤", 40),
        ):
            data.append(
                datum(
                    "甲省",
                    year,
                    "fuel_use",
                    value * growth,
                    "万吨",
                    {"category": category, "fuel": fuel},
                    uncertainty=5.0 * scale,
                )
            )
        data.append(datum("甲省", year, "clinker", 300 * growth, "万吨", uncertainty=2.0 * scale))
        data.append(
            datum("甲省", year, "slag_clinker", 10 * growth, "万吨", uncertainty=None if unknown else 10.0 * scale)
        )
        data.append(datum("甲省", year, "volume", 1000, "万m3", {"stand": "杉"}, uncertainty=10 * scale))
        data.append(datum("甲省", year, "volume", 3000, "万m3", {"stand": "松"}, uncertainty=10 * scale))
        data.append(datum("甲省", year, "growth", 0.05, "1", uncertainty=20 * scale))
    return data


def province(unknown=False, factors=()):
    return ledger(province_data(unknown), factors)


def own_factor(plant, value, pct, region="", **more):
    keys = (("plant", plant), *([("region", region)] if region else []))
    return UserFactor("plant_ef", keys, value, "tCO2/t", "测试", "实测", uncertainty=pct, **more)


def plants(rows, shared=False, **kinds):
    """One line a row (activity t, its %, factor t/t, its %), category 1.1, 2010; `shared`: one factor, the first row's,
    for all."""
    data = [
        datum(
            "甲省",
            2010,
            "plant_output",
            ad,
            "t",
            {"category": "1.1", "plant": f"p{n:04d}"},
            uncertainty=u,
            distribution=kinds.get("activity", ""),
        )
        for n, (ad, u, _, _) in enumerate(rows)
    ]
    factors = [
        own_factor("*" if shared else f"p{n:04d}", ef, u, distribution=kinds.get("factor", ""))
        for n, (_, _, ef, u) in enumerate(rows[:1] if shared else rows)
    ]
    return ledger(data, factors)
