"""What is wrong, where, and how to mend it: one shape for every message a person sees.

A `Problem` holds a code and the facts; the sentences stand once, in Chinese and English, in
`inventory/messages/*.toml`.
Functions that look at input collect problems and go on; `InventoryError` carries all of them at once.
"""

from __future__ import annotations

import contextvars
import functools
import os
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import resources
from typing import Any, TypeVar

from .names import printable

SEVERITIES = ("error", "warning", "hint")
LANGUAGES = ("zh", "en")
_language: contextvars.ContextVar[str] = contextvars.ContextVar("language")


def language(set_to: str | None = None) -> str:
    """The language of error texts, `zh` or `en`: as set here, else the environment variable INVENTORY_LANG, else
    Chinese.

    Raises ValueError for another language.
    """
    if set_to is not None:
        if set_to not in LANGUAGES:
            raise ValueError(f"language must be one of {', '.join(LANGUAGES)}, not {set_to!r}")
        _language.set(set_to)
    of_environment = os.environ.get("INVENTORY_LANG", "zh")
    return _language.get(of_environment if of_environment in LANGUAGES else "zh")


@contextmanager
def speaking(lang: str) -> Iterator[None]:
    """Errors speak this language within the block, and the one before after it."""
    token = _language.set(lang if lang in LANGUAGES else "zh")
    try:
        yield
    finally:
        _language.reset(token)


@dataclass(frozen=True, slots=True, order=True)
class Origin:
    """Where something stands: file, sheet, cell (or `row 7` of a CSV)."""

    file: str = ""
    sheet: str = ""
    cell: str = ""

    def __str__(self) -> str:
        place = f"[{self.sheet}]" if self.sheet else ""
        return f"{self.file}{place}{'!' if self.cell and (self.file or place) else ''}{self.cell}"


