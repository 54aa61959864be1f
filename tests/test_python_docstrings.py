"""Every public name says what it is, in which unit its figures are, and what it raises; and it does raise that."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import inventory
from inventory.core.activity import Project

PUBLIC = [name for name in inventory.__all__ if name != "__version__"]
FUNCTIONS = [n for n in PUBLIC if inspect.isfunction(getattr(inventory, n))]
NEVER_RAISE = {  # and why
    "compare": "what the versions do not share is listed",
    "datum": "checked when compiled",
    "factors": "a table that there is",
    "quantities": "a table that there is",
    "read": "problems are returned",
}
UNITS = {  # what the figures of a name are in must stand in its docstring
    "Ledger.co2e": "t CO2e",
    "Ledger.mass_t": "tonnes",
    "Ledger.totals": "t CO2e",
    "Ledger.to_frame": "mass_t",
    "Explainer.figure": "tonnes",
    "plot": "10^4 t",
    "to_xarray": "Gg",
    "to_primap2": "Gg",
    "approach_1": "percent",
    "own_factor": "unit",
    "datum": "unit",
    "Datum": "percent",
    "Scenarios.set": "unit",
    "compare": "t CO2e",
}
PLACES = {"approach_1": "chapter 6", "monte_carlo": "chapter 6"}  # where the method stands in the guideline


def members() -> Iterator[tuple[str, Any]]:
    for name in PUBLIC:
        value = getattr(inventory, name)
        yield name, value
        if inspect.isclass(value):
            for own, held in vars(value).items():
                if own.startswith("_") or not isinstance(held, property | classmethod | staticmethod | Callable):  # type: ignore[arg-type]
                    continue
                yield f"{name}.{own}", held.fget if isinstance(held, property) else getattr(held, "__func__", held)


def test_every_public_name_and_member_is_described() -> None:
    empty = [name for name, value in members() if len((inspect.getdoc(value) or "").split()) < 4]
    assert not empty


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_says_what_it_raises(name: str) -> None:
    text = inspect.getdoc(getattr(inventory, name)) or ""
    assert name in NEVER_RAISE or "Raises" in text or "delegated" in text, text
    hints = inspect.signature(getattr(inventory, name))
    assert hints.return_annotation is not inspect.Signature.empty


def test_figures_name_their_unit_and_methods_their_place() -> None:
    described = {name: " ".join((inspect.getdoc(value) or "").split()) for name, value in members()}
    for expected in (UNITS, PLACES):
        for name, words in expected.items():
            assert words in described[name], (name, described[name])


@pytest.mark.parametrize(
    "call",
    [
        lambda tmp: inventory.compile(tmp / "no such folder"),
        lambda tmp: inventory.compile(Project()),
        lambda tmp: inventory.load_edition("no such edition"),
        lambda tmp: inventory.dictionary("no such table"),
        lambda tmp: inventory.own_factor("clinker_ef", "0.5", "t/t", "x"),  # type: ignore[arg-type]
        lambda tmp: inventory.enterprise_from_dict({"nothing": {}}),
        lambda tmp: inventory.compute_enterprise(tmp / "no.xlsx"),
        lambda tmp: inventory.read_results(write(tmp / "x.csv", "a,b\n1,2\n")),
        lambda tmp: inventory.verify(write(tmp / "x.zip", "no archive")),
        lambda tmp: inventory.run_batch(inventory.BatchRequest(tmp, tmp / "out")),
        lambda tmp: inventory.Project.from_frame(frame({"region": ["江苏"]})),
    ],
)
def test_it_does_raise_that(call: Callable[[Path], object], tmp_path: Path) -> None:
    with pytest.raises(inventory.InventoryError) as error:
        call(tmp_path)
    assert error.value.problems and all(p.text("zh") and p.text("en") for p in error.value.problems)


def write(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


def frame(columns: dict[str, list[str]]) -> Any:
    import pandas as pd

    return pd.DataFrame(columns)
