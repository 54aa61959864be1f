"""Counties and districts of GB/T 2260 as regions of a project: found by name, code, or name behind that of a region
above, with the years in which their code was in force and what they went into."""

from __future__ import annotations

from collections.abc import Iterable

from ..reading.divisions import AdministrativeDivision, divisions
from ..regions import Region, Tree


def counties_of(names: Iterable[str], tree: Tree, province: str = "") -> tuple[Region, ...]:
    """The regions that these names mean and the tree does not have; `province` limits them to one. A name that several
    counties of the country bear means none of them: their code, or the region above in front, tells them apart."""
    out: dict[str, Region] = {}
    for name in names:
        meant = [d for d in _named(name.strip(), tree) if d.name not in tree and province in ("", d.province)]
        for d in meant if len(meant) == 1 else ():
            out[d.name] = _region(d, tree)
    return tuple(out.values())


def _named(text: str, tree: Tree) -> list[AdministrativeDivision]:
    listed = list(divisions(text))
    for above in tree.regions.values() if not listed else ():
        for word in (above.name, *above.aliases, above.name + "市", above.name + "省"):
            rest = text.removeprefix(word)
            if above.code and rest and rest != text:
                prefix = above.code.rstrip("0")
                listed += [d for d in divisions(rest) if d.code.startswith(prefix + "0" * (len(prefix) % 2))]
    return list({d.code + d.name: d for d in listed}.values())


def _region(d: AdministrativeDivision, tree: Tree) -> Region:
    """Below its prefecture city, or its province where there is none."""
    codes = {r.code: r.name for r in tree.regions.values() if r.code}
    parent = codes.get(d.code[:4] + "00") or codes.get(d.code[:2] + "0000") or d.province
    successors = tuple(filter(None, d.successors.split("|")))
    return Region(d.name, d.code, "区县", parent, valid_from=d.first, valid_to=d.last, successors=successors)


def region_row(region: Region) -> dict[str, str | float | None]:
    """A region as a row of its form (`regions`)."""
    return {
        "code": region.code,
        "name": region.name,
        "label_en": region.label_en,
        "level": region.level,
        "parent": region.parent,
        "valid_from": str(region.valid_from or ""),
        "valid_to": str(region.valid_to or ""),
        "successors": "|".join(region.successors),
    }
