"""Evidence files and their SHA-256: filled in where the enterprise left them open, compared where they were given."""

from __future__ import annotations

import dataclasses
import hashlib
from pathlib import Path
from typing import Any

from ..core.problems import Collector, Origin, Problem
from .model import Enterprise


def with_hashes(e: Enterprise, folder: Path) -> tuple[Enterprise, list[Problem]]:
    """The enterprise with the hash of every named file found in `folder`; changed, missing and unnamed files are
    told."""
    problems = Collector()
    files = {p.name: p for p in sorted(folder.rglob("*")) if p.is_file() and not p.name.startswith(".")}
    known = {name: hashlib.sha256(p.read_bytes()).hexdigest() for name, p in files.items()}
    named: set[str] = set()
    changed: dict[str, Any] = {}
    for table in ("labs", "parameters", "evidence"):
        changed[table] = tuple(_row(r, known, named, problems) for r in getattr(e, table))
    for name in sorted(set(known) - named):
        problems.add("enterprise.evidence_unnamed", Origin(e.file), file=name)
    return dataclasses.replace(e, **changed), list(problems)


def hash_conflicts(e: Enterprise) -> list[Problem]:
    """One file name registered with two different SHA-256 (laboratory, own parameters, list of evidence): one of them
    is not the file that is meant."""
    problems = Collector()
    first: dict[str, Any] = {}
    rows: tuple[Any, ...] = (*e.labs, *e.parameters, *e.evidence)
    for row in rows:
        if row.file and row.sha256:
            known = first.setdefault(row.file, row)
            if known.sha256.strip().lower() != row.sha256.strip().lower():
                problems.add(
                    "enterprise.evidence_two_hashes",
                    row.origin,
                    file=row.file,
                    given=row.sha256[:12],
                    other=known.sha256[:12],
                    place=known.origin,
                )
    return list(problems)


def _row(row: Any, known: dict[str, str], named: set[str], problems: Collector) -> Any:
    if not row.file:
        return row
    named.add(row.file)
    digest = known.get(row.file)
    if digest is None:
        problems.add("enterprise.evidence_missing", row.origin, file=row.file)
        return row
    if row.sha256 and row.sha256.strip().lower() != digest:
        problems.add("enterprise.evidence_changed", row.origin, file=row.file, given=row.sha256[:12], found=digest[:12])
        return row
    completed: Any = dataclasses.replace(row, sha256=digest)
    return completed
