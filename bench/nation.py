"""A national run: 31 provinces and the nation, 2005 and 2010, with their cities; the sum of the provinces against the
nation with the causes.

    python bench/nation.py [--cities] [--keep FOLDER]

Real: the national energy balance tables, population, livestock stock (bench/data). Made up and marked 示例: how each
fuel is spread over provinces (population times a lognormal factor of seed 1; within a fuel every row alike, so that the
tables' identities hold to the digits printed), what provinces send each other (the same coal and power leaves one and
enters another), the cities (each datum of a province spread by lognormal weights), and two planted faults, so that the
answer can be judged: PLANTED. What remains between the sum and the nation is agriculture, which is computed by province
only: manure factors are those of six agricultural regions, and the two livestock statistics are of different editions.
"""

from __future__ import annotations

import argparse
import csv
import random
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
DATA = Path(__file__).resolve().parent / "data"
NATION, YEARS = "全国", (2005, 2010)
SEED, SPREAD = 1, 0.35
COAL_SENT, POWER_SENT = 0.08, 0.06  # of a fuel's national final consumption, from each sender to its receiver
SENDERS = (("山西", "河北"), ("内蒙古", "北京"), ("四川", "上海"), ("湖北", "广东"))
IN_ROW, OUT_ROW = "3.外省(区、市)调入量", "6.本省(区、市)调出量(-)"
SUPPLY, FINAL, TRANSFORMED = "一.可供本地区消费的能源量", "四.终端消费量", "二.加工转换投入(-)产出(+)量"
MINED, GENERATED = "1.一次能源生产量", "1.火力发电"
INDUSTRY, TRANSPORT, BUNKERS = "2.工业", "4.交通运输、仓储和邮政业", "8.外轮、机在我国加油量(-)"
PLANTED = {
    "industry": ("山西", 2010, "原煤", 0.02),  # coal of industry reported above what the nation holds for it
    "bunkers": ("广东", 2010, "燃料油", 0.5),  # fuel of foreign ships counted as the province's own transport
}
STOCK = {
    "猪年末存栏": "animal=猪;scale=农户散养",
    "山羊年末存栏": "animal=山羊;scale=农户散养",
    "绵羊年末存栏": "animal=绵羊;scale=农户散养",
}
LONG = ("region", "year", "category", "item", "quantity", "value", "unit", "source", "note", "data_kind")


@dataclass(frozen=True)
class Statistics:
    """The real figures: balance cells of the nation in printed order, population and stock by region."""

    balance: Mapping[int, Mapping[tuple[str, str], float]]
    units: Mapping[str, str]
    population: Mapping[tuple[str, int], float]
    stock: Sequence[tuple[str, int, str, float, str]]
    provinces: tuple[str, ...]


def statistics() -> Statistics:
    balance: dict[int, dict[tuple[str, str], float]] = {y: {} for y in YEARS}
    units: dict[str, str] = {}
    with (DATA / "national_balance_2005_2010.csv").open(encoding="utf-8", newline="") as f:
        for r in csv.DictReader(f):
            balance[int(r["year"])][r["row"], r["fuel"]] = float(r["corrected"] or r["value"])
            units[r["fuel"]] = r["unit"]
    population: dict[tuple[str, int], float] = {}
    stock = []
    with (DATA / "province_statistics_2005_2010.csv").open(encoding="utf-8", newline="") as f:
        for r in csv.DictReader(f):
            if r["item"] == "年末常住人口":
                population[r["region"], int(r["year"])] = float(r["value"])
            if r["item"] in STOCK:
                stock.append((r["region"], int(r["year"]), r["item"], float(r["value"]), r["unit"]))
    provinces = tuple(dict.fromkeys(region for region, _ in population if region != NATION))
    assert len(provinces) == 31
    return Statistics(balance, units, population, stock, provinces)


def cents(value: float) -> int:
    return round(value * 100)


def spread(whole: int, weights: Sequence[float]) -> list[int]:
    """Whole hundredths by weights, rounded by largest remainder: the parts sum to the whole exactly and none is off by
    more than one."""
    total = sum(weights)
    exact = [abs(whole) * w / total for w in weights]
    parts = [int(e) for e in exact]
    left = abs(whole) - sum(parts)
    for i in sorted(range(len(parts)), key=lambda i: parts[i] - exact[i])[:left]:
        parts[i] += 1
    return [p if whole >= 0 else -p for p in parts]


