"""One project folder as the page sees it: what was read, the problems, the ledger; corrections with undo; always what
the files say now.

The files are the truth. Corrections go to `更正.csv`, which the command reads too; the steps for undo stand in
`.inventory/更正步骤.json`. Everything is computed again when a file changes, whoever changed it; a file that did not
change is not opened twice, and what was made of sheets that did not change is taken over (`core.memo`).
"""

from __future__ import annotations

import datetime as dt
import getpass
import json
import threading
from collections import Counter
from collections.abc import Iterator, MutableMapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePath
from typing import Any

from inventory import api
from inventory.analysis.account import account_of, remarks
from inventory.compiling import compile_project
from inventory.core.account import FigureAccount
from inventory.core.activity import Project
from inventory.core.completeness import line_problems, state_of
from inventory.core.edition import Edition
from inventory.core.files import write_bytes
from inventory.core.ledger import Ledger
from inventory.core.memo import Memo
from inventory.core.places import position
from inventory.core.problems import Collector, InventoryError, Problem, in_order
from inventory.reading import read_project
from inventory.regions import extended, tree_of
from inventory.spreadsheets.cells import Sheet, Unreadable, kept_sheets, read_sheets
from inventory.spreadsheets.container import TABLE_SUFFIXES
from inventory.spreadsheets.corrected import FILE as CORRECTIONS
from inventory.spreadsheets.corrected import Correction, as_csv, read_corrections
from inventory.uncertainty.inputs import inputs_of

HIDDEN = ".inventory"
STEPS = "更正步骤.json"
SETTINGS = "page.json"
MAX_STEPS = 500


class Conflict(Exception):
    """A cell was changed elsewhere since it was shown; `now` is what it holds."""

    def __init__(self, cell: str, now: str) -> None:
        self.cell, self.now = cell, now
        super().__init__(cell)


@dataclass(frozen=True)
class FolderState:
    """What the folder holds, computed once for one state of its files. `ledger` is None while an error stands in the
    way."""

    files: tuple[Path, ...]
    edition: Edition
    project: Project
    problems: tuple[Problem, ...]
    ledger: Ledger | None
    stamp: int
    account: FigureAccount | None = None

    @cached_property
    def counts(self) -> Counter[str]:
        return Counter(p.severity for p in self.problems)

    def of_file(self, name: str) -> list[Problem]:
        from inventory.reading.mark import places

        return [p for p in self.problems if p.origin.file == name or any(file == name for file, _, _ in places(p))]


@dataclass(frozen=True, slots=True)
class CellEdit:
    """One cell typed over in the grid: `seen` is what the grid showed before."""

    cell: str
    text: str
    seen: str


def is_table_name(name: str) -> bool:
    """Whether a file of this name is read: a table, and neither hidden, nor a lock of Excel or WPS, nor the
    corrections."""
    return PurePath(name).suffix.lower() in TABLE_SUFFIXES and name != CORRECTIONS and not name.startswith((".", "~$"))


