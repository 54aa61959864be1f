"""The data set of parts: committed once whatever crashes, whatever is written twice; and what a query can and cannot
do."""

from __future__ import annotations

import contextlib
import io
import json
import random
from pathlib import Path

import pytest

from inventory.core.problems import InventoryError
from inventory.store.dataset import Dataset
from inventory.store.places import Folder, place_of

RECORDS = 5


class Crash(Exception):
    """The process dies here."""


class Shaky(Folder):
    """A folder whose process dies before, in the middle of, or after a write."""

    def __init__(self, path: Path, rng: random.Random) -> None:
        super().__init__(path)
        self.rng = rng

    def write(self, name: str, content: bytes) -> None:
        fate = self.rng.random()
        if fate < 0.1:
            raise Crash
        if fate < 0.2:
            target = self.path / name
            target.parent.mkdir(parents=True, exist_ok=True)
            (target.parent / f".{target.name}-x.tmp").write_bytes(content[: len(content) // 2])
            raise Crash
        super().write(name, content)
        if fate < 0.3:
            raise Crash


def content(key: str) -> bytes:
    return f"{key}\n".encode() * RECORDS


def commit_all(dataset: Dataset, keys: list[str], rng: random.Random) -> int:
    """Every key committed, again and again until each is; some are written once more by a second, late worker."""
    attempts = 0
    for key in keys:
        while True:
            attempts += 1
            try:
                dataset.commit(key, "csv", content(key), RECORDS)
                break
            except Crash:
                continue
        while rng.random() < 0.3:
            attempts += 1
            with contextlib.suppress(Crash):
                dataset.commit(key, "csv", content(key), RECORDS)
    return attempts


@pytest.mark.parametrize("seed", range(5))
def test_no_crash_and_no_late_worker_loses_or_doubles_a_row(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    dataset = Dataset(Shaky(tmp_path, rng))
    keys = [f"k{n:03d}" for n in range(40)]
    assert commit_all(dataset, keys, rng) > len(keys)
    sound = Dataset(Folder(tmp_path))
    sound.close_run("all", keys, {})
    rows = b"".join(sound.read(r) for r in sound.receipts("all")).splitlines()
    assert len(rows) == RECORDS * len(keys) and len(set(rows)) == len(keys)


@pytest.mark.slow
def test_the_same_key_with_other_bytes_is_refused_and_an_open_run_is_invisible(tmp_path: Path) -> None:
    dataset = Dataset(Folder(tmp_path))
    dataset.commit("a", "csv", b"1", 1)
    assert list(dataset.receipts()) == []
    with pytest.raises(InventoryError) as error:
        dataset.commit("a", "csv", b"2", 1)
    assert error.value.problems[0].code == "store.two_contents"
    dataset.commit("b", "csv", b"3", 1)
    dataset.close_run("r", ["a"], {})
    assert dataset.collect_garbage() == 2 and [r.key for r in dataset.receipts()] == ["a"]


def test_a_changed_or_lost_part_is_an_error_not_a_figure(tmp_path: Path) -> None:
    dataset = Dataset(Folder(tmp_path))
    receipt = dataset.commit("a", "csv", b"1", 1)
    dataset.close_run("r", ["a"], {})
    (tmp_path / receipt.part).write_bytes(b"2")
    with pytest.raises(InventoryError):
        dataset.read(receipt)
    (tmp_path / receipt.part).unlink()
    with pytest.raises(InventoryError):
        dataset.read(receipt)
    (tmp_path / "log" / "a.json").write_bytes(b"[")
    with pytest.raises(InventoryError):
        list(dataset.receipts())


def test_an_object_store_behaves_as_a_folder(tmp_path: Path) -> None:
    pytest.importorskip("fsspec")
    dataset = Dataset(place_of(f"memory://{tmp_path.name}"))
    for key in ("a", "b", "a"):
        dataset.commit(key, "csv", content(key), RECORDS)
    dataset.close_run("r", ["a", "b"], {"edition": "x"})
    assert b"".join(dataset.read(r) for r in dataset.receipts("r")) == content("a") + content("b")
    assert dataset.runs()["r"]["facts"] == {"edition": "x"}


# ---- queries ----

GWP = {"CO2": 1.0, "CH4": 21.0}
ROWS = [
    ("江苏", 2005, "1.1.1.1", "equipment=发电锅炉;fuel=烟煤", "CO2", 0.1, 0.1, "guideline", "total", "m", "1", ""),
    (
        "江苏",
        2005,
        "1.1.1.1",
        "equipment=发电锅炉;fuel=褐煤",
        "CO2",
        0.2,
        0.2,
        "guideline",
        "total",
        "m",
        "1",
        "fallback",
    ),
    ("江苏", 2005, "3.1", "season=单季稻", "CH4", 2.0, 42.0, "guideline", "total", "m", "1", ""),
    ("江苏", 2010, "3.10", "", "CH4", 1.0, 21.0, "guideline", "total", "m", "1", ""),
    ("南京", 2010, "1.1.1.1", "fuel=烟煤", "CO2", 7.0, 7.0, "guideline", "total", "m", "1", ""),
    ("江苏", 2010, "M.1", "", "CO2", 99.0, 99.0, "guideline", "memo", "m", "1", ""),
]


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    pytest.importorskip("duckdb")
    pytest.importorskip("pyarrow")
    from inventory.store.parquet import encode, table_of

    place = tmp_path_factory.mktemp("set 数据'集")
    made = Dataset(Folder(place))
    for n in range(2):
        made.commit(f"{n}", "parquet", encode(table_of(ROWS[n::2], GWP, "prov2011", "prov2011")), 3)
    made.commit("not-in-a-run", "parquet", encode(table_of(ROWS, GWP, "prov2011", "x")), 6)
    made.close_run("prov2011", ["0", "1"], {"edition": "prov2011"})
    (place / "secret.csv").write_text("a\n1\n")
    return made


def test_sums_are_exact_and_by_any_columns(dataset: Dataset) -> None:
    from inventory.store.query import Query

    with Query(dataset) as query:
        by_year = query.sums(["region", "year"])
        assert by_year.columns == ("region", "year", "co2e_t", "lines") and by_year.exact
        assert by_year.rows == (("南京", 2010, 7.0, 1), ("江苏", 2005, 42.3, 3), ("江苏", 2010, 21.0, 1))
        assert query.sums(["province", "gas"]).rows == (("江苏", "CH4", 3.0, 63.0, 2), ("江苏", "CO2", 7.3, 7.3, 3))
        assert query.sums(["fuel"], {"category": "1.1"}).rows == (("烟煤", 7.1, 2), ("褐煤", 0.2, 1))
        assert query.sums([], {"category": "3.1", "year": 2005}).rows == ((42.0, 1),)  # 3.10 is not below 3.1
        assert query.sums(["account"], account=None).rows == (("memo", 99.0, 1), ("total", 70.3, 5))
        assert query.sums(["sector"], {"region": ["江苏", "南京"]}).rows[0][0] == "1"
        with pytest.raises(InventoryError):
            query.sums(["mass_t"])
        assert query.sql("select sum(mass_t) from ledger").exact is False
        assert {t for t, _, _ in query.tables()} == {"ledger", "regions", "categories"}


def test_named_views_go_up_the_tree_of_the_run(tmp_path: Path) -> None:
    """A county of the run's own table belongs to its city and province; status is the mark that weighs most."""
    pytest.importorskip("duckdb")
    from inventory.app.query import QueryRequest, run_query
    from inventory.store.parquet import encode, table_of
    from inventory.store.query import VIEWS

    def row(region: str, tonnes: float, flags: str) -> tuple[object, ...]:
        return (region, 2010, "1.1.1.1", "fuel=烟煤", "CO2", tonnes, tonnes, "guideline", "total", "m", "1", flags)

    made = Dataset(Folder(tmp_path))
    rows = [row("某县", 1.0, "illustrative|fallback|conflict"), row("南京", 2.0, "unverified"), row("江苏", 4.0, "")]
    made.commit("0", "parquet", encode(table_of(rows, GWP, "prov2011", "r")), 3)
    made.close_run("r", ["0"], {"edition": "prov2011", "regions": [["某县", "", "区县", "南京"]]})
    answers = {v: run_query(QueryRequest(str(tmp_path), view=v)).rows for v in VIEWS}
    assert answers["regions"] == (("江苏", "", "江苏", 2010, 4.0, 1), ("江苏", "南京", "南京", 2010, 2.0, 1)) + (
        ("江苏", "南京", "某县", 2010, 1.0, 1),
    )
    assert answers["status"] == (("conflict", 2010, 1.0, 1), ("sound", 2010, 4.0, 1), ("unverified", 2010, 2.0, 1))
    assert answers["fuels"] == (("烟煤", 2010, 7.0, 3),) and answers["editions"][0][:2] == ("prov2011", "r")
    assert all(rows for rows in answers.values())
    assert run_query(QueryRequest(str(tmp_path), ("year",), ("city=南京",))).rows == ((2010, 3.0, 2),)
    with pytest.raises(InventoryError) as error:
        run_query(QueryRequest(str(tmp_path), view="nothing"))
    assert error.value.problems[0].code == "store.view"


def test_a_batch_leaves_its_regions_in_the_set(tmp_path: Path) -> None:
    pytest.importorskip("duckdb")
    import sys

    from inventory.app.query import QueryRequest, run_query
    from inventory.batch import BatchRequest, run_batch

    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "bench"))
    from bench_levels import counties

    folder = tmp_path / "in"
    folder.mkdir()
    counties(folder, 2)
    run_batch(BatchRequest(str(folder), str(tmp_path / "set"), workers=1, format="parquet", years=(2010,)))
    rows = run_query(QueryRequest(str(tmp_path / "set"), ("province", "level", "region"))).rows
    assert [r[:3] for r in rows] == [("江苏", "区县", "县0000"), ("湖南", "区县", "县0001")]


def test_sums_of_large_and_small_tonnes_are_exact(tmp_path: Path) -> None:
    """A trillion tonnes and a gram in one sum; a figure that no integer holds is an error, not another figure."""
    pytest.importorskip("duckdb")
    from inventory.app.query import QueryRequest, run_query
    from inventory.store.parquet import encode, table_of

    def put(tonnes: list[float]) -> tuple[object, ...]:
        rows = [("江苏", 2010, "1.1.1.1", "", "CO2", t, t, "guideline", "total", "m", "1", "") for t in tonnes]
        made = Dataset(Folder(tmp_path))
        made.commit(str(len(tonnes)), "parquet", encode(table_of(rows, GWP, "prov2011", "r")), len(rows))
        made.close_run("r", [str(len(tonnes))], {"edition": "prov2011"})
        return run_query(QueryRequest(str(tmp_path), ("year",))).rows[0]

    assert put([1e12, 1e-6, -1e12, 9e12, 9e12]) == (2010, 18000000000000.000001, 5)
    with pytest.raises(InventoryError):
        put([1e13])


@pytest.mark.parametrize(
    "statement",
    [
        "select * from read_csv('{place}/secret.csv')",
        "select * from '{place}/secret.csv'",
        "select * from read_text('/etc/passwd')",
        "copy (select 1) to '{place}/out.csv'",
        "attach '{place}/x.db'",
        "install httpfs",
        "load httpfs",
        "set enable_external_access = true",
        "set lock_configuration = false",
        "set memory_limit = '100GB'",
        "reset memory_limit",
        "pragma version",
        "create table t (a int)",
        "drop view ledger",
        "insert into regions values ('x', '', '', '', '')",
        "select 1; select 2",
        "select * from glob('/*')",
        "export database '{place}/e'",
        "select * from read_parquet('{place}/parts/not-in-a-run*.parquet')",
        "call pragma_database_size()",
        "select * from read_json('https://localhost/x')",
        "update regions set name = 'x'",
        "with x as (delete from regions returning *) select * from x",
        "select getenv('HOME')",
        "",
        "selec 1",
    ],
)
def test_sql_from_outside_reads_nothing_but_the_set_and_changes_nothing(dataset: Dataset, statement: str) -> None:
    from inventory.store.query import Query

    assert isinstance(dataset.place, Folder)
    before = sorted(p.name for p in dataset.place.path.rglob("*"))
    with Query(dataset) as query:
        with pytest.raises(InventoryError):
            query.sql(statement.replace("{place}", str(dataset.place.path).replace("'", "''")))
        assert query.sums(["year"]).rows and query.sql("select count(*) from regions").rows[0][0] > 30
    assert sorted(p.name for p in dataset.place.path.rglob("*")) == before


def test_a_query_that_takes_too_long_is_stopped(dataset: Dataset) -> None:
    from inventory.store.query import Query, QueryLimits

    with Query(dataset, limits=QueryLimits(seconds=0.3)) as query:
        with pytest.raises(InventoryError) as error:
            query.sql("select sum(a.range * b.range) from range(1000000) a, range(1000000) b")
        assert error.value.problems[0].code == "store.timeout"


def test_no_data_set_is_said_in_words(tmp_path: Path) -> None:
    pytest.importorskip("duckdb")
    from inventory.store.query import Query

    with pytest.raises(InventoryError) as error:
        Query(Dataset(Folder(tmp_path)))
    assert error.value.problems[0].code == "store.no_run"


def test_the_same_rows_give_the_same_bytes_and_come_back(dataset: Dataset) -> None:
    import pyarrow.parquet as pq

    from inventory.store.parquet import encode, schema, table_of

    one, other = (encode(table_of(ROWS, GWP, "prov2011", "r")) for _ in range(2))
    assert one == other
    back = pq.read_table(io.BytesIO(one), schema=schema()).to_pylist()
    assert [(r["region"], r["year"], r["gas"], r["mass_t"], r["mass_t"] * r["gwp"]) for r in back] == [
        (*r[:2], *r[4:7]) for r in ROWS
    ]
    assert json.dumps(back[0], ensure_ascii=False)


@pytest.mark.parametrize(("lang", "said"), [("zh", "没有符合条件的行"), ("en", "no rows meet these conditions")])
def test_an_answer_without_rows_says_so(lang: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    from inventory.console.common import Lang
    from inventory.console.views.scale import show_answer
    from inventory.store.query import QueryResult

    show_answer(QueryResult(("gas", "lines"), (), True), None, False, Lang(lang))
    assert capsys.readouterr().out.splitlines() == ["gas  lines", said]
