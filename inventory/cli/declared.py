"""Commands as `commands.toml` declares them: options, one request, one act of `inventory.app`, one view.

A command is a row of the declaration. What it takes is checked here (files that must be there, endings of files that
are written, rules between options), the request is filled by the names of its fields, the act runs with progress and
clock handed in, and a function of `inventory.console.views` shows the result.
"""

from __future__ import annotations

import dataclasses
import functools
import inspect
import tomllib
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module, resources
from pathlib import Path
from typing import Annotated, Any

import typer

from ..console.checks import RULES, parse_years
from ..console.common import Lang, answering, around, existing, writable
from ..console.phrases import inform

TYPES: Mapping[str, Any] = {
    "path": Path,
    "paths": list[Path],
    "text": str,
    "texts": list[str],
    "words": list[str],  # each may hold several, separated by commas
    "word_list": str,  # one text of several words, separated by commas
    "years": str,
    "whole": int,
    "wholes": list[int],
    "number": float,
    "flag": bool,
}
LANGUAGE = Annotated[Lang, typer.Option("--lang", help="语言 / language")]


@dataclass(frozen=True, slots=True)
class Option:
    """An option or argument as declared. Its value fills the field `to` of the request (None where it has none)."""

    name: str
    body: Mapping[str, Any]

    @property
    def to(self) -> str:
        return str(self.body.get("to", self.name))

    @property
    def default(self) -> Any:
        body = self.body
        if body.get("required"):
            return inspect.Parameter.empty
        value = body.get("default", False if body["type"] == "flag" else None)
        return min(2, _processors()) if value == "@processors" else value

    def parameter(self) -> inspect.Parameter:
        """As typer reads it."""
        body = self.body
        kind = _choice(self.name, tuple(body["words"])) if body["type"] == "choice" else TYPES[body["type"]]
        if self.default is None:
            kind = kind | None
        shown = {k: body[k] for k in ("min", "max", "metavar") if k in body}
        if "zh" in body:
            shown["help"] = f"{body['zh']} / {body['en']}"
        info = typer.Argument(**shown) if body.get("argument") else typer.Option(*body["flags"], **shown)
        return inspect.Parameter(
            self.name, inspect.Parameter.KEYWORD_ONLY, default=self.default, annotation=Annotated[kind, info]
        )

    def check(self, value: Any, lang: Lang) -> None:
        """Exit status 2 where a file to read is not there, or one to write cannot be of that name."""
        body = self.body
        if value is None or value == []:
            return
        if body.get("makes_folder"):
            value.mkdir(parents=True, exist_ok=True)
        if body.get("reads"):
            existing(value if isinstance(value, list) else [Path(value)], lang)
        if "ends" in body and not (body.get("screen") and str(value) == "-"):
            ends = body["ends"]  # or the function of `inventory.app` that knows them
            writable(value, _function("inventory.app", ends)() if isinstance(ends, str) else tuple(ends), lang)

    def value(self, given: Any, lang: Lang) -> Any:
        """What the request gets of what was typed."""
        kind, body = self.body["type"], self.body
        if kind == "years":
            return parse_years(given, lang) if given else None
        if kind in ("words", "word_list"):
            return tuple(w for text in _listed(given) for w in _words(text))
        if isinstance(given, list):
            return tuple(given)
        if body.get("invert"):
            return not given
        if "when_set" in body:
            return body["when_set"] if given else None
        if "scale" in body and given is not None:
            return given * body["scale"]
        return str(given) if isinstance(given, StrEnum) else given


def _listed(given: Any) -> list[str]:
    return given if isinstance(given, list) else [given] if given else []


def _words(text: str) -> list[str]:
    return [w.strip() for w in text.replace("，", ",").split(",") if w.strip()]


def _processors() -> int:
    import os

    return os.cpu_count() or 1


@functools.cache
def _choice(name: str, words: tuple[str, ...]) -> type[StrEnum]:
    return StrEnum(name.capitalize(), {w: w for w in words})  # type: ignore[return-value]


