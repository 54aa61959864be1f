"""A data set of parts, each committed by one log entry: whatever process dies when, and however often a task is run, no
row is lost or stands twice.

    parts/KEY-SHA16.SUFFIX   a part's bytes, named by their content
    log/KEY.json             the receipt: which part is the one of this key, its rows and facts
    runs/NAME.json           which keys make up a run, written last

A part is written before its receipt, a run after all its receipts, each file whole or not at all. Readers take only
parts that a run names; a part without a receipt is debris of a crash, and `collect_garbage` removes it. The same task
gives the same bytes, so writing it twice changes nothing; the same key with other bytes is an error to be looked at,
not something to overwrite.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..core.problems import InventoryError, Origin, problem
from .places import Place


@dataclass(frozen=True)
class Receipt:
    """What was committed for one key."""

    key: str
    part: str
    rows: int
    sha256: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> bytes:
        body = {"key": self.key, "part": self.part, "rows": self.rows, "sha256": self.sha256, "facts": self.facts}
        return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


class Dataset:
    """The data set at a place. Every method may be called by several processes at once."""

    def __init__(self, place: Place) -> None:
        self.place = place

    def receipt(self, key: str) -> Receipt | None:
        """The receipt of a key, or None when nothing was committed for it."""
        name = f"log/{key}.json"
        if not self.place.exists(name):
            return None
        try:
            body = json.loads(self.place.read(name))
            return Receipt(body["key"], body["part"], int(body["rows"]), body["sha256"], body.get("facts", {}))
        except (ValueError, KeyError, TypeError) as error:
            raise InventoryError(
                [problem("store.damaged", Origin(self.place.url, cell=name), reason=str(error))]
            ) from error

    def commit(
        self, key: str, suffix: str, content: bytes, rows: int, facts: Mapping[str, Any] | None = None
    ) -> Receipt:
        """Write a part and its receipt. Raises `InventoryError` when the key was committed with other
        bytes."""
        sha = hashlib.sha256(content).hexdigest()
        fresh = Receipt(key, f"parts/{key}-{sha[:16]}.{suffix}", rows, sha, dict(facts or {}))
        known = self.receipt(key)
        if known is not None and known.sha256 != sha:
            raise InventoryError(
                [
                    problem(
                        "store.two_contents", Origin(self.place.url), key=key, first=known.sha256[:16], other=sha[:16]
                    )
                ]
            )
        if known is None or known.sha256 != sha or not self.place.exists(known.part):
            self.place.write(fresh.part, content)
        self.place.write(f"log/{key}.json", fresh.to_json())
        return fresh

    def read(self, receipt: Receipt) -> bytes:
        """The bytes of a part, checked against its receipt. Raises `InventoryError` when they differ or are gone."""
        try:
            content = self.place.read(receipt.part)
        except OSError as error:
            raise InventoryError(
                [problem("store.damaged", Origin(self.place.url, cell=receipt.part), reason=str(error))]
            ) from error
        if hashlib.sha256(content).hexdigest() != receipt.sha256:
            raise InventoryError([problem("store.damaged", Origin(self.place.url, cell=receipt.part), reason="sha256")])
        return content

    # ---- runs ----

    def close_run(self, name: str, keys: Sequence[str], facts: Mapping[str, Any]) -> None:
        """Make these keys the run of that name; the one it had before stays in force until this is written."""
        body = {"name": name, "keys": list(keys), "facts": dict(facts)}
        self.place.write(f"runs/{name}.json", json.dumps(body, ensure_ascii=False, sort_keys=True, indent=1).encode())

    def runs(self) -> dict[str, dict[str, Any]]:
        """The runs by name, each with its keys and facts."""
        out: dict[str, dict[str, Any]] = {}
        for name in self.place.names("runs"):
            if name.endswith(".json"):
                try:
                    body = json.loads(self.place.read(name))
                    out[str(body["name"])] = body
                except (ValueError, KeyError, TypeError) as error:
                    raise InventoryError(
                        [problem("store.damaged", Origin(self.place.url, cell=name), reason=str(error))]
                    ) from error
        return dict(sorted(out.items()))

    def receipts(self, run: str | None = None) -> Iterator[Receipt]:
        """Receipts of one run, or of all runs, in the order of the keys; a key that a run names and that has none is an
        error."""
        keys = [k for name, body in self.runs().items() if run in (None, name) for k in body["keys"]]
        for key in dict.fromkeys(keys):
            receipt = self.receipt(key)
            if receipt is None:
                raise InventoryError(
                    [problem("store.damaged", Origin(self.place.url, cell=f"log/{key}.json"), reason="-")]
                )
            yield receipt

    def collect_garbage(self) -> int:
        """Remove receipts that no run names and parts that no receipt names; the number of files removed. Not while a
        run is going on."""
        wanted = {k for body in self.runs().values() for k in body["keys"]}
        removed = 0
        for name in self.place.names("log"):
            if name.removeprefix("log/").removesuffix(".json") not in wanted:
                self.place.remove(name)
                removed += 1
        parts = {r.part for r in self.receipts()}
        for name in self.place.names("parts"):
            if name not in parts:
                self.place.remove(name)
                removed += 1
        return removed
