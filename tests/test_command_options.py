"""Options of commands say what the requests of the acts say: the same type, the same default, required where the request
needs it. The acts are not looked at when a command starts (importing all of them takes five times as long as the help),
so what both say is held here."""

from __future__ import annotations

import dataclasses
import inspect
import types
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from inventory.cli.declared import Option, _function, commands

KINDS: dict[Any, frozenset[str]] = {
    Path: frozenset({"path", "text"}),  # a text where a name may stand for it: an edition, a URL
    str: frozenset({"text", "choice"}),
    int: frozenset({"whole"}),
    float: frozenset({"number"}),
    bool: frozenset({"flag"}),
    tuple[Path, ...]: frozenset({"paths"}),
    tuple[str, ...]: frozenset({"texts", "words", "word_list"}),
    tuple[int, ...]: frozenset({"wholes", "years"}),
}
NEEDS_MORE = {  # commands that need what a program may leave out, and the other way round
    ("compile", "output"): "a command writes a workbook, a program may want the ledger alone",
    ("gaps", "output"): "likewise the list",
    ("enterprise reconcile", "output"): "likewise the comparison",
    ("export", "metadata"): "one of the formats, which asks for it",
}
OTHERWISE = {  # the command's own: why it starts from another value than a program does
    ("uncertainty", "workers"): "one process unless asked for",
    ("enterprise collect", "workers"): "two processes at the most unless asked for",
    ("query", "by"): "one text of several words",
    ("enterprise query", "by"): "one text of several words",
    ("rollup", "tolerance"): "percent",
    ("levels results", "tolerance"): "percent",
}


def _alternatives(hint: Any) -> list[Any]:
    parts = typing.get_args(hint) if typing.get_origin(hint) in (typing.Union, types.UnionType) else (hint,)
    return [p for p in parts if p is not type(None)]


def _fields(cls: type) -> Iterator[tuple[str, Any, Any]]:
    """(name, type, default) of a request and of what it is built from; `MISSING` where a value is needed."""
    hints = typing.get_type_hints(cls)
    for f in dataclasses.fields(cls):
        inner = [p for p in _alternatives(hints[f.name]) if dataclasses.is_dataclass(p) and isinstance(p, type)]
        if len(_alternatives(hints[f.name])) == len(inner) == 1 and f.name != "ledger":
            yield from _fields(inner[0])
        else:
            yield f.name, hints[f.name], f.default


def _pairs() -> Iterator[tuple[str, Option, Any, Any]]:
    for name, command in commands().items():
        act = _function("inventory.app", command.body["act"])
        first = next(iter(inspect.signature(act).parameters), "")
        request = typing.get_type_hints(act).get(first)
        if first != "request" or not dataclasses.is_dataclass(request):
            continue
        known = {n: (hint, default) for n, hint, default in reversed(list(_fields(request)))}  # type: ignore[arg-type]
        yield from ((name, o, *known[o.to]) for o in command.options if o.to in known)


def test_options_have_the_types_of_their_fields() -> None:
    wrong = [
        (name, option.name, option.body["type"], hint)
        for name, option, hint, _ in _pairs()
        if "when_set" not in option.body
        and not any(option.body["type"] in KINDS.get(kind, ()) for kind in _alternatives(hint))
    ]
    assert wrong == []


def test_options_have_the_defaults_of_their_fields() -> None:
    wrong, compared = [], 0
    for name, option, _, default in _pairs():
        if (
            (name, option.name) in (*OTHERWISE, *NEEDS_MORE)
            or "when_set" in option.body
            or default is dataclasses.MISSING
        ):
            continue
        compared += 1
        mine = option.default
        if mine is inspect.Parameter.empty:
            wrong.append((name, option.name, "required", default))
        elif option.body.get("invert"):
            wrong += [] if default is (not mine) else [(name, option.name, mine, default)]
        elif (mine or None) != (default or None) and not (mine in ("", None) and option.body["type"] == "years"):
            # nothing typed: the request keeps its own default
            wrong += [] if mine is None else [(name, option.name, mine, default)]
    assert wrong == [] and compared > 150, compared


def test_options_are_required_where_the_request_needs_them() -> None:
    wrong = [
        (name, option.name)
        for name, option, _, default in _pairs()
        if default is dataclasses.MISSING
        and option.default in (None, "", False)
        and (name, option.name) not in NEEDS_MORE
    ]
    assert wrong == []


def test_what_starts_otherwise_is_still_an_option() -> None:
    there = {(name, option.name) for name, option, _, _ in _pairs()}
    assert {*OTHERWISE, *NEEDS_MORE} <= there
