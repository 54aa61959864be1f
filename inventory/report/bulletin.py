"""The yearly bulletin (年度信息通报): two to four pages for decision makers, from one ledger and, where it is there,
the assessment of the targets.

Nothing is computed anew: totals, key categories, uncertainty, indicators and quality come from the parts that make
them; the change on the previous inventory year is split in `bulletin_changes`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ..core.files import write_bytes
from ..core.ledger import Ledger
from ..core.problems import InventoryError, problem
from .basis import Basis
from .blocks import Block, Heading, Paragraph
from .bulletin_causes import causes
from .bulletin_material import Bulletin
from .bulletin_overview import sectors_and_gases, summary
from .bulletin_quality import key_table, quality, uncertainty
from .bulletin_targets import target_blocks
from .official import Official
from .plan_sections import plan_blocks
from .region_sections import PolicyMaterial, region_blocks


def bulletin(
    ledger: Ledger, year: int, region: str = "", lang: str = "zh", material: PolicyMaterial | None = None
) -> Bulletin:
    """The bulletin's material. Raises `InventoryError` where the ledger has no such region or year, or several regions
    and none was named."""
    regions = tuple(dict.fromkeys(x.region for x in ledger.lines if x.account == "total"))
    chosen = region or (regions[0] if len(regions) == 1 else "")
    if chosen not in regions:
        raise InventoryError([problem("bulletin.region", region=region or "—", known="、".join(regions[:40]) or "—")])
    years = sorted({x.year for x in ledger.lines if x.region == chosen and x.account == "total"})
    if year not in years:
        raise InventoryError([problem("bulletin.year", region=chosen, year=year, known="、".join(map(str, years)))])
    return Bulletin(
        Basis(ledger, lang), chosen, year, max((y for y in years if y < year), default=0), material or PolicyMaterial()
    )


def blocks(n: Bulletin) -> Iterator[Block]:
    """The whole text as plain data."""
    t = n.basis.t
    yield Heading(1, t("bulletin.main"))
    yield Paragraph("".join(summary(n)) if n.basis.lang == "zh" else " ".join(summary(n)))
    yield Heading(1, t("bulletin.by"))
    yield from sectors_and_gases(n)
    yield Heading(1, t("bulletin.causes"))
    yield from causes(n)
    yield Heading(1, t("bulletin.targets"))
    yield from target_blocks(n)
    yield from region_blocks(n.material, dict.fromkeys(n.ledger.regions, n.ledger), n.region, n.year, n.basis.lang)
    if n.material.levels is not None:
        yield from plan_blocks(n.material.plan, n.region, n.year, n.basis.lang, n.material.levels)
    yield Heading(1, t("bulletin.key"))
    yield from key_table(n)
    yield Heading(1, t("bulletin.uncertainty"))
    yield Paragraph(uncertainty(n))
    yield Heading(1, t("bulletin.quality"))
    yield Paragraph("".join(quality(n)) if n.basis.lang == "zh" else " ".join(quality(n)))


def bulletin_bytes(n: Bulletin, charts: bool = True) -> bytes:
    """The bulletin as a `.docx` in the format of GB/T 9704; the same input gives the same bytes.

    Raises `InventoryError`: no python-docx, no matplotlib or Chinese font.
    """
    t = n.basis.t
    result = Official(n.basis.lang)
    title = t("bulletin.title", region=n.place, year=n.year)
    illustrative = sum(d.data_kind == "示例" and d.region == n.region for d in n.ledger.data)
    result.title(title, t("bulletin.illustrative", n=illustrative) if illustrative else "")
    result.add(blocks(n), charts)
    office = next((s.organisation for s in n.ledger.project.signatures if s.organisation), "") or t("bulletin.office")
    result.close(office, t("bulletin.date"))
    return result.content(title)


def write_bulletin(n: Bulletin, path: str | Path, charts: bool = True) -> None:
    """Write the bulletin; an older file is replaced only when the new one is complete."""
    write_bytes(path, bulletin_bytes(n, charts))
