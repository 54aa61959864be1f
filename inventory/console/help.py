"""The help of every command in one language.

Texts of commands and options stand in both languages, Chinese first (`写入 CSV / write CSV`, `检查输入。 Check the input.`).
Where a language was asked for, by `--lang` or INVENTORY_LANG, only its half is shown; where none was, both are.
"""

from __future__ import annotations

import re
from typing import Any

CHINESE = re.compile("[\u2018-\u201d\u3000-\u303f\u3400-\u9fff\uff01-\uff60]")
DIVIDED = " / "


def half(text: str, lang: str) -> str:
    """The half of a text that is in `lang`; the whole text where it has one language only."""
    ends = [m.end() for m in CHINESE.finditer(text)]
    if not ends:
        return text
    rest = text[ends[-1] :]
    tail, divided, english = rest.partition(DIVIDED)
    if not divided:
        tail, english = "", rest.lstrip(" /")
    if not english.strip():
        return text
    return english.strip() if lang == "en" else (text[: ends[-1]] + tail).strip()


def in_one_language(command: Any, lang: str) -> None:
    """Reduce the help of a command, of its options and of every command below it to one language."""
    for name in ("help", "short_help", "epilog"):
        if getattr(command, name, None):
            setattr(command, name, half(" ".join(getattr(command, name).split()), lang))
    for parameter in command.params:
        if getattr(parameter, "help", None):
            parameter.help = half(parameter.help, lang)
    for below in getattr(command, "commands", {}).values():
        in_one_language(below, lang)
