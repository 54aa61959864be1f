"""What the figures rest on: substitutes and unchecked factors, what is not estimated, quality control with the review,
and who signs."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..core.completeness import LineStatus
from ..core.resolved import Resolved
from ..sheets.look import CENTER, DOTTED, NUMBER, TEXT, WARNING, Look, figure
from ..sheets.table import Band, Entry, PagePlan, Part, Table, TableColumn, TableRow
from .basis import WAN, FilingBasis
from .frame import BODY, TITLE, Pages, heading, paragraph, section, signatures, space
from .tables import years_text
from .words import chinese

WRAPPED = Look(size=9, wrap=True, valign="top")
OPEN_SHOWN = 8
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
ROLES = ("compiled", "checked", "reviewed", "approved")


def substitutes(b: FilingBasis, pages: Pages, number: int) -> None:
    """Substitutes grouped by their reason; disputed and unchecked factors by parameter, with the emissions that rest on
    them."""
    t, year = b.t, b.years[-1]
    plan = pages.page(t("sheet.substitutes", n=number), t("title.substitutes"), [44.5, 26.0, 6.5, 12.0], number)
    heading(b, plan, t("title.substitutes"), years_text(b, b.years), number)
    factors = list({(r.id, r.keys, r.value): r for r in b.ledger.factors}.values())
    count = {
        "fallback": sum(r.step == "fallback" for r in factors),
        "checked": sum(bool(r.checked_by) for r in factors),
    }
    open_ones = [r for r in factors if r.standing in ("conflict", "unverified") and not r.checked_by]
    plan.add(
        paragraph(
            t(
                "substitutes.summary",
                n=len(factors),
                conflict=sum(r.standing == "conflict" for r in open_ones),
                unverified=sum(r.standing == "unverified" for r in open_ones),
                **count,
            ),
            plan,
            BODY,
        )
    )
    rests = _resting(b, year)
    plan.add(section(t("substitutes.first"), plan))
    groups: dict[str, list[Resolved]] = {}
    for r in factors:
        if r.step == "fallback":
            groups.setdefault(_reason(b, r), []).append(r)
    if groups:
        rows = [
            TableRow(
                str(n),
                {
                    "parameters": Entry(_parameters(b, members), None, WRAPPED),
                    "reason": Entry(reason, None, WRAPPED),
                    "count": Entry(len(members), None, NUMBER.with_(number="0", valign="top")),
                    "e": _emission(b, rests, members),
                },
            )
            for n, (reason, members) in enumerate(sorted(groups.items(), key=lambda g: (-_sum(b, rests, g[1]), g[0])))
        ]
        plan.add(Table("substitutes", _columns(b, "reason", year), tuple(rows), row_height=14))
    else:
        plan.add(paragraph(t("substitutes.none"), plan, BODY))
    plan.add(section(t("substitutes.second"), plan))
    doubtful: dict[tuple[str, str], list[Resolved]] = {}
    for r in open_ones:
        doubtful.setdefault((r.standing, r.parameter), []).append(r)
    if not doubtful:
        plan.add(paragraph(t("substitutes.all_checked"), plan, BODY))
    else:
        order = sorted(doubtful.items(), key=lambda g: (g[0][0] != "conflict", -_sum(b, rests, g[1]), g[0][1]))
        rows = [
            TableRow(
                f"{s}|{p}",
                {
                    "parameters": Entry(_parameters(b, members), None, WRAPPED),
                    "reason": Entry(t(f"standing.{s}"), None, WRAPPED),
                    "count": Entry(len(members), None, NUMBER.with_(number="0", valign="top")),
                    "e": _emission(b, rests, members),
                },
            )
            for (s, p), members in order
        ]
        columns = _columns(b, "standing", year)
        plan.add(Table("doubtful", columns, tuple(rows), repeat=False, row_height=13.5))
    signatures(b, plan)


def _columns(b: FilingBasis, second: str, year: int) -> tuple[TableColumn, ...]:
    t = b.t
    return (
        TableColumn("parameters", (t("column.parameters"),), WRAPPED),
        TableColumn("reason", (t(f"column.{second}"),), WRAPPED),
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
    found: dict[str, dict[str, None]] = {}
    for r in members:
        if r.parameter in declared:
            values = found.setdefault(b.t.label(declared[r.parameter].label, r.parameter), {})
            for key, value in r.keys:
                if key in SHOWN_KEYS:
                    values[b.word(key, value)] = None
    zh = b.lang == "zh"
    named = []
    for name, values in found.items():
        chosen = [v for v in values if v and v != "*" and (zh or not chinese(v))]
        more = ("等" if zh else " …") if len(chosen) > MOST_KEYS else ""
        inside = b.t.join(chosen[:MOST_KEYS]) + more
        named.append(f"{name}（{inside}）" if inside and zh else f"{name} ({inside})" if inside else name)
    return b.t.join(named)


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
        for ref, found in rests.items()
        if (b.ledger.factors[ref].id, b.ledger.factors[ref].keys, b.ledger.factors[ref].value) in wanted
        for i in found
    }
    return float(sum(float(b.ledger.co2e_t(b.ledger.lines[i])) for i in sorted(lines))) / WAN


def _emission(b: FilingBasis, rests: dict[int, set[int]], members: Iterable[Resolved]) -> Entry:
    value = _sum(b, rests, members)
    return Entry(value, None, NUMBER.with_(number=figure(1, value != 0 and abs(value) < 0.05), valign="top"))


# ---- what is not estimated ----


def missing(b: FilingBasis, pages: Pages, number: int) -> None:
    """NE and missing first, with reasons; then NO, IE and the like; then lines of which a part is not estimated."""
    t = b.t
    plan = pages.page(t("sheet.missing", n=number), t("title.missing"), [29.5, 15.0, 7.0, 13.0, 23.5], number)
    heading(b, plan, t("title.missing"), years_text(b, b.years), number)
    left: dict[tuple[str, str, str, str], set[int]] = {}
    other: dict[tuple[str, str, str, str], set[int]] = {}
    partly: dict[tuple[str, str, str, str], set[int]] = {}
    for y in b.years:
        for s in b.selection.statuses(b.region, y):
            if s.status == "computed":
                if s.state != "computed":
                    partly.setdefault((s.category, s.gas, "", _lacks(b, s)), set()).add(y)
                continue
            key, reason = _key(b, s)
            (left if key in ("NE", "") else other).setdefault((s.category, s.gas, key, reason), set()).add(y)
    for word, none, found, ident in (("first", "none", left, "left"), ("second", "none_second", other, "other")):
        plan.add(section(t(f"missing.{word}"), plan))
        plan.add(_list(b, ident, found) if found else paragraph(t(f"missing.{none}"), plan, BODY))
    if partly:
        plan.add(section(t("missing.third"), plan), _list(b, "partly", partly))
    signatures(b, plan)


def _lacks(b: FilingBasis, s: LineStatus) -> str:
    """What a computed line lacks: rows with a key and their reasons, required figures that are missing."""
    words = [b.t.given(s.reasons)] if s.reasons else []
    declared = b.edition.declared.quantities
    names = dict.fromkeys(b.t.label(declared[c.quantity].label, c.quantity) for c in s.cells if c.quantity in declared)
    if names:
        words.append(b.t("missing.lacks", names=b.t.join(names)))
    return b.t.semicolon.join(words)


def _key(b: FilingBasis, s: LineStatus) -> tuple[str, str]:
    if s.notation is None:
        return "", ""
    return s.notation.key, b.t.given(s.notation.reason) or b.t("missing.no_reason")


def _list(b: FilingBasis, ident: str, found: dict[tuple[str, str, str, str], set[int]]) -> Table:
    """One row a category and reason, its gases together."""
    t = b.t
    merged: dict[tuple[str, str, str, tuple[int, ...]], list[str]] = {}
    for (category, gas, key, reason), years in found.items():
        merged.setdefault((category, key, reason, tuple(sorted(years))), []).append(gas)
    rows = [
        TableRow(
            str(n),
            {
                "name": Entry(b.label(category)),
                "gas": Entry(t.join(gases), None, WRAPPED),
                "key": Entry(
                    key or ("†" if ident == "partly" else t("symbol.missing")),
                    None,
                    CENTER.with_(colour=WARNING) if not key else CENTER,
                ),
                "years": Entry(t.join(map(str, years)), None, CENTER.with_(size=8.5)),
                "reason": Entry(reason, None, WRAPPED),
            },
        )
        for n, ((category, key, reason, years), gases) in enumerate(merged.items())
    ]
    columns = (
        TableColumn("name", (t("column.category"),), WRAPPED),
        TableColumn("gas", (t("column.gas"),), WRAPPED),
        TableColumn("key", (t("column.key"),), CENTER),
        TableColumn("years", (t("column.years_of"),), CENTER),
        TableColumn("reason", (t("column.reason"),), WRAPPED),
    )
    return Table(ident, columns, tuple(rows), repeat=ident == "left", row_height=14)


# ---- quality control and review ----


def quality(b: FilingBasis, pages: Pages, number: int) -> None:
    """Every check with its result, findings nobody has answered, and the reviewers' comments with their answers."""
    t, q = b.t, b.quality
    plan = pages.page(t("sheet.quality", n=number), t("title.quality"), [46.0, 16.0, 12.0, 15.0], number)
    heading(b, plan, t("title.quality"), years_text(b, b.years), number)
    count = {s: sum(o.status == s for o in q.outcomes) for s in ("passed", "found", "skipped")}
    plan.add(
        paragraph(
            t(
                "quality.conclusion",
                checks=len(q.outcomes),
                n=len(q.findings),
                answered=len(q.findings) - len(q.open),
                open=len(q.open),
                **count,
            ),
            plan,
            BODY,
        ),
        section(t("quality.first"), plan),
    )
    answered: dict[str, int] = {}
    for f in q.findings:
        answered[f.check] = answered.get(f.check, 0) + (f.answer is not None)
    rows = [
        TableRow(
            o.check,
            {
                "name": Entry(t.label(o.label)),
                "result": Entry(t(f"quality.{o.status}")),
                "n": Entry(o.findings, None, NUMBER.with_(number="0")),
                "a": Entry(_answered(o.check, answered, b) if o.findings else "", None, NUMBER.with_(number="0")),
            },
        )
        for o in q.outcomes
    ]
    columns = (
        TableColumn("name", (t("column.check"),), WRAPPED),
        TableColumn("result", (t("column.result"),), CENTER),
        TableColumn("n", (t("column.findings"),), NUMBER),
        TableColumn("a", (t("column.answered"),), NUMBER),
    )
    plan.add(Table("quality", columns, tuple(rows), row_height=13))
    plan.add(section(t("quality.second"), plan))
    _open(b, plan)
    plan.add(section(t("quality.third"), plan))
    found = b.ledger.project.comments
    if not found:
        plan.add(paragraph(t("quality.no_review"), plan, BODY))
    else:
        rows = [
            TableRow(
                str(n),
                {
                    "comment": Entry(
                        (f"{b.label(c.category)}：" if c.category in b.edition.categories and b.lang == "zh" else "")
                        + t.given(c.comment),
                        None,
                        WRAPPED,
                    ),
                    "by": Entry(f"{t.given(c.by)} {c.date}".strip(), None, WRAPPED.with_(size=8.5)),
                    "answer": Entry(
                        t.given(c.answer) if c.answer else t("quality.open"),
                        None,
                        WRAPPED.with_(colour=WARNING) if c.open else WRAPPED,
                    ),
                },
            )
            for n, c in enumerate(found)
        ]
        plan.add(
            Table(
                "review",
                (
                    TableColumn("comment", (t("column.comment"),), WRAPPED),
                    TableColumn("by", (t("column.by"),), WRAPPED),
                    TableColumn("answer", (t("column.answer"),), WRAPPED, 2),
                ),
                tuple(rows),
                repeat=False,
                row_height=14,
            )
        )
    signatures(b, plan)


