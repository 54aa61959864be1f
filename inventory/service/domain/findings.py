"""What a finding of the verdict demands: 强制 blocks, 核实 needs a reason in the reporter's own words, 提示 is free."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

LEAST_LETTERS = 6


class Grade(StrEnum):
    blocking = "blocking"
    to_verify = "to_verify"
    hint = "hint"


GRADE_LABELS = {
    Grade.blocking: {"zh": "强制", "en": "Blocks"},
    Grade.to_verify: {"zh": "核实", "en": "To verify"},
    Grade.hint: {"zh": "提示", "en": "Hint"},
}
OF_SEVERITY = {"error": Grade.blocking, "warning": Grade.to_verify, "hint": Grade.hint}
EMPTY_WORDS = (
    "核实无误",
    "情况属实",
    "数据无误",
    "没有问题",
    "已经核实",
    "已核实",
    "经核实",
    "核实",
    "无误",
    "属实",
    "正确",
    "没问题",
    "如上",
    "同上",
    "同前",
    "正常",
    "数据",
    "情况",
    "实际",
    "企业",
    "确认",
    "已",
    "经",
    "无",
    "是",
    "对",
    "的",
    "of course",
    "verified",
    "correct",
    "confirmed",
    "as above",
    "same",
    "none",
    "no",
    "ok",
    "n/a",
    "na",
    "yes",
    "data",
    "is",
    "are",
)
_NOT_A_LETTER = re.compile(r"[\W_\d]+")


def is_reason(text: str) -> bool:
    """Whether a text explains anything. `核实无误`, `无`, `同上` and their like, punctuation and repetition are no
    reason.

    What is left after those words must still have six letters or characters, of which three differ.
    """
    left = " ".join(unicodedata.normalize("NFKC", text).lower().split())
    for word in EMPTY_WORDS:
        left = re.sub(rf"\b{re.escape(word)}\b", " ", left) if word.isascii() else left.replace(word, " ")
    letters = _NOT_A_LETTER.sub("", left)
    return len(letters) >= LEAST_LETTERS and len(set(letters)) >= 3
