"""The form of the factors that a compilation asks for and nobody has given: one row a factor, ready but for figure,
source and kind; filled in, it goes into the project folder like any other file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ..core.edition import Edition
from ..core.problems import Problem
from ..texts import COMMA
from .plan import MissingFactor, plan
from .write import template_bytes

CODE = "factor.missing"


def missing_factors(problems: Iterable[Problem], edition: Edition, lang: str = "zh") -> tuple[MissingFactor, ...]:
    """One row for each factor that the problems of a compilation ask for, in their order; a year is left out of the
    keys, so that one figure answers for all years."""
    out: dict[MissingFactor, None] = {}
    for p in problems:
        if p.code != CODE:
            continue
        facts = dict(p.facts)
        keys = dict(part.partition("=")[::2] for part in facts["keys"].split("；") if part)
        gas = keys.pop("gas", "")
        keys.pop("year", None)
        declared = edition.declared.parameters[facts["parameter"]]
        label = declared.label.get(lang) or declared.label["zh"]
        values = [_named(edition, k, v, lang) for k, v in keys.items()]
        separator = COMMA[lang]
        out[
            MissingFactor(
                facts["parameter"],
                ";".join(f"{k}={v}" for k, v in keys.items()),
                gas,
                declared.unit[0],
                separator.join([label, *values, *([gas] if gas else [])]),
            )
        ] = None
    return tuple(out)


def factor_form(
    missing: Sequence[MissingFactor], edition: Edition, region: str, years: Sequence[int], lang: str = "zh"
) -> bytes:
    """A workbook with these factors only, to be filled in and read like a project's own factors."""
    whole = plan(edition, region=region, years=years, lang=lang)
    only = replace(
        whole, sheets=(), notations=(), factors=(), choices={}, bare=True, proposals=None, missing=tuple(missing)
    )
    return template_bytes(only)


def _named(edition: Edition, key: str, value: str, lang: str) -> str:
    word = edition.word(key, value)
    return word.label_en if word is not None and lang == "en" and word.label_en else value
