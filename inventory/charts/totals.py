"""The totals of a ledger as a picture, for notebooks and scripts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..core.files import replacing
from ..core.ledger import Ledger
from ..core.problems import language
from ..core.selection import known_region
from ..texts import LIST
from .draw import png, svg
from .model import Chart, ChartSeries

TITLES = {"zh": "{regions}温室气体排放", "en": "Greenhouse gas emissions of {regions}"}
VALUES = {"zh": "万t CO2e（{gwp}）", "en": "10^4 t CO2e ({gwp})"}


@dataclass(frozen=True)
class TotalsPicture:
    """A chart: shown as SVG in a notebook, `save` writes `.svg` or `.png`."""

    chart: Chart

    def _repr_svg_(self) -> str:
        return svg(self.chart).decode("utf-8")

    def __repr__(self) -> str:
        return f"TotalsPicture({self.chart.title}; {', '.join(self.chart.labels)})"

    def save(self, path: Path | str) -> Path:
        """Write the picture; the ending says which kind. Raises `InventoryError` where the place cannot be written or
        matplotlib is missing."""
        path = Path(path)
        data = png(self.chart) if path.suffix.lower() == ".png" else svg(self.chart)
        with replacing(path) as temporary:
            temporary.write_bytes(data)
        return path


def plot(ledger: Ledger, kind: str = "stacked", region: str | None = None, lang: str | None = None) -> TotalsPicture:
    """t CO2e by sector for every region and year of a ledger (or of one region), in 10^4 t.

    kind: stacked (sinks below zero), columns or bars. lang: `zh` or `en`, by default `inventory.language()`. Raises
    `InventoryError` for a region that nobody knows.
    """
    lang = lang or language()
    regions = (known_region(ledger, region),) if region else ledger.regions
    sectors = [c for c in ledger.edition.categories.values() if not c.parent and not c.memo]
    columns = [(r, y) for r in regions for y in ledger.years if any(True for _ in ledger.select(region=r, year=y))]
    names = {r: ledger.edition.label_of_region(r, lang) for r in regions}
    series = []
    for sector in sectors:
        values = tuple(float(ledger.co2e(category=sector.id, region=r, year=y)) / 1e4 for r, y in columns)
        if any(values):
            series.append(ChartSeries(sector.label[lang], values))
    labels = tuple(str(y) if len(regions) == 1 else f"{names[r]} {y}" for r, y in columns)
    title = TITLES[lang].format(regions=LIST[lang].join(names.values()))
    return TotalsPicture(Chart(kind, title, labels, tuple(series), VALUES[lang].format(gwp=ledger.gwp.name)))


__all__ = ["TotalsPicture", "plot"]
