"""Start the local page: a free port of 127.0.0.1, one instance a folder, an end when nobody looks at it any more."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
import webbrowser
from collections.abc import Callable
from pathlib import Path

from .guard import Door

IDLE_SECONDS = 15 * 60
THREADS = 4


def instance_file(folder: Path) -> Path:
    """Where a running instance of a folder says how to reach it: in the user's own directory, readable by the user
    alone."""
    name = hashlib.sha256(str(folder.resolve()).encode("utf-8")).hexdigest()[:16]
    return Path.home() / ".inventory" / "open" / f"{name}.json"


def address_of_running(folder: Path) -> str | None:
    """A fresh address of the instance that already has this folder open; None when there is none."""
    try:
        known = json.loads(instance_file(folder).read_text("utf-8"))
        if _is_free(int(known["port"])):
            return None
        request = urllib.request.Request(
            f"http://127.0.0.1:{int(known['port'])}/again", headers={"X-Inventory-Control": str(known["control"])}
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=3) as answer:
            return str(answer.read().decode("ascii"))
    except (OSError, ValueError, KeyError, TypeError, urllib.error.URLError):
        return None


def run(
    folder: Path,
    *,
    edition: str | None = None,
    browser: bool = True,
    idle: float = IDLE_SECONDS,
    say: Callable[[str], None] = print,
) -> None:
    """Serve the page of a folder until it is idle or interrupted. A second start opens the instance that is there
    already."""
    running = address_of_running(folder)
    if running is not None:
        say(running)
        if browser:
            webbrowser.open(running)
        return
    _keep_small()
    listener = _listener(0)
    door = Door(listener.getsockname()[1])
    server = _server(folder, edition, door, listener)
    _announce(folder, door)
    address = door.new_address()
    say(address)
    if browser:
        threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
    threading.Thread(target=_watch, args=(server, door, idle), daemon=True).start()
    try:
        server.run()
    except (KeyboardInterrupt, OSError):
        pass
    finally:
        server.close()
        _withdraw(folder, door)


def _listener(port: int) -> socket.socket:
    """A socket bound to a port of this machine alone (0: any free one). Windows lets another program take a port that is
    in use unless one asks for it alone."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    alone = getattr(socket, "SO_EXCLUSIVEADDRUSE", None)
    if alone is not None:
        listener.setsockopt(socket.SOL_SOCKET, alone, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError:
        listener.close()
        raise
    return listener


def _is_free(port: int) -> bool:
    """Whether nobody listens at a port. Quicker than to knock: Windows tries a closed port three times, for two
    seconds."""
    try:
        _listener(port).close()
    except (OSError, OverflowError):
        return False
    return True


def _keep_small() -> None:
    """One heap for all threads, and large blocks given back when they are free: with glibc's own settings every thread
    keeps a heap of its own and what a chart once needed. No other library has this switch, nor needs it."""
    import ctypes

    arenas, large = -8, -3  # M_ARENA_MAX, M_MMAP_THRESHOLD of malloc.h
    try:
        heap = ctypes.CDLL(None)
        heap.mallopt(arenas, 1)
        heap.mallopt(large, 128 * 1024)
    except (OSError, AttributeError, TypeError):
        pass


def _server(folder: Path, edition: str | None, door: Door, listener: socket.socket):  # type: ignore[no-untyped-def]
    from waitress.server import create_server

    from .site import application

    return create_server(
        application(folder, edition, door),
        sockets=[listener],
        threads=THREADS,
        clear_untrusted_proxy_headers=True,
        max_request_body_size=220_000_000,
        ident="inventory",
    )


def _watch(server, door: Door, idle: float) -> None:  # type: ignore[no-untyped-def]
    """End the process when no page has asked for anything for `idle` seconds (an open page asks once a minute)."""
    while time.monotonic() - door.last < idle:
        time.sleep(min(5.0, idle / 4))
    server.close()
    sys.stderr.flush()


def _announce(folder: Path, door: Door) -> None:
    path = instance_file(folder)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{secrets.token_hex(6)}")
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            json.dump({"port": door.port, "control": door.control, "pid": os.getpid()}, stream)
        os.replace(temporary, path)
    except OSError:
        pass  # without it a second start opens a second instance; both read and write the same files


def _withdraw(folder: Path, door: Door) -> None:
    path = instance_file(folder)
    try:
        if json.loads(path.read_text("utf-8")).get("control") == door.control:
            path.unlink()
    except (OSError, ValueError):
        pass
