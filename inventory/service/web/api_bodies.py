"""What requests to `/api/v1` hold."""

from __future__ import annotations

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


class RemarkIn(Schema):
    sheet: str
    cell: str
    text: str


class ExplanationIn(Schema):
    key: str
    text: str
