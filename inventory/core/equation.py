"""An equation is written once: from one text come value, unit check, Excel formula, explanation and derivatives.

The text is a small arithmetic language (names, numbers, + - * / ^, `sum(name)`, exp, min, max) read by Python's own
`ast`, which keeps the author's order of terms. `check` works out the units and writes the scale left over into the
tree, once, so that every view shows it. Molar masses and other constants are names with units: a forgotten or inverted
44/12 is a dimension error.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import CodeType
from typing import Any

import numpy as np

from . import units
from .units import NUMBER, DimensionError, Unit

# Named constants: value as printed, unit, labels. Molar masses as the guideline rounds them (44/12, 44/28, 16/12).
CONSTANTS: dict[str, tuple[float, str, dict[str, str]]] = {
    "M_CO2": (44, "g CO2/mol", {"zh": "CO2摩尔质量", "en": "molar mass of CO2"}),
    "M_C": (12, "g C/mol", {"zh": "C摩尔质量", "en": "molar mass of C"}),
    "M_CH4": (16, "g CH4/mol", {"zh": "CH4摩尔质量", "en": "molar mass of CH4"}),
    "M_N2O": (44, "g N2O/mol", {"zh": "N2O摩尔质量", "en": "molar mass of N2O"}),
    "M_N2": (28, "g N/mol", {"zh": "N2摩尔质量", "en": "molar mass of N2"}),
    "DAYS": (365, "日", {"zh": "一年的天数", "en": "days in a year"}),
}
FUNCTIONS = {"exp": np.exp, "min": np.minimum, "max": np.maximum}
_OPERATORS: dict[type, tuple[int, str]] = {
    ast.Add: (1, "+"),
    ast.Sub: (1, "-"),
    ast.Mult: (2, "*"),
    ast.Div: (2, "/"),
    ast.Pow: (4, "^"),
}


class EquationError(ValueError):
    """The text is not of the equation language."""


@dataclass(frozen=True)
class Equation:
    """A parsed text: `names` used plainly and `summed` names used in `sum()`, both in the author's order, constants
    left out."""

    text: str
    tree: ast.expr
    names: tuple[str, ...]
    summed: tuple[str, ...]


@functools.lru_cache(maxsize=4096)
def parse(text: str) -> Equation:
    """Read an equation text. Raises `EquationError` for anything outside the language."""
    try:
        tree = ast.parse(text.replace("^", "**"), mode="eval").body
    except SyntaxError as error:
        raise EquationError(f"{text!r}: {error.msg}") from error
    names: dict[str, None] = {}
    summed: dict[str, None] = {}
    _read(tree, text, names, summed)
    return Equation(text, tree, tuple(names), tuple(summed))


def _read(node: ast.AST, text: str, names: dict[str, None], summed: dict[str, None]) -> None:
    """Depth first, in the author's order; anything not allowed raises."""
    if isinstance(node, ast.Name):
        if node.id not in CONSTANTS:
            names[node.id] = None
    elif isinstance(node, ast.Constant) and isinstance(node.value, (int, float)) and not isinstance(node.value, bool):
        pass
    elif isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        if isinstance(node.op, ast.Pow) and not (
            isinstance(node.right, ast.Constant) and isinstance(node.right.value, int)
        ):
            raise EquationError(f"{text!r}: a power must be a whole number")
        _read(node.left, text, names, summed)
        _read(node.right, text, names, summed)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        _read(node.operand, text, names, summed)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords:
        if node.func.id == "sum" and len(node.args) == 1 and isinstance(node.args[0], ast.Name):
            summed[node.args[0].id] = None
        elif node.func.id in FUNCTIONS and len(node.args) == (1 if node.func.id == "exp" else 2):
            for arg in node.args:
                _read(arg, text, names, summed)
        else:
            raise EquationError(
                f"{text!r}: {ast.unparse(node)} is not of the language (exp(x), min(a,b), max(a,b), sum(name))"
            )
    else:
        raise EquationError(f"{text!r}: {type(node).__name__} is not of the language")


# ---- units ----


def check(text: str, unit_of: Mapping[str, str], target: str) -> str:
    """The text with the scale left over written in, for these printed units and this printed unit of the result.

    `unit_of` maps every name (plain and summed) to its printed unit. Raises `DimensionError` when the units do not work
    out.
    """
    return _check(text, tuple(sorted(unit_of.items())), target)


@functools.lru_cache(maxsize=8192)
def _check(text: str, unit_items: tuple[tuple[str, str], ...], target: str) -> str:
    equation = parse(text)
    known = dict(unit_items)
    tree, unit = _units(equation.tree, known, text)
    wanted = units.parse(target)
    if unit.dims != wanted.dims:
        raise DimensionError(
            f"{text}: the units give {_show(unit)}, not {target} ({', '.join(f'{k} [{v}]' for k, v in unit_items)})"
        )
    return to_text(_times(tree, unit.scale / wanted.scale))


