"""The sealed book as one PDF, made by LibreOffice where it is installed."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from ..core.files import replacing
from ..core.problems import InventoryError, Origin, problem

PROGRAMS = ("soffice", "libreoffice")
SECONDS = 180


def program() -> str | None:
    """The LibreOffice program of this machine, if any."""
    return next((result for name in PROGRAMS if (result := shutil.which(name))), None)


def write_pdf(book: Path, target: Path) -> None:
    """Print a workbook to PDF. Raises `InventoryError` where LibreOffice is absent, fails, or takes more than three
    minutes."""
    office = program()
    if office is None:
        raise InventoryError([problem("filing.no_office", Origin(str(target)))])
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        command = [
            office,
            f"-env:UserInstallation={(place / 'profile').as_uri()}",
            "--headless",
            "--convert-to",
            "pdf",
            "--outdir",
            str(place),
            str(book),
        ]
        try:
            done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise InventoryError(
                [problem("filing.pdf_failed", Origin(str(target)), reason=type(error).__name__)]
            ) from error
        result = place / f"{book.stem}.pdf"
        if not result.is_file():
            reason = done.stderr.decode("utf-8", "replace").strip()[:200] or str(done.returncode)
            raise InventoryError([problem("filing.pdf_failed", Origin(str(target)), reason=reason)])
        with replacing(target) as temporary:
            temporary.write_bytes(result.read_bytes())
