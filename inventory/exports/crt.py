"""The common reporting tables' exchange JSON (ETF) of a national inventory, with the variables of the compiler's own
metadata file.

The list of variables and their identifiers comes with the reporting tool and is not public, so nothing here holds or
makes up one: a variable is found by its name in the file that the user gives, `[1.A.1.a. …][…][…][CO₂][no
parameter][kt]`. A figure is written where exactly one variable of its IPCC 2006 code, gas and unit kt is there, or
where the user's own list says which; every other figure is listed beside, with the candidates. The field that holds a
figure (`value`) is not attested by a public file and can be named.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..core.files import write_bytes
from ..core.ledger import Ledger
from ..core.problems import InventoryError, Origin, Problem, problem
from ..sheets.csvfile import csv_bytes
from .crosswalk import Amount, converted

NATION = "全国"
NAME = re.compile(r"\[([^\[\]]*)\]")
CODE = re.compile(r"\d+(\.[0-9A-Za-z]+)*")
PLAIN = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
KT = 1000.0
LEFT = ("year", "code", "gas", "mass_t", "reason", "candidates")


@dataclass(frozen=True, slots=True)
class CrtMetadata:
    """metadata: the JSON of the reporting tool with its variables (`uid`, `name`); chosen: a CSV (code, gas, name) that
    decides where several fit; value_field: the key of a figure."""

    metadata: Path
    chosen: Path | None = None
    value_field: str = "value"


@dataclass(frozen=True, slots=True)
class CrtVariable:
    """A variable of the file: its identifier, whole name, code of the category, gas and unit."""

    uid: str
    name: str
    code: str
    gas: str
    unit: str


def variables(path: Path) -> tuple[CrtVariable, ...]:
    """The variables named in a metadata file, wherever they stand in it. Raises `InventoryError` for a file that is no
    JSON or names none."""
    try:
        whole = json.loads(path.read_text("utf-8-sig"))
    except (OSError, ValueError) as error:
        raise InventoryError([problem("export.crt_metadata", Origin(path.name), reason=str(error)[:120])]) from error
    result = tuple(v for o in _objects(whole) if (v := _variable(o)) is not None)
    if not result:
        raise InventoryError([problem("export.crt_metadata", Origin(path.name), reason="uid, name: 0")])
    return result


def _objects(part: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(part, dict):
        yield part
    for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from _objects(inner)


def _variable(part: Mapping[str, Any]) -> CrtVariable | None:
    uid, name = part.get("uid"), part.get("name")
    if not isinstance(uid, str) or not isinstance(name, str):
        return None
    parts = NAME.findall(name)
    code = CODE.match(parts[0]) if len(parts) >= 4 else None
    return CrtVariable(uid, name, code[0], parts[3].translate(PLAIN), parts[-1]) if code else None


def write_crt(ledger: Ledger, target: Path, files: CrtMetadata) -> tuple[Path, ...]:
    """The exchange JSON (`target`), the figures without a variable (`_left.csv`), and what was not verified of the form
    (`_note.txt`: the JSON itself has no place for it). Raises `InventoryError` for a
    ledger that is not the nation's, and a metadata file that cannot be used."""
    if NATION not in ledger.regions:
        raise InventoryError([problem("export.crt_region", regions="、".join(ledger.regions))])
    known, chosen = variables(files.metadata), _chosen(files.chosen)
    by_year: dict[int, list[dict[str, object]]] = {}
    left: list[tuple[object, ...]] = []
    for amount in converted(ledger, "ipcc2006"):
        if amount.region != NATION:
            continue
        fitting = _fitting(amount, known, chosen)
        if len(fitting) == 1:
            entry = {"variable_uid": fitting[0].uid, files.value_field: amount.mass_t / KT}
            by_year.setdefault(amount.year, []).append(entry)
            continue
        reason = "none" if not fitting else "several"
        names = " | ".join(v.name for v in fitting)
        left.append((amount.year, amount.code, amount.gas, repr(amount.mass_t), reason, names))
    values = [
        {"inventory_year": year, "values": sorted(entries, key=lambda e: str(e["variable_uid"]))}
        for year, entries in sorted(by_year.items())
    ]
    body = {"data": {"values": values}}
    write_bytes(target, (json.dumps(body, ensure_ascii=False, indent=1) + "\n").encode("utf-8"))
    beside = target.with_name(f"{target.stem}_left.csv")
    write_bytes(beside, csv_bytes(left, LEFT))
    note = target.with_name(f"{target.stem}_note.txt")
    write_bytes(note, "".join(f"{unverified().text(lang)}\n" for lang in ("zh", "en")).encode("utf-8"))
    return target, beside, note


def unverified() -> Problem:
    """What nobody has seen of this form: a file of a Party, and the tool taking one of ours."""
    return problem("export.crt_unverified")


def _fitting(amount: Amount, known: Sequence[CrtVariable], chosen: Mapping[tuple[str, str], str]) -> list[CrtVariable]:
    wanted = chosen.get((amount.code, amount.gas))
    if wanted is not None:
        return [v for v in known if v.name == wanted]
    return [v for v in known if (v.code, v.gas, v.unit) == (amount.code, amount.gas, "kt")]


def _chosen(path: Path | None) -> dict[tuple[str, str], str]:
    if path is None:
        return {}
    with path.open(encoding="utf-8-sig", newline="") as f:
        return {(r["code"], r["gas"]): r["name"] for r in csv.DictReader(f)}
