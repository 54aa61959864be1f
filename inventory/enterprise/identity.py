"""Who reports: the unified social credit code (GB 32100-2015), folded and with its check digit tested."""

from __future__ import annotations

from ..core.problems import Problem, problem
from ..spreadsheets.numbers import plain
from .model import Enterprise, place_of_profile

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LENGTH = 18


def folded(code: str) -> str:
    """The code as it is compared: half width, upper case, without blanks and hyphens."""
    return plain(code).upper().replace(" ", "").replace("-", "").replace("－", "")


def check_digit(body: str) -> str:
    """The 18th character for the first 17. Raises ValueError for a character that no code has."""
    total = sum(ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(body))
    return ALPHABET[(31 - total % 31) % 31]


def fault_of(code: str) -> str:
    """`length`, `letters` or `digit`; empty for a right code and for none at all."""
    text = folded(code)
    if not text:
        return ""
    if len(text) != LENGTH:
        return "length"
    if any(c not in ALPHABET for c in text):
        return "letters"
    return "" if check_digit(text[:-1]) == text[-1] else "digit"


def identity_problems(e: Enterprise) -> list[Problem]:
    """What is wrong with the code: absent, or not one that can exist."""
    origin = place_of_profile(e, "统一社会信用代码")
    if not folded(e.profile.code):
        return [problem("enterprise.no_code", origin)]
    fault = fault_of(e.profile.code)
    return [problem(f"enterprise.code_{fault}", origin, found=e.profile.code)] if fault else []
