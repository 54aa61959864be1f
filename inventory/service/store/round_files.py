"""Files of a round beside the departments' reports. A name stands for the last file given under it; an empty one says
that it is withdrawn. Nothing is overwritten."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path

from django.utils import timezone

from inventory.core.problems import Problem

from . import evidence
from .chain import record
from .models import Person, Round, RoundFile
from .scope import subtree

WITHDRAWN = hashlib.sha256(b"").hexdigest()


def round_files(chosen: Round | None, path: str = "") -> list[RoundFile]:
    """The files that count, by name, without their content; `path`: only those given for a part of the tree."""
    last: dict[str, RoundFile] = {}
    rows = RoundFile.objects.filter(subtree(path), round=chosen).defer("content").select_related("author")
    for f in rows.order_by("pk"):
        last[f.name] = f
    return [f for _, f in sorted(last.items()) if f.sha256 != WITHDRAWN]


def keep_round_file(chosen: Round, path: str, name: str, content: bytes, person: Person) -> RoundFile:
    """Keep a file under its name; empty content withdraws it."""
    kept = RoundFile.objects.create(
        round=chosen,
        path=path,
        name=name[:120],
        sha256=evidence.keep(content),
        content=content,
        author=person,
        created=timezone.now(),
    )
    action = "round_file" if content else "withdraw_file"
    record(action, path, f"round/{chosen.pk}", person, name=kept.name, sha256=kept.sha256)
    return kept


def unreadable(name: str, content: bytes) -> tuple[Problem, ...]:
    """Why nothing can be read from a file that is no known table of the levels; empty where something can, or where
    only the product that takes it can judge."""
    from inventory import api
    from inventory.forms.files import kind_of_level_path

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / name
        file.write_bytes(content)
        if kind_of_level_path(file):
            return ()
        project, problems = api.read([file])
    wrong = tuple(p for p in problems if p.severity == "error" and p.code != "project.empty")
    return () if project.data else wrong
