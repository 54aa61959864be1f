"""The commands of the pages run as they stand, in both languages: all `bash` blocks of a page one after the other, in a
folder with the examples beside it.

`inventory` runs in this process (as its own first line would, without starting Python for every command); everything
else is the shell's. A command that fails ends its page.
"""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from some import some

from inventory.cli.app import app
from inventory.console.usage import run

ROOT = Path(__file__).resolve().parents[1]
BASH = re.compile(r"^( *)```bash\n(.*?)^\1```", re.M | re.S)
PAGES = [p for p in sorted((ROOT / "docs").rglob("*.md")) if BASH.search(p.read_text("utf-8"))]
ELSEWHERE = {  # what only says how the command is called; each has tests of its own
    "page": "opens a browser",
    "service": "starts a server",
    "python": "its blocks are Python",
    "coal": "has no command",
    "uncertainty_method": "has no command",
    "architecture": "has no command",
    "decisions": "has no command",
    "data-format": "shows formats",
    "data_format": "shows formats",
    "forms": "the Chinese page is written from the declarations",
    "uncertainty_and_quality": "its commands are those of en/uncertainty.md",
}


def commands(page: Path) -> list[str]:
    """The lines of a page's blocks, continued lines joined, without comments."""
    text = "\n".join(block for _, block in BASH.findall(page.read_text("utf-8")))
    lines = (re.sub(r"\s+# .*$", "", line).strip() for line in text.replace("\\\n", " ").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def test_every_page_shows_commands_that_run() -> None:
    without = {p.stem for p in (ROOT / "docs").rglob("*.md") if p not in PAGES and p.parent.name != "api"}
    assert without <= set(ELSEWHERE), without - set(ELSEWHERE)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
@pytest.mark.parametrize("page", PAGES, ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_the_commands_of_a_page_run(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    for line in some(commands(page)):
        if line.startswith("inventory "):
            words = [x for w in shlex.split(line)[1:] for x in (sorted(map(str, Path().glob(w))) or [w])]
            with pytest.raises(SystemExit) as ended:
                run(app, words)
            status = ended.value.code
        else:
            status = subprocess.run(["bash", "-c", line], timeout=60, check=False).returncode
        said = capfd.readouterr()
        assert status == 0, (line, said.out[-800:], said.err[-800:])
        assert "Traceback" not in said.err
