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
# longest first: what is left when they are gone must still say something
# fmt: off
EMPTY_WORDS = (
    "已经核实", "情况属实", "数据无误", "核实无误", "没有问题", "不存在", "已核实", "我公司", "按要求", "按规定", "无异常", "本公司", "本单位", "没问题",
    "经核实", "见附件", "一致", "上报", "上述", "不是", "仔细", "以上", "企业", "全部", "公司", "再次", "准确", "单位", "原因", "参见", "可以",
    "可靠", "合理", "合规", "同上", "同前", "同左", "均为", "填写", "填报", "复核", "多次", "如上", "如下", "如前", "存在", "完整", "实事",
    "实际", "审核", "属实", "已经", "应该", "异常", "情况", "我司", "所有", "报送", "数值", "数字", "数据", "数量", "无误", "有效", "本年",
    "本次", "材料", "查验", "校验", "核实", "核对", "核查", "检查", "正常", "正确", "没有", "理由", "真实", "确认", "符合", "要求", "规定",
    "认真", "详见", "说明", "问题", "附件", "对", "已", "无",
    "是", "的", "经",
    "of course", "as stated above", "as above", "no problem", "verified", "checked", "correct", "confirmed",
    "accurate", "true", "valid", "same", "above", "before", "none", "nothing", "no", "not", "ok", "okay",
    "n/a", "na", "yes", "data", "figure", "figures", "value", "values", "report", "problem", "see",
    "attached", "attachment", "please", "reason", "explanation", "all", "has", "have", "been", "was", "were",
    "is", "are", "it", "this", "that", "the", "and", "as", "by", "us", "we", "our", "with", "in", "of", "to",
    "a", "an",
)
# fmt: on
_NOT_A_LETTER = re.compile(r"[\W_\d]+")
_HAN_APART = re.compile(r"(?<=[\u4e00-\u9fff])[\W_]+(?=[\u4e00-\u9fff])")
_REPEATED = re.compile(r"(.{1,5}?)\1{2,}.{0,4}")


def is_reason(text: str) -> bool:
    """Whether a text explains anything. `核实无误`, `无`, `同上` and their like are no reason, however they are spaced,
    punctuated, written in full width or repeated.

    What is left after those words must still have six letters or characters, of which three differ, and not be one short
    piece over and over.
    """
    plain = " ".join(unicodedata.normalize("NFKC", text).lower().split())
    left = _HAN_APART.sub("", plain)  # characters set apart by blanks or marks stand together again
    for word in EMPTY_WORDS:
        left = re.sub(rf"\b{re.escape(word)}\b", " ", left) if word.isascii() else left.replace(word, " ")
    letters = _NOT_A_LETTER.sub("", left)
    return len(letters) >= LEAST_LETTERS and len(set(letters)) >= 3 and not _REPEATED.fullmatch(letters)