def _units(node: ast.expr, known: Mapping[str, str], text: str) -> tuple[ast.expr, Unit]:
    """The node, rescaled inside where terms of one sum are printed in different units, and the unit of its number."""
    if isinstance(node, ast.Constant):
        return node, NUMBER
    if isinstance(node, ast.Name):
        return node, units.parse(CONSTANTS[node.id][1] if node.id in CONSTANTS else known[node.id])
    if isinstance(node, ast.UnaryOp):
        inner, unit = _units(node.operand, known, text)
        return ast.UnaryOp(ast.USub(), inner), unit
    if isinstance(node, ast.Call):
        assert isinstance(node.func, ast.Name)
        if node.func.id == "sum":
            assert isinstance(node.args[0], ast.Name)
            return node, units.parse(known[node.args[0].id])
        if node.func.id == "exp":
            inner, unit = _units(node.args[0], known, text)
            if unit.dims:
                raise DimensionError(f"{text}: exp() needs a pure number, got {_show(unit)}")
            return ast.Call(node.func, [_times(inner, unit.scale)], []), NUMBER
        left, right, unit = _alike(node.args[0], node.args[1], known, text, f"{node.func.id}()")
        return ast.Call(node.func, [left, right], []), unit
    assert isinstance(node, ast.BinOp)
    if isinstance(node.op, (ast.Add, ast.Sub)):
        left, right, unit = _alike(node.left, node.right, known, text, "+" if isinstance(node.op, ast.Add) else "-")
        return ast.BinOp(left, node.op, right), unit
    left, a = _units(node.left, known, text)
    if isinstance(node.op, ast.Pow):
        assert isinstance(node.right, ast.Constant)
        return ast.BinOp(left, node.op, node.right), a.power(int(node.right.value))  # type: ignore[arg-type]
    right, b = _units(node.right, known, text)
    return ast.BinOp(left, node.op, right), a * b if isinstance(node.op, ast.Mult) else a / b


def _alike(a: ast.expr, b: ast.expr, known: Mapping[str, str], text: str, what: str) -> tuple[ast.expr, ast.expr, Unit]:
    left, u = _units(a, known, text)
    right, v = _units(b, known, text)
    if u.dims != v.dims:
        raise DimensionError(f"{text}: {what} of {_show(u)} and {_show(v)}")
    return left, _times(right, v.scale / u.scale), u


def _times(node: ast.expr, scale: Fraction) -> ast.expr:
    """node * scale, as `* p` and `/ q` with whole p, q, at the end of the term: one place, seen in every view."""
    if scale.numerator != 1:
        node = ast.BinOp(node, ast.Mult(), ast.Constant(scale.numerator))
    if scale.denominator != 1:
        node = ast.BinOp(node, ast.Div(), ast.Constant(scale.denominator))
    return node


def _show(unit: Unit) -> str:
    return " ".join(f"{name}{'' if p == 1 else p}" for name, p in unit.dims) or "1"


# ---- views ----


@dataclass(frozen=True, slots=True)
class Writing:
    """How the parts of an equation are written: a name, an operator, a call with its arguments, a number."""

    leaf: Callable[[str], str]
    token: Callable[[str], str]
    call: Callable[[str, list[str]], str]
    number: Callable[[Any], str] = repr


def render(node: ast.expr, writing: Writing, above: int = 0, right: bool = False) -> str:
    """Write a tree: one walker for Excel, sentence and text; parentheses only where the order of the author needs
    them."""

    def again(n: ast.expr, p: int = 0, r: bool = False) -> str:
        return render(n, writing, p, r)

    if isinstance(node, ast.Name):
        return writing.leaf(node.id)
    if isinstance(node, ast.Constant):
        return writing.number(node.value)
    if isinstance(node, ast.Call):
        assert isinstance(node.func, ast.Name)
        if node.func.id == "sum":
            assert isinstance(node.args[0], ast.Name)
            return writing.call("sum", [node.args[0].id])
        return writing.call(node.func.id, [again(a) for a in node.args])
    if isinstance(node, ast.UnaryOp):
        return f"(-{again(node.operand, 5)})"  # Excel binds unary minus tighter than ^
    assert isinstance(node, ast.BinOp)
    strength, op = _OPERATORS[type(node.op)]
    text = again(node.left, strength, op == "^") + writing.token(op) + again(node.right, strength, True)
    return f"({text})" if strength < above or (strength == above and right) else text


def _called(name: str, args: list[str]) -> str:
    return f"{name}({', '.join(args)})"


def to_text(tree: ast.expr) -> str:
    """The tree in the equation language again."""
    return render(tree, Writing(str, lambda op: op if op == "^" else f" {op} ", _called))


def excel(text: str, cell_of: Callable[[str], str], sum_of: Callable[[str], str]) -> str:
    """The Excel formula (without `=`): `cell_of(name)` gives a cell, `sum_of(name)` the argument of SUM; constants as
    numbers."""

    def leaf(name: str) -> str:
        return f"{CONSTANTS[name][0]:g}" if name in CONSTANTS else cell_of(name)

    def call(name: str, args: list[str]) -> str:
        return f"SUM({sum_of(args[0])})" if name == "sum" else f"{name.upper()}({','.join(args)})"

    return render(parse(text).tree, Writing(leaf, str, call))


