"""The engine's messages in the words of the form: an enterprise has the sheet 自有参数, no factors.csv; 分项 and
labels, no key ids and no choices.csv."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..core.edition import Edition
from ..core.problems import Origin, Problem, catalogue
from .tables import PROFILE, PROFILE_SHEET, key_labels, word_text

HIDDEN = re.compile(r"(?:family|grid_year)=[^；;、，,）)\s]*(?:；|; ?)?")
PROFILE_GRID_YEAR = next(f.label for f in PROFILE if f.id == "grid_year")
PAIR = re.compile(r"(?<![A-Za-z_])([a-z_]+)=([^；;、，,）)\s]*)")
BETWEEN = "\x1f"  # between the Chinese and the English of a fact


def in_form_words(problems: Iterable[Problem], edition: Edition) -> list[Problem]:
    """Each problem under its form text (`form.factor_missing` for `factor.missing`) where the catalogue has one; key
    ids become their labels."""
    return [_worded(p, edition) for p in problems]


def _worded(p: Problem, edition: Edition) -> Problem:
    code = "form." + p.code.replace(".", "_")
    if p.code == "factor.missing" and any("fuel=" in text for _, text in p.facts):
        code = "form.fuel_factor_missing"  # the laboratory sheet is its first place
    facts = tuple((name, _fact(text, edition)) for name, text in p.facts)
    # the choice is a field of the profile
    origin = Origin("", PROFILE_SHEET, PROFILE_GRID_YEAR) if p.origin.file == "choices.csv" else p.origin
    return Problem(code if code in catalogue() else p.code, origin, facts)


def _fact(text: str, edition: Edition) -> str:
    zh, between, en = text.partition(BETWEEN)
    first = _in(zh, edition, "zh")
    if between:
        return first + BETWEEN + _in(en or zh, edition, "en")
    english = _in(zh, edition, "en")
    return first if first == english else first + BETWEEN + english


def _in(text: str, edition: Edition, lang: str) -> str:
    labels = key_labels(edition, lang)
    if text in labels:
        return labels[text]
    if "=" not in text and "、" not in text:
        return text
    text = HIDDEN.sub("", text)
    text = re.sub(r"[（(]\s*[）)]", "", text)
    text = PAIR.sub(lambda m: f"{labels.get(m[1], m[1])}={word_text(m[1], m[2], edition, lang)}", text)
    parts = text.split("、")
    return "、".join(labels.get(part, part) for part in parts)