def _answered(check: str, answered: dict[str, int], b: FilingBasis) -> int:
    """Findings of a check that carry an answer (rules of the edition are findings of their own checks)."""
    if check in answered:
        return answered[check]
    return sum(f.answer is not None for f in b.quality.findings if f.check not in {o.check for o in b.quality.outcomes})


_INTERNAL = re.compile(r"=|[a-z]+\.[a-z_.]+|!row|\d\.csv")


def _open(b: FilingBasis, plan: PagePlan) -> None:
    """Findings nobody has answered, in words a reader of the book understands; those told by ids and cells stand in the
    working book."""
    t = b.t
    texts = list(dict.fromkeys(f.problem.part("what", b.lang) for f in b.quality.open))
    shown = [
        re.sub(r"([“\"'])\d+(?:\.\d+)*\s+", r"\1", x)
        for x in texts
        if not _INTERNAL.search(x) and not (b.lang == "en" and chinese(x))
    ]
    if not texts:
        plan.add(paragraph(t("quality.none_open"), plan, BODY))
        return
    for n, text in enumerate(shown[:OPEN_SHOWN], 1):
        plan.add(paragraph(f"{n}. {text}", plan, WRAPPED))
    left = len(texts) - len(shown[:OPEN_SHOWN])
    if left:
        plan.add(paragraph(t("quality.more", n=left), plan, WRAPPED))


