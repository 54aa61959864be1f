"""Regions of departments' data by the names that the edition knows: a register says 南京市 where the statistics say 南京,
and counties are known to the register alone."""

from __future__ import annotations

from collections.abc import Iterable

from inventory.core.problems import Collector
from inventory.regions import Region, Tree, built_in, grown
from inventory.sheets.csvfile import csv_bytes

from ..domain.roles import Level
from ..shared.places import known_name
from .models import Organisation

COUNTY = "区县"
REGIONS_FILE = "regions.csv"
County = tuple[str, str]  # its name and the city or province above it, both as the edition knows them


def region_of(organisation: Organisation) -> str:
    """The region of a department's data: the place it stands under."""
    return known_name(organisation.parent.name) if organisation.parent is not None else ""


def county_of(organisation: Organisation) -> County | None:
    """The county that a department stands under, where the package's tree does not know it."""
    place = organisation.parent
    if place is None or place.level != Level.county or place.parent is None:
        return None
    county = (known_name(place.name), known_name(place.parent.name))
    return None if county[0] in built_in() else county


def tree_with(counties: Iterable[County]) -> Tree:
    """The package's tree with these counties."""
    rows = [Region(name, "", COUNTY, above) for name, above in sorted(set(counties))]
    return grown(built_in(), rows, Collector())


def regions_file(counties: Iterable[County]) -> bytes:
    """The same as the table of regions that stands beside activity data."""
    head = ("code", "name", "level", "parent", "aliases", "attributes", "note")
    rows = [("", name, COUNTY, above, "", "", "单位登记") for name, above in sorted(set(counties))]
    return csv_bytes(rows, head)
