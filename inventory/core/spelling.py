"""Words as they are compared."""

from __future__ import annotations

import functools
import re
import unicodedata

_BRACKETS = str.maketrans("（）【】[]〔〕，：；—–－～〜、“”", '()()()(),:;---~~,""')


@functools.lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """A word without what does not matter: width, case, blanks, line breaks, kinds of brackets and dashes."""
    plain = unicodedata.normalize("NFKC", text).translate(_BRACKETS).casefold()
    return re.sub(r"[\s\u200b\ufeff]+", "", plain).strip("*:'\"·")
