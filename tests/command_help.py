"""The program's commands run in this process, and what they wrote read back as words."""

from __future__ import annotations

import csv
from pathlib import Path

from typer.testing import CliRunner

from inventory.cli.app import app


def run(*words: object, code: int = 0) -> str:
    """What a command says, where it ends with this status."""
    result = CliRunner().invoke(app, [str(w) for w in words])
    assert result.exit_code == code, result.output
    return result.output


def texts(path: Path) -> str:
    """Every word of a document: paragraphs, then cells of tables."""
    import docx

    document = docx.Document(str(path))
    cells = [c.text for t in document.tables for r in t.rows for c in r.cells]
    return "\n".join([*(p.text for p in document.paragraphs), *cells])


def rows_of(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file by the names of its columns."""
    with path.open(encoding="utf-8-sig", newline="") as f:
        return list(csv.DictReader(f))
