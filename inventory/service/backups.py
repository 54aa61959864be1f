"""Copies of the database and the evidence, and the drill that puts one back in an empty place and looks at it."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from .operate import DoctorLine, doctor, init
from .shared.service_settings import Settings, read_settings
from .store.guards import SETTING

BOUND_S = 12 * 3600.0  # of pg_dump and pg_restore: what takes longer than a night will not end


def is_postgresql(url: str) -> bool:
    return url.startswith(("postgresql://", "postgres://"))


def backup(chosen: Settings, target: Path) -> Path:
    """A copy of the database and of all evidence in a new folder: `VACUUM INTO` for SQLite, `pg_dump` for PostgreSQL.

    The tables' owner is under row-level security like everybody; the dump's session says that its scope is everything,
    so that no role above the policies is needed. Evidence is copied after the database: what the database names is
    there. Raises RuntimeError with what pg_dump says.
    """
    target.mkdir(parents=True)
    if is_postgresql(chosen.database):
        words = ["--format=custom", "--enable-row-security", "--no-owner", "--lock-wait-timeout=60000"]
        words.append(f"--file={target / 'service.dump'}")
        _postgresql("pg_dump", *words, chosen.owner or chosen.database)
    else:
        source = Path(chosen.database) if Path(chosen.database).is_absolute() else chosen.folder / chosen.database
        connection = sqlite3.connect(source)
        try:
            connection.execute("VACUUM INTO ?", (str(target / "service.db"),))
        finally:
            connection.close()
    media = Path(chosen.media) if Path(chosen.media).is_absolute() else chosen.folder / chosen.media
    if media.exists():
        shutil.copytree(media, target / "media")
    return target


def _postgresql(program: str, *words: str) -> None:
    env = {**os.environ, "PGOPTIONS": f"-c {SETTING}=*"}
    done = subprocess.run([program, *words], capture_output=True, text=True, check=False, env=env, timeout=BOUND_S)
    if done.returncode:
        raise RuntimeError(f"{program}: {done.stderr.strip()[-2000:]}")


def restore_drill(saved: Path, work: Path, scratch: str = "") -> Iterator[DoctorLine]:
    """A backup put back in an empty place and looked at as the doctor does: what it holds, chain, evidence,
    recomputation. `scratch`: for a PostgreSQL backup, an empty database that may be filled (and thrown away after)."""
    source = saved / "service.db"
    dump = saved / "service.dump"
    if not source.exists() and not (dump.exists() and scratch):
        wanted = "--scratch postgresql://…/empty_database" if dump.exists() else f"{source} / {dump}"
        yield DoctorLine("backup", False, f"missing: {wanted}")
        return
    init(work)
    chosen = read_settings(work)
    if source.exists():
        shutil.copy(source, work / "service.db")
    else:
        _postgresql("pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", f"--dbname={scratch}", str(dump))
        chosen = replace(chosen, database=scratch)
    if (saved / "media").exists():
        shutil.copytree(saved / "media", work / "media", dirs_exist_ok=True)
    # the scratch database is filled by its owner, so its role is not what is looked at here, nor are jobs that waited then
    yield from (f for f in doctor(chosen) if f.name not in ("role", "jobs", "scanner"))
    from .store.models import Event, Report, Version
    from .store.scope import everything

    with everything():
        reports, versions, events = (m.objects.count() for m in (Report, Version, Event))
    yield DoctorLine("rows", True, f"{reports} reports, {versions} versions, {events} events")
