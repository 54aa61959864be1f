"""The door that every command goes through: no output replaces an input, and no failure leaves without a plain
sentence.

`through(app)` wraps every command once. Parameters that are files are told apart by name, here and nowhere else; a test
fails for a command whose file parameters are not named in one of the three sets.
"""

from __future__ import annotations

import functools
import inspect
import os
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from ..core.problems import speaking
from .common import INPUT_PROBLEMS, WRONG_USE, Lang, tell
from .phrases import inform

OUTPUTS = frozenset(
    {"output", "results", "account", "csv", "document", "table", "mark", "chart", "offers", "letters", "target"}
)
INPUTS = frozenset(
    {
        "metadata",
        "places",
        "variables",
        "inputs",
        "source",
        "sources",
        "previous",
        "causes",
        "old",
        "new",
        "template",
        "archive",
        "folder",
        "data",
        "files",
        "evidence",
        "inventory",
        "database",
        "dataset",
        "config",
        "saved",
        "organisations",
    }
)
BOTH = frozenset({"db", "project"})  # taken and added to, by design
INTERNAL = 3  # exit status for a fault of the program itself
TRACE = "INVENTORY_TRACE"  # set to see where it happened
LANGUAGE = inspect.Parameter(
    "lang",
    inspect.Parameter.KEYWORD_ONLY,
    default=Lang.zh,
    annotation=Annotated[Lang, typer.Option("--lang", envvar="INVENTORY_LANG", help="语言 / language")],
)


def through(app: typer.Typer) -> None:
    """Wrap every command of this application and of those below it."""
    for command in app.registered_commands:
        if command.callback is not None:
            command.callback = _door(command.callback)
    for group in app.registered_groups:
        if group.typer_instance is not None:
            through(group.typer_instance)


def _door(callback: Callable[..., Any]) -> Callable[..., Any]:
    signature = inspect.signature(callback, eval_str=True)
    own = LANGUAGE.name in signature.parameters

    @functools.wraps(callback)
    def entered(*args: Any, **given: Any) -> Any:
        lang = str(getattr(given.get("lang", "zh"), "value", given.get("lang", "zh")))
        _guard(given, getattr(callback, "carries_over", ()), lang)
        passed = given if own else {k: v for k, v in given.items() if k != LANGUAGE.name}
        try:
            with speaking(lang):
                return callback(*args, **passed)
        except (typer.Exit, typer.Abort, KeyboardInterrupt, SystemExit):
            raise
        except BrokenPipeError:
            _close_quietly()
            raise typer.Exit(0) from None
        except Exception as error:
            if os.environ.get(TRACE):
                traceback.print_exc()
            raise typer.Exit(_tell_failure(error, lang)) from None

    entered.__signature__ = signature = _in_both_languages(signature)  # type: ignore[attr-defined]
    entered.__annotations__ = {name: p.annotation for name, p in signature.parameters.items()}
    return entered


def _in_both_languages(signature: inspect.Signature) -> inspect.Signature:
    """The parameters of a command with the one `--lang` of all commands, whose default the environment may set."""
    kept = [p for p in signature.parameters.values() if p.name != LANGUAGE.name]
    return inspect.Signature([p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in kept] + [LANGUAGE])


def _tell_failure(error: Exception, lang: str) -> int:
    """One line about what went wrong, and the exit status."""
    from ..core.names import printable
    from ..core.problems import InventoryError, Origin, problem

    if isinstance(error, InventoryError):
        tell(error.problems, lang)
        return INPUT_PROBLEMS
    if isinstance(error, OSError):
        reason = error.strerror or str(error)
        name = (
            ""
            if error.filename is None
            else printable(os.fsdecode(error.filename))
            if isinstance(error.filename, str | bytes)
            else ""
        )
        tell([problem("program.system", Origin(name), reason=printable(reason))], lang)
        return INPUT_PROBLEMS
    if isinstance(error, MemoryError):
        tell([problem("program.memory", reason=printable(str(error)) or "MemoryError")], lang)
        return INPUT_PROBLEMS
    tell(
        [
            problem(
                "program.internal",
                kind=type(error).__name__,
                reason=printable(" ".join(str(error).split()))[:300],
                trace=TRACE,
            )
        ],
        lang,
    )
    return INTERNAL


def _close_quietly() -> None:
    """The reader of our output is gone (`| head`): nothing more can be said, and nothing is to be complained of at
    exit."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError, AttributeError):
        return


def _guard(given: dict[str, Any], carries_over: tuple[str, ...], lang: str) -> None:
    from ..core.files import guard_outputs
    from ..core.problems import InventoryError

    outputs = [p for name in sorted(OUTPUTS & set(given)) for p in _paths(given[name]) if str(p) != "-"]
    if not outputs:
        return
    if given.get("text") is True:  # the report's text goes beside its workbook
        outputs += [p.with_suffix(".docx") for p in outputs if p.suffix.lower() == ".xlsx"]
    inputs = [p for name in sorted((INPUTS | BOTH) & set(given)) for p in _paths(given[name])]
    try:
        guard_outputs(outputs, inputs, lambda p: p.stem in carries_over or _is_ours(p))
    except InventoryError as error:
        tell(error.problems, lang)
        inform("door.nothing_was_written", lang)
        raise typer.Exit(WRONG_USE) from None


def _paths(value: object) -> Iterator[Path]:
    if isinstance(value, Path):
        yield value
    elif isinstance(value, str):
        yield from [] if "://" in value or not value else [Path(value)]
    elif isinstance(value, list | tuple):
        yield from (v for v in value if isinstance(v, Path))


def _is_ours(path: Path) -> bool:
    """A file of a project folder that no reader takes for input: written by us earlier, or of a kind that is not
    read."""
    from ..reading.outputs import is_output

    return is_output(path)