def provincial(found: Statistics, year: int) -> dict[str, dict[tuple[str, str], int]]:
    """The balance tables of the provinces in hundredths of the printed unit."""
    chance = random.Random(SEED + year)
    tables: dict[str, dict[tuple[str, str], int]] = {p: {} for p in found.provinces}
    fuels = list(dict.fromkeys(fuel for _, fuel in found.balance[year]))
    for fuel in fuels:
        weights = [found.population[p, year] * chance.lognormvariate(0, SPREAD) for p in found.provinces]
        for (row, of), value in found.balance[year].items():
            if of == fuel:
                for p, part in zip(found.provinces, spread(cents(value), weights), strict=True):
                    if part:
                        tables[p][row, fuel] = part
    for sender, receiver in SENDERS:
        coal = cents(found.balance[year][FINAL, "原煤"] * COAL_SENT / len(SENDERS))
        power = cents(found.balance[year][FINAL, "电力"] * POWER_SENT / len(SENDERS))
        for place, row, sign in ((sender, OUT_ROW, -1), (receiver, IN_ROW, 1)):
            # what leaves was mined or generated more there, what enters less here: final consumption stays
            add(tables[place], "原煤", sign * coal, (row,))
            add(tables[place], "原煤", -sign * coal, (MINED,))
            add(tables[place], "电力", sign * power, (row, SUPPLY))
            add(tables[place], "电力", -sign * power, (GENERATED, TRANSFORMED))
    return tables


def add(cells: dict[tuple[str, str], int], fuel: str, amount: int, rows: Sequence[str]) -> None:
    for row in rows:
        cells[row, fuel] = cells.get((row, fuel), 0) + amount


def plant(tables: Mapping[str, dict[tuple[str, str], int]], found: Statistics, year: int) -> dict[str, float]:
    """The faults of `PLANTED`, in the printed unit: what was added on top. The tables still balance."""
    added = {}
    for name, (province, of, fuel, share) in PLANTED.items():
        if of != year:
            continue
        base = found.balance[year][INDUSTRY if name == "industry" else BUNKERS, fuel]
        more = cents(abs(base) * share)
        if name == "industry":  # bought from a province that does not say so
            add(tables[province], fuel, more, (INDUSTRY, FINAL, IN_ROW, SUPPLY))
        else:  # sold to ships abroad, counted as used at home; the nation counts it apart
            add(tables[province], fuel, more, (TRANSPORT, FINAL, BUNKERS, SUPPLY))
        added[name] = more / 100
    return added


def write_table(
    folder: Path, region: str, year: int, cells: Mapping[tuple[str, str], float], found: Statistics
) -> None:
    """A balance table as the yearbook prints it, rows and fuels in the nation's order."""
    order = list(dict.fromkeys(row for row, _ in found.balance[year]))
    for extra, after in ((IN_ROW, 1), (OUT_ROW, 2)):
        if extra not in order and any(row == extra for row, _ in cells):
            order.insert(after, extra)
    fuels = list(dict.fromkeys(fuel for _, fuel in found.balance[year]))
    with (folder / f"{region}能源平衡表{year}.csv").open("w", encoding="utf-8-sig", newline="") as f:
        writer = csv.writer(f, lineterminator="\n")
        writer.writerow([f"{region}能源平衡表（实物量）{year}年"])
        writer.writerow(["项目", *fuels])
        writer.writerow(["", *(found.units[fuel] for fuel in fuels)])
        for row in order:
            values = [cells.get((row, fuel)) for fuel in fuels]
            writer.writerow([row, *("" if v is None else f"{v:g}" if v == round(v) else f"{v:.2f}" for v in values)])


def generate(folder: Path, found: Statistics) -> dict[str, float]:
    """The project of the nation; returns what was planted."""
    planted: dict[str, float] = {}
    for year in YEARS:
        tables = provincial(found, year)
        planted.update(plant(tables, found, year))
        for province, cells in tables.items():
            write_table(folder, province, year, {k: v / 100 for k, v in cells.items()}, found)
        write_table(folder, NATION, year, found.balance[year], found)
    with (folder / "畜牧.csv").open("w", encoding="utf-8", newline="") as f:
        writer = csv.writer(f, lineterminator="\n")
        writer.writerow(LONG)
        for region, year, item, value, unit in found.stock:
            if region != NATION:  # manure factors are those of six agricultural regions: the nation has none of its own
                note = "存栏为统计数；按农户散养计为示例假定"
                writer.writerow((region, year, "", STOCK[item], "livestock", value, unit, "国家统计局", note, "示例"))
    return planted


def cpu() -> float:
    of = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in of)


