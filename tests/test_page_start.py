"""The start of the local page: a port of its own, a stale note of an instance that is gone."""

from __future__ import annotations

import json
import socket
import time
from pathlib import Path

import pytest

pytest.importorskip("django")
from inventory.service.page import server


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    place = tmp_path / "项目 一"
    place.mkdir()
    return place


def note(folder: Path, port: object) -> None:
    path = server.instance_file(folder)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"port": port, "control": "x", "pid": 1}), "utf-8")


def test_a_note_of_an_instance_that_is_gone_is_not_knocked_at(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A closed port costs two seconds on Windows: whether it is free is asked of the system."""
    with server._listener(0) as once:
        port = once.getsockname()[1]
    note(folder, port)
    monkeypatch.setattr(server.urllib.request, "build_opener", lambda *a: pytest.fail("knocked at a closed port"))
    begun = time.monotonic()
    assert server.address_of_running(folder) is None and time.monotonic() - begun < 1


def test_a_port_in_use_is_not_free(folder: Path) -> None:
    with server._listener(0) as busy:
        busy.listen(1)
        assert not server._is_free(busy.getsockname()[1])


@pytest.mark.parametrize("port", [-1, 99999, "a", None])
def test_a_damaged_note_is_no_instance(folder: Path, port: object) -> None:
    note(folder, port)
    assert server.address_of_running(folder) is None


def test_windows_keeps_the_port_to_us(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "SO_EXCLUSIVEADDRUSE", socket.SO_KEEPALIVE, raising=False)  # plays Windows
    with server._listener(0) as listener:
        assert listener.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
