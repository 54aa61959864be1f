"""Input of a batch where the process can read it, and the key of what its tasks have in common."""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path

from ..store.places import ObjectStore, is_remote
from .setting import SettingKey, digest_of


@functools.lru_cache(maxsize=4)
def localized(url: str) -> Path:
    """The folder itself, or the files of an object store copied once a process into a temporary folder."""
    if not is_remote(url):
        return Path(url)
    store = ObjectStore(url)
    target = Path(tempfile.mkdtemp(prefix="inventory-input-"))
    for path in store.fs.find(store.root):
        relative = str(path)[len(store.root) :].lstrip("/")
        (target / relative).parent.mkdir(parents=True, exist_ok=True)
        (target / relative).write_bytes(store.fs.cat_file(path))
    return target


def setting_key(
    folder: Path, shared: tuple[Path, ...], edition: str, gwp: str | None, years: tuple[int, ...], lang: str
) -> SettingKey:
    """The key of the setting of this machine."""
    return SettingKey(edition, folder, shared, gwp, years, lang, digest_of(folder, shared, edition))
