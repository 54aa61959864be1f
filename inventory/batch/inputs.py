"""Input of a batch where the process can read it, and the key of what its tasks have in common."""

from __future__ import annotations

import functools
import hashlib
import tempfile
from pathlib import Path

from ..edition import load
from ..forms.files import kind_of_level_file
from ..resources import folder as resource
from ..store.places import ObjectStore, is_remote
from .setting import SettingKey


@functools.lru_cache(maxsize=4)
def localized(url: str) -> Path:
    """The folder itself, or the files of an object store copied once a process into a temporary folder."""
    if not is_remote(url):
        return Path(url)
    store = ObjectStore(url)
    target = Path(tempfile.mkdtemp(prefix="inventory-input-"))
    for found in store.fs.find(store.root):
        relative = str(found)[len(store.root) :].lstrip("/")
        (target / relative).parent.mkdir(parents=True, exist_ok=True)
        (target / relative).write_bytes(store.fs.cat_file(found))
    return target


def setting_key(
    folder: Path, shared: tuple[Path, ...], edition: str, gwp: str | None, years: tuple[int, ...], lang: str
) -> SettingKey:
    """The key of the setting; its digest is over the shared files, the region tables and the edition's own files."""
    regions = [p for p in sorted(folder.iterdir(), key=lambda p: p.name) if p.is_file() and kind_of_level_file(p.stem)]
    own = sorted(p for p in load(edition).path.rglob("*") if p.is_file() and p.suffix in (".csv", ".toml"))
    sha = hashlib.sha256()
    for file in (*shared, *regions, *own, resource("factors") / "regions.csv"):
        sha.update(file.name.encode("utf-8", "surrogatepass") + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return SettingKey(edition, folder, shared, gwp, years, lang, sha.hexdigest())
