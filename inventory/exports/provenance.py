"""Receipts of provenance: a figure as PROV-O in JSON-LD, with the cells, factors, equation and edition it was made of.

One receipt a figure that is asked for (all of an inventory would be megabytes). No time of writing, so the same input
gives the same bytes. A receipt names the office that supplied a figure, never a person.
"""

from __future__ import annotations

import dataclasses
import functools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from .. import __version__
from ..core.explanation import Explainer
from ..core.explanation_nodes import DatumNode, FactorNode, StepNode
from ..core.files import write_bytes
from ..core.ledger import Ledger
from ..core.problems import InventoryError, Origin, problem
from .crosswalk import code_key
from .formats import ExportFormat
from .interchange import area_of

CONTEXT = {
    "prov": "http://www.w3.org/ns/prov#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "inv": "urn:inventory:term:",
    "label": "rdfs:label",
    "value": "prov:value",
    "used": {"@id": "prov:used", "@type": "@id"},
    "wasGeneratedBy": {"@id": "prov:wasGeneratedBy", "@type": "@id"},
    "wasDerivedFrom": {"@id": "prov:wasDerivedFrom", "@type": "@id"},
    "wasAttributedTo": {"@id": "prov:wasAttributedTo", "@type": "@id"},
    "wasAssociatedWith": {"@id": "prov:wasAssociatedWith", "@type": "@id"},
    "unit": "inv:unit",
    "equation": "inv:equation",
    "standing": "inv:standing",
    "source": "inv:source",
    "note": "inv:note",
}


def receipt(ledger: Ledger, category: str, region: str, year: int, gas: str) -> dict[str, Any]:
    """The receipt of one figure: all lines of a category (with those below it), region, year and gas. Raises
    `InventoryError` when there is none."""
    chosen = {id(line) for line in ledger.select(category=category, region=region, year=year, gas=gas, account=None)}
    at = [n for n, line in enumerate(ledger.lines) if id(line) in chosen]
    if not at:
        raise InventoryError([problem("export.no_figure", category=category, region=region, year=year, gas=gas)])
    explainer = Explainer(ledger)
    label = ledger.edition.categories[category].label
    figure = explainer.figure(at, label, gas, most=len(at))
    name = _urn("figure", area_of(ledger, ledger.lines[at[0]].region), str(year), category, gas)
    activity = _urn("compilation", ledger.edition.id, __version__)
    parts: dict[str, dict[str, Any]] = {}
    agents: dict[str, dict[str, Any]] = {}
    equations: set[str] = set()
    for node in _nodes(figure):
        if isinstance(node, DatumNode):
            _datum(node, parts, agents)
        elif isinstance(node, FactorNode):
            _factor(node, parts)
        elif isinstance(node, StepNode):
            equations.add(node.equation)
    entity = {
        "@id": name,
        "@type": "prov:Entity",
        "label": f"{label['zh']} {gas} {region} {year}",
        "value": figure.value,
        "unit": figure.unit,
        "wasGeneratedBy": activity,
        "wasDerivedFrom": sorted(parts),
    }
    result = {
        "@id": activity,
        "@type": "prov:Activity",
        "label": f"ghg-inventory-cn {__version__}, {ledger.edition.id}, GWP {ledger.gwp.name}",
        "equation": sorted(equations),
        "used": sorted(parts),
        "wasAssociatedWith": "urn:inventory:software",
    }
    software = {
        "@id": "urn:inventory:software",
        "@type": "prov:SoftwareAgent",
        "label": f"ghg-inventory-cn {__version__}",
    }
    graph = [entity, result, software, *(parts[k] for k in sorted(parts)), *(agents[k] for k in sorted(agents))]
    return {"@context": CONTEXT, "@graph": graph}


def write_receipts(ledger: Ledger, path: Path, categories: str = "") -> tuple[Path, ...]:
    """A JSON-LD file with the receipts of every category of the guideline that has lines of its own, a named graph
    each. Returns the file."""
    required = sorted(
        {(x.region, x.year, x.category, x.gas) for x in ledger.lines}, key=lambda k: (k[0], k[1], code_key(k[2]), k[3])
    )
    seen: dict[str, dict[str, Any]] = {}
    for region, year, category, gas in required:
        for node in receipt(ledger, category, region, year, gas)["@graph"]:
            known = seen.setdefault(node["@id"], node)
            if known is not node:  # the compilation is one activity: it used what all figures used
                for name in ("used", "equation"):
                    if name in node:
                        known[name] = sorted({*known[name], *node[name]})
    body = {"@context": CONTEXT, "@graph": [seen[k] for k in sorted(seen)]}
    write_bytes(path, json.dumps(body, ensure_ascii=False, indent=1).encode())
    return (path,)


def _urn(*parts: str) -> str:
    return "urn:inventory:" + ":".join(quote(p, safe="") for p in parts)


def cell_name(file: str, sheet: str, cell: str) -> str:
    """The identifier of a cell of the input."""
    return _urn("cell", file or "-", sheet or "-", cell or "-")


def _nodes(node: Any) -> Iterator[Any]:
    """A record of an explanation and all records below it, computed factors followed into their own inputs."""
    names = _fields(node.__class__)
    if names:
        yield node
    for value in node if isinstance(node, tuple | list) else (getattr(node, name) for name in names):
        if not isinstance(value, str | int | float | None):
            yield from _nodes(value)


@functools.cache
def _fields(kind: type) -> tuple[str, ...]:
    """Names of the fields of a kind of record; of a place and of what is no record, none."""
    return tuple(f.name for f in dataclasses.fields(kind)) if dataclasses.is_dataclass(kind) and kind != Origin else ()


def _datum(node: DatumNode, parts: dict[str, dict[str, Any]], agents: dict[str, dict[str, Any]]) -> None:
    """The cell that a figure stands in, and for a derived one the cells that it was allocated from."""
    agent = _urn("source", node.source) if node.source else ""
    if agent:
        agents[agent] = {"@id": agent, "@type": "prov:Organization", "label": node.source}
    cells = [(t.cell if hasattr(t, "cell") else t.origin, t.label, t.value, "") for t in node.terms] or [
        (node.origin, f"{node.label['zh']} {node.region} {node.year}", node.entered, node.entered_unit)
    ]
    for origin, label, value, unit in cells:
        name = cell_name(origin.file, origin.sheet, origin.cell)
        parts[name] = {
            "@id": name,
            "@type": "prov:Entity",
            "label": label,
            "value": value,
            **({"unit": unit} if unit else {}),
            "note": str(origin),
            **({"wasAttributedTo": agent} if agent else {}),
        }


def _factor(node: FactorNode, parts: dict[str, dict[str, Any]]) -> None:
    name = _urn("factor", node.id)
    parts[name] = {
        "@id": name,
        "@type": "prov:Entity",
        "label": f"{node.label['zh']} {node.id}",
        "value": node.value,
        "unit": node.unit,
        "standing": node.standing,
        "source": node.source or node.table,
    }


FORMATS = {"prov": ExportFormat(write_receipts, (".json",))}