def sign(b: FilingBasis, pages: Pages) -> None:
    """Who compiled, checked, reviewed and approved: names where the project gives them, lines to sign."""
    t = b.t
    plan = pages.page(
        t("sheet.signatures"), t("title.signatures"), [15.0, 17.0, 28.0, 17.0, 13.0], listed=t("title.signatures")
    )
    plan.add(
        space(30),
        Band((Part(0, 4, t("title.signatures"), TITLE.with_(size=20)),), 40),
        space(20),
        paragraph(
            t("signatures.statement", edition=t.label(b.edition.label)), plan, Look(size=11, wrap=True, valign="top")
        ),
        space(20),
    )
    field = Look(size=10.5, wrap=True, bottom=DOTTED, locked=False)
    blank = dict.fromkeys(("name", "organisation", "signature", "date"), Entry("", None, field))
    given = list(b.ledger.project.signatures)
    if given:
        rows = [
            TableRow(
                str(n),
                blank
                | {
                    "role": Entry(t.given(s.role)),
                    "name": Entry(t.given(s.name), None, field),
                    "organisation": Entry(t.given(s.organisation), None, field),
                    "date": Entry(s.date, None, field),
                },
                height=44,
            )
            for n, s in enumerate(given)
        ]
    else:
        rows = [TableRow(role, blank | {"role": Entry(t(f"signatures.{role}"))}, height=44) for role in ROLES]
    columns = tuple(
        TableColumn(k, (t(f"column.{k}"),), TEXT.with_(size=10.5, bottom=DOTTED))
        for k in ("role", "name", "organisation", "signature", "date")
    )
    plan.add(
        Table("signatures", columns, tuple(rows), repeat=False, row_height=44),
        space(50),
        Band((Part(3, 4, t("signatures.seal"), Look(size=11, align="center")),), 24),
        Band((Part(2, 4, t("cover.date").strip(), Look(size=10.5, align="right", locked=False)),), 24),
    )
