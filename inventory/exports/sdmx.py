"""SDMX: the figures as SDMX-CSV 2.0, and the structure that explains them (concepts, code lists) as SDMX-ML 3.0.

Without the structure nobody can load the figures. Code ids may hold letters, digits, `_`, `@`, `$`, `-` only:
categories become `_1_1_1_1`, regions their GB/T 2260 code; the labels stand in the code lists. The structure is written
with pysdmx (extra `exchange`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from .. import __version__
from ..core.edition import Edition
from ..core.files import replacing, write_bytes
from ..core.ledger import Ledger
from ..core.problems import InventoryError, problem
from ..sheets.csvfile import machine_csv
from .formats import ExportFormat
from .interchange import PROVINCIAL, Mass, area_of, entity_of, masses

if TYPE_CHECKING:
    from pysdmx.model import Codelist

AGENCY, FLOW, VERSION = "GHG_INVENTORY_CN", "PROVINCIAL_INVENTORY", "1.0"
COLUMNS = (
    "STRUCTURE",
    "STRUCTURE_ID",
    "ACTION",
    "REF_AREA",
    "CATEGORY",
    "GAS",
    "TIME_PERIOD",
    "OBS_VALUE",
    "UNIT_MEASURE",
    "UNIT_MULT",
    "EDITION",
    "GWP_SET",  # masses need none: it says under which set the inventory was compiled
    "OBS_STATUS",
)


def code_of(name: str) -> str:
    """A legal code id: `1.1.1.1` -> `_1_1_1_1`; anything else that is not legal becomes `_`."""
    out = re.sub(r"[^A-Za-z0-9_@$-]", "_", name)
    return out if re.match(r"[A-Za-z@$]", out) else f"_{out}"


def write_sdmx(ledger: Ledger, path: Path, categories: str = PROVINCIAL) -> tuple[Path, Path]:
    """Write `path`.csv and `path`_structure.xml; returns both. Raises `InventoryError` when pysdmx is not installed."""
    base = path.with_suffix("") if path.suffix in (".csv", ".xml") else path
    table, structure = base.with_name(base.name + ".csv"), base.with_name(base.name + "_structure.xml")
    write_bytes(table, _data(ledger, categories))
    with replacing(structure) as temporary:
        _structure(ledger, categories, temporary)
    return table, structure


def _data(ledger: Ledger, categories: str) -> bytes:
    rows = []
    head = ("dataflow", f"{AGENCY}:{FLOW}({VERSION})", "R")
    for m in masses(ledger, categories):
        area = (
            code_of(area_of(ledger, m.region)) if not area_of(ledger, m.region).isdigit() else area_of(ledger, m.region)
        )
        rows.append(
            (
                *head,
                area,
                code_of(m.category),
                code_of(entity_of(m.gas)),
                m.year,
                repr(m.mass_t),
                "T",
                0,
                ledger.edition.id,
                ledger.gwp.name,
                "A",
            )
        )
    return machine_csv(rows, COLUMNS).encode("utf-8")


def _structure(ledger: Ledger, categories: str, target: Path) -> None:
    try:
        from pysdmx.io import write_sdmx as write
        from pysdmx.io.format import Format
        from pysdmx.model import (
            Component,
            Components,
            Concept,
            ConceptScheme,
            Dataflow,
            DataStructureDefinition,
            DataType,
            ItemReference,
            Role,
        )
    except ImportError as error:
        raise InventoryError([problem("store.no_library", library="pysdmx", part="exchange")]) from error
    lists = _codelists(ledger, categories)
    others = {
        "TIME_PERIOD": DataType.YEAR,
        "OBS_VALUE": DataType.DOUBLE,
        "UNIT_MEASURE": DataType.STRING,
        "UNIT_MULT": DataType.INTEGER,
        "EDITION": DataType.STRING,
        "GWP_SET": DataType.STRING,
        "OBS_STATUS": DataType.STRING,
    }
    names = (*lists, *others)
    items = [Concept(id=n, name=n) for n in names]
    scheme = ConceptScheme(id="CS_INVENTORY", agency=AGENCY, version=VERSION, name="Inventory", items=items)
    concepts = {n: ItemReference("Concept", AGENCY, "CS_INVENTORY", VERSION, n) for n in names}
    components = [
        Component(name, True, Role.DIMENSION, concepts[name], DataType.STRING, local_codes=codes)
        for name, codes in lists.items()
    ]
    components.append(Component("TIME_PERIOD", True, Role.DIMENSION, concepts["TIME_PERIOD"], DataType.YEAR))
    components.append(Component("OBS_VALUE", True, Role.MEASURE, concepts["OBS_VALUE"], DataType.DOUBLE))
    components += [
        Component(name, False, Role.ATTRIBUTE, concepts[name], kind, attachment_level="O")
        for name, kind in others.items()
        if name not in ("TIME_PERIOD", "OBS_VALUE")
    ]
    definition = DataStructureDefinition(
        id="DSD_INVENTORY", agency=AGENCY, version=VERSION, name="Inventory", components=Components(components)
    )
    title = f"Provincial inventory ({ledger.edition.id}), ghg-inventory-cn {__version__}"
    flow = Dataflow(id=FLOW, agency=AGENCY, version=VERSION, name=title, structure=definition)
    write([*lists.values(), scheme, definition, flow], Format.STRUCTURE_SDMX_ML_3_0, str(target), header=_header())


def _codelists(ledger: Ledger, categories: str) -> dict[str, Codelist]:
    """The code list of each dimension, with the codes that the figures have."""
    from pysdmx.model import Code, Codelist

    amounts = masses(ledger, categories)

    def listed(ident: str, name: str, codes: Iterable[tuple[str, str]]) -> Codelist:
        items = [Code(id=c, name=label) for c, label in dict(codes).items()]
        return Codelist(id=ident, agency=AGENCY, version=VERSION, name=name, items=items)

    def area(m: Mass) -> str:
        code = area_of(ledger, m.region)
        return code if code.isdigit() else code_of(m.region)

    def label(m: Mass) -> str:
        return f"{m.category} {_label(ledger.edition, m.category)}".strip()

    return {
        "REF_AREA": listed("CL_AREA", "GB/T 2260", ((area(m), m.region) for m in amounts)),
        "CATEGORY": listed("CL_CATEGORY", categories, ((code_of(m.category), label(m)) for m in amounts)),
        "GAS": listed("CL_GAS", "Gas", ((code_of(entity_of(m.gas)), m.gas) for m in amounts)),
    }


def _header() -> object:
    import datetime

    from pysdmx.model import Organisation
    from pysdmx.model.message import Header

    # no time of writing: the same input gives the same bytes
    fixed = datetime.datetime(1980, 1, 1, tzinfo=datetime.UTC)
    return Header(id=FLOW, test=False, prepared=fixed, sender=Organisation(AGENCY))


def _label(edition: Edition, category: str) -> str:
    declared = edition.categories.get(category)
    return declared.label.get("en", "") or declared.label["zh"] if declared else ""


FORMATS = {"sdmx": ExportFormat(write_sdmx)}
