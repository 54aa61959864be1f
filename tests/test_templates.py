"""Fill-in workbooks: the committed ones are what the command writes; filled in and read back they say what the project
said."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from parts import parts

from inventory import api
from inventory.core.activity import Datum, Project
from inventory.core.engine import compile_ledger
from inventory.core.problems import InventoryError
from inventory.core.units import ratio
from inventory.edition import load
from inventory.reading import read_project
from inventory.sheets.english import english_unit
from inventory.spreadsheets.cells import read_sheets
from inventory.templates_xlsx.__main__ import COMMITTED, committed_bytes
from inventory.templates_xlsx.matrix import matrices
from inventory.templates_xlsx.plan import plan
from inventory.templates_xlsx.write import template_bytes, write_template

ROOT = Path(__file__).parent.parent
EXAMPLES = ["jiangsu", "guangdong"]


def said(project: Project) -> list[tuple]:
    """A project without the places it was read from (the source of what comes of a balance table names its file)."""
    return sorted(
        [
            (
                d.region,
                d.year,
                d.quantity,
                d.item,
                d.value,
                d.unit,
                "" if d.terms else d.source,
                str(d.uncertainty),
                d.note,
                d.data_kind,
            )
            for d in project.data
        ]
        + [
            (
                "factor",
                *map(
                    str,
                    (
                        f.parameter,
                        f.keys,
                        f.value,
                        f.unit,
                        f.source,
                        f.kind,
                        f.id,
                        f.gas,
                        f.lower,
                        f.upper,
                        f.uncertainty,
                    ),
                ),
            )
            for f in project.factors
        ]
        + [("notation", n.region, n.year, n.category, n.gas, n.key, n.reason) for n in project.notations]
        + [("choice", k, *v) for k, v in project.choices.items()],
        key=str,
    )


@pytest.mark.parametrize("name", COMMITTED)
def test_committed_templates_are_what_the_command_writes(name: str) -> None:
    """Rewrite them with `python -m inventory.templates_xlsx` after a change of declarations."""
    assert parts((ROOT / "templates" / f"{name}.xlsx").read_bytes()) == parts(committed_bytes(name))


def test_same_bytes_twice() -> None:
    made = plan(load("prov2011"), ["waste"], "湖南")
    assert template_bytes(made) == template_bytes(made)


@pytest.mark.slow
@pytest.mark.parametrize("example", EXAMPLES)
def test_round_trip_of_an_example(example: str, tmp_path: Path) -> None:
    """Project -> template -> project changes nothing, to the last bit of every figure; nor does a second turn."""
    edition = load("prov2011")
    project, problems = api.read(ROOT / "examples" / example)
    assert not [p for p in problems if p.severity == "error"]
    write_template(plan(edition, project=project), tmp_path / "一.xlsx", project)
    again, problems = read_project([tmp_path / "一.xlsx"], edition)
    assert not [p.text() for p in problems if p.severity == "error"]
    assert said(again) == said(project)
    write_template(plan(edition, project=again), tmp_path / "二.xlsx", again)
    assert (tmp_path / "一.xlsx").read_bytes() == (tmp_path / "二.xlsx").read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("example", EXAMPLES)
def test_round_trip_in_english(example: str, tmp_path: Path) -> None:
    """A form in English holds no Chinese but what people wrote, and reads back as the same project; units are in
    English, of the same size."""
    edition = load("prov2011")
    project, _ = api.read(ROOT / "examples" / example)
    write_template(plan(edition, lang="en", project=project), tmp_path / "en.xlsx", project)
    again, problems = read_project([tmp_path / "en.xlsx"], edition)
    assert not [p.text() for p in problems if p.severity == "error"]

    def without_units(project: Project) -> list[str]:
        units_of = {d.unit for d in project.data} | {f.unit for f in project.factors}
        return sorted(str(tuple(x for x in line if x not in units_of)) for line in said(project))

    assert without_units(again) == without_units(project)
    assert all(ratio(a.unit, b.unit) == 1 for a, b in zip(*(sorted_data(p) for p in (project, again)), strict=True))
    for name in ("uncertainty", "answers", "comments"):
        assert len(getattr(again, name)) == len(getattr(project, name)), name
    assert [a.keys for a in again.uncertainty] == [a.keys for a in project.uncertainty]


def sorted_data(project: Project) -> list[Datum]:
    return sorted(project.data, key=lambda d: (d.region, d.year, d.quantity, d.item, d.value))


def test_template_gives_the_ledger_of_the_example(tmp_path: Path) -> None:
    edition = load("prov2011")
    project, _ = api.read(ROOT / "examples" / "guangdong")
    write_template(plan(edition, project=project), tmp_path / "粤.xlsx", project)
    again, _ = read_project([tmp_path / "粤.xlsx"], edition)
    ledgers = [
        compile_ledger(Project(p.data, p.factors, p.notations, p.choices, p.checks), edition) for p in (project, again)
    ]
    assert [r[:7] for r in ledgers[0].records()] == [r[:7] for r in ledgers[1].records()]


def test_blank_template_reads_as_nothing_with_every_cell_waiting(tmp_path: Path) -> None:
    edition = load("prov2011")
    made = write_template(plan(edition, region="江苏"), tmp_path / "空.xlsx")
    project, problems = read_project([tmp_path / "空.xlsx"], edition)
    assert [p.code for p in problems] == ["project.empty"] and not project.data
    waiting = {(c.quantity, c.item, c.year) for c in project.open_cells}
    in_matrices = {q.id for q in edition.declared.quantities.values() if q.across}
    laid_out = [(s, r) for s in made.sheets for r in s.rows if not r.spare and r.quantity not in in_matrices]
    assert {(r.quantity, r.item, y) for s, r in laid_out for y in s.years} <= waiting


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_cell_filled_reads_back(lang: str, tmp_path: Path) -> None:
    """A program fills every prepared cell of every sheet; each comes back as the datum of its row, in either
    language."""
    edition = load("prov2011")
    made = write_template(plan(edition, region="江苏", lang=lang), tmp_path / "t.xlsx")
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    wanted = {}
    number = 0
    for planned in made.sheets:
        sheet, crossed = matrices(planned, made)
        for matrix in crossed:  # every cell of every line, under its heading
            for (i, line), (k, (head, unit)) in itertools.product(
                enumerate(matrix.lines, 8), enumerate(matrix.heads, 2 + len(matrix.down))
            ):
                number += 1
                book[matrix.title].cell(i, k).value = number / 1000
                item = tuple(sorted((*line.item, (matrix.quantity.across, head))))
                wanted[matrix.quantity.id, item, matrix.year] = (number / 1000, unit)
        if not sheet.rows:
            continue
        years = {c.value: c.column for c in book[sheet.title][5] if isinstance(c.value, int | float)}
        for i, row in enumerate(sheet.rows, 7):
            if row.spare:
                continue
            for year in sheet.years:
                number += 1
                value = number / 1000
                book[sheet.title].cell(i, years[year]).value = value
                wanted[row.quantity, row.item, year] = (value, row.unit)
    book.save(tmp_path / "filled.xlsx")
    project, problems = read_project([tmp_path / "filled.xlsx"], edition)
    assert not [p.text() for p in problems if p.severity == "error"]
    shown = {k: (value, unit if lang == "zh" else english_unit(unit)) for k, (value, unit) in wanted.items()}
    assert {(d.quantity, d.item, d.year): (d.value, d.unit) for d in project.data} == shown and len(
        project.data
    ) == len(wanted)


def test_every_required_quantity_has_a_place() -> None:
    edition = load("prov2011")
    made = plan(edition)
    assert {q.id for s in made.sheets for q in s.quantities} >= set(edition.declared.quantities)
    titles = [s.title for s in made.sheets]
    assert len(set(titles)) == len(titles) and all(len(t) <= 31 for t in titles)


def test_progress_on_the_contents_sheet(tmp_path: Path) -> None:
    edition = load("prov2011")
    project, _ = api.read(ROOT / "examples" / "guangdong")
    write_template(plan(edition, ["agriculture"], project=project), tmp_path / "粤.xlsx", project)
    contents = read_sheets(tmp_path / "粤.xlsx")[0]
    head = next(r for r in range(1, 30) if contents.cell(r, 2).text == "工作表")
    rows = [[contents.cell(r, c).value for c in (2, 5, 6, 7)] for r in range(head + 1, contents.height + 1)]
    assert all(needed - done == left for _, needed, done, left in rows)
    rice = next(r for r in rows if r[0] == "稻田甲烷")
    given = sum(d.quantity == "rice_area" for d in project.data)
    assert 0 < given < 8 and rice[1:] == [8, given, 8 - given]  # four seasons in two years
    assert rows[-1][0] == "合计" and rows[-1][1] == sum(r[1] for r in rows[:-1])


def test_text_never_becomes_a_formula(tmp_path: Path) -> None:
    edition = load("prov2011")
    project, _ = api.read(ROOT / "examples" / "guangdong")
    evil = replace(project.data[0], source='=HYPERLINK("http://x")', note="@SUM(A1)")
    write_template(plan(edition, project=Project(data=(evil,))), tmp_path / "t.xlsx", Project(data=(evil,)))
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    found = [c for s in book.worksheets for row in s.iter_rows() for c in row if c.value in (evil.source, evil.note)]
    assert len(found) == 2 and all(c.data_type == "s" for c in found)


def test_unknown_names_are_refused() -> None:
    for arguments in ({"sectors": ["煤炭"]}, {"region": "江南"}):
        with pytest.raises(InventoryError):
            plan(load("prov2011"), **arguments)  # type: ignore[arg-type]


@pytest.mark.slow
def test_same_under_any_hash_seed() -> None:
    """Neither what is read nor what is written depends on the order of a set."""
    code = (
        "import hashlib, inventory; from inventory.templates_xlsx.plan import plan; from "
        "inventory.templates_xlsx.write import template_bytes;"
        f"p, found = inventory.read({str(ROOT / 'examples' / 'guangdong')!r});"
        "told = repr((p.data, p.factors, p.notations, [x.text() for x in found])).encode();"
        "print(hashlib.sha256(told + template_bytes(plan(inventory.load_edition(), project=p))).hexdigest())"
    )
    said_by = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
            timeout=240,
        ).stdout
        for seed in ("0", "7")
    }
    assert len(said_by) == 1 and said_by.pop().strip()
