"""What is kept between two corrections changes no figure: a folder that was edited step by step says the same as the
folder read anew, and the same as the command."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

pytest.importorskip("django")
from inventory import api
from inventory.core.memo import Memo, recalled, unified
from inventory.core.places import address
from inventory.service.page.workspace import CellEdit, FolderState, Workspace

ROOT = Path(__file__).resolve().parent.parent
FILES = ("agriculture.csv", "energy.csv", "waste.csv", "能源平衡表2005.csv", "能源平衡表2010.csv", "corrections.csv")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "examples" / "jiangsu", tmp_path / "江苏 项目"))


def said(state: FolderState) -> tuple[object, ...]:
    """Everything a screen takes from a state, exactly."""
    ledger = state.ledger
    lines = () if ledger is None else tuple((x.origin_key, x.mass_t) for x in _lines(state))
    return (
        [(p.code, p.severity, str(p.origin), p.text("zh")) for p in state.problems],
        lines,
        state.account,
        state.project.data,
        state.project.notations,
    )


def _lines(state: FolderState):  # type: ignore[no-untyped-def]
    class Line:
        def __init__(self, line) -> None:  # type: ignore[no-untyped-def]
            self.origin_key = (line.region, line.year, line.category, line.gas, line.item, line.flags)
            self.mass_t = line.mass_t

    assert state.ledger is not None
    return [Line(x) for x in state.ledger.lines]


def numbers(workspace: Workspace, name: str) -> list[tuple[str, str]]:
    """Cells of a sheet that hold a figure."""
    sheet = workspace.sheets(name)[0]
    out = []
    for r in range(2, sheet.height + 1):
        for c in range(1, sheet.width + 1):
            text = sheet.cell(r, c).text
            if text.replace(".", "", 1).isdigit() and text not in ("2005", "2010"):
                out.append((address(r, c), text))
    return out


@pytest.mark.slow
def test_edited_step_by_step_as_read_anew(folder: Path) -> None:
    chance = random.Random(7)
    kept = Workspace(folder)
    kept.state()
    for step in range(14):
        name = FILES[step % len(FILES)]
        if step % 5 == 4:
            kept.undo()
        else:
            cell, seen = chance.choice(numbers(kept, name))
            new = chance.choice([f"{float(seen) * 1.25:.3f}", "约12", "", "-3"])
            kept.correct(name, "", [CellEdit(cell, new, seen)])
        assert said(kept.state()) == said(Workspace(folder).state()), (step, name)


def test_as_the_command_says(folder: Path) -> None:
    kept = Workspace(folder)
    kept.state()
    cell, seen = numbers(kept, "能源平衡表2010.csv")[40]
    kept.correct("能源平衡表2010.csv", "", [CellEdit(cell, f"{float(seen) * 1.01:.2f}", seen)])
    state = kept.state()
    assert state.ledger is not None
    assert [(x.category, x.gas, x.mass_t) for x in state.ledger.lines] == [
        (x.category, x.gas, x.mass_t) for x in api.compile(folder).lines
    ]


def test_memo_keeps_by_object_and_value_and_drops_what_nobody_asks_for() -> None:
    made: list[int] = []

    def make() -> int:
        made.append(1)
        return len(made)

    memo, one, other = Memo(), [1], [1]
    assert recalled(make, "x", (one,)) == 1 and recalled(make, "x", (one,)) == 2  # nothing is kept without a memo
    with memo.using():
        assert recalled(make, "x", (one,), (1,)) == recalled(make, "x", (one,), (1,)) == 3
        assert recalled(make, "x", (other,), (1,)) == 4
        assert recalled(make, "x", (one,), (2,)) == 5
        assert unified(one, "place") is unified(other, "place") is one
    with memo.using():
        assert recalled(make, "x", (one,), (1,)) == 3
    with memo.using():
        assert recalled(make, "x", (one,), (2,)) == 6
