"""Declarations from TOML bodies to frozen values: types by pydantic from the dataclasses of
inventory/core/declarations.py, faults with their line."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from typing import Any

from pydantic import TypeAdapter, ValidationError

from ..core.declarations import (
    ActivityVar,
    Choice,
    Constraint,
    Declarations,
    FactorVar,
    Method,
    NumberVar,
    Parameter,
    Quantity,
    Step,
    verify,
)
from ..core.problems import Collector, DeclarationError, Origin, problem
from .source import raise_faults, value_problem
from .written import GROUPS, Body

SIMPLE: Mapping[str, type] = {"quantity": Quantity, "parameter": Parameter, "choice": Choice, "constraint": Constraint}
VARIABLES: Mapping[str, type] = {"activity": ActivityVar, "factor": FactorVar, "number": NumberVar}


def declarations(files: Iterable[tuple[str, Mapping[str, Any]]]) -> Declarations:
    """Declarations of parsed TOML files, given as (file name, content). Raises `DeclarationError` with every fault."""
    groups: dict[str, dict[str, Body]] = {group: {} for group in GROUPS}
    for name, content in files:
        for group in GROUPS:
            bodies = content.get(group, {})
            pairs = bodies.items() if isinstance(bodies, Mapping) else ((b["id"], b) for b in bodies)
            groups[group].update((key, Body(body, name)) for key, body in pairs)
    return declared(groups)


def declared(groups: Mapping[str, Mapping[str, Body]]) -> Declarations:
    """All declarations of an edition, in file order. Raises `DeclarationError` with every fault found."""
    problems = Collector()
    result: dict[str, dict[str, Any]] = {g: {} for g in GROUPS}
    for group, bodies in groups.items():
        for key, body in bodies.items():
            built = (
                _method(body, problems)
                if group == "method"
                else _built(SIMPLE[group], {**body.content, "id": key}, (f"{group} {key}", body, problems))
            )
            if built is not None:
                result[group][key] = built
    raise_faults(problems)
    whole = Declarations(
        result["quantity"],
        result["parameter"],
        result["choice"],
        tuple(result["constraint"].values()),
        result["method"],
    )
    faults = [
        problem("edition.fault", groups[group][key].origin if key in groups.get(group, {}) else Origin(), reason=reason)
        for group, key, reason in verify(whole)
    ]
    if faults:
        raise DeclarationError(faults)
    return whole


@functools.cache
def adapter(cls: type) -> TypeAdapter[Any]:
    return TypeAdapter(cls)


def _built(cls: type, content: Mapping[str, Any], reported: tuple[str, Body, Collector]) -> Any:
    where, body, faults = reported
    known = {f.name for f in fields(cls)}
    for word in sorted(set(content) - known):
        faults.add("edition.unknown_word", body.origin, word=f"{where}.{word}", known=", ".join(sorted(known)))
    tuples = ("key_values", "where")
    values = {
        k: {n: (v,) if isinstance(v, str) else v for n, v in c.items()} if k in tuples and isinstance(c, Mapping) else c
        for k, c in content.items()
        if k in known
    }
    try:
        return adapter(cls).validate_python(values)
    except ValidationError as error:
        for fault in error.errors():
            faults.reported.append(value_problem({**fault, "loc": (where, *fault["loc"])}, body.origin))
        return None


def _method(body: Body, faults: Collector) -> Method | None:
    where = f"method {body.content.get('id', '?')}"
    variables = {
        kind: tuple(
            _built(cls, {**content, "name": name}, (f"{where}.{kind}.{name}", body, faults))
            for name, content in body.content.get(kind, {}).items()
        )
        for kind, cls in VARIABLES.items()
    }
    steps = tuple(
        _built(Step, s, (f"{where}.step {s.get('name')}", body, faults)) for s in body.content.get("step", [])
    )
    plain = {k: v for k, v in body.content.items() if k not in (*VARIABLES, "step")}
    if None in steps or any(None in v for v in variables.values()):
        return None
    known = {f.name for f in fields(Method)}
    for word in sorted(set(plain) - known):
        faults.add("edition.unknown_word", body.origin, word=f"{where}.{word}", known=", ".join(sorted(known)))
    method = _built(
        Method,
        {**{k: v for k, v in plain.items() if k in known}, **dict.fromkeys(VARIABLES, ()), "steps": ()},
        (where, body, faults),
    )
    return None if method is None else _with(method, variables, steps)


def _with(method: Method, variables: Mapping[str, tuple[Any, ...]], steps: tuple[Step, ...]) -> Method:

    result: Any = {**variables, "steps": steps}
    return replace(method, **result)
