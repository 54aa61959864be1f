"""Blocks of a Monte Carlo run on other processes or machines: stretches of blocks are tasks of the one seam
(`core/executors.py`).

A task commits its moments and kept draws as one part of a data set, named by what it draws, and returns a receipt. It may
be run twice, or be there from a run that was interrupted: the bytes are the same. Moments are added block by block in the
order of the draws, so that neither the number of workers nor the cutting can show.
"""

from __future__ import annotations

import hashlib
import io
import pickle
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass

import numpy as np

from inventory.core.executors import TaskLost, Workers, run_tasks
from inventory.core.ledger import FloatArray
from inventory.core.problems import InventoryError, problem
from inventory.store.dataset import Dataset
from inventory.store.places import place_of

from .blocks import BlockMoments, Drawer, DrawPlan, KeptDraws
from .streams import Float32

BLOCKS = 8  # blocks of one task: some seconds of work, and little besides that travels


@dataclass(frozen=True)
class Where:
    """Where blocks are drawn: workers, and a folder (or fsspec URL) that all of them see."""

    workers: Workers
    place: str


@dataclass(frozen=True)
class DrawTask:
    """Blocks `first` to `last` - 1 of a drawing, and where their part is committed."""

    key: str
    drawing: DrawPlan
    first: int
    last: int
    place: str


def draw_elsewhere(
    drawing: DrawPlan,
    where: Where,
    add: Callable[[BlockMoments], None],
    kept: KeptDraws,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Draw all blocks on the workers; `add` gets the moments of each in order, `kept` its draws. Raises
    `InventoryError` where the processes of a task die again and again."""
    tasks = _tasks(drawing, where.place)
    dataset = Dataset(place_of(where.place))
    ready = {t.key for t in tasks if (r := dataset.receipt(t.key)) is not None and dataset.place.exists(r.part)}
    waiting = [t for t in tasks if t.key not in ready]
    total = len(drawing.spans())
    done = sum(t.last - t.first for t in tasks if t.key in ready)
    with closing(run_tasks(waiting, draw, where.workers)) as ended:
        for at, result in ended:
            if isinstance(result, TaskLost):
                lost = waiting[at]
                raise InventoryError([problem("program.draws_lost", first=lost.first, last=lost.last - 1)])
            if isinstance(result, BaseException):
                raise result
            done += waiting[at].last - waiting[at].first
            if progress is not None:
                progress(done, total)
    for task in tasks:
        receipt = dataset.receipt(task.key)
        assert receipt is not None
        moments, arrays = _unpacked(dataset.read(receipt))
        for one in moments:
            add(one)
        kept.take(arrays, drawing.spans()[task.first][0])


def _tasks(drawing: DrawPlan, place: str) -> list[DrawTask]:
    digest = hashlib.sha256(pickle.dumps(drawing, protocol=5)).hexdigest()[:16]
    count = len(drawing.spans())
    cuts = [(first, min(first + BLOCKS, count)) for first in range(0, count, BLOCKS)]
    return [DrawTask(f"{digest}-{a:06d}-{b:06d}", drawing, a, b, place) for a, b in cuts]


def draw(task: DrawTask) -> tuple[str, int, str]:
    """Draw and commit one task in whatever process this is; returns a small receipt (key, draws, sha256)."""
    dataset = Dataset(place_of(task.place))
    spans = task.drawing.spans()
    start, stop = spans[task.first][0], spans[task.last - 1][1]
    known = dataset.receipt(task.key)
    if known is None or not dataset.place.exists(known.part):
        drawer, kept = Drawer(task.drawing), KeptDraws(task.drawing, start, stop)
        moments = [drawer.block(n, kept) for n in range(task.first, task.last)]
        known = dataset.commit(task.key, "npy", _packed(moments, kept), stop - start)
    return known.key, known.rows, known.sha256


def _packed(moments: list[BlockMoments], kept: KeptDraws) -> bytes:
    """Arrays behind one another in numpy's own format: the moments of every block stacked, then the kept draws."""
    out = io.BytesIO()
    for rows in zip(*(m.arrays() for m in moments), strict=True):
        np.save(out, np.stack(rows), allow_pickle=False)
    for array in kept.arrays():
        np.save(out, array, allow_pickle=False)
    return out.getvalue()


def _unpacked(content: bytes) -> tuple[list[BlockMoments], list[Float32]]:
    source = io.BytesIO(content)
    stacked: list[FloatArray] = [np.load(source, allow_pickle=False) for _ in range(4)]
    kept: list[Float32] = [np.load(source, allow_pickle=False) for _ in range(3)]
    return [BlockMoments(*rows) for rows in zip(*stacked, strict=True)], kept
