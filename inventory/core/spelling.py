"""Words as they are compared."""

from __future__ import annotations

import functools
import re
import unicodedata

_BRACKETS = str.maketrans("（）【】[]〔〕，：；—–－～〜、“”", '()()()(),:;---~~,""')


# circled figures point to notes below a table: 水稻播种面积①
FOOTNOTES = re.compile("[\u2460-\u2473\u2474-\u2487\u2776-\u2793]")


@functools.lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """A word without what does not matter: width, case, blanks, line breaks, kinds of brackets and dashes."""
    plain = unicodedata.normalize("NFKC", FOOTNOTES.sub("", text)).translate(_BRACKETS).casefold()
    return re.sub(r"[\s\u200b\ufeff]+", "", plain).strip("*:'\"·")
