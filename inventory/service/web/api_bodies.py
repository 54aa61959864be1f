"""What requests to `/api/v1` hold, and what they are answered with."""

from __future__ import annotations

from typing import Any

from ninja import Schema


class CellIn(Schema):
    sheet: str
    cell: str
    text: str
    seen: str = ""


class DraftIn(Schema):
    edits: list[CellIn]


class TransitionIn(Schema):
    action: str
    version_sha: str = ""
    reason: str = ""
    signature: str = ""
    stamp: int | None = None


class ExplanationIn(Schema):
    key: str
    text: str


# ---- answers ----


class RefusedRequest(Schema):
    """Why not, in words; `codes`: the rules that refused an act."""

    problems: list[str]
    codes: tuple[str, ...] = ()


READING = frozenset({401, 404, 422, 429})
ACTING = READING | {400, 403, 409, 412, 413, 507}


def answers(schema: Any) -> dict[Any, Any]:
    """What a reading request is answered with."""
    return {200: schema, READING: RefusedRequest}


def outcomes(schema: Any) -> dict[Any, Any]:
    """What an act is answered with."""
    return {200: schema, ACTING: RefusedRequest}


REFUSALS: dict[Any, Any] = {READING: RefusedRequest}  # of requests for a file


def file_of(kind: str = "application/octet-stream") -> dict[str, Any]:
    """A file in the description of a request for one."""
    content = {kind: {"schema": {"type": "string", "format": "binary"}}}
    return {"responses": {200: {"description": "OK", "content": content}}}


class RoundOut(Schema):
    id: int
    name: str
    year: int
    edition: str
    edition_hash: str
    opens: str
    due: dict[str, str]


class OrganisationProgress(Schema):
    organisation: str
    state: str
    exempt: bool
    submitted: str
    days_late: int


class FormField(Schema):
    id: str
    label: dict[str, str]
    kind: str
    required: bool
    choices: list[str]


class FormTable(Schema):
    name: str
    sheet: dict[str, str]
    fields: list[FormField]


class FormOut(Schema):
    industry: str
    name: dict[str, str]
    profile: list[FormField]
    tables: list[FormTable]
    form_schema: dict[str, Any]


class ReportOut(Schema):
    """`stamp` counts what was saved; `total_t` (t CO2e) is null while only the own people see it."""

    id: int
    organisation: str
    name: str
    industry: str
    round: int
    state: str
    stamp: int
    total_t: float | None
    version_sha: str
    in_force_sha: str


class SheetOut(Schema):
    name: str
    rows: list[list[bool | int | float | str | None]]  # as typed


class DraftOut(ReportOut):
    sheets: list[SheetOut]


class VerdictOut(ReportOut):
    verdict: dict[str, Any] | None


class AttachedOut(ReportOut):
    """`scanning`: waits for the virus scanner."""

    attachment: int
    sha256: str
    scanning: bool


class VersionRow(Schema):
    number: int
    sha256: str
    total_t: float | None
    engine: str
    edition_hash: str
    created: str


class VersionOut(Schema):
    number: int
    sha256: str
    sheets: list[SheetOut]
    verdict: dict[str, Any]


class CellDifference(Schema):
    sheet: str
    cell: str
    before: str
    after: str


class SumRow(Schema):
    """`value` is null where fewer than three firms stand behind it and the reader sees no single firm."""

    key: str
    firms: int | None
    value: float | None
    unit: str


class BrokenLink(Schema):
    kind: str
    number: int


class ChainOut(Schema):
    events: int
    broken: list[BrokenLink]


class JobOut(Schema):
    id: int
    product: str
    round: int
    state: str
    result: dict[str, Any] | None


class ResultsOut(Schema):
    columns: list[str]
    rows: list[list[Any]]
    exact: bool
