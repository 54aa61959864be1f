"""What the province lets everybody see of a round: a snapshot taken when it is switched on, small sums withheld."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from inventory.core.problems import InventoryError

from ..domain.roles import Level
from ..maps.drawing import MapDrawing, known_tiles, read_outline, read_tiles, shaded, steps
from .departments import compile_versions, file_stem
from .models import Report, Round, Version
from .places import county_of
from .round_files import round_files
from .scope import everything, subtree
from .sums import Summed, tables
from .withholding import city_names, judged, keep_publication, published_before

PUBLISHED = ("city", "industry", "gas")
TILE_FILES = ("格图.csv", "tiles.csv")


def snapshot(chosen: Round, path: str) -> tuple[dict[str, Any], str]:
    """Sums of accepted reports below `path` and, where departments' reports are accepted, the inventory by sector; and
    the hash under which they are kept with the figures behind them. No sum stands that would give fewer than three
    firms away, alone or with what was published of the round before."""
    with everything():
        names = city_names()
        rows = Report.objects.filter(subtree(path), round=chosen, obligation__organisation__level=Level.enterprise)
        (shown,) = judged([tables(rows, PUBLISHED, True, names)], published_before(chosen))
        english = tables(rows, PUBLISHED, True, city_names("en"), "en")
        table_of = {by: _table(shown[by], english[by]) for by in PUBLISHED}
        departments = Version.objects.filter(
            subtree(path),
            report__round=chosen,
            in_force_of__isnull=False,
            report__obligation__organisation__level=Level.department,
        ).select_related("report__obligation__organisation__parent")
        drawing = _drawing(chosen, path)
        own = [v for v in departments if v.report.obligation.organisation.parent_level() == Level.province]
    values = {r["zh"]: r["value"] for r in table_of["city"]}
    out = {
        **table_of,
        "map": _map(drawing, values) if drawing is not None else None,
        "firms": sum(r["firms"] for r in table_of["city"]),
        "sectors": _sectors(own),
        "at": timezone.localtime().isoformat(timespec="minutes"),
    }
    return out, keep_publication(out, shown)


def _drawing(chosen: Round, path: str) -> MapDrawing | None:
    """The outline or grid among the round's files, the last one given; else the grid that the program knows."""
    maps = [f for f in round_files(chosen, path) if is_map(f.name)]
    if maps:
        last = max(maps, key=lambda f: f.pk)
        return read_map(last.name, bytes(last.content))
    return known_tiles(path.strip("/").rpartition("/")[2])


def map_of(chosen: Round, path: str) -> str:
    """Which map the public page will have: `own` (a file of the round), `tiles` (the program's grid) or `none`."""
    if any(is_map(f.name) for f in round_files(chosen, path)):
        return "own"
    return "tiles" if known_tiles(path.strip("/").rpartition("/")[2]) is not None else "none"


def is_map(name: str) -> bool:
    """Whether a round's file is for the map, not for the inventory."""
    return name.lower().endswith(".geojson") or name.lower() in TILE_FILES


def read_map(name: str, content: bytes) -> MapDrawing:
    """The drawing of a map file. Raises `WrongMap`."""
    return read_outline(content) if name.lower().endswith(".geojson") else read_tiles(content)


def _map(drawing: MapDrawing, values: dict[str, float | None]) -> dict[str, Any]:
    return {
        "shapes": shaded(drawing, values),
        "steps": steps(values.values()),
        "width": drawing.width,
        "height": drawing.height,
        "credit": drawing.credit,
    }


def _table(zh: Sequence[Summed], en: Sequence[Summed]) -> list[dict[str, Any]]:
    """Rows, the largest first and those withheld last, by their code."""
    rows = [
        {"zh": a.key, "en": b.key, "unit": a.unit, "firms": a.cell.firms, "value": a.cell.value}
        for a, b in zip(zh, en, strict=True)
    ]
    return sorted(rows, key=lambda r: (r["value"] is None, -(r["value"] or 0.0), r["zh"]))


def _sectors(versions: list[Version]) -> list[dict[str, Any]]:
    """Sector totals in 10⁴ t CO2e by region and year; nothing where the inventory cannot be computed yet."""
    if not versions:
        return []
    try:
        compiled = compile_versions(
            [(file_stem(v.report.obligation.organisation), v.draft) for v in versions],
            [c for v in versions if (c := county_of(v.report.obligation.organisation))],
        )
    except InventoryError:
        return []
    ledger = compiled.ledger
    if ledger is None:
        return []
    return [
        {
            "zh": f"{c.id} {c.label['zh']}",
            "en": f"{c.id} {c.label.get('en') or c.label['zh']}",
            "region": region,
            "year": at,
            "value": float(ledger.co2e(region=region, year=at, category=c.id)) / 1e4,
        }
        for region in ledger.regions
        for at in ledger.years
        for c in ledger.edition.categories.values()
        if not c.parent and not c.memo and ledger.co2e(region=region, year=at, category=c.id)
    ]


def digest(shown: dict[str, Any] | None) -> str:
    """The hash that stands in the log and on the public page."""
    text = json.dumps(shown, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest() if shown else ""