@functools.cache
def catalogue() -> dict[str, dict[Any, Any]]:
    """All message texts by code, read once from the package's `messages/*.toml`."""
    texts: dict[str, dict[Any, Any]] = {}
    folder = resources.files("inventory") / "messages"
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        if entry.name.endswith(".toml"):
            for group, codes in tomllib.loads(entry.read_text("utf-8")).items():
                for name, body in codes.items():
                    texts[f"{group}.{name}"] = body
    return texts


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to tell a person. Build it with `problem(code, origin, **facts)`."""

    code: str
    origin: Origin
    facts: tuple[tuple[str, str], ...] = ()

    @property
    def severity(self) -> str:
        """error (nothing is computed), warning (computed; a person should look) or hint."""
        return str(catalogue()[self.code]["severity"])

    def part(self, name: str, lang: str = "zh") -> str:
        """One sentence of the message: `what`, `expected` or `fix`; empty where the catalogue has none."""
        text = catalogue()[self.code][lang].get(name, "")
        reported = str(text).format_map(_Facts((k, _in_language(v, lang)) for k, v in self.facts))
        return _rows_in_chinese(reported) if lang == "zh" else latin_lists(reported)

    def text(self, lang: str = "zh") -> str:
        """The whole message on one line: place, what was found, what was expected, what to do."""
        parts = [self.part("what", lang)]
        for name, label in _PART_LABELS[lang]:
            sentence = self.part(name, lang)
            if sentence:
                parts.append(f"{label}{sentence}")
        place = _rows_in_chinese(str(self.origin)) if lang == "zh" else str(self.origin)
        joined = ("；" if lang == "zh" else "; ").join(parts)
        return f"{place}{'：' if lang == 'zh' else ': '}{joined}" if place else joined

    def sort_key(self) -> tuple[Any, ...]:
        """Errors first, then by file, sheet and cell. What sets off many others comes first (`first` in the catalogue);
        errors of no place come after those of a cell: what lacks often stands there and could not be read."""
        return (
            SEVERITIES.index(self.severity),
            not catalogue()[self.code].get("first", False),
            self.severity == "error" and not self.origin.file,
            self.origin.file,
            self.origin.sheet,
            _cell_key(self.origin.cell),
            self.code,
            self.facts,
        )


_ROW = re.compile(r"(!?)\brow (\d+)\b")
# the comma of a Chinese list, and Chinese brackets around what is not Chinese; those within somebody's own Chinese stay
_LIST_COMMA = re.compile(r"(?<![\u3400-\u9fff）])、|、(?![\u3400-\u9fff（])")
_BRACKETS = re.compile(r" ?（([^（）\u3400-\u9fff]*)）")


def latin_lists(text: str) -> str:
    """An English sentence whose lists of names carry the punctuation of the code that made them: with Latin
    punctuation."""
    return _BRACKETS.sub(r" (\1)", _LIST_COMMA.sub(", ", text)) if "、" in text or "（" in text else text


def _rows_in_chinese(text: str) -> str:
    """`data.csv!row 4` -> `data.csv 第4行`: the place as a Chinese sentence names it."""
    return _ROW.sub(lambda m: f"{' ' if m[1] else ''}第{m[2]}行", text)


_PART_LABELS = {"zh": (("expected", "应为："), ("fix", "处理：")), "en": (("expected", "expected: "), ("fix", "fix: "))}


class _Facts(dict[Any, Any]):
    def __init__(self, facts: Iterable[tuple[str, str]]) -> None:
        super().__init__(facts)

    def __missing__(self, key: str) -> str:
        raise KeyError(f"message fact {key!r} was not given")


def _cell_key(cell: str) -> tuple[Any, ...]:
    """A1 addresses and `row 7` in reading order."""
    letters = "".join(c for c in cell if c.isalpha() and c.isascii())
    digits = "".join(c for c in cell if c.isdigit())
    return (int(digits or 0), len(letters), letters)


_BETWEEN = "\x1f"  # a fact that exists in both languages is kept as zh, this, en


def _in_language(fact: str, lang: str) -> str:
    zh, _, en = fact.partition(_BETWEEN)
    return en or zh if lang == "en" else zh


def both_texts(problem: Problem) -> str:
    """The whole message in both languages, to be kept (in a database) and shown later by `in_language`."""
    return f"{problem.text('zh')}{_BETWEEN}{problem.text('en')}"


def in_language(kept: str, lang: str) -> str:
    """A kept message in one language; one that was kept in Chinese only as it is."""
    return _in_language(kept, lang)


class Fact(str):
    """A fact of a problem: the text that messages show, and the value behind it (`value`: number, place, label in both
    languages …)."""

    value: object

    def __new__(cls, text: str, value: object) -> Fact:
        result = super().__new__(cls, text)
        result.value = value
        return result

    def __reduce__(self) -> tuple[type[Fact], tuple[str, object]]:
        return Fact, (str(self), self.value)


def figure(value: float, unit: str = "", spec: str = "g") -> Fact:
    """A number for a message as it is shown (`spec` as in format()), keeping value and unit for programs."""
    text = f"{value:{spec}} {unit}".strip()
    return Fact(text, {"value": value, "unit": unit} if unit else value)


def data_of(fact: str) -> object:
    """What a program gets of a fact: its value; a label in both languages; else the text."""
    if isinstance(fact, Fact):
        return fact.value
    zh, both, en = fact.partition(_BETWEEN)
    return {"zh": zh, "en": en} if both else fact


def _fact(value: object) -> str:
    if isinstance(value, Mapping) and "zh" in value:
        return f"{value['zh']}{_BETWEEN}{value.get('en', '')}"
    if isinstance(value, Fact) or (isinstance(value, str) and type(value) is str):
        return value
    return str(value)


def _kept(text: str, value: object) -> str:
    """The text as a plain string where the value is that text (or a label, which the text holds), else with the value
    behind it."""
    if isinstance(value, Fact):
        return value if text == value else Fact(text, value.value)
    return text if isinstance(value, str | Mapping) else Fact(text, value)


def bracketed(text: str) -> dict[str, str]:
    """A fact that is put behind a word in brackets; nothing at all when there is nothing to put."""
    return {"zh": f"（{text}）", "en": f" ({text})"} if text else {"zh": "", "en": ""}


def problem(code: str, origin: Origin | None = None, **facts: object) -> Problem:
    """A problem of a known code; a fact may be a label `{"zh": …, "en": …}`. Raises KeyError for a code that no
    catalogue holds (a programming error)."""
    if code not in catalogue():
        raise KeyError(f"no message text for {code!r}")
    return Problem(
        code,
        _printable_origin(origin or Origin()),
        tuple(sorted((k, _kept(printable(_fact(v)), v)) for k, v in facts.items())),
    )


def _printable_origin(origin: Origin) -> Origin:
    file, sheet = printable(origin.file), printable(origin.sheet)
    return origin if (file, sheet) == (origin.file, origin.sheet) else Origin(file, sheet, origin.cell)


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Problems without repeats, errors first, then by place: the same list whatever order they were found in."""
    return sorted(set(problems), key=Problem.sort_key)


