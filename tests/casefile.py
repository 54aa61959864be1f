"""Reads `tests/cases/*.toml`: hand-computed cases in a form that a statistician can read and add to. See
tests/cases/README.md."""

from __future__ import annotations

import csv
import io
import re
import tomllib
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from inventory.core import units
from inventory.core.activity import NOTATION, Datum, Notation, Project, UserFactor
from inventory.core.edition import pairs
from inventory.core.ledger import Ledger
from inventory.core.problems import Origin

FOLDER = Path(__file__).parent / "cases"


@dataclass(frozen=True)
class Case:
    file: str
    title: str
    source: str
    data: str
    expect: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    factors: str = ""
    choices: dict[str, str] = field(default_factory=dict)
    edition: str = "prov2011"

    @property
    def id(self) -> str:
        return f"{self.file}:{self.title}"

    def project(self) -> Project:
        data, notations = [], []
        for n, row in enumerate(_rows(self.data), start=2):
            origin = Origin(self.file, self.title, f"row {n}")
            if row["quantity"] == NOTATION:
                gas = dict(pairs(row["item"])).get("gas", "")
                notations.append(
                    Notation(
                        row["region"], int(row["year"]), row["category"], gas, row["value"], row.get("note", ""), origin
                    )
                )
                continue
            item = dict(pairs(row.get("item", "")))
            quantity_has_category = row.get("category") and _category_is_key(self.edition, row["quantity"])
            if quantity_has_category:
                item["category"] = row["category"]
            data.append(
                Datum(
                    row["region"],
                    int(row["year"]),
                    row["quantity"],
                    tuple(sorted(item.items())),
                    float(row["value"]),
                    row["unit"],
                    origin=origin,
                    data_kind=row.get("data_kind", "") or "",
                    source=self.source,
                )
            )
        own = [_own_factor(r, Origin(self.file, self.title)) for r in _rows(self.factors)]
        return Project(tuple(data), tuple(own), tuple(notations), {k: (v, "case") for k, v in self.choices.items()})


def _own_factor(row: dict[str, str], origin: Origin) -> UserFactor:
    return UserFactor(
        row.get("parameter", ""),
        _everywhere(pairs(row.get("keys", ""))),
        float(row["value"]),
        row["unit"],
        row.get("source") or "test",
        row.get("kind") or "省级",
        row.get("id", "") or "",
        row.get("gas", "") or "",
        origin=origin,
    )


def _everywhere(keys: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Own factors of a case hold for each region of it, so that property tests may put other regions beside."""
    return keys if any(k == "region" for k, _ in keys) else tuple(sorted((*keys, ("region", "*"))))


def _rows(text: str) -> list[dict[str, str]]:
    return (
        [
            {k: (v or "").strip() for k, v in row.items() if k}
            for row in csv.DictReader(io.StringIO(text.strip() + "\n"))
        ]
        if text.strip()
        else []
    )


def _category_is_key(edition: str, quantity: str) -> bool:
    from inventory.core.activity import MEASURED
    from inventory.edition import load

    if quantity == MEASURED:
        return True
    declared = load(edition).declared.quantities.get(quantity)
    return declared is not None and "category" in declared.all_keys


def cases() -> list[Case]:
    found = []
    for path in sorted(FOLDER.glob("*.toml")):
        for body in tomllib.loads(path.read_text("utf-8")).get("case", []):
            body = {k: tuple(v) if isinstance(v, list) else v for k, v in body.items()}
            found.append(Case(file=path.name, **body))
    return found


EXPECT = re.compile(
    r"^(?P<what>\S+?)(?:\[(?P<keys>[^\]]*)\])?(?:\s+(?P<gas>[\w-]+))?\s*=\s*(?P<number>[-+−\d.,eE]+)\s+(?P<unit>\S.*)$"
)


@dataclass(frozen=True)
class Expectation:
    text: str
    what: str
    keys: tuple[tuple[str, str], ...]
    gas: str
    value: Decimal
    half_unit: Decimal
    unit: str


def expectation(text: str) -> Expectation:
    found = EXPECT.match(text)
    if not found:
        raise ValueError(f"cannot read the expectation {text!r}")
    number = Decimal(found["number"].replace(",", "").replace("−", "-"))
    exponent = number.as_tuple().exponent
    assert isinstance(exponent, int)
    return Expectation(
        text,
        found["what"],
        pairs(found["keys"] or ""),
        found["gas"] or "",
        number,
        Decimal(5).scaleb(exponent - 1),
        found["unit"].strip(),
    )


def computed(ledger: Ledger, wanted: Expectation) -> float:
    """The ledger's figure for `CATEGORY GAS` (lines below it summed, all accounts) or `METHOD.STEP[key=value]`, in the
    printed unit."""
    if wanted.gas:
        keys = dict(wanted.keys)
        lines = [
            x
            for x in ledger.select(category=wanted.what, gas=wanted.gas, account=None)
            if x.account != "check"
            and all(dict(x.item).get(k, {"region": x.region, "year": str(x.year)}.get(k)) == v for k, v in keys.items())
        ]
        assert lines, f"no line for {wanted.text}"
        mass = sum(x.mass_t for x in lines)
        target = "t" if units.same_dimension(wanted.unit, "t") else f"t {wanted.gas}"
        return units.scaled(mass, units.ratio(target, wanted.unit))
    method, _, step = wanted.what.partition(".")
    table = next(t for t in ledger.tables if t.method.id == method and t.name == step)
    keys = dict(wanted.keys)
    rows = [i for i, row in enumerate(table.rows) if all(row[table.keys.index(k)] == v for k, v in keys.items())]
    assert len(rows) == 1, f"{wanted.text}: {len(rows)} rows of {table.rows}"
    return units.scaled(float(table.values[rows[0]]), units.ratio(table.unit, wanted.unit))