def cities(folder: Path, out: Path) -> tuple[int, int]:
    """Every datum of each province spread over its cities, one long file a city; (cities, rows)."""
    from inventory import api
    from inventory.reading import read_project
    from inventory.regions import built_in

    edition, chance, rows, count = api.load_edition("prov2011"), random.Random(SEED), 0, 0
    project, _ = read_project([folder], edition)
    below = {}
    for region in built_in().regions.values():
        if region.level == "地级市" and not region.valid_to:
            below.setdefault(region.parent, []).append(region.name)
    for province, names in below.items():
        data = [d for d in project.data if d.region == province]
        known = {(d.quantity, d.item, d.unit, d.year) for d in data}
        # a fuel that the table of one year does not print is a zero of that year in a long table
        data += [
            replace(d, year=y, value=0.0) for d in data for y in YEARS if (d.quantity, d.item, d.unit, y) not in known
        ]
        written: dict[str, list[tuple[object, ...]]] = {name: [] for name in names}
        for d in data:
            weights = [chance.lognormvariate(0, SPREAD) for _ in names]
            item = ";".join(f"{k}={v}" for k, v in d.item if k != "category")
            category = d.keys.get("category", "")
            for name, part in zip(names, spread(cents(d.value * 100), weights), strict=True):
                value = part / 1e4
                written[name].append(
                    (name, d.year, category, item, d.quantity, value, d.unit, "示例数据, 非统计数据", "", "示例")
                )
        for name, lines in written.items():
            with (out / f"{province}{name}.csv").open("w", encoding="utf-8", newline="") as f:
                writer = csv.writer(f, lineterminator="\n")
                writer.writerow(LONG)
                writer.writerows(lines)
            rows, count = rows + len(lines), count + 1
    return count, rows


def report(folder: Path, planted: Mapping[str, float]) -> None:
    """The sum of the provinces against the nation, largest differences with their causes."""
    from inventory.app.levels import RollUpRequest, compare_levels
    from inventory.core.problems import InventoryError

    begun = cpu()
    try:
        result = compare_levels(RollUpRequest((folder,), whole=NATION))
    except InventoryError as error:
        for p in error.problems:
            if p.severity == "error":
                print(p.text("zh")[:300])
        raise SystemExit(1) from None
    spent = cpu() - begun
    rollup = result.rollup
    print(
        f"32 regions x 2 years read, compiled and compared: {spent:.1f} s cpu, {spent / 64 * 1e3:.0f} ms a region-year"
    )
    print(f"planted (printed unit): {planted}; regions that failed: {', '.join(rollup.failed) or 'none'}")
    for year in rollup.years:
        whole, parts = rollup.total_co2e_t(year), rollup.total_co2e_t(year, "parts")
        print(f"{year}: nation {whole / 1e6:,.2f} Mt CO2e, provinces {parts / 1e6:,.2f}, {parts / whole - 1:+.3%}")
        energy = [c for c in rollup.lines if c.year == year and c.category.startswith("1")]
        whole = sum(c.whole_t * c.gwp[c.gas] for c in energy)
        difference = sum(c.difference_co2e_t for c in energy)
        print(f"  of this energy: nation {whole / 1e6:,.2f}, provinces {-difference / 1e6:+,.3f} Mt")
    computed = [c for c in rollup.ranked() if c.whole_t]
    print(f"{len(computed)} lines of the nation are further apart than {rollup.tolerance:.0%}:")
    for c in computed[:12]:
        causes = "; ".join(cause.text.text("zh") for cause in c.causes[:2])
        print(f"  {c.year} {c.category} {c.gas} {c.difference_co2e_t / 1e6:+.3f} Mt: {causes}")
    outside: dict[int, float] = {}
    for (_, year), mass in rollup.outside.items():
        outside[year] = outside.get(year, 0.0) + mass
    for year, mass in sorted(outside.items()):
        print(
            f"  {year} electricity bought from other provinces {mass / 1e6:,.2f} Mt CO2 beside the totals: "
            "burned in the sending province and counted there"
        )


def cells_apart(folder: Path) -> None:
    """The balance tables themselves: cells whose provincial sum is not the nation's, but for rows that only provinces
    have. It is here that a difference of the inventory starts."""
    from inventory import api
    from inventory.energy_balance import balance_of
    from inventory.reading import read_project

    project, _ = read_project([folder], api.load_edition("prov2011"))
    balance = balance_of(project)
    assert balance is not None
    sums: dict[tuple[int, str, str], float] = {}
    for table in balance.tables:
        for (row, column), cell in table.cells.items():
            sign = -1 if table.region == NATION else 1
            sums[table.year, row, column] = sums.get((table.year, row, column), 0.0) + sign * cell.value
    print("cells whose provincial sum is not the nation's (printed unit):")
    for (year, row, column), left in sorted(sums.items()):
        if abs(left) > 0.5:
            print(f"  {year} {row} {column} {left:+,.2f}")


