"""A PostgreSQL cluster of its own for tests: on a free port, run as the package's user because initdb refuses root;
skipped with a word where absent."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def programs() -> Path | None:
    """The folder of the newest server programs."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]) if p.parts[-3].isdigit() else 0
    )
    if found:
        return found[-1].parent
    path = shutil.which("initdb")
    return Path(path).parent if path else None


@contextmanager
def cluster() -> Iterator[int]:
    """A running cluster with roles `inv_owner` and `inv_app` and the database `inv`; gives its port."""
    bin_ = programs()
    if bin_ is None:
        pytest.skip("no PostgreSQL server programs: tests on PostgreSQL are skipped")
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    place = Path(tempfile.mkdtemp(prefix="pg-"))
    if as_user:
        shutil.chown(place, "postgres")
    data = place / "data"

    def call(*words: str) -> None:
        subprocess.run(
            [*as_user, *words],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
            cwd=place,
            timeout=120,
        )

    call(str(bin_ / "initdb"), "-D", str(data), "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
    call(
        str(bin_ / "pg_ctl"),
        "-D",
        str(data),
        "-w",
        "-l",
        str(place / "log"),
        "-o",
        f"-p {port} -k {place} -h 127.0.0.1 -F",
        "start",
    )
    try:
        for sql in ("CREATE ROLE inv_owner LOGIN", "CREATE ROLE inv_app LOGIN", "CREATE DATABASE inv OWNER inv_owner"):
            call(str(bin_ / "psql"), "-h", "127.0.0.1", "-p", str(port), "-U", "postgres", "-c", sql)
        yield port
    finally:
        call(str(bin_ / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop")
        shutil.rmtree(place, ignore_errors=True)
