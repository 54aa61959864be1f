"""What a compliance gate and an upgrade command look at: names, versions, licences, typed marker, files of the
wheel."""

from __future__ import annotations

import re
import tomllib
from importlib import metadata
from pathlib import Path

import inventory

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
FREE = re.compile(
    r"MIT|BSD|Apache|ISC|PSF|Python Software Foundation|HPND|ZPL|Zope|CNRI|MPL|Unlicense|Zero-Clause|0BSD|public domain",
    re.I,
)
BARRED = re.compile(r"\bA?GPL|GNU (Affero )?General Public", re.I)
WEAK = {"psycopg", "psycopg-binary", "psycopg-pool"}  # LGPL: used as a library, in the optional service only


def runtime(names: list[str], extras: bool = False) -> set[str]:
    """Installed distributions that these requirements pull in, without extras of theirs."""
    found: set[str] = set()
    todo = [re.split(r"[\[<>=!~; ]", n, maxsplit=1)[0].lower() for n in names]
    while todo:
        name = todo.pop()
        if name in found:
            continue
        try:
            requires = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            continue
        found.add(name)
        todo += [re.split(r"[\[<>=!~; (]", r, maxsplit=1)[0].lower() for r in requires if "extra ==" not in r]
    return found


def licence(name: str) -> str:
    meta = metadata.metadata(name)
    return " ".join(
        filter(
            None,
            [
                meta.get("License-Expression"),
                (meta.get("License") or "")[:200],
                *(c for c in meta.get_all("Classifier") or () if c.startswith("License")),
            ],
        )
    )


def test_every_dependency_may_be_shipped_with_an_apache_licensed_program() -> None:
    optional = [
        d for part in ("report", "service", "cluster", "exchange") for d in PROJECT["optional-dependencies"][part]
    ]
    names = runtime([*PROJECT["dependencies"], *optional])
    assert {"pint", "pydantic", "seuif97"} <= names and "pyxsteam" not in names
    told = {n: licence(n) for n in sorted(names - WEAK)}
    assert not {n: text for n, text in told.items() if BARRED.search(text) and not FREE.search(text)}
    assert not [n for n, text in told.items() if text and not FREE.search(text)]


def test_one_name_one_version_one_licence() -> None:
    assert PROJECT["name"] == "ghg-inventory-cn" and PROJECT["license"] == "Apache-2.0"
    assert (ROOT / "LICENSE").read_text("utf-8").lstrip().startswith("Apache License")
    assert f"## {inventory.__version__}" in (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert f"version: {inventory.__version__}" in (ROOT / "CITATION.cff").read_text("utf-8")


def test_no_message_installs_a_stranger() -> None:
    """The distribution `inventory` of the package index is somebody else's."""
    texts = [
        *ROOT.glob("docs/**/*.md"),
        *ROOT.glob("inventory/**/*.toml"),
        *ROOT.glob("inventory/**/*.py"),
        ROOT / "README.md",
    ]
    for file in texts:
        assert not re.search(r"pip3? install (-U )?['\"]?inventory\b(?!/)", file.read_text("utf-8")), file