@dataclass(frozen=True, slots=True)
class Command:
    """A command as declared."""

    name: str
    body: Mapping[str, Any]
    options: tuple[Option, ...]

    def callback(self) -> Callable[..., None]:
        """The function that typer calls."""

        def run(**given: Any) -> None:
            self.run(given)

        parameters = [o.parameter() for o in self.options]
        language = inspect.Parameter("lang", inspect.Parameter.KEYWORD_ONLY, default=Lang.zh, annotation=LANGUAGE)
        run.__signature__ = inspect.Signature([*parameters, language])  # type: ignore[attr-defined]
        run.__annotations__ = {p.name: p.annotation for p in (*parameters, language)}
        run.__doc__ = f"{self.body['zh']} {self.body['en']}"
        run.__name__ = f"{self.name.replace(' ', '_').replace('-', '_')}_command"
        run.carries_over = tuple(self.body.get("carries_over", ()))  # type: ignore[attr-defined]
        return run

    def run(self, given: Mapping[str, Any]) -> None:
        """Check what was typed, run the act, show its result."""
        lang = given["lang"]
        for option in self.options:
            option.check(given[option.name], lang)
        for rule in self.body.get("rules", ()):
            RULES[rule](given, lang)
        act = _function("inventory.app", self.body["act"])
        view = _function("inventory.console.views", self.body["view"])
        with answering(lang):
            values = {o.to: o.value(given[o.name], lang) for o in self.options} | {"lang": str(lang)}
            typed = {o.to for o in self.options if _is_typed(o, given[o.name])}
            with around(str(lang)) as reported:
                if "today" in self.body:
                    values[self.body["today"]] = reported.clock().date().isoformat()
                    typed.add(self.body["today"])
                values["progress"] = reported.progress
                filled = Filled(values, frozenset(typed))
                request, arguments = _arguments(act, filled)
                if "stages" in self.body:
                    arguments["progress"] = lambda step: inform(f"{self.body['stages']}.{step}", lang)
                elif "around" in inspect.signature(act).parameters:
                    arguments["around"] = reported
                result = act(*request, **arguments)
            known = {**given, "request": request[0] if request else None}
            wanted = [n for n in inspect.signature(view).parameters if n in known]
            view(result, **{n: known[n] for n in wanted})


def _is_typed(option: Option, value: Any) -> bool:
    return value != option.default and value not in (None, [])


def _function(package: str, path: str) -> Callable[..., Any]:
    module, _, name = path.partition(".")
    result: Callable[..., Any] = getattr(import_module(f"{package}.{module}"), name)
    return result


# ---- requests ----


@dataclass(frozen=True, slots=True)
class Filled:
    """What was typed, by field of a request, and which fields a person gave rather than a default."""

    values: Mapping[str, Any]
    typed: frozenset[str]


def _arguments(act: Callable[..., Any], filled: Filled) -> tuple[list[Any], dict[str, Any]]:
    """What the act is called with: a request, or (where it takes plain arguments) those by name."""
    hints = typing.get_type_hints(act)
    parameters = list(inspect.signature(act).parameters)
    if not parameters:
        return [], {}
    first = hints[parameters[0]]
    if parameters[0] == "request" and dataclasses.is_dataclass(first):
        return [build(first, filled)], {}
    return [], {n: filled.values[n] for n in parameters if n in filled.values}


def build(cls: Any, filled: Filled) -> Any:
    """A request with its fields filled by name; what is a dataclass itself (the source, the draws) is built the same
    way, and a ledger is compiled from its source. Fields that nobody filled keep their defaults."""
    from ..core.ledger import Ledger

    hints = typing.get_type_hints(cls)
    given: dict[str, Any] = {}
    for f in dataclasses.fields(cls):
        optional, kind = _inner(hints[f.name])
        if kind is Ledger:
            from ..app.source import Source, compiled

            given[f.name] = compiled(build(Source, filled))
        elif f.name in filled.values and (
            not dataclasses.is_dataclass(kind) or type(filled.values[f.name]) in typing.get_args(hints[f.name])
        ):  # an edition may be given by name or as it is
            value = filled.values[f.name]
            if value is not None or optional or f.default is dataclasses.MISSING:
                given[f.name] = value
        elif dataclasses.is_dataclass(kind) and (not optional or _given(kind, filled)):
            given[f.name] = build(kind, filled)
    return cls(**given)


def _given(cls: Any, filled: Filled) -> bool:
    """Whether a part that may be absent was asked for: one of its fields was typed, and all that it needs."""
    fields = dataclasses.fields(cls)
    needed = {f.name for f in fields if f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING}
    return needed <= filled.typed and any(f.name in filled.typed for f in fields)


def _inner(hint: Any) -> tuple[bool, Any]:
    """(may be None, the type without it); `object` where it may be one of several."""
    parts = typing.get_args(hint) if typing.get_origin(hint) in (typing.Union, types.UnionType) else (hint,)
    rest = [p for p in parts if p is not type(None)]
    return len(rest) < len(parts), rest[0] if len(rest) == 1 else object


# ---- the declaration ----


@functools.cache
def commands() -> Mapping[str, Command]:
    """Every declared command by its name (`enterprise verify`), in order."""
    declared = tomllib.loads((resources.files("inventory.cli") / "commands.toml").read_text("utf-8"))
    shared = declared["option"]
    return {
        name: Command(name, body, tuple(_options(body["takes"], shared))) for name, body in declared["command"].items()
    }


def _options(takes: list[Any], shared: Mapping[str, Mapping[str, Any]]) -> Iterator[Option]:
    for entry in takes:
        if isinstance(entry, str):
            yield Option(entry, shared[entry])
        else:
            yield Option(entry["name"], {k: v for k, v in entry.items() if k != "name"})


def add(app: typer.Typer, *names: str) -> None:
    """Add declared commands to the application or to one of its groups."""
    for name in names:
        app.command(name.rpartition(" ")[2])(commands()[name].callback())
