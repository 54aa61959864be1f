"""Rows that repeat the words of an earlier row are read quickly; what they give is what reading each in full gives."""

from __future__ import annotations

import csv
import random
import sys
from dataclasses import fields
from pathlib import Path

import openpyxl
import pytest
from some import some

from inventory.core.activity import Project
from inventory.core.problems import Collector, Problem
from inventory.edition import load
from inventory.reading import read_project, repeats, tables
from inventory.regions import extended, tree_of

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "bench"))
from bench_levels import HEADINGS, counties  # noqa: E402

USUAL = "南京,{year},2.2,,lime_production,{value},万吨,年鉴,,,示例"
ODD = (
    "南京,2010,2.2,,lime_production,１０,万吨,年鉴,,,示例",
    "南京,2010,2.2,,lime_production,10,万吨,,,,示例",
    '南京,2010,2.2,,lime_production,"1,000",万吨,年鉴,,,示例',
    "南京,2010,2.2,,lime_production,10,箱,年鉴,,,示例",
    "南京,2010,2.1,,lime_production,10,万吨,年鉴,,,示例",
    "南京,2010,,,notation,NE,,年鉴,,,",
    "南京,2010,2.2,,lime_production,NE,万吨,年鉴,,,示例",
    "南京,2010,3.1,season=什么稻,rice_area,1,万公顷,年鉴,,,示例",
    "南京,2010,3.1,,rice_area,1,万公顷,年鉴,,,示例",
    "金陵,2010,2.2,,lime_production,10,万吨,年鉴,,,示例",
    "南京,二〇一〇,2.2,,lime_production,10,万吨,年鉴,,,示例",
    "南京,2010-03,2.2,,lime_production,10,万吨,年鉴,,,示例",
    "南京,2010年,2.2,,lime_production,10万,万吨,年鉴,,,示例",
    "南京,2010年,2.2,,lime_production,10%,万吨,年鉴,,,示例",
    "南京,2010年,2.2,,lime_production,约10,万吨,年鉴,,,示例",
    "南京,2010,2.2,,lime_production,—,万吨,年鉴,,,示例",
    "南京,2010,2.2,,lime_production,,万吨,年鉴,,,示例",
    "南京,2010,2.2,,lime_production,1e40,万吨,年鉴,,,示例",
    "南京,2010,2.2,,lime_production,10,万吨,年鉴,±5%,,示例",
    "南京,2010,2.2,,lime_production,10,万吨,年鉴,,,听说",
    "南京,2010,2.2,,lime_production,10,万吨,年鉴,,",
    "南京,2010,2.2,,lime_production",
    "",
    "南京,2010,2.2,,lime_production,1e3,万吨,年鉴,,,示例",
    ",".join(HEADINGS),
    "合计,2010,2.2,,lime_production,10,万吨,年鉴,,,示例",
    "注：示例",
)


def kept(project: Project) -> dict[str, object]:
    """Every field, the cells that wait spelled out."""
    found = {f.name: getattr(project, f.name) for f in fields(Project)}
    return {**found, "open_cells": list(project.open_cells)}


def both(path: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[dict[str, object], list[Problem]]]:
    """What a file gives with the memory of rows and without it."""
    made = []
    for memory in (repeats.repeats_of, lambda sheet, heading: None):
        monkeypatch.setattr(tables, "repeats_of", memory)
        project, problems = read_project([path], edition_for(path.parent))
        made.append((kept(project), problems))
    return made


def edition_for(folder: Path):
    return extended(load("prov2011"), tree_of([folder], Collector()))


def counted(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether each row went the short way, from here on."""
    quick: list[bool] = []
    take = repeats.Repeats.take

    def watched(self: repeats.Repeats, *row) -> bool:
        quick.append(take(self, *row))
        return quick[-1]

    monkeypatch.setattr(repeats.Repeats, "take", watched)
    return quick


def test_long_tables_read_the_same_and_mostly_the_short_way(tmp_path, monkeypatch):
    counties(tmp_path, 2)
    quick = counted(monkeypatch)
    for file in sorted(tmp_path.glob("县*.csv")):
        short, full = both(file, monkeypatch)
        assert short == full and len(short[0]["data"]) == 140
    assert quick.count(True) == 2 * 126 and quick.count(False) == 2 * 14


@pytest.mark.parametrize("folder", ["jiangsu", "guangdong", "levels"])
def test_the_examples_read_the_same(folder, monkeypatch):
    for file in some(sorted((ROOT / "examples" / folder).glob("*.csv")), 5):
        short, full = both(file, monkeypatch)
        assert short == full, file


@pytest.mark.parametrize("odd", ODD)
def test_an_odd_row_among_repeated_ones_is_read_in_full(odd, tmp_path, monkeypatch):
    rows = [USUAL.format(year=2005, value=9), USUAL.format(year=2006, value=10.5), odd]
    rows += [USUAL.format(year=2007, value=11), odd.replace("2010", "2008")]
    (tmp_path / "x.csv").write_text("\n".join([",".join(HEADINGS), *rows]) + "\n", "utf-8")
    short, full = both(tmp_path / "x.csv", monkeypatch)
    assert short == full


@pytest.mark.parametrize("seed", range(6))
def test_any_order_and_mixture_of_rows(seed, tmp_path, monkeypatch):
    chance = random.Random(seed)
    usual = [USUAL.format(year=y, value=v) for y in range(2005, 2012) for v in (1, "2.50", "1e2")]
    rows = chance.choices([*usual, *ODD[:-3]], k=40)
    (tmp_path / "x.csv").write_text("\n".join([",".join(HEADINGS), *rows]) + "\n", "utf-8")
    short, full = both(tmp_path / "x.csv", monkeypatch)
    assert short == full


def test_a_workbook_keeps_the_types_of_its_words(tmp_path, monkeypatch):
    """TRUE is not 1, though Python holds them for equal; numbers and texts as years and figures."""
    (tmp_path / "x.csv").write_text("\n".join([",".join(HEADINGS), USUAL.format(year=2005, value=9)]), "utf-8")
    with (tmp_path / "x.csv").open(encoding="utf-8", newline="") as f:
        head, row = csv.reader(f)
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(head)
    for year, value, note in ((2005, 9, 1), (2006, "9.5", 1), ("2007", 10, True), (2008, True, 1), (2009.0, 12, 1.0)):
        sheet.append([row[0], year, *row[2:5], value, *row[6:9], note, row[10]])
    book.save(tmp_path / "x.xlsx")
    (tmp_path / "x.csv").unlink()
    short, full = both(tmp_path / "x.xlsx", monkeypatch)
    assert short == full and [d.note for d in short[0]["data"]] == ["1", "1", "TRUE", "1"]
