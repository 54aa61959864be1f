"""`{% t "key" name=value %}` for texts, filters for figures."""

from __future__ import annotations

from typing import Any

from django import template

from .. import figures, texts

register = template.Library()


@register.simple_tag(takes_context=True)
def t(context: Any, key: str, **facts: Any) -> str:
    return texts.text(key, context["lang"], **facts)


@register.filter
def num(value: float | None, decimals: int = 2) -> str:
    return figures.grouped(value, int(decimals))


@register.filter
def pct(value: float | None, decimals: int = 1) -> str:
    return figures.percent(value, int(decimals))


@register.filter
def pct_of(value: float | None, decimals: int = 1) -> str:
    """A share as a signed percentage."""
    sign = "+" if value is not None and value > 0 else ""
    return sign + figures.percent(None if value is None else 100 * value, int(decimals))


@register.filter
def of_lang(value: Any, lang: str) -> str:
    """The language's part of a label given as a mapping, or of something with `.text(lang)`."""
    return value.text(lang) if hasattr(value, "text") else str(value.get(lang) or value["zh"])


@register.filter
def get(value: Any, key: Any) -> Any:
    return value.get(key)
