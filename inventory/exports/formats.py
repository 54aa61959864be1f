"""The formats there are: every module of this package that declares `FORMATS` brings its own.

A new format is one file here: a function that writes a ledger, and its entry. Command, page, service and scripts find it
by its name.
"""

from __future__ import annotations

import functools
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from .. import exports
from ..core.ledger import Ledger
from ..core.problems import Problem

Writer = Callable[
    [Ledger, Path, str], tuple[Path, ...]
]  # ledger, target, classification -> the files, the main one first


@dataclass(frozen=True, slots=True)
class ExportFormat:
    """How a ledger is written, the endings its file may have, and what is not verified of the format."""

    write: Writer
    endings: tuple[str, ...] = (".csv",)
    remarks: Callable[[], tuple[Problem, ...]] = tuple


@functools.cache
def formats() -> Mapping[str, ExportFormat]:
    """Every format by its name, module by module."""
    known: dict[str, ExportFormat] = {}
    for module in pkgutil.iter_modules(exports.__path__):
        known |= getattr(import_module(f"{exports.__name__}.{module.name}"), "FORMATS", {})
    return known
