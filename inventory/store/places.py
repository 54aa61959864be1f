"""A folder on this machine or in an object store, by one small interface. Object stores need fsspec (extra `cluster`);
folders need nothing."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Any, Protocol

from ..core.files import write_bytes
from ..core.problems import InventoryError, Origin, problem


class Place(Protocol):
    """Files by relative names with `/`. A write is whole or not at all."""

    url: str

    def read(self, name: str) -> bytes: ...
    def write(self, name: str, content: bytes) -> None: ...
    def exists(self, name: str) -> bool: ...
    def names(self, folder: str) -> list[str]: ...
    def remove(self, name: str) -> None: ...


class Folder:
    """A folder of this machine (or one that all machines of a cluster see)."""

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        self.url = str(self.path)

    def read(self, name: str) -> bytes:
        return (self.path / name).read_bytes()

    def write(self, name: str, content: bytes) -> None:
        target = self.path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        write_bytes(target, content)

    def exists(self, name: str) -> bool:
        return (self.path / name).is_file()

    def names(self, folder: str) -> list[str]:
        inside = self.path / folder
        if not inside.is_dir():
            return []
        return sorted(
            f"{folder}/{p.name}" if folder else p.name
            for p in inside.iterdir()
            if p.is_file() and not p.name.startswith(".")
        )

    def remove(self, name: str) -> None:
        (self.path / name).unlink(missing_ok=True)


class ObjectStore:
    """A place behind an fsspec URL (`s3://bucket/prefix`, `memory://x`): one put a file, which those stores do
    whole."""

    def __init__(self, url: str) -> None:
        fsspec = _fsspec(url)
        self.url = url.rstrip("/")
        self.fs, self.root = fsspec.core.url_to_fs(self.url)
        self.root = self.root.rstrip("/")

    def read(self, name: str) -> bytes:
        return bytes(self.fs.cat_file(f"{self.root}/{name}"))

    def write(self, name: str, content: bytes) -> None:
        self.fs.pipe_file(f"{self.root}/{name}", content)

    def exists(self, name: str) -> bool:
        self.fs.invalidate_cache()
        return bool(self.fs.exists(f"{self.root}/{name}"))

    def names(self, folder: str) -> list[str]:
        self.fs.invalidate_cache()
        where = f"{self.root}/{folder}" if folder else self.root
        if not self.fs.exists(where):
            return []
        names = [PurePosixPath(str(p)).name for p in self.fs.ls(where, detail=False) if not self.fs.isdir(p)]
        return sorted(f"{folder}/{n}" if folder else n for n in names if not n.startswith("."))

    def remove(self, name: str) -> None:
        if self.exists(name):
            self.fs.rm_file(f"{self.root}/{name}")


def _fsspec(url: str) -> Any:
    try:
        import fsspec.core
    except ImportError as error:
        raise InventoryError([problem("store.no_library", Origin(url), library="fsspec", part="cluster")]) from error
    return fsspec


def is_remote(url: Path | str) -> bool:
    return "://" in str(url)


def place_of(url: Path | str) -> Place:
    """The place of a path or URL. Raises `InventoryError` when its library is not installed."""
    return ObjectStore(str(url)) if is_remote(url) else Folder(url)
