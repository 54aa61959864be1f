"""The English pages: wholly English, every page of the English site among them, and their commands run as they stand."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted((ROOT / "docs" / "en").glob("*.md"))
NAMES = re.compile(r"水泥厂|地级市|宁波")  # of a file and of places: no English name
HAN = re.compile("[一-鿿]")
BASH = re.compile(r"^```bash\n(.*?)^```", re.M | re.S)
SUBJECTS = {"index", "first_day", "data_format", "forms", "filing", "levels", "enterprise", "page", "service", "python"}


def test_every_subject_has_its_page_in_english() -> None:
    assert {p.stem for p in PAGES} == SUBJECTS


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)
def test_a_page_is_english(page: Path) -> None:
    assert not [x for x in page.read_text("utf-8").splitlines() if HAN.search(NAMES.sub("", x))]


def test_the_english_site_has_english_pages_only() -> None:
    """What it lists is an English page, or one made from docstrings and declarations."""
    listed = re.findall(r": (\S+\.md)$", (ROOT / ".ci" / "site" / "en.yml").read_text("utf-8"), re.M)
    made = ("index.md", "api/", "dictionary/")
    assert listed and all(x.startswith(("en/", *made)) for x in listed)
    assert {f"en/{s}.md" for s in SUBJECTS - {"index"}} <= set(listed)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
@pytest.mark.parametrize("page", [p for p in PAGES if BASH.search(p.read_text("utf-8"))], ids=lambda p: p.stem)
def test_the_commands_of_a_page_run(page: Path, tmp_path: Path) -> None:
    """All blocks of a page one after the other, in an empty folder with the examples beside; the first command that
    fails ends it. `inventory` is the program under test."""
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "inventory"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m inventory "$@"\n', "utf-8")
    program.chmod(0o755)
    script = "set -e\n" + "\n".join(BASH.findall(page.read_text("utf-8")))
    paths = {"PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, env={**os.environ, **paths}, capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stdout[-1500:] + done.stderr[-1500:]
    assert "Traceback" not in done.stderr
