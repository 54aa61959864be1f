"""Damaged input answers with file, sheet, cell, found, expected and fix, all at once: the messages are snapshots in
`tests/snapshots/bad_input/`.

Write them anew with INVENTORY_UPDATE_SNAPSHOTS=1, and read the difference.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from damaged import CASES

from inventory.core.prepare import prepare
from inventory.core.problems import Collector, Problem
from inventory.edition import load
from inventory.reading import read_project

SNAPSHOTS = Path(__file__).parent / "snapshots" / "bad_input"


def told(folder: Path) -> tuple[str, list[Problem]]:
    """What a person is told about a folder, and what was read from it."""
    edition = load("prov2011")
    project, problems = read_project([folder], edition)
    core = Collector(list(problems))
    prepare(project, edition, core)
    lines = [f"{p.severity} {p.code}: {p.text('zh')}" for p in core]
    lines += [
        f"datum {d.origin} {d.region} {d.year} {d.quantity} {';'.join(f'{k}={v}' for k, v in d.item)} = "
        f"{d.value!r} {d.unit}"
        for d in project.data
    ]
    lines += [
        f"notation {n.origin} {n.region} {n.year} {n.category} {n.gas} {n.key} {n.reason}" for n in project.notations
    ]
    return "\n".join(lines).replace(folder.name, "项目") + "\n", problems


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_messages(name: str, tmp_path: Path) -> None:
    """The messages are those of the snapshot; whatever is refused names a place and a remedy, in both languages."""
    CASES[name](tmp_path)
    found, problems = told(tmp_path)
    snapshot = SNAPSHOTS / f"{name}.txt"
    if os.environ.get("INVENTORY_UPDATE_SNAPSHOTS"):
        SNAPSHOTS.mkdir(parents=True, exist_ok=True)
        snapshot.write_text(found, "utf-8")
    assert found == snapshot.read_text("utf-8")
    for p in problems:
        for lang in ("zh", "en"):
            assert p.part("what", lang), p.code
            assert "{" not in p.text(lang), p.code
            if p.severity == "error":
                assert p.part("fix", lang) and str(p.origin), p.code


def test_there_are_enough_of_them() -> None:
    assert len(CASES) >= 40
    assert {p.stem for p in SNAPSHOTS.glob("*.txt")} == set(CASES)
