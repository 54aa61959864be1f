"""What may be done with many reports at once: take them for review, or pass them on."""

from __future__ import annotations

from .roles import Role
from .states import TABLE, TAKING, Action, State

PASSING = (Action.pass_city, Action.pass_on)
BATCHES = {"take": TAKING, "pass": PASSING}


def batch_of(state: State, roles: frozenset[Role]) -> str:
    """`take` or `pass` where one of these roles may do so in this state; empty otherwise."""
    able = (
        name
        for name, actions in BATCHES.items()
        for a in actions
        if state in TABLE[a].sources and TABLE[a].roles & roles
    )
    return next(able, "")