def sentence(text: str, word_of: Callable[[str], str], sum_of: Callable[[str], str]) -> str:
    """The equation in words or numbers: `word_of(name)` and `sum_of(name)` say what to print for each variable
    (constants included)."""
    signs = {"*": " × ", "/": " ÷ ", "+": " + ", "-": " − ", "^": "^"}

    def call(name: str, args: list[str]) -> str:
        return sum_of(args[0]) if name == "sum" else f"{name}({', '.join(args)})"

    return render(parse(text).tree, Writing(word_of, signs.__getitem__, call))


# ---- value and derivatives ----

_SCOPE = {"__builtins__": {}, **FUNCTIONS, **{name: float(value) for name, (value, _, _) in CONSTANTS.items()}}


class _SumsAsNames(ast.NodeTransformer):
    def visit_Call(self, node: ast.Call) -> ast.AST:
        if isinstance(node.func, ast.Name) and node.func.id == "sum":
            assert isinstance(node.args[0], ast.Name)
            return ast.Name(sum_name(node.args[0].id), ast.Load())
        self.generic_visit(node)
        return node


def sum_name(name: str) -> str:
    """Name under which the value of `sum(name)` is handed to `evaluate`."""
    return f"sum_{name}"


@functools.lru_cache(maxsize=8192)
def _code(text: str) -> CodeType:
    return _compile(parse(text).tree)


def _compile(tree: ast.expr) -> CodeType:
    copy = ast.parse(to_text(tree).replace("^", "**"), mode="eval")
    return compile(ast.fix_missing_locations(_SumsAsNames().visit(copy)), "<equation>", "eval")


def evaluate(text: str, values: Mapping[str, Any]) -> Any:
    """The value, vectorised: `values` maps names (and `sum_name(x)` for sums) to numbers or arrays of one shape."""
    return eval(_code(text), _SCOPE, dict(values))


@functools.lru_cache(maxsize=8192)
def derivative(text: str, name: str) -> str:
    """The partial derivative of a text by a name, as a text; `sum_name(x)` differentiates by the value of `sum(x)`; "0"
    when absent."""
    tree = _SumsAsNames().visit(ast.parse(text.replace("^", "**"), mode="eval")).body
    return to_text(_derive(tree, name) or ast.Constant(0))


def _derive(node: ast.expr, x: str) -> ast.expr | None:
    """None stands for zero, so that absent terms vanish instead of piling up."""
    if isinstance(node, ast.Name):
        return ast.Constant(1) if node.id == x else None
    if isinstance(node, ast.Constant):
        return None
    if isinstance(node, ast.UnaryOp):
        inner = _derive(node.operand, x)
        return None if inner is None else ast.UnaryOp(ast.USub(), inner)
    if isinstance(node, ast.Call):
        assert isinstance(node.func, ast.Name)
        if node.func.id == "exp":
            inner = _derive(node.args[0], x)
            return None if inner is None else ast.BinOp(node, ast.Mult(), inner)
        if all(_derive(a, x) is None for a in node.args):
            return None
        raise EquationError(
            f"{node.func.id}() has no derivative where its arguments meet; use Monte Carlo for this line"
        )
    assert isinstance(node, ast.BinOp)
    da, db = _derive(node.left, x), _derive(node.right, x)
    if isinstance(node.op, (ast.Add, ast.Sub)):
        if db is not None and isinstance(node.op, ast.Sub):
            return ast.UnaryOp(ast.USub(), db) if da is None else ast.BinOp(da, ast.Sub(), db)
        return da if db is None else db if da is None else ast.BinOp(da, ast.Add(), db)
    if isinstance(node.op, ast.Mult):
        first = None if da is None else ast.BinOp(da, ast.Mult(), node.right)
        second = None if db is None else ast.BinOp(node.left, ast.Mult(), db)
        return first if second is None else second if first is None else ast.BinOp(first, ast.Add(), second)
    if isinstance(node.op, ast.Div):
        first = None if da is None else ast.BinOp(da, ast.Div(), node.right)
        second = (
            None
            if db is None
            else ast.BinOp(
                ast.BinOp(node.left, ast.Mult(), db), ast.Div(), ast.BinOp(node.right, ast.Pow(), ast.Constant(2))
            )
        )
        if second is None:
            return first
        return ast.UnaryOp(ast.USub(), second) if first is None else ast.BinOp(first, ast.Sub(), second)
    assert isinstance(node.op, ast.Pow) and isinstance(node.right, ast.Constant) and isinstance(node.right.value, int)
    if da is None:
        return None
    lower = ast.BinOp(node.left, ast.Pow(), ast.Constant(node.right.value - 1))
    return ast.BinOp(ast.BinOp(ast.Constant(node.right.value), ast.Mult(), lower), ast.Mult(), da)
