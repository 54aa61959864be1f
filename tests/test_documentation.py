"""The documentation is true: notebooks run, links lead somewhere, every public name has its place in the API pages, the
site builds without a warning, and the code blocks of the pages run."""

from __future__ import annotations

import contextvars
import re
import shlex
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import pytest
from some import some

import inventory
from inventory.core.problems import InventoryError
from inventory.edition.dictionary import TABLES

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((ROOT / "examples" / "notebooks").glob("*.ipynb"))
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"(?<!\!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_the_notebook_runs(path: Path) -> None:
    nbformat = pytest.importorskip("nbformat", reason="notebooks need nbformat, nbclient and ipykernel (extra ci)")
    nbclient = pytest.importorskip("nbclient", reason="notebooks need nbclient (extra ci)")
    pytest.importorskip("ipykernel", reason="notebooks need ipykernel (extra ci)")
    book = nbformat.read(path, as_version=4)
    assert all(not c.get("outputs") for c in book.cells), "committed without output"
    nbclient.NotebookClient(book, timeout=300, resources={"metadata": {"path": str(ROOT)}}).execute()


def test_there_is_a_notebook_for_each_reader() -> None:
    assert [p.stem for p in NOTEBOOKS] == ["enterprise", "province", "uncertainty_and_scenarios"]


def test_there_are_links() -> None:
    some([link for page in PAGES for link in LINK.findall(page.read_text("utf-8"))], 100)


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text("utf-8")
    for match in LINK.finditer(re.sub(r"```.*?```", "", text, flags=re.DOTALL)):
        target = unquote((match[1] or match[2]).partition("#")[0])
        if target and not re.match(r"[a-z]+:", target):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_public_name_is_in_the_api_pages() -> None:
    described = {
        line.split(".")[-1].strip()
        for page in (ROOT / "docs" / "api").glob("*.md")
        for line in page.read_text("utf-8").splitlines()
        if line.startswith(":::")
    }
    assert set(inventory.__all__) - {"__version__"} <= described


@pytest.mark.parametrize("table", list(TABLES))
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_dictionary_describes_what_is_declared(table: str, lang: str) -> None:
    edition = inventory.load_edition()
    frame = inventory.dictionary(table, edition, lang)
    counts = {
        "quantities": len(edition.declared.quantities),
        "parameters": len(edition.declared.parameters),
        "factors": len(edition.by_id),
        "categories": len(edition.categories),
    }
    assert len(frame) == counts.get(table, len(frame)) > 0
    if lang == "en" and table != "factors":  # keys of factors are the guideline's terms
        assert not frame["label"].str.contains("[\u4e00-\u9fff]").any()


def test_a_dictionary_that_there_is_not_names_those_there_are() -> None:
    with pytest.raises(InventoryError) as error:
        inventory.dictionary("units")
    assert "quantities" in str(error.value)


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_site_builds_without_a_warning(lang: str, tmp_path: Path) -> None:
    pytest.importorskip("mkdocs", reason="the site needs mkdocs-material and mkdocstrings (extra docs)")
    pytest.importorskip("mkdocstrings")
    code = "from mkdocs.__main__ import cli; cli()"
    command = [sys.executable, "-c", code, "build", "--strict", "-q", "-f", f".ci/site/{lang}.yml", "-d", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "api" / "compile.html").read_text("utf-8")
    assert "inventory.api.compile" in page and "InventoryError" in page
    for html in tmp_path.rglob("*.html"):  # nothing is fetched from elsewhere when it is read
        assert not re.search(r'<(?:script|link)[^>]+(?:src|href)="https?:', html.read_text("utf-8")), html.name


def _blocks(language: str) -> list[tuple[str, str]]:
    found = []
    for page in PAGES:
        for n, match in enumerate(re.finditer(rf"^```{language}\n(.*?)^```", page.read_text("utf-8"), re.M | re.S)):
            found.append((f"{page.name}-{n}", match[1]))
    return found


@pytest.mark.slow
@pytest.mark.parametrize(("name", "code"), _blocks("python"), ids=[n for n, _ in _blocks("python")])
def test_python_blocks_run(name: str, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A block stands in a folder with the examples beside it; what it writes stays there."""
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    alone = contextvars.copy_context()  # a block may choose its language
    alone.run(exec, compile(code, name, "exec"), {"__name__": "docs"})


def test_commands_of_the_pages_exist() -> None:
    """Every `inventory …` of a code block names a command, and options, that there are."""
    import typer

    from inventory.cli.app import app

    tree = typer.main.get_command(app)
    faults, seen = [], 0
    for language in ("", "bash", "bat", "sh", "text"):
        for name, code in _blocks(language):
            for line in code.replace("\\\n", " ").splitlines():
                text = re.split(r"\s{2,}|　| #", line.strip())[0]
                if text.startswith("inventory "):
                    seen += 1
                    faults += [f"{name}: {line}: {f}" for f in _unknown(text, tree)]
    assert seen > 100 and not faults, "\n".join(faults)


def _unknown(text: str, tree: object) -> list[str]:
    try:
        words = shlex.split(re.sub(r"[\[\]|…]", " ", text))[1:]
    except ValueError:
        return []
    command = tree
    while words and hasattr(command, "commands"):
        if words[0] not in command.commands:
            return [f"no command {words[0]!r}"] if words[0][0].isascii() and words[0][0].isalpha() else []
        command = command.commands[words.pop(0)]
    options = {o for p in getattr(command, "params", ()) for o in (*p.opts, *p.secondary_opts)} | {"--help"}
    return [f"no option {w!r}" for w in words if w.startswith("--") and w.split("=")[0] not in options]


def test_locked_versions_carry_hashes_and_name_no_place() -> None:
    lock = (ROOT / ".ci" / "requirements.lock").read_text("utf-8")
    entries = re.split(r"\n(?=[a-z0-9])", lock)
    named = [e for e in entries if "==" in e.split("\n")[0]]
    assert len(named) > 100 and all("--hash=sha256:" in e for e in named)
    assert not re.search(r"https?:|file:|--index|--find-links", lock)


@pytest.mark.parametrize("page", ["report_and_archive.md", "en/report.md"])
def test_every_chapter_of_the_report_is_on_the_page(page: str) -> None:
    from inventory.report.sections import CHAPTERS

    named = set(re.findall(r"\{\{(\w+)\}\}", (ROOT / "docs" / page).read_text("utf-8")))
    assert set(CHAPTERS) <= named, set(CHAPTERS) - named
