"""Derivatives through `min` and `max`, which have no formula: value and slope are carried together and the branch in
force is taken.

Only equations that use `min` or `max` come here; all others are differentiated as texts by
`inventory.core.equation.derivative`.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

import numpy as np

from inventory.core.equation import CONSTANTS, parse, sum_name

Dual = tuple[Any, Any]  # value, slope


def branch_derivative(text: str, name: str, arguments: Mapping[str, Any]) -> Any:
    """Partial derivative of `text` by `name` (`sum_name(x)` for the value of `sum(x)`) at `arguments`; at a tie the
    first argument's branch."""
    return _dual(parse(text).tree, name, arguments)[1]


def _dual(node: ast.expr, x: str, given: Mapping[str, Any]) -> Dual:
    if isinstance(node, ast.Constant):
        return float(node.value), 0.0  # type: ignore[arg-type]
    if isinstance(node, ast.Name):
        if node.id in CONSTANTS:
            return float(CONSTANTS[node.id][0]), 0.0
        return given[node.id], 1.0 if node.id == x else 0.0
    if isinstance(node, ast.UnaryOp):
        value, slope = _dual(node.operand, x, given)
        return -value, -slope
    if isinstance(node, ast.Call):
        return _call(node, x, given)
    assert isinstance(node, ast.BinOp)
    a, da = _dual(node.left, x, given)
    if isinstance(node.op, ast.Pow):
        assert isinstance(node.right, ast.Constant) and isinstance(node.right.value, int)
        power = node.right.value
        return a**power, power * a ** (power - 1) * da
    b, db = _dual(node.right, x, given)
    if isinstance(node.op, ast.Add):
        return a + b, da + db
    if isinstance(node.op, ast.Sub):
        return a - b, da - db
    if isinstance(node.op, ast.Mult):
        return a * b, da * b + a * db
    return a / b, da / b - a * db / (b * b)


def _call(node: ast.Call, x: str, given: Mapping[str, Any]) -> Dual:
    assert isinstance(node.func, ast.Name)
    if node.func.id == "sum":
        assert isinstance(node.args[0], ast.Name)
        name = sum_name(node.args[0].id)
        return given[name], 1.0 if name == x else 0.0
    a, da = _dual(node.args[0], x, given)
    if node.func.id == "exp":
        return np.exp(a), np.exp(a) * da
    b, db = _dual(node.args[1], x, given)
    first = np.less_equal(a, b) if node.func.id == "min" else np.greater_equal(a, b)
    return np.where(first, a, b), np.where(first, da, db)
