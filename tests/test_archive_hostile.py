"""`verify` trusts nothing in an archive: every forged or damaged one is answered in words, and nothing outside it is
read."""

from __future__ import annotations

import contextlib
import io
import json
import random
import zipfile
from pathlib import Path

import pytest
from series_project import write_project

from inventory.archive import FilingSettings, freeze, verify
from inventory.archive import opened as opening
from inventory.archive.freeze import zipped
from inventory.archive.manifest import parse
from inventory.core.problems import InventoryError

PLAIN = FilingSettings(charts=False, report=False)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = write_project(tmp_path_factory.mktemp("p") / "江苏")
    path = tmp_path_factory.mktemp("a") / "江苏.zip"
    freeze([folder], path, settings=PLAIN)
    return path.read_bytes()


def _files(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as z:
        return {n: z.read(n) for n in z.namelist()}


def _forged(data: bytes, **settings: object) -> bytes:
    """The archive with other settings, its code made to fit again."""
    files = _files(data)
    whole = json.loads(files["manifest.json"])
    whole["settings"].update(settings)
    with contextlib.suppress(ValueError, TypeError):
        whole["code"] = parse(json.dumps(whole))[0].code
    return zipped({**files, "manifest.json": json.dumps(whole).encode()})


@pytest.mark.parametrize(
    "settings",
    [
        {"inputs": ["/etc/hostname"]},
        {"inputs": ["inputs/../../../etc/hostname"]},
        {"inputs": ["/etc/passwd"]},
        {"inputs": [5]},
        {"inputs": []},
        {"inputs": "x"},
        {"inputs": ["inputs/none"]},
        {"edition": 7},
        {"edition": "/work"},
        {"edition": ""},
        {"template": "../x.docx"},
        {"previous": "/etc/passwd"},
        {"draws": "x"},
        {"draws": 10**9},
        {"draws": -1},
        {"draws": True},
        {"seed": 2**70},
        {"lang": "xx"},
        {"gwp": 5},
        {"charts": 1},
        {"unknown": 1},
    ],
    ids=str,
)
def test_forged_settings(settings: dict, archive: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(_forged(archive, **settings))
    with pytest.raises(InventoryError) as raised:
        verify(path)
    assert [p.code for p in raised.value.problems] == ["archive.not_archive"]
    assert "root:" not in str(raised.value)


def _with(archive: bytes, **more: bytes) -> bytes:
    return zipped({**_files(archive), **more})


@pytest.mark.parametrize(
    "make",
    [
        lambda a: b"",
        lambda a: b"PK\x03\x04",
        lambda a: a[:-40],
        lambda a: zipped({"x": b""}),
        lambda a: _with(a, **{"manifest.json": b"[" * 100_000}),
        lambda a: _with(a, **{"manifest.json": b"\xff"}),
        lambda a: _with(a, **{"a": b"1", "a/b": b"2"}),
        lambda a: _with(a, **{"x" * 300: b""}),
        lambda a: _with(a, **{"/abs": b""}),
        lambda a: _with(a, **{"../up": b""}),
        lambda a: _with(a, **{"c:\\x": b""}),
        lambda a: _with(a, **{"factors/prov2011/edition.toml": b'x = "../../../etc/passwd"'}),
        lambda a: _with(a, **{"manifest.json": b"{}"}),
        lambda a: _with(a, **{"manifest.json": b'{"format": "inventory-archive 1", "settings": 5}'}),
    ],
)
def test_hostile_archives(make, archive: bytes, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "a.zip"
    path.write_bytes(make(archive))
    with pytest.raises(InventoryError):
        verify(path)


def test_a_bomb_is_refused_before_it_unfolds(archive: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.zip"
    monkeypatch.setattr(opening, "MAX_UNPACKED", 5_000_000)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
        for name, content in _files(archive).items():
            z.writestr(name, content)
        z.writestr("zeros", b"\0" * 6_000_000)
    with pytest.raises(InventoryError):
        verify(path)
    # a stated size that lies
    data = bytearray(path.read_bytes())
    for at in (data.rfind(b"zeros") - 46 + 24, data.find(b"zeros") - 30 + 22):
        data[at : at + 4] = (10).to_bytes(4, "little")
    path.write_bytes(data)
    with pytest.raises(InventoryError):
        verify(path)


def test_damaged_bytes_never_give_a_traceback(archive: bytes, tmp_path: Path) -> None:
    """Flips in the directory, in headers and in the manifest: refused, or an item that says what differs."""
    rng = random.Random(18)
    path = tmp_path / "a.zip"
    for _ in range(60):
        data = bytearray(archive)
        start = rng.choice((0, data.rfind(b"PK\x01\x02") - 2000, len(data) - 300))
        at = max(start, 0) + rng.randrange(300)
        data[min(at, len(data) - 1)] ^= 1 << rng.randrange(8)
        path.write_bytes(data)
        try:
            opening.opened(path)
        except InventoryError:
            continue
