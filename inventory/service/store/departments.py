"""Reports of departments: the province's own fill-in sheets instead of an enterprise's, judged by the provincial
reader, compiled when accepted. The provincial engine is loaded with the first of them."""

from __future__ import annotations

import functools
import json
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inventory.core.edition import Edition
from inventory.core.ledger import Ledger
from inventory.core.problems import Problem
from inventory.reading.mark_values import plain_book

from . import verdicts
from .models import Organisation
from .places import REGIONS_FILE, County, regions_file, tree_with
from .verdicts import Draft, as_item, engine_name


@functools.lru_cache(maxsize=8)
def edition_of(region: str, county: County | None = None) -> Edition:
    """The province's edition with all regions (and a county that only the register knows); of a city or county only
    what its statistics can know."""
    from inventory import api
    from inventory.levels.knowable import for_level
    from inventory.regions import extended

    tree = tree_with([county] if county is not None else [])
    edition = extended(api.load_edition(), tree)
    if region in tree and tree[region].level in ("地级市", "区县", "园区"):
        edition = for_level(edition, tree[region].level)
    return edition


@functools.lru_cache(maxsize=32)
def _blank(sector: str, region: str, year: int, county: County | None) -> str:
    return json.dumps(verdicts.sheets_of_sector(edition_of(region, county), sector, region, [year]), ensure_ascii=False)


def blank_draft(sector: str, region: str, year: int, county: County | None = None) -> Draft:
    blank: Draft = json.loads(_blank(sector, region, year, county))
    return blank


def workbook_of(draft: Draft) -> bytes:
    """The cells as a plain workbook, each where it was typed."""
    return plain_book(verdicts.sheets_of(draft, ""), "")


def verdict_of(draft: Draft, name: str, county: County | None = None) -> dict[str, Any]:
    """How many data the provincial reader takes from the sheets, for which regions, and everything it has to say, at
    cells."""
    from inventory import api

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.xlsx"
        path.write_bytes(workbook_of(draft))
        paths = [path, *_regions(folder, [county] if county is not None else [])]
        project, problems = api.read(paths)
    data = [
        {
            "quantity": d.quantity,
            "item": dict(d.item),
            "year": d.year,
            "value": d.value,
            "unit": d.unit,
            "source": d.source,
            "sheet": d.origin.sheet,
            "cell": d.origin.cell,
        }
        for d in project.data
    ]
    return {
        "kind": "department",
        "total_t": None,
        "direct_t": None,
        "lines": [],
        "fuels": [],
        "data": data,
        "regions": sorted({d.region for d in project.data}),
        "findings": [as_item(p) for p in problems],
        "engine": engine_name(),
        "edition_hash": edition_hash(),
    }


def edition_hash() -> str:
    """One hash of every file of the provincial edition."""
    from inventory import api

    return verdicts.hash_of_folder(api.load_edition().path)


@dataclass(frozen=True)
class Compiled:
    """The provincial inventory from accepted versions: the ledger, or why there is none."""

    ledger: Ledger | None
    problems: tuple[Problem, ...]


def file_stem(organisation: Organisation) -> str:
    """The name of a department's workbook where several stand together: with its code, for every city has a bureau of
    the same name."""
    return f"{organisation.code}-{organisation.name}".replace("/", "-")


def _regions(folder: str, counties: Iterable[County]) -> list[Path]:
    """The table of counties beside the sheets, where there are any."""
    known = set(counties)
    if not known:
        return []
    path = Path(folder) / REGIONS_FILE
    path.write_bytes(regions_file(known))
    return [path]


def compile_versions(versions: Sequence[tuple[str, Draft]], counties: Iterable[County] = ()) -> Compiled:
    """One inventory from (name of the file, cells): every figure still stands at the cell of the department's sheet.
    `counties`: those of the departments that only the register knows. Raises ValueError where two names are the same: one file would take the other's place."""
    from inventory import api
    from inventory.core.problems import InventoryError

    if len({name for name, _ in versions}) != len(versions):
        raise ValueError([name for name, _ in versions])
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for name, draft in versions:
            path = Path(folder) / f"{name}.xlsx"
            path.write_bytes(workbook_of(draft))
            paths.append(path)
        paths += _regions(folder, counties)
        try:
            ledger = api.compile(paths)
        except InventoryError as error:
            return Compiled(None, error.problems)
    return Compiled(ledger, ledger.warnings)