def over_years(problems: Iterable[Problem]) -> list[Problem]:
    """For reading: what is said of several years in the same words and on the same sheet is said once, at its first
    place, with all years."""
    groups: dict[object, list[Problem]] = {}
    for p in problems:
        facts = dict(p.facts)
        same = tuple((k, v) for k, v in p.facts if k not in ("year", "question"))
        groups.setdefault((p.code, p.origin.file, p.origin.sheet, same) if "year" in facts else p, []).append(p)
    out = []
    for members in groups.values():
        first = members[0]
        if len(members) > 1:
            facts = dict(first.facts)
            for name in {"year", "question"} & set(facts):
                reported = dict.fromkeys(str(dict(m.facts)[name]) for m in members)
                facts[name] = _kept("、".join(reported) + _BETWEEN + ", ".join(reported), None)
            first = Problem(first.code, first.origin, tuple(sorted(facts.items())))
        out.append(first)
    return out


Said = TypeVar("Said")
SAME_CAUSE = 3  # cells from which the same is said once
FIGURE_ONLY = {"number.scaled": ("found",), "number.text": ("found",)}  # facts that do not make another cause


def over_cells(problems: Iterable[Problem]) -> list[tuple[Problem, tuple[str, ...]]]:
    """For reading: what is said in the same words of several cells of a sheet is said once, at its first cell, with the
    other cells."""
    return by_cause(problems, lambda p: (p.code, (p.origin.file, p.origin.sheet), dict(p.facts), p.origin.cell))


def by_cause(
    items: Iterable[Said], of: Callable[[Said], tuple[str, object, Mapping[str, str], str]]
) -> list[tuple[Said, tuple[str, ...]]]:
    """Items with the cells of those that say the same; `of` gives code, sheet, facts and cell of one."""
    groups: dict[object, list[tuple[Said, str]]] = {}
    for n, item in enumerate(items):
        code, sheet, facts, cell = of(item)
        same = tuple(sorted((k, v) for k, v in facts.items() if k not in FIGURE_ONLY.get(code, ())))
        groups.setdefault((code, sheet, same) if cell else n, []).append((item, cell))
    out: list[tuple[Said, tuple[str, ...]]] = []
    for members in groups.values():
        if len(members) < SAME_CAUSE:
            out.extend((item, ()) for item, _ in members)
        else:
            out.append((members[0][0], tuple(cell for _, cell in members[1:])))
    return out


@dataclass
class Collector:
    """Gathers problems so that all are told at once. The only mutable thing passed through reading code."""

    reported: list[Problem] = field(default_factory=list)

    def add(self, code: str, origin: Origin | None = None, **facts: object) -> None:
        self.reported.append(problem(code, origin, **facts))

    def extend(self, problems: Iterable[Problem]) -> None:
        self.reported.extend(problems)

    @property
    def count(self) -> int:
        """How many were reported up to now."""
        return len(self.reported)

    def since(self, count: int) -> list[Problem]:
        """Those that were reported after the first `count`."""
        return self.reported[count:]

    @property
    def errors(self) -> list[Problem]:
        return [p for p in self if p.severity == "error"]

    def raise_errors(self) -> None:
        """Raise `InventoryError` with everything found if any of it is an error."""
        if self.errors:
            raise InventoryError(self)

    def __iter__(self) -> Iterator[Problem]:
        return iter(in_order(self.reported))


class InventoryError(Exception):
    """The root of the error tree; carries every problem found, not the first only. `account` is the account of figures,
    where input had been read."""

    account: object = None

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(in_order(problems))
        super().__init__("\n".join(p.text() for p in self.problems))

    def __reduce__(self) -> tuple[type[InventoryError], tuple[tuple[Problem, ...]]]:
        """Built again from its problems, so that it survives the way back from a worker process."""
        return type(self), (self.problems,)

    def __str__(self) -> str:
        """All messages, one a line, in the language of `inventory.language`."""
        return "\n".join(p.text(language()) for p in self.problems)


class DeclarationError(InventoryError):
    """An edition (factor tables, methods, vocabulary) is itself wrong: a mistake of whoever wrote it, not of the
    input."""

    def __init__(self, faults: str | Iterable[Problem]) -> None:
        super().__init__([problem("edition.fault", reason=faults)] if isinstance(faults, str) else faults)
