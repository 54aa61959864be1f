"""Batches on many processes and machines: killed workers, poisoned input, another run, a cluster, an object store. The
files are always the same."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from inventory.batch import BatchRequest, run_batch
from inventory.batch import run as batch_run
from inventory.core import executors
from inventory.core.executors import Pool, TaskLost, process_pool, run_tasks

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "bench"))
from bench_levels import counties  # noqa: E402

linux = pytest.mark.skipif(sys.platform != "linux", reason="processes are killed by signals, children found in /proc")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("in")
    counties(place, 8)
    return place


@pytest.fixture(scope="module")
def expected(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    place = tmp_path_factory.mktemp("expected")
    run_batch(BatchRequest(str(folder), str(place), workers=1))
    return files(place)


def files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def children() -> list[int]:
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            mine = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1] == str(os.getpid())
            if mine and b"resource_tracker" not in Path(f"/proc/{pid}/cmdline").read_bytes():
                found.append(int(pid))
        except OSError:
            continue
    return found


@linux
@pytest.mark.slow
def test_killed_workers_cost_nothing_that_was_finished(
    folder: Path, expected: dict[str, bytes], tmp_path: Path
) -> None:
    rng, known, seen = random.Random(1), set(children()), []
    killed: list[int] = []

    def progress(done: int, _: int) -> None:
        seen.append(done)
        mine = sorted(set(children()) - known)
        if mine and done in (1, 4, 8):  # at the start, in the middle, after the last task
            killed.append(done)
            os.kill(rng.choice(mine), signal.SIGKILL)

    result = run_batch(BatchRequest(str(folder), str(tmp_path), workers=2, chunk=1), progress)
    assert files(tmp_path) == expected and result.failed == {} and result.region_years == 80
    assert 1 in killed
    assert seen == sorted(seen) and seen[-1] == 8


def _poisoned(task: Any) -> Any:
    if any(name == "县0005.csv" for name, _ in task.units):
        os._exit(9)
    return WORK(task)


WORK = batch_run.work_on


@linux
@pytest.mark.slow
def test_a_poisoned_input_costs_one_row(
    folder: Path, expected: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch_run, "work_on", _poisoned)
    monkeypatch.setattr(executors, "RETRIES", 1)
    result = run_batch(BatchRequest(str(folder), str(tmp_path), workers=2, chunk=3))
    assert list(result.failed) == ["县0005.csv"] and result.region_years == 70
    want = [line for line in expected["results.csv"].splitlines() if not line.startswith("县0005,".encode())]
    assert (tmp_path / "results.csv").read_bytes().splitlines() == want
    assert b"store.lost" in (tmp_path / "problems.csv").read_bytes()


def test_an_interrupted_batch_goes_on_where_it_was(folder: Path, expected: dict[str, bytes], tmp_path: Path) -> None:
    def stop(done: int, _: int) -> None:
        if done >= 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_batch(BatchRequest(str(folder), str(tmp_path), workers=1, chunk=2), stop)
    assert not (tmp_path / "results.csv").exists()
    result = run_batch(BatchRequest(str(folder), str(tmp_path), workers=1, chunk=2))
    assert result.resumed == 4 and files(tmp_path) == expected


def test_changed_input_is_computed_again(tmp_path: Path) -> None:
    place, out = tmp_path / "in", tmp_path / "out"
    place.mkdir()
    counties(place, 3)
    pytest.importorskip("pyarrow")
    request = BatchRequest(str(place), str(out), workers=1, chunk=1, format="parquet")
    run_batch(request)
    first = (out / "summary.csv").read_text("utf-8")
    file = place / "县0001.csv"
    file.write_text(file.read_text("utf-8").replace(",clinker_production,3", ",clinker_production,4"), "utf-8")
    assert run_batch(request).resumed == 2
    assert (out / "summary.csv").read_text("utf-8") != first
    assert run_batch(request).resumed == 3


def test_a_data_set_answers_with_the_figures_of_compile(folder: Path, tmp_path: Path) -> None:
    pytest.importorskip("duckdb")
    import inventory
    from inventory.app.query import QueryRequest, run_query

    for chunk, place in ((40, tmp_path / "a"), (3, tmp_path / "b")):
        run_batch(BatchRequest(str(folder), str(place), workers=1, format="parquet", chunk=chunk))
    answers = [run_query(QueryRequest(str(tmp_path / n), ("region", "year", "category", "gas"))) for n in "ab"]
    assert answers[0].rows == answers[1].rows and answers[0].exact
    ledger = inventory.compile([folder / "县0003.csv", folder / "regions.csv"])
    mine = {(y, c, g): t for r, y, c, g, t, _, _ in answers[0].rows if r == "县0003"}
    for line in ledger.select():
        assert mine[(line.year, line.category, line.gas)] == pytest.approx(
            ledger.mass_t(category=line.category, gas=line.gas, year=line.year), abs=2e-6
        )


def test_a_region_given_twice_counts_once_in_a_data_set(tmp_path: Path) -> None:
    pytest.importorskip("duckdb")
    from inventory.app.query import QueryRequest, run_query

    place = tmp_path / "in"
    place.mkdir()
    counties(place, 2)
    (place / "重复").mkdir()
    (place / "重复" / "x.csv").write_bytes((place / "县0000.csv").read_bytes())
    result = run_batch(BatchRequest(str(place), str(tmp_path / "out"), workers=1, format="parquet", chunk=1))
    assert list(result.failed) == ["重复"]
    lines = run_query(QueryRequest(str(tmp_path / "out"), ("region",))).rows
    assert [r[0] for r in lines] == ["县0000", "县0001"] and lines[0][2] == lines[1][2]


# ---- the seam ----


def _work(task: int) -> int:
    if task < 0:
        os._exit(9)
    if task == 13:
        raise ValueError(task)
    return task * task


@pytest.mark.slow
@linux
def test_tasks_survive_their_processes() -> None:
    results = dict(run_tasks([1, -1, 2, 13, 3], _work, Pool(2)))
    assert {k: v for k, v in results.items() if isinstance(v, int)} == {0: 1, 2: 4, 4: 9}
    assert isinstance(results[1], TaskLost) and isinstance(results[3], ValueError)
    assert dict(run_tasks([], _work, Pool(2))) == {}
    assert Pool(1000).count(10_000) <= 256


@pytest.mark.slow
@linux
def test_a_pool_ends_whoever_is_killed_while_it_does() -> None:
    """An idle process that is killed takes the lock of the queue with it: the other never hears that the pool ends
    (the library's own pool waits for it for ever; so did this suite, once)."""
    for turn in range(2):
        pool = process_pool(2)
        assert [f.result(timeout=60) for f in [pool.submit(_work, n) for n in (2, 3)]] == [4, 9]
        time.sleep(0.7)  # both are up and idle: one waits for work, holding the lock
        mine = sorted(pool._processes)
        os.kill(mine[turn % len(mine)], signal.SIGKILL)
        ending = threading.Thread(target=pool.shutdown, daemon=True)
        ending.start()
        ending.join(executors.GRACE_S + 30)
        assert not ending.is_alive()


class Silent:
    """Its first executor gives half of its results and is never heard of again."""

    def __init__(self, blames: bool) -> None:
        self.rounds, self.blames = 0, blames

    def count(self, tasks: int) -> int:
        return 2

    def executor(self, tasks: int) -> Any:
        self.rounds += 1
        answers, silent = iter([True, False] * tasks), self.rounds == 1

        class Executor(ThreadPoolExecutor):
            def submit(self, work: Any, task: Any) -> Any:  # type: ignore[override]
                return super().submit(work, task) if next(answers) or not silent else Future()

        return Executor(1)

    def lost(self, error: BaseException) -> bool:
        return isinstance(error, CancelledError)

    def gone(self, error: BaseException) -> bool:
        return self.lost(error) and not self.blames

    def stuck(self, executor: Any) -> bool:
        return self.rounds == 1


@pytest.mark.parametrize("blames", [False, True])
def test_what_never_comes_back_is_handed_over_again(monkeypatch: pytest.MonkeyPatch, blames: bool) -> None:
    monkeypatch.setattr(executors, "LOOK_S", 0.05)
    pool = Silent(blames)
    assert dict(run_tasks([1, 2, 3, 4], _work, pool)) == {n: (n + 1) ** 2 for n in range(4)}
    assert pool.rounds == 2


def test_a_run_that_is_left_ends_its_pool() -> None:
    pool = Flighty(0)
    made = pool.executor
    kept: list[ThreadPoolExecutor] = []
    pool.executor = lambda tasks: kept.append(made(tasks)) or kept[0]  # type: ignore[method-assign, func-returns-value]
    with pytest.raises(KeyboardInterrupt), closing(run_tasks([1, 2, 3], _work, pool)) as ended:
        for _ in ended:
            raise KeyboardInterrupt
    assert kept[0]._shutdown


# ---- a cluster, an object store ----


def _free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def _start(*arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "inventory", "cluster", *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _scheduler(port: int) -> subprocess.Popen[bytes]:
    started = _start("scheduler", "--port", str(port))
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with socket.socket() as s:
            if s.connect_ex(("127.0.0.1", port)) == 0:
                return started
        time.sleep(0.1)
    _kill(started)
    pytest.fail(f"no scheduler at port {port} after 60 s")


def _kill(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=60)


@contextmanager
def cluster(workers: int) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler and worker processes of dask on this machine's loopback."""
    pytest.importorskip("distributed")
    port = _free_port()
    address = f"tcp://127.0.0.1:{port}"
    started = [_scheduler(port)]
    started += [_start("worker", address, "--processes", "1", "--host", "127.0.0.1") for _ in range(workers)]
    try:
        yield address, started
    finally:
        for p in reversed(started):
            _kill(p)


@linux
@pytest.mark.slow
@pytest.mark.parametrize("workers", [2, 4])
def test_a_cluster_gives_the_same_bytes_and_survives_its_workers(
    folder: Path, expected: dict[str, bytes], tmp_path: Path, workers: int
) -> None:
    with cluster(workers) as (address, started):
        killed = []

        def progress(done: int, _: int) -> None:
            if not killed and workers == 4:
                os.killpg(started[-1].pid, signal.SIGKILL)
                killed.append(done)

        out = tmp_path / "out"
        result = run_batch(BatchRequest(str(folder), str(out), scheduler=address, chunk=1), progress)
    assert files(out) == expected and result.failed == {}
    assert workers == 2 or killed


@linux
@pytest.mark.slow
def test_a_scheduler_that_dies_costs_nothing_that_was_committed(
    folder: Path, expected: dict[str, bytes], tmp_path: Path
) -> None:
    """All of the cluster is killed in the middle; the same command on a new one goes on where the first was."""
    out, seen = tmp_path / "out", []
    with cluster(2) as (address, started):

        def progress(done: int, total: int) -> None:
            seen.append(done)
            if len(seen) == 4:
                for process in started:
                    os.killpg(process.pid, signal.SIGKILL)
                raise KeyboardInterrupt  # as an operator who sees that nothing moves any more

        with pytest.raises(KeyboardInterrupt):
            run_batch(BatchRequest(str(folder), str(out), scheduler=address, chunk=1), progress)
    assert seen == sorted(seen)
    with cluster(2) as (address, _):
        result = run_batch(BatchRequest(str(folder), str(out), scheduler=address, chunk=1))
    assert files(out) == expected and result.failed == {} and result.resumed >= 4


@linux
@pytest.mark.slow
def test_a_scheduler_that_is_restarted_is_found_again_within_the_run(
    folder: Path, expected: dict[str, bytes], tmp_path: Path
) -> None:
    """Killed twice with -9 and started again under the same address: one command, the same files, progress honest."""
    seen: list[int] = []
    with cluster(2) as (address, started):
        port = int(address.rpartition(":")[2])

        def progress(done: int, _: int) -> None:
            seen.append(done)
            if len(seen) in (2, 5):
                _kill(started[0])
                started[0] = _scheduler(port)

        result = run_batch(BatchRequest(str(folder), str(tmp_path), scheduler=address, chunk=1), progress)
    assert files(tmp_path) == expected and result.failed == {} and result.region_years == 80
    assert seen == list(range(1, 9))  # every task once


@linux
@pytest.mark.slow
def test_draws_on_a_cluster_are_those_of_one_process(tmp_path: Path) -> None:
    from mini import province

    from inventory.batch.cluster import Cluster
    from inventory.uncertainty.montecarlo import DrawingResources, monte_carlo
    from inventory.uncertainty.spread import Where

    made = province()
    here = monte_carlo(made, 40_000)
    with cluster(2) as (address, _), Cluster(address) as workers:
        there = monte_carlo(made, 40_000, resources=DrawingResources(where=Where(workers, str(tmp_path))))
    assert there.lines == here.lines and there.targets == here.targets
    assert [s.tobytes() for s in there.samples.values()] == [s.tobytes() for s in here.samples.values()]


def test_a_machine_with_another_version_refuses(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from inventory.batch import setting
    from inventory.batch.inputs import setting_key
    from inventory.core.problems import InventoryError

    key = setting_key(folder, (), "prov2011", None, (), "zh")
    assert setting.setting_of(key).edition.id == "prov2011"
    setting.setting_of.cache_clear()
    monkeypatch.setattr(setting, "__version__", "0.0.1")
    with pytest.raises(InventoryError) as error:
        setting.setting_of(key)
    assert error.value.problems[0].code == "batch.other_version"
    setting.setting_of.cache_clear()


def test_a_task_committed_before_is_not_done_again(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a scheduler that comes back hands out once more costs a look at the log."""
    tasks: list[Any] = []
    monkeypatch.setattr(batch_run, "work_on", lambda task: (tasks.append(task), WORK(task))[1])
    run_batch(BatchRequest(str(folder), str(tmp_path), workers=1, chunk=4, format="parquet"))
    monkeypatch.setattr(batch_run, "compile_chunk", lambda *_: pytest.fail("compiled again"))
    assert [WORK(t)[0] for t in tasks] == [t.key for t in tasks]


class Gone(Exception):
    """A pool that went away."""


class Flighty:
    """Threads that finish one task and are gone; `most`: after how many rounds they stay."""

    def __init__(self, most: int) -> None:
        self.rounds, self.most = 0, most

    def count(self, tasks: int) -> int:
        return 2

    def executor(self, tasks: int) -> Any:
        self.rounds += 1
        left = [1 if self.rounds <= self.most else 99]

        class Pool(ThreadPoolExecutor):
            def submit(self, work: Any, task: Any) -> Any:  # type: ignore[override]
                left[0] -= 1
                return super().submit(work, task) if left[0] >= 0 else super().submit(_gone)

        return Pool(1)

    def lost(self, error: BaseException) -> bool:
        return isinstance(error, Gone)

    def gone(self, error: BaseException) -> bool:
        return isinstance(error, Gone)

    def stuck(self, executor: Any) -> bool:
        return False


def _gone() -> None:
    raise Gone


def test_a_pool_that_goes_away_blames_no_task() -> None:
    pool = Flighty(6)
    assert dict(run_tasks([1, 2, 3, 4, 5, 6, 7, 8], _work, pool)) == {n: (n + 1) ** 2 for n in range(8)}
    assert pool.rounds == 7


def test_an_absent_scheduler_is_said_in_words(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    from inventory.batch import cluster as module
    from inventory.core.problems import InventoryError

    made = module.Cluster.__init__
    monkeypatch.setattr(module.Cluster, "__init__", lambda self, address: made(self, address, timeout=1.0))
    with pytest.raises(InventoryError) as error:
        run_batch(BatchRequest(str(folder), str(tmp_path), scheduler=f"tcp://127.0.0.1:{_free_port()}"))
    assert error.value.problems[0].code == "batch.no_scheduler"


@pytest.mark.slow
def test_input_and_results_in_an_object_store(
    folder: Path, expected: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    moto = pytest.importorskip("moto.server")
    s3fs = pytest.importorskip("s3fs")
    pytest.importorskip("duckdb")
    from inventory.app.query import QueryRequest, run_query

    port = _free_port()
    server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=port)
    server.start()
    try:
        for name, value in (
            ("AWS_ACCESS_KEY_ID", "x"),
            ("AWS_SECRET_ACCESS_KEY", "x"),
            ("AWS_EC2_METADATA_DISABLED", "true"),
            ("FSSPEC_S3_ENDPOINT_URL", f"http://127.0.0.1:{port}"),
            ("AWS_DEFAULT_REGION", "us-east-1"),
        ):
            monkeypatch.setenv(name, value)
        import fsspec.config

        monkeypatch.setitem(fsspec.config.conf, "s3", {"endpoint_url": f"http://127.0.0.1:{port}"})
        fs = s3fs.S3FileSystem(endpoint_url=f"http://127.0.0.1:{port}", skip_instance_cache=True)
        fs.mkdir("inventory-test")
        for file in folder.iterdir():
            fs.put_file(str(file), f"inventory-test/in/{file.name}")
        result = run_batch(BatchRequest("s3://inventory-test/in", "s3://inventory-test/out", workers=1))
        assert result.failed == {} and fs.cat_file("inventory-test/out/results.csv") == expected["results.csv"]
        run_batch(
            BatchRequest("s3://inventory-test/in", "s3://inventory-test/set", workers=1, format="parquet", chunk=3)
        )
        answer = run_query(QueryRequest("s3://inventory-test/set", ("region",)))
        assert len(answer.rows) == 8 and answer.exact
    finally:
        server.stop()
