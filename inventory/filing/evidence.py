"""What is not estimated, quality control with the review, and who signs."""

from __future__ import annotations

import re

from ..core.completeness import LineStatus
from ..sheets.english import dictionary, plain_punctuation
from ..sheets.look import CENTER, DOTTED, NUMBER, TEXT, WARNING, Look
from ..sheets.table import Band, Entry, PagePlan, Part, Table, TableColumn, TableRow
from .basis import FilingBasis
from .frame import BODY, TITLE, Pages, heading, paragraph, section, signatures, space
from .labels import years_text
from .words import chinese

WRAPPED = Look(size=9, wrap=True, valign="top")
OPEN_SHOWN = 8
ROLES = ("compiled", "checked", "reviewed", "approved")


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
                    partly.setdefault((s.category, s.gas, "", _missing_in(b, s)), set()).add(y)
                continue
            key, reason = _key(b, s)
            (left if key in ("NE", "") else other).setdefault((s.category, s.gas, key, reason), set()).add(y)
    for word, none, gaps, ident in (("first", "none", left, "left"), ("second", "none_second", other, "other")):
        plan.add(section(t(f"missing.{word}"), plan))
        plan.add(_list(b, ident, gaps) if gaps else paragraph(t(f"missing.{none}"), plan, BODY))
    if partly:
        plan.add(section(t("missing.third"), plan), _list(b, "partly", partly))
    signatures(b, plan)


def _missing_in(b: FilingBasis, s: LineStatus) -> str:
    """What a computed line lacks: rows with a key and their reasons, required figures that are missing."""
    words = [b.given(s.reasons)] if s.reasons else []
    declared = b.edition.declared.quantities
    names = dict.fromkeys(b.t.label(declared[c.quantity].label, c.quantity) for c in s.cells if c.quantity in declared)
    if names:
        words.append(b.t("missing.lacks", names=b.t.listed(names)))
    return b.t.semicolon.join(words)


def _key(b: FilingBasis, s: LineStatus) -> tuple[str, str]:
    if s.notation is None:
        return "", ""
    return s.notation.key, b.given(s.notation.reason) or b.t("missing.no_reason")


def _list(b: FilingBasis, ident: str, result: dict[tuple[str, str, str, str], set[int]]) -> Table:
    """One row a category and reason, its gases together."""
    t = b.t
    merged: dict[tuple[str, str, str, tuple[int, ...]], list[str]] = {}
    for (category, gas, key, reason), years in result.items():
        merged.setdefault((category, key, reason, tuple(sorted(years))), []).append(gas)
    rows = [
        TableRow(
            str(n),
            {
                "name": Entry(b.label(category)),
                "gas": Entry(t.listed(gases), None, WRAPPED),
                "key": Entry(
                    key or ("†" if ident == "partly" else t("symbol.missing")),
                    None,
                    CENTER.with_(colour=WARNING) if not key else CENTER,
                ),
                "years": Entry(t.listed(map(str, years)), None, CENTER.with_(size=8.5)),
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
    count |= {"checks": len(q.outcomes), "n": len(q.findings), "open": len(q.open)}
    conclusion = t("quality.conclusion", answered=len(q.findings) - len(q.open), **count)
    plan.add(paragraph(conclusion, plan, BODY), section(t("quality.first"), plan), _checks(b))
    plan.add(section(t("quality.second"), plan))
    _open(b, plan)
    plan.add(section(t("quality.third"), plan))
    plan.add(_review(b) if b.ledger.project.comments else paragraph(t("quality.no_review"), plan, BODY))
    signatures(b, plan)


def _checks(b: FilingBasis) -> Table:
    t, q = b.t, b.quality
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
    return Table("quality", columns, tuple(rows), row_height=13)


def _review(b: FilingBasis) -> Table:
    """The reviewers' comments, who made them, and the answers."""
    t, rows = b.t, []
    for n, c in enumerate(b.ledger.project.comments):
        about = f"{b.label(c.category)}：" if c.category in b.edition.categories and b.lang == "zh" else ""
        answer, look = b.given(c.answer) if c.answer else t("quality.open"), WRAPPED
        entries = {
            "comment": Entry(about + b.given(c.comment), None, WRAPPED),
            "by": Entry(f"{b.name(c.by)} {c.date}".strip(), None, WRAPPED.with_(size=8.5)),
            "answer": Entry(answer, None, look.with_(colour=WARNING) if c.open else look),
        }
        rows.append(TableRow(str(n), entries))
    columns = (
        TableColumn("comment", (t("column.comment"),), WRAPPED),
        TableColumn("by", (t("column.by"),), WRAPPED),
        TableColumn("answer", (t("column.answer"),), WRAPPED, 2),
    )
    return Table("review", columns, tuple(rows), repeat=False, row_height=14)


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
    if b.lang == "en":  # the keys in a problem's facts are words of the edition
        texts = [plain_punctuation(dictionary(b.edition).within(x)) for x in texts]
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
                    "role": Entry(b.given(s.role)),
                    "name": Entry(b.name(s.name), None, field),
                    "organisation": Entry(b.name(s.organisation), None, field),
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
