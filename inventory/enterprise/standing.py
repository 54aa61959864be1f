"""Which report counts: who is one firm, in which order its versions stand, and which of them is in force.

Identity is the unified social credit code (folded), then the name. Equal names with different codes, one code with two
names and blank codes are questions, and nothing is merged until they are settled. Versions stand by 编制日期, then by
receipt; never by file name. An accepted version stands until its replacement is accepted; a returned one does not count
and is listed as 待重报; two candidates of one receipt are a question.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ..core.problems import Origin, Problem, problem
from ..spreadsheets.numbers import plain
from .identity import folded
from .store import ACCEPTED, RECEIVED, RETURNED, SUPERSEDED

COUNTED, AGAIN, UNDECIDED, OLDER, OUT = "计入", "待重报", "待确认", "旧版", "撤回"


@dataclass(frozen=True, slots=True)
class SubmissionVersion:
    """What of a submission decides whether it counts."""

    id: int
    code: str
    name: str
    year: int
    compiled: str
    received: str
    receipt: str
    state: str
    file: str


@dataclass(frozen=True, slots=True)
class Standings:
    """`of`: submission -> 计入, 待重报, 待确认, 旧版 or 撤回; `firm`: submission -> key of its firm; `questions` for
    the office."""

    of: dict[int, str]
    firm: dict[int, str]
    questions: tuple[Problem, ...]


def standings(connection: sqlite3.Connection) -> Standings:
    """Worked out anew from what is stored, so that settling a question or a state needs no other change."""
    rows = [
        SubmissionVersion(*r)
        for r in connection.execute(
            "select id, code, name, year, compiled, received, receipt, state, file from submission order by id"
        )
    ]
    settled = {(folded(code), name_key(name)) for code, name in connection.execute("select code, name from same_firm")}
    firm, questions = _firms(rows, settled)
    of: dict[int, str] = {}
    groups: dict[tuple[str, int], list[SubmissionVersion]] = {}
    for v in rows:
        groups.setdefault((firm[v.id], v.year), []).append(v)
    for versions in groups.values():
        more = _order(versions, of)
        questions.extend(more)
    return Standings(of, firm, tuple(questions))


def name_key(name: str) -> str:
    """A name as it is compared: width, blanks, brackets and case make no difference."""
    return re.sub(r"[\s()（）·]", "", plain(name)).upper()


def _firms(rows: Iterable[SubmissionVersion], settled: set[tuple[str, str]]) -> tuple[dict[int, str], list[Problem]]:
    """Key of the firm of every submission, and the questions of identity."""
    codes_of: dict[str, dict[str, SubmissionVersion]] = {}
    names_of: dict[str, dict[str, SubmissionVersion]] = {}
    for v in rows:
        code, name = folded(v.code), name_key(v.name)
        codes_of.setdefault(name, {}).setdefault(code, v)
        if code:
            names_of.setdefault(code, {}).setdefault(name, v)
    questions: list[Problem] = []
    for code, names in sorted(names_of.items()):
        open_ = [n for n in names if (code, n) not in settled]
        if len(names) > 1 and open_:
            questions.append(
                problem(
                    "collect.code_two_names",
                    _origin(names.values()),
                    found=code,
                    names="、".join(v.name for v in names.values()),
                    first=next(iter(names.values())).name,
                )
            )
    for held in codes_of.values():
        coded = [c for c in held if c]
        first = next(iter(held.values()))
        if len(coded) > 1:
            questions.append(
                problem("collect.name_two_codes", _origin(held.values()), name=first.name, codes="、".join(coded))
            )
        elif coded and "" in held:
            questions.append(problem("collect.code_blank", Origin(held[""].file), name=first.name, found=coded[0]))
        elif not coded:
            questions.append(problem("collect.code_none", Origin(first.file), name=first.name))
    return {v.id: _key(v, codes_of, names_of, settled) for v in rows}, questions


def _key(
    v: SubmissionVersion, codes_of: dict[Any, Any], names_of: dict[Any, Any], settled: set[tuple[str, str]]
) -> str:
    code, name = folded(v.code), name_key(v.name)
    if not code:
        coded = [c for c in codes_of[name] if c]
        if len(coded) != 1:
            return f"name:{name}"
        code = coded[0]
    names = names_of[code]
    one = len(names) == 1 or all((code, n) in settled for n in names)
    return code if one or (code, name) in settled else f"{code}#{name}"


def _origin(versions: Iterable[SubmissionVersion]) -> Origin:
    return Origin("、".join(dict.fromkeys(v.file for v in versions)))


def _order(versions: Sequence[SubmissionVersion], of: dict[int, str]) -> list[Problem]:
    """The standing of the versions of one firm and year."""
    live = [v for v in versions if v.state not in ("撤回", SUPERSEDED)]
    of.update({v.id: OUT if v.state == "撤回" else OLDER for v in versions if v not in live})
    if not live:
        return []
    accepted = [v for v in live if v.state == ACCEPTED]
    newest = max(live, key=_rank)
    of.update({v.id: OLDER for v in live})
    if accepted:
        of[max(accepted, key=_rank).id] = COUNTED  # stands until its replacement is accepted
        if newest.state == RETURNED:
            of[newest.id] = AGAIN
        return []
    if newest.state == RETURNED:
        of[newest.id] = AGAIN
        return []
    rivals = [
        v for v in live if v.state == RECEIVED and _rank(v)[:2] == _rank(newest)[:2] and v.receipt == newest.receipt
    ]
    if len(rivals) > 1:
        of.update({v.id: UNDECIDED for v in rivals})
        return [
            problem(
                "collect.two_candidates",
                _origin(rivals),
                name=newest.name,
                year=newest.year,
                date=newest.compiled or "—",
                ids="、".join(str(v.id) for v in rivals),
            )
        ]
    of[newest.id] = COUNTED
    return []


def _rank(v: SubmissionVersion) -> tuple[str, str, int]:
    """编制日期 first (a version without one is older than any that has it), then receipt, then the number."""
    return (date_key(v.compiled), v.receipt or v.received, v.id)


def date_key(text: str) -> str:
    """A date as ISO text whatever its separators; empty for none."""
    date = re.match(r"(\d{4})\D+(\d{1,2})\D+(\d{1,2})", plain(text))
    return f"{date[1]}-{int(date[2]):02}-{int(date[3]):02}" if date else ""
