"""Monte Carlo on other processes: the same figures to the last bit for any number of workers and any cutting; killed
processes and interrupted runs cost nothing that was drawn."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest
from mini import province

from inventory.core.executors import Pool
from inventory.core.ledger import Ledger
from inventory.core.problems import InventoryError
from inventory.store.dataset import Dataset
from inventory.store.places import Folder
from inventory.uncertainty import spread
from inventory.uncertainty.montecarlo import DrawingResources, monte_carlo
from inventory.uncertainty.results import MonteCarlo
from inventory.uncertainty.spread import Where
from inventory.uncertainty.streams import BLOCK

DRAWS = 20 * BLOCK + 17  # 21 blocks


class Here:
    """Tasks in this process, through the seam; `count` says otherwise, so that they are cut as for many."""

    def count(self, tasks: int) -> int:
        return 2

    def executor(self, tasks: int) -> Any:
        from concurrent.futures import ThreadPoolExecutor

        return ThreadPoolExecutor(2)

    def lost(self, error: BaseException) -> bool:
        return False

    def stuck(self, executor: Any) -> bool:
        return False


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    return province()


@pytest.fixture(scope="module")
def expected(ledger: Ledger) -> tuple[Any, ...]:
    return figures(monte_carlo(ledger, DRAWS, resources=DrawingResources(threads=1, kept_mib=1.0)))


def figures(result: MonteCarlo) -> tuple[Any, ...]:
    shares = [(c.input.name, c.share, c.error) for n in sorted(result.contributions) for c in result.contributions[n]]
    trends = [(t.change, t.percent) for t in result.trends]
    return result.lines, result.targets, trends, shares, [result.samples[n].tobytes() for n in result.samples]


def test_less_is_kept_of_lines_than_drawn(expected: tuple[Any, ...]) -> None:
    """Otherwise the stretches of which nothing is kept would not be tested."""
    assert {s.interval_draws for s in expected[0] if s is not None} < {DRAWS} or any(
        s.interval_draws < DRAWS for s in (*expected[0], *expected[1]) if s is not None
    )


@pytest.mark.parametrize("blocks", [1, 4, 8, 100])
def test_the_cutting_does_not_show(
    ledger: Ledger, expected: tuple[Any, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, blocks: int
) -> None:
    monkeypatch.setattr(spread, "BLOCKS", blocks)
    seen: list[tuple[int, int]] = []
    result = monte_carlo(
        ledger,
        DRAWS,
        progress=lambda d, t: seen.append((d, t)),
        resources=DrawingResources(kept_mib=1.0, where=Where(Here(), str(tmp_path))),
    )
    assert figures(result) == expected
    assert seen[-1] == (21, 21) and [d for d, _ in seen] == sorted(d for d, _ in seen)


def test_an_interrupted_run_goes_on_where_it_was(
    ledger: Ledger, expected: tuple[Any, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spread, "BLOCKS", 3)

    def stop(done: int, _: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        monte_carlo(
            ledger, DRAWS, progress=stop, resources=DrawingResources(kept_mib=1.0, where=Where(Here(), str(tmp_path)))
        )
    ready = len(Dataset(Folder(tmp_path)).place.names("log"))
    assert ready > 0
    drawn: list[int] = []
    draw = spread.draw
    monkeypatch.setattr(spread, "draw", lambda task: (drawn.append(task.first), draw(task))[1])
    assert (
        figures(
            monte_carlo(ledger, DRAWS, resources=DrawingResources(kept_mib=1.0, where=Where(Here(), str(tmp_path))))
        )
        == expected
    )
    assert len(drawn) == 7 - ready


def test_another_seed_or_ledger_takes_nothing_from_the_folder(ledger: Ledger, tmp_path: Path) -> None:
    where = Where(Here(), str(tmp_path))
    first = monte_carlo(ledger, 9000, 1, resources=DrawingResources(where=where))
    assert figures(monte_carlo(ledger, 9000, 2, resources=DrawingResources(where=where))) == figures(
        monte_carlo(ledger, 9000, 2)
    )
    assert figures(monte_carlo(ledger, 9000, 1, resources=DrawingResources(where=where))) == figures(first)


@pytest.mark.slow
def test_two_processes_give_the_same(ledger: Ledger, expected: tuple[Any, ...], tmp_path: Path) -> None:
    assert (
        figures(
            monte_carlo(ledger, DRAWS, resources=DrawingResources(kept_mib=1.0, where=Where(Pool(2), str(tmp_path))))
        )
        == expected
    )


DRAW = spread.draw


def _dies_once(task: Any) -> Any:
    mark = Path(task.place) / f"died-{task.first}"
    if task.first == 8 and not mark.exists():
        mark.parent.mkdir(parents=True, exist_ok=True)
        mark.write_text("")
        os.kill(os.getpid(), signal.SIGKILL)
    return DRAW(task)


def _always_dies(task: Any) -> Any:
    os._exit(9)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="kill -9")
def test_a_killed_process_costs_nothing(
    ledger: Ledger, expected: tuple[Any, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spread, "draw", _dies_once)
    assert (
        figures(
            monte_carlo(ledger, DRAWS, resources=DrawingResources(kept_mib=1.0, where=Where(Pool(2), str(tmp_path))))
        )
        == expected
    )
    assert (tmp_path / "died-8").exists()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="kill -9")
def test_processes_that_die_again_and_again_are_an_error(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spread, "draw", _always_dies)
    with pytest.raises(InventoryError) as error:
        monte_carlo(ledger, DRAWS, resources=DrawingResources(where=Where(Pool(2), str(tmp_path))))
    assert error.value.problems[0].code == "program.draws_lost"


@pytest.mark.slow
def test_command(tmp_path: Path) -> None:
    """`uncertainty --draws --workers 2`: the same table, nothing left behind."""
    from typer.testing import CliRunner

    from inventory.cli.app import app

    example = str(Path(__file__).resolve().parents[1] / "examples" / "hunan")
    tables = []
    for n, more in enumerate(([], ["--workers", "2", "--work", str(tmp_path / "w")])):
        out = tmp_path / f"{n}.csv"
        done = CliRunner().invoke(app, ["uncertainty", example, "--draws", "9000", "--csv", str(out), *more])
        assert done.exit_code == 0, done.output
        tables.append(out.read_bytes())
    assert tables[0] == tables[1]
    assert not [p for p in (tmp_path / "w").rglob("*") if p.is_file()]
