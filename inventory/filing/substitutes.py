"""What the figures rest on: substitutes grouped by their reason, disputed and unchecked factors by parameter, with the
emissions that rest on them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..core.resolved import Resolved
from ..sheets.look import NUMBER, Look, figure
from ..sheets.table import Entry, Table, TableColumn, TableRow
from .basis import WAN, FilingBasis
from .frame import BODY, Pages, heading, paragraph, section, signatures
from .labels import years_text
from .words import chinese

WRAPPED = Look(size=9, wrap=True, valign="top")
REASON = WRAPPED.with_(indent=1)  # a long text ends at its left
SHOWN_KEYS = ("fuel", "animal", "crop", "season", "tree", "species")

MOST_KEYS = 8

REASONS = (  # first that fits: kind of substitute, what its declared reason says
    ("coal_equivalent", "折标"),
    ("enterprise", "企业指南|企业表"),
    ("ipcc2006", "IPCC 2006"),
    ("ipcc1996", "IPCC 1996"),
    ("range", "区间|中点"),
    ("nearest", "按|取|参考方法|没有自己的|未找到|未列|未按|定"),
)


def substitutes(b: FilingBasis, pages: Pages, number: int) -> None:
    """Substitutes grouped by their reason; disputed and unchecked factors by parameter, with the emissions that rest on
    them."""
    t, year = b.t, b.years[-1]
    plan = pages.page(t("sheet.substitutes", n=number), t("title.substitutes"), [44.5, 26.0, 6.5, 12.0], number)
    heading(b, plan, t("title.substitutes"), years_text(b, b.years), number)
    factors = list({(r.id, r.keys, r.value): r for r in b.ledger.factors}.values())
    open_ones = [r for r in factors if r.standing in ("conflict", "unverified") and not r.checked_by]
    summary = t(
        "substitutes.summary",
        n=len(factors),
        conflict=sum(r.standing == "conflict" for r in open_ones),
        unverified=sum(r.standing == "unverified" for r in open_ones),
        fallback=sum(r.step == "fallback" for r in factors),
        checked=sum(bool(r.checked_by) for r in factors),
    )
    plan.add(paragraph(summary, plan, BODY), section(t("substitutes.first"), plan))
    rests = _resting(b, year)
    groups: dict[str, list[Resolved]] = {}
    for r in factors:
        if r.step == "fallback":
            groups.setdefault(_reason(b, r), []).append(r)
    if groups:
        by_size = sorted(groups.items(), key=lambda g: (-_sum(b, rests, g[1]), g[0]))
        rows = [_row(b, rests, str(n), (reason, members)) for n, (reason, members) in enumerate(by_size)]
        plan.add(Table("substitutes", _columns(b, year), tuple(rows), row_height=14))
    else:
        plan.add(paragraph(t("substitutes.none"), plan, BODY))
    plan.add(section(t("substitutes.second"), plan))
    doubtful: dict[tuple[str, str], list[Resolved]] = {}
    for r in open_ones:
        doubtful.setdefault((r.standing, r.parameter), []).append(r)
    if doubtful:
        order = sorted(doubtful.items(), key=lambda g: (g[0][0] != "conflict", -_sum(b, rests, g[1]), g[0][1]))
        rows = [_row(b, rests, f"{s}|{p}", (t(f"standing.{s}"), members)) for (s, p), members in order]
        plan.add(Table("doubtful", _columns(b, year), tuple(rows), repeat=False, row_height=13.5))
    else:
        plan.add(paragraph(t("substitutes.all_checked"), plan, BODY))
    signatures(b, plan)


def _row(b: FilingBasis, rests: dict[int, set[int]], key: str, group: tuple[str, list[Resolved]]) -> TableRow:
    reason, members = group
    entries = {
        "parameters": Entry(_parameters(b, members), None, WRAPPED),
        "reason": Entry(reason, None, REASON),
        "count": Entry(len(members), None, NUMBER.with_(number="0", valign="top")),
        "e": _emission(b, rests, members),
    }
    return TableRow(key, entries)


def _columns(b: FilingBasis, year: int) -> tuple[TableColumn, ...]:
    t = b.t  # one head for both tables: it stands on every page they run over
    return (
        TableColumn("parameters", (t("column.parameters"),), WRAPPED),
        TableColumn("reason", (t("column.reason_or_standing"),), REASON),
        TableColumn("count", (t("column.count"),), NUMBER),
        TableColumn("e", (t("substitutes.emission", year=year),), NUMBER),
    )


def _reason(b: FilingBasis, r: Resolved) -> str:
    """The kind of substitute a declared reason tells of: what groups the factors. The whole reason stands in the
    working book."""
    text, kinds = r.reason.get("zh", ""), b.t.group("reason")
    return next((kinds[kind] for kind, mark in REASONS if re.search(mark, text)), kinds["other"])


def _parameters(b: FilingBasis, members: Iterable[Resolved]) -> str:
    """Names of the parameters, each with what it holds for (fuels, animals …) where that is short."""
    declared = b.edition.declared.parameters
    by_label: dict[str, dict[str, None]] = {}
    for r in members:
        if r.parameter in declared:
            values = by_label.setdefault(b.t.label(declared[r.parameter].label, r.parameter), {})
            for key, value in r.keys:
                if key in SHOWN_KEYS:
                    values[b.word(key, value)] = None
    zh = b.lang == "zh"
    named = []
    for name, values in by_label.items():
        chosen = [v for v in values if v and v != "*" and (zh or not chinese(v))]
        more = ("等" if zh else " …") if len(chosen) > MOST_KEYS else ""
        inside = b.t.listed(chosen[:MOST_KEYS]) + more
        named.append(f"{name}（{inside}）" if inside and zh else f"{name} ({inside})" if inside else name)
    return b.t.listed(named)


def _resting(b: FilingBasis, year: int) -> dict[int, set[int]]:
    """factor (by identity of the resolved one) -> ledger lines of the year that use it, through the chain of steps of
    their method."""
    ledger = b.ledger
    by_method: dict[str, set[int]] = {}
    for i, x in enumerate(ledger.lines):
        if (x.region, x.year, x.account) == (b.region, year, "total"):
            by_method.setdefault(x.method, set()).add(i)
    out: dict[int, set[int]] = {}
    for table in ledger.tables:
        method = by_method.get(table.method.id, set())
        if not method:
            continue
        for column in [*table.columns.values(), *(s.column for s in table.sums.values())]:
            if column.kind != "factor":
                continue
            direct = len(column.refs) == len(table.rows) and any(line >= 0 for line in table.lines.tolist())
            for row, ref in enumerate(column.refs.tolist()):
                if ref < 0:
                    continue
                place = table.rows[row] if row < len(table.rows) else ()
                if len(place) > 1 and (place[0] != b.region or place[1] != str(year)):
                    continue
                lines = {int(table.lines[row])} & method if direct else method
                out.setdefault(ref, set()).update(lines)
    return out


def _sum(b: FilingBasis, rests: dict[int, set[int]], members: Iterable[Resolved]) -> float:
    wanted = {(r.id, r.keys, r.value) for r in members}
    lines = {
        i
        for ref, numbers in rests.items()
        if (b.ledger.factors[ref].id, b.ledger.factors[ref].keys, b.ledger.factors[ref].value) in wanted
        for i in numbers
    }
    return float(sum(float(b.ledger.co2e_t(b.ledger.lines[i])) for i in sorted(lines))) / WAN


def _emission(b: FilingBasis, rests: dict[int, set[int]], members: Iterable[Resolved]) -> Entry:
    value = _sum(b, rests, members)
    return Entry(value, None, NUMBER.with_(number=figure(1, value != 0 and abs(value) < 0.05), valign="top"))
