"""Targets and their state in a yearly bulletin."""

from __future__ import annotations

from collections.abc import Iterator

from ..policy.present import pct
from ..policy.published import Target
from ..policy.targets import Assessment
from ..policy.words import PolicyWords
from .blocks import Block, Bullets, Paragraph
from .bulletin_material import Bulletin


def _cited(n: Bulletin, source: str) -> str:
    """A source as cited; in English a Chinese one by what it is."""
    return source if n.basis.lang == "zh" or source.isascii() else n.basis.t("bulletin.circular")


def _standing(n: Bulletin, target: Target) -> str:
    return PolicyWords(n.basis.lang).of("standing", target.standing)


def target_blocks(n: Bulletin) -> Iterator[Block]:
    t, lang = n.basis.t, n.basis.lang
    lines = []
    stated = set()
    for a in n.material.assessed.assessments if n.material.assessed else ():
        if a.region == n.region and a.target.base_year < n.year <= a.target.target_year:
            line = _target_line(n, a)
            if line:
                stated.add((a.target.indicator, a.target.target_year))
                lines.append(line)
    for target in n.material.targets:
        if (
            target.region == n.region
            and not target.id.startswith("pilot.")
            and target.base_year <= n.year <= target.target_year
            and (target.indicator, target.target_year) not in stated
        ):
            lines.append(
                t(
                    "bulletin.target_set",
                    label=PolicyWords(lang).of("indicator", target.indicator),
                    base=target.base_year,
                    last=target.target_year,
                    target=pct(target.reduction, 1),
                    source=_cited(n, target.source),
                    standing=_standing(n, target),
                )
            )
            lines.append(
                t("bulletin.targets_later", base=target.base_year, year=n.year)
                if target.base_year == n.year
                else t("bulletin.no_targets")
            )
    yield Bullets(tuple(dict.fromkeys(lines))) if lines else Paragraph(t("bulletin.no_targets"))


def _target_line(n: Bulletin, a: Assessment) -> str:
    t, lang = n.basis.t, n.basis.lang
    at = next((y for y in a.years if y.year == n.year), None)
    if at is None:
        return ""
    upto = Assessment(a.region, a.target, a.way, tuple(y for y in a.years if y.year <= n.year), a.price_year)
    rest = (
        t("bulletin.rest", left=upto.left, needed=pct(upto.needed))
        if upto.left
        else t("bulletin.met" if upto.met else "bulletin.missed")
    )
    return t(
        "bulletin.target_line",
        label=PolicyWords(lang).of("indicator", a.target.indicator),
        base=a.target.base_year,
        last=a.target.target_year,
        target=pct(a.target.reduction, 1),
        standing=_standing(n, a.target),
        way=PolicyWords(lang).of("way", a.way),
        year=n.year,
        done=pct(at.cumulative),
        scheduled=pct(at.scheduled),
        rest=rest,
    )
