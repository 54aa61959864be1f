"""The edition of the 2011 guideline as data: keys are words of the vocabulary, lines name categories, nothing prints an
unverified table number."""

from __future__ import annotations

import csv
import re
import tomllib
from pathlib import Path

import pytest
from some import some

from inventory.core import units
from inventory.core.edition import Edition
from inventory.core.resolve import Resolver
from inventory.core.resolved import Resolved, Unresolved
from inventory.edition import load

FOLDER = Path(__file__).parents[1] / "factors" / "prov2011"
# keys whose values are numbers or options, not words
FREE_KEYS = {"year", "reading", "scope", "energy", "set", "tier2"}


@pytest.fixture(scope="module")
def edition() -> Edition:
    return load("prov2011")


def known(edition: Edition, key: str, value: str) -> bool:
    if value == "*" or key in FREE_KEYS:
        return True
    if key == "category":
        return value in edition.categories
    words = edition.vocabulary.get(key, {})
    return value in words or any(value in w.classes for w in words.values())


def test_every_key_of_a_factor_is_a_word_of_the_vocabulary(edition: Edition) -> None:
    wrong = [
        f"{r.id}: {k}={v}"
        for r in edition.by_id.values()
        if r.role != "information"
        for k, v in r.keys
        if not known(edition, k, v)
    ]
    assert not wrong


def test_every_key_of_a_fallback_is_known_and_leads_to_a_figure(edition: Edition) -> None:
    resolver = Resolver(edition)
    for declared in some(edition.fallbacks.values(), 5):
        for fb in some(declared):
            assert all(known(edition, k, v) for k, v in (*fb.when, *fb.use_keys)), fb.id
            assert fb.reason["zh"] and fb.reason["en"], fb.id
            if not fb.when:  # holds for every key
                assert isinstance(resolver(fb.parameter, "CO2", (("region", "江苏"), ("year", "2010"))), Resolved), (
                    fb.id
                )
                continue
            key, value = fb.when[0]
            members = (
                [value]
                if edition.word(key, value)
                else [w.value for w in edition.vocabulary[key].values() if value in w.classes]
            )
            found = [
                resolver(
                    fb.parameter, "", tuple(sorted({"category": "1.1.5", "equipment": "其他设备", key: m}.items()))
                )
                for m in members
            ]
            assert any(isinstance(f, Resolved) for f in found), fb.id


def test_class_names_are_not_members_and_aliases_are_not_shared(edition: Edition) -> None:
    for key, words in edition.vocabulary.items():
        names = [n for w in words.values() for n in (w.value, *w.aliases)]
        assert len(names) == len(set(names)), (key, sorted(n for n in names if names.count(n) > 1))
        if key in ("fuel", "equipment", "facility", "mine", "ownership", "boiler", "grid", "flow"):
            assert not {c for w in words.values() for c in w.classes} & set(names), key


def test_report_lines_name_categories_and_reach_all_of_them(edition: Edition) -> None:
    summary: set[str] = set()
    for line in edition.report_lines:
        named = line["categories"].split(";")
        assert all(c in edition.categories for c in named), line
        if line["table"] == "省级温室气体清单汇总表":
            for c in named:
                summary |= edition.descendants(c)
        assert line["standing"] and line["source"] and line["label_en"], line
    assert summary == set(edition.categories)


def test_both_totals_stand_in_the_summary(edition: Edition) -> None:
    lines = {r["label_zh"]: r["categories"] for r in edition.report_lines if r["table"] == "省级温室气体清单汇总表"}
    assert lines["总排放量（包括土地利用变化和林业）"] == "1;2;3;4;5"
    assert lines["总排放量（不包括土地利用变化和林业）"] == "1;2;3;5"


@pytest.mark.parametrize("name", ["energy.csv", "grid.csv", "../gwp.csv"])
def test_tables_are_sorted_and_cite_no_unverified_table_number(name: str) -> None:
    raw = (FOLDER / name).read_bytes()
    assert b"\r" not in raw
    rows = list(csv.DictReader(raw.decode("utf-8").splitlines()))
    assert [r["id"] for r in rows] == sorted(r["id"] for r in rows)
    assert all(r["source"] and r["standing"] for r in rows)
    assert not [r["id"] for r in rows if re.search(r"表\s*\d", r["table"] + r["note"])]


