"""What every page has around its table: title, authority, number of the form and unit above; legend and signatures
below; paper and page number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ..sheets.look import ENTRY, HEI, NOTE, PAGE_TITLE, TEXT, WARNING, Look, column_points, page_number
from ..sheets.model import Page
from ..sheets.paper import signature_gap
from ..sheets.table import Band, Block, Entry, PagePlan, Part
from .basis import FilingBasis

TITLE = PAGE_TITLE
SUBTITLE = Look(size=10, align="center")
SIDE = Look(size=9)
SIDE_RIGHT = Look(size=9, align="right")
FIELD = Look(size=9, locked=False)
SECTION = Look(face=HEI, size=10.5)
BODY = Look(size=9.5, wrap=True, valign="top")
TAB = "#0072B2"


@dataclass
class Pages:
    """The sheets of the book in order, with the number and title of each for the contents. `code` stands at the foot of
    every page."""

    b: FilingBasis
    code: str = ""
    plans: list[PagePlan] = field(default_factory=list)
    contents: list[tuple[str, str, str]] = field(default_factory=list)  # number, title, sheet

    def number(self) -> int:
        """The next number of a table."""
        return sum(1 for number, _, _ in self.contents if number) + 1

    def page(
        self,
        name: str,
        title: str,
        widths: Sequence[float],
        number: int = 0,
        *,
        landscape: bool = False,
        listed: str = "",
    ) -> PagePlan:
        plan = PagePlan(name, title, tuple(widths), page=_paper(self.b, self.code, landscape), tab=TAB, fit=True)
        self.plans.append(plan)
        self.contents.append((self.b.t("page.number_of", n=number) if number else "", listed or title, name))
        return plan


def _paper(b: FilingBasis, code: str, landscape: bool) -> Page:
    t = b.t
    face = "宋体,Regular" if b.lang == "zh" else "Times New Roman,Regular"
    header = f'&R&"{face}"&8&K{WARNING[1:]}{t("page.illustrative")}' if b.illustrative else ""
    footer = f'{page_number()}&R&"{face}"&8{t("page.code", code=code)}'
    edge = 14.0 if landscape else 18.0
    return Page(landscape=landscape, header=header, footer=footer, top=edge, bottom=edge - 2)


def heading(b: FilingBasis, plan: PagePlan, title: str, subtitle: str, number: int, unit: str = "") -> None:
    """Title, years, and the two lines of a form: authority and basis at the left, number and unit at the right."""
    t, last = b.t, len(plan.widths) - 1
    half = _half(plan.widths)
    authority = Entry(t("page.organisation") + b.organisation)
    plan.add(
        Band((Part(0, last, title, TITLE),), 25),
        Band((Part(0, last, subtitle, SUBTITLE),), 15),
        Band(
            (
                Part(0, half, authority, FIELD),
                Part(half + 1, last, t("page.table", number=t("page.number_of", n=number)), SIDE_RIGHT),
            ),
            13,
        ),
        Band(
            (
                Part(0, half, t("page.basis") + _quoted(b), SIDE),
                Part(half + 1, last, t("page.unit", unit=unit or t("page.as_headed")), SIDE_RIGHT),
            ),
            14,
        ),
    )


def _quoted(b: FilingBasis) -> str:
    name = b.t.label(b.edition.label)
    return f"《{name}》" if b.lang == "zh" else name


def _half(widths: Sequence[float]) -> int:
    """Last grid column of the left part: about three fifths of the width."""
    whole, so_far = sum(widths), 0.0
    for n, width in enumerate(widths[:-1]):
        so_far += width
        if so_far >= 0.55 * whole:
            return n
    return max(0, len(widths) - 2)


def notes(plan: PagePlan, *texts: str) -> None:
    """Paragraphs below a table, over its whole width."""
    last = len(plan.widths) - 1
    plan.add(*(Band((Part(0, last, text, NOTE),)) for text in texts if text))


def signatures(b: FilingBasis, plan: PagePlan) -> None:
    """单位负责人, 审核人, 填表人, 联系电话, 报出日期: one line, open for writing."""
    t = b.t
    words = [t("page.head"), t("page.checker"), t("page.compiler"), t("page.phone"), t("page.date")]
    gap = signature_gap(words, sum(column_points(w) + 4.5 for w in plan.widths), FIELD.size, b.lang)
    plan.add(Band((Part(0, len(plan.widths) - 1, gap.join(words), FIELD),), 18))


def section(text: str, plan: PagePlan) -> Band:
    return Band((Part(0, len(plan.widths) - 1, text, SECTION),), 20)


def paragraph(text: str, plan: PagePlan, look: Look = BODY) -> Band:
    return Band((Part(0, len(plan.widths) - 1, text, look),))


def space(height: float = 8) -> Block:
    return Band((), height)


__all__ = [
    "BODY",
    "ENTRY",
    "FIELD",
    "SECTION",
    "SIDE",
    "SUBTITLE",
    "TEXT",
    "TITLE",
    "Pages",
    "heading",
    "notes",
    "paragraph",
    "section",
    "signatures",
    "space",
]
