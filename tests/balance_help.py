"""Small balance tables for tests: rows of text in, a folder that `energy_balance.load` reads out."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from inventory.core.activity import Datum
from inventory.core.edition import Edition
from inventory.core.problems import Collector
from inventory.edition import load
from inventory.energy_balance import EnergyBalance
from inventory.energy_balance import load as load_balance

HERE = Path(__file__).parent
JIANGSU = HERE.parent / "examples" / "jiangsu"
BALANCE_FILES = (
    "能源平衡表2005.csv",
    "能源平衡表2010.csv",
    "corrections.csv",
    "balance_precision.csv",
    "allocation_shares.csv",
)
SHARE_HEAD = "region,year,split,row,fuel,within,part,value,source,data_kind,note\n"


def edition() -> Edition:
    return load("prov2011")


def write(path: Path, rows: list[list[str]]) -> Path:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    path.write_text(text.getvalue(), "utf-8")
    return path


def table_text(
    cells: dict[str, dict[str, str]], title: str = "江苏能源平衡表（实物量）2010年", units: dict[str, str] | None = None
) -> list[list[str]]:
    """Rows of a printed table: {row label: {fuel: figure}}; units default to 万吨."""
    fuels = list(dict.fromkeys(f for row in cells.values() for f in row))
    gas = {
        "天然气": "亿立方米",
        "其他煤气": "亿立方米",
        "高炉煤气": "亿立方米",
        "焦炉煤气": "亿立方米",
        "热力": "百亿千焦",
        "电力": "亿千瓦小时",
    }
    unit = {**gas, **(units or {})}
    rows = [[title], ["项目", *fuels], ["", *(unit.get(f, "万吨") for f in fuels)]]
    return rows + [[label, *(row.get(f, "") for f in fuels)] for label, row in cells.items()]


def read(
    paths, choices: dict[str, tuple[str, str]] | None = None
) -> tuple[tuple[Datum, ...], EnergyBalance | None, Collector]:
    found = Collector()
    loaded = load_balance(paths, edition(), found, choices)
    return loaded.data, loaded.shown, found


def jiangsu(folder: Path, without: tuple[str, ...] = ()) -> Path:
    """A copy of the example's balance files."""
    for name in BALANCE_FILES:
        if name not in without:
            (folder / name).write_bytes((JIANGSU / name).read_bytes())
    return folder


def codes(found: Collector) -> list[str]:
    return [p.code for p in found]


def figure(data: tuple[Datum, ...], quantity: str, year: int, **keys: str) -> float:
    """Sum of the data of a quantity and year whose keys match."""
    return sum(
        d.value
        for d in data
        if d.quantity == quantity and d.year == year and all(d.keys.get(k) == v for k, v in keys.items())
    )
