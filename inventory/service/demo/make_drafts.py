"""Makes `drafts.json` (enterprises) and `departments.json` from the examples of the repository:
`python -m inventory.service.demo.make_drafts`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from inventory import api, resources

from ..store.verdicts import Draft, draft_of, sheets_of_sector

KINDS = (("发电厂", "01"), ("钢铁厂", "03"), ("化工厂", "04"), ("水泥厂", "08"), ("油气田", "13"), ("食品厂", "20"))
TARGET = Path(__file__).resolve().parent / "drafts.json"
DEPARTMENTS = TARGET.with_name("departments.json")
FILES = {  # what of the sample province each department delivers
    "lucf": ("lucf.csv", "factors_agriculture_lucf.csv"),
    "waste": ("waste.csv", "factors_waste.csv"),
}
YEARS = (2005, 2010)


def main(into: Path = TARGET.parent) -> None:
    """Writes both files into a folder (the package's own unless another is given)."""
    folder = resources.folder("examples")
    kinds = sorted(kind for kind, _ in KINDS)
    _write(
        into / TARGET.name,
        {k: draft_of((folder / "enterprise" / f"{k}.xlsx").read_bytes(), f"{k}.xlsx") for k in kinds},
    )
    _write(into / DEPARTMENTS.name, {sector: _department(folder / "jiangsu", sector) for sector in FILES})


def _department(folder: Path, sector: str) -> Draft:
    """The sheets of a sector with the figures of the sample province."""
    edition = api.load_edition()
    project, _ = api.read([folder / name for name in FILES[sector]], edition)
    return sheets_of_sector(edition, sector, "江苏", YEARS, project)


def _write(target: Path, drafts: dict[str, Any]) -> None:
    target.write_text(json.dumps(drafts, ensure_ascii=False, separators=(",", ":")) + "\n", "utf-8")


if __name__ == "__main__":
    main()
