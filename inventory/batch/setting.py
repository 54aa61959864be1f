"""What every task of a batch has in common, named by a small key and built on each process once: editions and readers
do not travel."""

from __future__ import annotations

import functools
import hashlib
import socket
from dataclasses import dataclass
from pathlib import Path

from .. import __version__
from ..core.activity import Project
from ..core.edition import Edition
from ..core.problems import Collector, InventoryError, Origin, Problem, problem
from ..edition import load
from ..forms.files import kind_of_level_file
from ..reading import read_project
from ..regions import extended, tree_of
from ..resources import folder as resource


@dataclass(frozen=True, slots=True)
class SettingKey:
    """Everything a process needs to build the setting: hashable, picklable, a few strings."""

    edition: str
    folder: Path
    shared: tuple[Path, ...]
    gwp: str | None
    years: tuple[int, ...]
    lang: str
    digest: str  # of the shared files, region tables and edition: another content is another setting


@dataclass(frozen=True)
class Setting:
    """The edition with its regions, and what the shared files hold."""

    key: SettingKey
    edition: Edition
    common: Project
    common_problems: tuple[Problem, ...]

    @property
    def gwp(self) -> str | None:
        return self.key.gwp

    @property
    def years(self) -> tuple[int, ...]:
        return self.key.years

    @property
    def lang(self) -> str:
        return self.key.lang


def digest_of(folder: Path, shared: tuple[Path, ...], edition: str) -> str:
    """sha256 over the version of this program, the shared files, the region tables and the edition's own files."""
    regions = [p for p in sorted(folder.iterdir(), key=lambda p: p.name) if p.is_file() and kind_of_level_file(p.stem)]
    own = sorted(p for p in load(edition).path.rglob("*") if p.is_file() and p.suffix in (".csv", ".toml"))
    sha = hashlib.sha256(__version__.encode())
    for file in (*shared, *regions, *own, resource("factors") / "regions.csv"):
        sha.update(file.name.encode("utf-8", "surrogatepass") + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return sha.hexdigest()


@functools.lru_cache(maxsize=4)
def setting_of(key: SettingKey) -> Setting:
    """The setting of a key, built at its first use in this process. Raises `InventoryError` when the shared files or
    the GWP set are faulty, and on a machine that has another version of the program, the edition or these files."""
    if digest_of(key.folder, key.shared, key.edition) != key.digest:
        raise InventoryError([problem("batch.other_version", Origin(socket.gethostname()), version=__version__)])
    problems = Collector()
    tree = tree_of([key.folder], problems)
    problems.raise_errors()
    edition = extended(load(key.edition), tree)
    if key.gwp is not None:
        edition.gwp_set(key.gwp)  # an unknown name is an error before anything is computed
    common, reported = read_project(key.shared, edition) if key.shared else (Project(), [])
    common_problems = tuple(p for p in reported if p.code != "project.empty")
    if any(p.severity == "error" for p in common_problems):
        raise InventoryError(common_problems)
    return Setting(key, edition, common, common_problems)