def test_gwp_sets(edition: Edition) -> None:
    guideline, sar = edition.gwp_set("guideline"), edition.gwp_set("SAR")
    assert {g: guideline[g] for g in sar.values if g in guideline.values} == {
        g: v for g, v in sar.values.items() if g in guideline.values
    }
    assert guideline["HFC-245fa"] == 1030 and "HFC-245fa" not in sar.values
    assert (edition.gwp_set("AR4")["CH4"], edition.gwp_set("AR5")["CH4"], edition.gwp_set("AR6")["CH4"]) == (
        25,
        28,
        27.9,
    )


def test_regions_grids_and_zones(edition: Edition) -> None:
    grid = {r: edition.attribute("region", r, "grid", 2010) for r in edition.vocabulary["region"]}
    assert (grid["江苏"], grid["江西"], grid["山东"], grid["内蒙古"]) == ("华东", "华中", "华北", "")
    hainan = [edition.attribute("region", "海南", "grid", y) for y in (2005, 2009, 2010, 2014)]
    assert hainan == ["海南", "海南", "南方", "南方"]
    assert (
        edition.attribute("region", "四川", "grid", 2020) == "华中"
        and edition.attribute("region", "四川", "grid", 2021) == "西南"
    )
    provinces = [w for w in edition.vocabulary["region"].values() if w.value != "全国"]
    assert len(provinces) == 31 and len({w.attributes["code"] for w in provinces}) == 31
    assert all(w.attributes[a] for w in provinces for a in ("agriculture_six", "n2o_zone", "bod_cod"))


def test_every_fuel_of_the_template_has_carbon_and_energy_or_asks_for_them(edition: Edition) -> None:
    """Which of the fuels that may be burnt have no figure at all: they must be asked for, and nothing else may be."""
    resolver = Resolver(edition)
    fuels = edition.declared.quantities["fuel_consumption"].key_values["fuel"]
    without = {
        p: [f for f in fuels if isinstance(resolver(p, "", tuple(sorted({**keys, "fuel": f}.items()))), Unresolved)]
        for p, keys in (
            ("ncv", {}),
            ("carbon_content", {"category": "1.1.3.5"}),
            ("oxidation", {"category": "1.1.3.5", "equipment": "其他设备"}),
        )
    }
    town_gases = ["重油催化裂解煤气", "重油热裂解煤气", "焦炭制气", "压力气化煤气", "水煤气"]
    assert without["ncv"] == ["其他气体燃料", "航空汽油"]
    assert without["carbon_content"] == ["其他气体燃料", "航空汽油", *town_gases]
    assert without["oxidation"] == ["煤焦油", "粗苯"]


def test_no_fallback_is_forbidden_silently(edition: Edition) -> None:
    keys = (("category", "1.1.3.5"), ("fuel", "烟煤"))
    taken = Resolver(edition)("carbon_content", "", keys)
    assert (
        isinstance(taken, Resolved)
        and taken.step == "fallback"
        and taken.id == "energy.carbon_content.reference.bituminous"
    )
    refused = Resolver(edition, allow_fallback=False)("carbon_content", "", keys)
    assert isinstance(refused, Unresolved) and refused.forbidden == taken.id


def test_example_values_are_inside_the_bounds() -> None:
    files = sorted((FOLDER / "methods").glob("energy_*.toml"))
    declared = [tomllib.loads(path.read_text("utf-8")).get("quantity", {}) for path in files]
    for quantities in some(filter(None, declared), 3):
        for name, q in quantities.items():
            assert q["label"]["zh"] and q["label"]["en"] and q["help"]["zh"] and q["help"]["en"] and q["supplier"], name
            assert q.get("min", -1e9) <= q["example"] <= q.get("warn_max", 1e9), name
            assert all(units.parse(u) for u in q["unit"]), name