def province_with_cities(folder: Path, below: Path, province: str, place: Path) -> Path:
    """A project of one province with its cities, out of the nation's files."""
    place.mkdir(parents=True, exist_ok=True)
    for year in YEARS:
        shutil.copy(folder / f"{province}能源平衡表{year}.csv", place)
    with (
        (folder / "畜牧.csv").open(encoding="utf-8", newline="") as source,
        (place / "畜牧.csv").open("w", encoding="utf-8", newline="") as target,
    ):
        rows, writer = csv.reader(source), csv.writer(target, lineterminator="\n")
        writer.writerow(next(rows))
        writer.writerows(row for row in rows if row[0] == province)
    for file in below.glob(f"{province}*.csv"):
        shutil.copy(file, place / file.name.removeprefix(province))
    return place


def roll_up(folder: Path, below: Path, provinces: Sequence[str]) -> None:
    """Every province against the sum of its cities."""
    from inventory.app.levels import RollUpRequest, compare_levels
    from inventory.regions import built_in

    begun, count, worst, apart = cpu(), 0, 0.0, 0
    for province in provinces:
        if not any(r.level == "地级市" for r in built_in().children(province)):
            continue  # municipalities have districts
        with tempfile.TemporaryDirectory() as place:
            project = province_with_cities(folder, below, province, Path(place))
            rollup = compare_levels(RollUpRequest((project,), whole=province)).rollup
        assert not rollup.failed, (province, list(rollup.failed))
        count += len(rollup.parts)
        apart += len(rollup.ranked())
        for year in rollup.years:
            whole = rollup.total_co2e_t(year)
            worst = max(worst, abs(rollup.total_co2e_t(year, "parts") / whole - 1))
    print(
        f"{count} cities rolled up to their provinces: {cpu() - begun:.1f} s cpu; largest difference of a total "
        f"{worst:.1e}, {apart} lines apart by more than 1 %"
    )


def batch(folder: Path, out: Path) -> None:
    """The cities as a batch into a data set, and a question to it."""
    from inventory.app.level_results import ResultsRollUpRequest, roll_up_results
    from inventory.app.query import QueryRequest, run_query
    from inventory.batch import BatchRequest, run_batch
    from inventory.store.dataset import Dataset
    from inventory.store.places import Folder

    begun, clock = cpu(), time.perf_counter()
    result = run_batch(BatchRequest(str(folder), str(out), workers=2, format="parquet"))
    spent = cpu() - begun
    size = sum(p.stat().st_size for p in out.rglob("*.parquet"))
    count = sum(r.rows for r in Dataset(Folder(out)).receipts())
    lines = run_query(QueryRequest(str(out), by=("run",), account="all")).rows
    print(
        f"{result.region_years} city-years: {spent:.1f} s cpu, {spent / result.region_years * 1e3:.1f} ms each, "
        f"{time.perf_counter() - clock:.0f} s; failed {len(result.failed)}; {count:,} rows, {size / count:.2f} bytes a row"
    )
    for unit, text in list(result.failed.items())[:3]:
        print(f"  {unit}: {text[:200]}")
    print("  by run:", lines)
    begun = cpu()
    rollup = roll_up_results(ResultsRollUpRequest((str(out),))).rollup
    rolled = [s for s in rollup.sums if s.region != NATION and s.how == "rolled"]
    print(
        f"rolled up in {cpu() - begun:.1f} s cpu: {rollup.regions} regions to {len(rolled)} province-years, "
        f"{sum(s.how == 'partial' for s in rollup.sums)} partial; remarks {len(rollup.problems)}"
    )
    for one in (s for s in rollup.sums if s.region == NATION):
        print(f"  {one.region} {one.year}: {one.how}, {one.parts_t / 1e6:,.2f} Mt CO2e of {len(one.used)} parts")


def main(arguments: Iterable[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cities", action="store_true", help="the cities as well")
    parser.add_argument("--keep", type=Path, help="write the project here and leave it")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as place:
        root = given.keep or Path(place)
        folder, below, out = root / "全国", root / "城市", root / "结果"
        for each in (folder, below, out):
            each.mkdir(parents=True, exist_ok=True)
        found = statistics()
        planted = generate(folder, found)
        report(folder, planted)
        cells_apart(folder)
        if given.cities:
            count, rows = cities(folder, below)
            print(f"{count} cities, {rows:,} rows")
            batch(below, out)
            roll_up(folder, below, found.provinces)
    return 0


if __name__ == "__main__":
    sys.exit(main())