class Workspace:
    """A folder, opened by one process. Safe to use from several threads."""

    def __init__(self, folder: Path, edition: str | None = None) -> None:
        self.folder = folder.resolve()
        self.edition = edition
        self._lock = threading.RLock()
        self._kept: MutableMapping[tuple, tuple[Sheet, ...]] = {}
        self._memo = Memo()
        self._state: FolderState | None = None
        self._print: tuple = ()
        self._readable: tuple[FolderState | None, tuple[str, ...]] = (None, ())
        self._stamp = 0

    # ---- what the files say ----

    def files(self) -> list[Path]:
        """Table files of the folder, corrections left out, by name."""
        return sorted((p for p in self.folder.iterdir() if is_table_name(p.name) and p.is_file()), key=lambda p: p.name)

    def _fingerprint(self) -> tuple:
        seen = []
        for path in [*self.files(), self.folder / CORRECTIONS]:
            try:
                status = path.stat()
            except OSError:
                continue
            seen.append((path.name, status.st_mtime_ns, status.st_size))
        return tuple(seen)

    def state(self) -> FolderState:
        """The state of the folder now; computed anew only when a file has changed."""
        with self._lock:
            seen = self._fingerprint()
            if self._state is None or seen != self._print:
                self._stamp += 1
                with self.reading(), self._memo.using():
                    self._state = self._compute()
                self._print = seen
                self._forget(seen)
            return self._state

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Files read inside are kept for as long as they do not change."""
        token = kept_sheets.set(self._kept)
        try:
            yield
        finally:
            kept_sheets.reset(token)

    def _forget(self, seen: tuple) -> None:
        current = {(stamp, size) for _, stamp, size in seen}
        for key in [k for k in self._kept if k[2:] not in current]:
            del self._kept[key]

    def _compute(self) -> FolderState:
        of_tree = Collector()
        edition = extended(api.load_edition(self.edition), tree_of([self.folder], of_tree))
        project, problems = read_project([self.folder], edition)
        problems = [*of_tree, *problems]
        ledger: Ledger | None = None
        try:
            ledger = compile_project(project, edition, read_problems=problems)
            stated = Collector()
            inputs_of(ledger, problems=stated)
            account = account_of(ledger)
            ordered = in_order(
                [
                    *ledger.warnings,
                    *stated.reported,
                    *line_problems(state_of(ledger)),
                    *(remarks(account) if account else ()),
                ]
            )
        except InventoryError as error:
            ordered = list(error.problems)
            account = error.account if isinstance(error.account, FigureAccount) else None
        if account is None:
            read = project.account
            account = read if isinstance(read, FigureAccount) else None
        return FolderState(tuple(self.files()), edition, project, tuple(ordered), ledger, self._stamp, account)

    def sheets(self, name: str, as_filed: bool = False) -> tuple[Sheet, ...]:
        """The sheets of one of the folder's files. Raises `Unreadable`, or KeyError for a name that is no file of the
        folder."""
        path = self.path_of(name)
        with self._lock, self.reading():
            return read_sheets(path, as_filed=as_filed)

    def path_of(self, name: str) -> Path:
        """A file of this folder by its name. Raises KeyError for anything else."""
        path = self.folder / name
        if path.name != name or not is_table_name(name) or not path.is_file():
            raise KeyError(name)
        return path

    def readable(self, state: FolderState) -> tuple[str, ...]:
        """Names of the files that a grid can show, asked for once a state."""
        if self._readable[0] is not state:
            self._readable = (state, tuple(p.name for p in state.files if self._opens(p.name)))
        return self._readable[1]

    def _opens(self, name: str) -> bool:
        try:
            self.sheets(name)
        except (Unreadable, KeyError):
            return False
        return True

    # ---- corrections ----

    def corrections(self) -> tuple[Correction, ...]:
        return read_corrections(self.folder)

    def correct(self, file: str, sheet: str, edits: Sequence[CellEdit], by: str = "", reason: str = "") -> None:
        """Cells typed over, as one step that can be undone. Raises `Conflict` when a cell no longer holds what was
        seen; nothing is then changed."""
        with self._lock:
            raw, shown = self._sheet(file, sheet, True), self._sheet(file, sheet, False)
            kept = {c.place: c for c in self.corrections()}
            changes = []
            for edit in edits:
                at = position(edit.cell)
                before, now = raw.cell(*at).text, shown.cell(*at).text
                if now != edit.seen:
                    raise Conflict(edit.cell, now)
                place = (file, sheet, edit.cell)
                new = (
                    None
                    if edit.text == before
                    else Correction(*place, before, edit.text, by, dt.date.today().isoformat(), reason)
                )
                changes.append({"place": list(place), "old": _as_list(kept.get(place)), "new": _as_list(new)})
            if changes:
                self._write(changes, "new")
                steps = self._steps()
                done = [
                    *steps["steps"][: steps["done"]],
                    {"time": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"), "by": by, "changes": changes},
                ]
                self._keep_steps({"steps": done[-MAX_STEPS:], "done": len(done[-MAX_STEPS:])})

    def undo(self) -> list[str] | None:
        """Take back the last step; the place it changed first, or None when there is nothing to undo."""
        with self._lock:
            steps = self._steps()
            if not steps["done"]:
                return None
            step = steps["steps"][steps["done"] - 1]
            self._write(step["changes"], "old")
            self._keep_steps({**steps, "done": steps["done"] - 1})
            return list(step["changes"][0]["place"])

    def redo(self) -> list[str] | None:
        with self._lock:
            steps = self._steps()
            if steps["done"] >= len(steps["steps"]):
                return None
            step = steps["steps"][steps["done"]]
            self._write(step["changes"], "new")
            self._keep_steps({**steps, "done": steps["done"] + 1})
            return list(step["changes"][0]["place"])

    def depth(self) -> tuple[int, int]:
        """How many steps can be undone, and done again."""
        steps = self._steps()
        return steps["done"], len(steps["steps"]) - steps["done"]

    def _sheet(self, file: str, sheet: str, as_filed: bool) -> Sheet:
        for one in self.sheets(file, as_filed):
            if one.name == sheet:
                return one
        raise KeyError(sheet)

    def _write(self, changes: Sequence[dict[str, Any]], which: str) -> None:
        kept = {c.place: c for c in self.corrections()}
        for change in changes:
            place = tuple(change["place"])
            if change[which] is None:
                kept.pop(place, None)
            else:
                kept[place] = Correction(*change[which])
        write_bytes(self.folder / CORRECTIONS, as_csv(kept.values()))

    def _steps(self) -> dict[str, Any]:
        try:
            kept = json.loads((self.folder / HIDDEN / STEPS).read_text("utf-8"))
            return {"steps": list(kept["steps"]), "done": int(kept["done"])}
        except (OSError, ValueError, KeyError, TypeError):
            return {"steps": [], "done": 0}

    def _keep_steps(self, steps: dict[str, Any]) -> None:
        (self.folder / HIDDEN).mkdir(exist_ok=True)
        write_bytes(self.folder / HIDDEN / STEPS, json.dumps(steps, ensure_ascii=False).encode("utf-8"))

    # ---- files of the project that the page writes ----

    def write(self, name: str, content: bytes) -> None:
        """A whole file of the project, replaced only when complete."""
        with self._lock:
            write_bytes(self.folder / name, content)

    @contextmanager
    def locked(self) -> Iterator[None]:
        with self._lock:
            yield

    def settings(self) -> dict[str, str]:
        try:
            kept = json.loads((self.folder / HIDDEN / SETTINGS).read_text("utf-8"))
            return {str(k): str(v) for k, v in kept.items()}
        except (OSError, ValueError, AttributeError):
            return {}

    def keep_setting(self, name: str, value: str) -> None:
        with self._lock:
            (self.folder / HIDDEN).mkdir(exist_ok=True)
            write_bytes(
                self.folder / HIDDEN / SETTINGS,
                json.dumps({**self.settings(), name: value}, ensure_ascii=False).encode("utf-8"),
            )

    @property
    def person(self) -> str:
        """Who works here: as typed on the page, else the user of this computer."""
        kept = self.settings().get("person", "")
        try:
            return kept or getpass.getuser()
        except (OSError, KeyError, ImportError):
            return ""


def _as_list(correction: Correction | None) -> list[str] | None:
    return (
        None
        if correction is None
        else [
            correction.file,
            correction.sheet,
            correction.cell,
            correction.before,
            correction.after,
            correction.by,
            correction.date,
            correction.reason,
        ]
    )
