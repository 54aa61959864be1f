"""`{% t "key" name=value %}` for texts, filters for figures."""

from __future__ import annotations

from html import escape
from typing import Any

from django import template
from django.utils.safestring import mark_safe

from .. import figures, sheets, texts
from ..places import place_label

register = template.Library()


@register.simple_tag(takes_context=True)
def t(context: Any, key: str, **facts: Any) -> str:
    return texts.text(key, context["lang"], **facts)


@register.simple_tag(takes_context=True)
def head(context: Any, name: str, key: str, kind: str = "") -> str:
    """The heading of a column; where the page sorts (`sort_query`, `sort`), a link that sorts by it, and the other way
    round once it does."""
    label, named = escape(texts.text(key, context["lang"])), f' class="{kind}"' if kind else ""
    query = context.get("sort_query")
    if query is None:
        return mark_safe(f'<th scope="col"{named}>{label}</th>')
    now = context.get("sort", "")
    way = {name: "ascending", f"-{name}": "descending"}.get(now, "")
    state, mark = (f' aria-sort="{way}"', "&nbsp;▲" if way == "ascending" else "&nbsp;▼") if way else ("", "")
    target = escape(f"?{query}&sort={'-' if now == name else ''}{name}")
    return mark_safe(f'<th scope="col"{named}{state}><a href="{target}">{label}</a>{mark}</th>')


@register.simple_tag(takes_context=True)
def table_cells(context: Any, row: Any) -> str:
    """The cells of one line of a table of the guideline: figures as buttons that open their reasons, notation keys and
    gaps as words. Hundreds a page, and a page after every corrected cell: written here, not by the template."""
    partial = texts.text("inventory.partial", context["lang"])
    number = escape(row.number)
    out = []
    for c in row.cells:
        if c is None:
            out.append('<td class="off"></td>')
        elif c.value is None:
            out.append(f'<td class="n word {"missing" if c.missing else ""}">{escape(c.word)}</td>')
        else:
            marks = (" partial", f' title="{escape(partial)}"', "*") if c.partial else ("", "", "")
            out.append(
                f'<td class="n{marks[0]}"><button type="button" class="why" data-line="{number}" '
                f'data-gas="{escape(c.gas)}" data-year="{c.year}"{marks[1]}>{figures.grouped(c.value, 2)}{marks[2]}'
                "</button></td>"
            )
    return mark_safe("".join(out))


@register.filter
def event(action: str, lang: str) -> str:
    """What the log calls an act, in words: an act of the loop by its own label, any other by its text."""
    from ...domain.states import ACTION_LABELS, Action

    if action in Action.__members__:
        return str(ACTION_LABELS[Action[action]][lang])
    return texts.catalogue().get(f"event.{action}", {}).get(lang, action)


@register.filter
def num(value: float | None, decimals: int = 2) -> str:
    return figures.grouped(value, int(decimals))


@register.filter
def signed(value: float, decimals: int = 2) -> str:
    """A difference with its sign."""
    return ("+" if value > 0 else "") + figures.grouped(value, int(decimals))


@register.filter
def figure(text: str) -> str:
    """What a cell holds, with thousands apart where it is a plain number; anything else as it was typed."""
    try:
        number = float(text)
    except ValueError:
        return text
    whole, dot, rest = text.partition(".")
    plain = abs(number) >= 10_000 and whole.lstrip("-").isdigit()
    return f"{int(whole):,}{dot}{rest}" if plain else text


@register.filter
def plain(value: float | None) -> str:
    """A figure as a field of a form takes it."""
    return "" if value is None else f"{value:.12g}"


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


@register.filter
def add_to(value: float, more: float) -> str:
    """A coordinate moved on, as SVG writes it."""
    return f"{float(value) + float(more):.1f}"


@register.filter
def sheet_label(name: str, lang: str) -> str:
    """A sheet by the title it has in this language."""
    return sheets.label_of(name, lang)


@register.filter
def place(name: str | None, lang: str) -> str:
    """A registered place, or a firm, by the name it has in this language."""
    return place_label(name, lang) if name else ""


@register.filter
def local(value: str, until: int = 19) -> str:
    """A moment of the log (UTC, as it was hashed) on the clock of the people: Asia/Shanghai. `until`: characters."""
    from datetime import datetime

    from django.utils import timezone

    return timezone.localtime(datetime.fromisoformat(value)).isoformat(" ")[:until]
