"""Drafts of enterprises in a project folder: cells as typed, saved one by one, with undo; kept in
`.inventory/企业/NAME.json`."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inventory.core.files import write_bytes

from ..store import verdicts
from .workspace import HIDDEN, MAX_STEPS, Conflict

PLACE = "企业"
RESERVED = frozenset('\\/:*?"<>|.')


@dataclass(frozen=True)
class Kept:
    """One draft with its industry and the steps that can be undone."""

    name: str
    industry: str
    draft: verdicts.Draft
    steps: list[list[list[str]]]
    done: int

    @property
    def verdict(self) -> dict[str, Any]:
        return verdicts.verdict_of(self.draft, self.name)


class Enterprises:
    """All drafts of one folder. Safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        self.place = folder / HIDDEN / PLACE
        self._lock = threading.RLock()

    def names(self) -> list[str]:
        return sorted(p.stem for p in self.place.glob("*.json")) if self.place.is_dir() else []

    def get(self, name: str) -> Kept:
        """A draft by name. Raises KeyError when there is none."""
        if name not in self.names():
            raise KeyError(name)
        body = json.loads((self.place / f"{name}.json").read_text("utf-8"))
        return Kept(name, body["industry"], body["draft"], body["steps"], body["done"])

    def add(self, name: str, industry: str, draft: verdicts.Draft) -> Kept:
        """A new draft under a name that is free: the name asked for, or that with a number."""
        plain = "".join("_" if c in RESERVED or ord(c) < 32 else c for c in name).strip()[:60] or "企业"
        with self._lock:
            free, n = plain, 2
            while free in self.names():
                free, n = f"{plain}-{n}", n + 1
            kept = Kept(free, industry, draft, [], 0)
            self._write(kept)
        return kept

    def type(self, name: str, edits: Sequence[tuple[str, str, str, str]]) -> Kept:
        """Cells (sheet, cell, text, seen) typed as one step. Raises `Conflict` when a cell holds something else by now,
        KeyError for no such place."""
        with self._lock:
            kept = self.get(name)
            step = []
            for sheet, cell, text, seen in edits:
                now = verdicts.shown(kept.draft, sheet, cell)
                if seen not in (now,) and now != text:
                    raise Conflict(cell, now)
                before = verdicts.put(kept.draft, sheet, cell, text)
                step.append([sheet, cell, before, text])
            steps = [*kept.steps[: kept.done], step][-MAX_STEPS:]
            changed = Kept(name, kept.industry, kept.draft, steps, len(steps))
            self._write(changed)
        return changed

    def step(self, name: str, back: bool) -> Kept:
        """One step undone, or done again."""
        with self._lock:
            kept = self.get(name)
            at = kept.done - 1 if back else kept.done
            if not 0 <= at < len(kept.steps):
                return kept
            for sheet, cell, before, after in reversed(kept.steps[at]) if back else kept.steps[at]:
                verdicts.put(kept.draft, sheet, cell, before if back else after)
            changed = Kept(name, kept.industry, kept.draft, kept.steps, at if back else at + 1)
            self._write(changed)
        return changed

    @staticmethod
    def place_of(kept: Kept, back: bool) -> list[str] | None:
        """Sheet and cell of the step that was just undone, or done again; None where there was none."""
        at = kept.done if back else kept.done - 1
        return list(kept.steps[at][0][:2]) if 0 <= at < len(kept.steps) and kept.steps[at] else None

    def _write(self, kept: Kept) -> None:
        self.place.mkdir(parents=True, exist_ok=True)
        body = {"industry": kept.industry, "draft": kept.draft, "steps": kept.steps, "done": kept.done}
        write_bytes(
            self.place / f"{kept.name}.json",
            json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8"),
        )
