"""The refusal of an act by the rules."""

from __future__ import annotations


class ActRefused(Exception):
    """An act that the rules do not allow now. `codes` name the texts; `status` 409 when somebody was faster."""

    def __init__(self, *codes: str, status: int = 403, facts: dict[str, str] | None = None) -> None:
        self.codes, self.status, self.facts = codes, status, facts or {}
        self.conflicts: list[dict[str, str]] = []  # cells that somebody else changed meanwhile, each with what it holds
        super().__init__(",".join(codes))
