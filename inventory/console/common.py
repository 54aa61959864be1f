"""What all commands share: languages, how problems are printed, exit statuses, atomic targets."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from .english import readable
from .phrases import inform, listed, phrase
from .streams import data

if TYPE_CHECKING:
    from ..app.acts import Around
    from ..core.problems import Problem


class Lang(StrEnum):
    zh = "zh"
    en = "en"


INPUT_PROBLEMS = 1
FEW_FILES = 20
WRONG_USE = 2
MISUSES = frozenset(
    {
        "edition.unknown",
        "gwp.unknown_set",
        "explain.sheet",
        "explain.cell",
        "explain.outside",
        "explain.no_line",
        "output.not_writable",
        "template.not_writable",
        "workbook.not_writable",
    }
)  # what was typed is wrong, not the input

NAMED_CELLS = 12
HEADINGS = {
    "zh": {"error": "错误", "warning": "警告", "hint": "提示"},
    "en": {"error": "ERROR", "warning": "WARNING", "hint": "HINT"},
}


def say(text: str) -> None:
    """A line about progress or results, on standard error so that output can be piped."""
    typer.echo(text, err=True)


def tell(problems: Iterable[Problem], lang: str, most: int | None = None) -> int:
    """Print problems, errors first, one a line, and return how many are errors. `most`: so many, and how many more."""
    from ..core.problems import over_cells, over_years

    problems = list(problems)
    shown = over_cells(over_years(problems))
    for p, cells in shown[:most]:
        text = f"{HEADINGS[lang][p.severity]}  {p.text(lang)}{also_at(cells, lang)}"
        typer.echo(readable(text, lang), err=True)
    if most is not None and len(shown) > most:
        inform("common.more_problems", lang, count=len(shown) - most)
    return sum(p.severity == "error" for p in problems)


def also_at(cells: Sequence[str], lang: str) -> str:
    """The other cells that the same is said of; empty where there is none."""
    if not cells:
        return ""
    few = listed(cells[:NAMED_CELLS], lang) + ("…" if len(cells) > NAMED_CELLS else "")
    return phrase("common.same_at", lang, cells=few, count=len(cells))


@contextmanager
def answering(lang: str) -> Iterator[None]:
    """Turn an `InventoryError` into its list of problems and exit status 1 (2 when only the options are wrong), a
    faulty edition into one line and status 2."""
    from ..core.files import noting_written
    from ..core.problems import DeclarationError, InventoryError

    try:
        with noting_written() as written, reading_progress(lang):
            yield
    except InventoryError as error:
        errors = tell(error.problems, lang)
        stands = "、".join(str(p) for p in written if p.exists())
        if stands:
            inform("common.error_s_written_nothing", lang, errors=errors, stands=stands)
        else:
            inform("common.error_s_nothing_was", lang, errors=errors)
        misused = isinstance(error, DeclarationError) or all(
            p.code in MISUSES for p in error.problems if p.severity == "error"
        )
        raise typer.Exit(WRONG_USE if misused else INPUT_PROBLEMS) from None


@contextmanager
def reading_progress(lang: str) -> Iterator[None]:
    """A progress bar on the terminal while many input files are read; nothing for a few files or when the output is
    piped."""
    if not is_terminal():
        yield
        return
    from rich.console import Console
    from rich.progress import Progress

    from ..reading.progress import listener

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = None

        def heard(done: int, total: int) -> None:
            nonlocal task
            if total >= FEW_FILES:
                task = bar.add_task(phrase("common.reading", lang), total=total) if task is None else task
                bar.update(task, completed=done)

        token = listener.set(heard)
        try:
            yield
        finally:
            listener.reset(token)


class Bar:
    """A bar that appears only once the work has lasted a second, on a terminal; else one line a quarter."""

    def __init__(self, label: str) -> None:
        self.label, self.now, self.start = label, time.monotonic, time.monotonic()
        self.bar: Any = None
        self.quarter = 0

    def __call__(self, done: int, total: int) -> None:
        if self.now() - self.start < 1.0 and self.bar is None:
            return
        if not is_terminal():
            quarter = 4 * done // max(total, 1)
            if quarter > self.quarter:
                self.quarter = quarter
                say(f"{self.label} {25 * quarter} %")
            return
        if self.bar is None:
            from rich.console import Console
            from rich.progress import Progress

            self.bar = Progress(console=Console(stderr=True), transient=True)
            self.bar.start()
            self.task = self.bar.add_task(self.label, total=total)
        self.bar.update(self.task, completed=done)

    def close(self) -> None:
        if self.bar is not None:
            self.bar.stop()


@contextmanager
def around(lang: str, label: tuple[str, str] = ("蒙特卡洛抽样", "Monte Carlo")) -> Iterator[Around]:
    """What an act is given: a bar after one second, stages as lines on standard error, the clock of this machine."""
    from ..app.acts import Around

    bar = Bar(label[lang != "zh"])
    try:
        yield Around(bar, lambda stage: inform(f"stage.{stage}", lang))
    finally:
        bar.close()


def print_json(result: object) -> None:
    """A result as JSON on standard output: facts as values, problems with their sentences in both languages."""
    import json

    from ..app.acts import as_data

    data(json.dumps(as_data(result), ensure_ascii=False, indent=1) + "\n")


def existing(paths: list[Path], lang: str) -> list[Path]:
    """The paths, or exit status 2 naming those that do not exist."""
    gone = [p for p in paths if not p.exists()]
    for p in gone:
        inform("common.no_such_input", lang, p=p)
    if gone:
        raise typer.Exit(WRONG_USE)
    return paths


def writable(path: Path, suffixes: tuple[str, ...], lang: str) -> Path:
    """The target, or exit status 2 when its folder is missing or its ending is not one that is written."""
    if path.suffix.lower() not in suffixes:
        inform("common.output_must_end_in", lang, path=path, names=listed(suffixes, lang))
        raise typer.Exit(WRONG_USE)
    if not path.absolute().parent.is_dir():
        inform("common.no_such_folder", lang, parent=path.absolute().parent)
        raise typer.Exit(WRONG_USE)
    return path


def is_terminal() -> bool:
    return sys.stderr.isatty()
