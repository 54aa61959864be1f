"""Named choices and default shares: what another answer would change."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..common import Lang
from ..english import readable
from ..phrases import listed, phrase, result_line, show
from ..tables import write_listing, write_table

if TYPE_CHECKING:
    from ...analysis.default_shares import DefaultShare
    from ...app.choices import ChoicesRequest, ChoicesResult, OptionRow
    from ...app.shares import SharesResult

WAN = 1e4


def show_choices(result: ChoicesResult, request: ChoicesRequest, csv: Path | None, lang: Lang) -> None:
    """The choices in force and the effect of every other option in tonnes, on the screen or as CSV."""
    places = [(region, year) for region in request.ledger.regions for year in request.ledger.years]

    def amounts(row: OptionRow) -> list[str]:
        return ["" if row.change is None else f"{row.change.get(p, 0.0) / WAN:.4g}" for p in places]

    if csv is not None:
        years = (readable(f"{r} {y} (万t CO2e)", lang) for r, y in places)
        head = ["choice", "label", "option", "option_label", "in_force", *years, "remark"]
        table = []
        for r in result.rows:
            named = (r.choice, r.label[lang], r.option, r.option_label[lang], "yes" if r.in_force else "")
            table.append([*named, *amounts(r), readable(r.remark[lang], lang)])
        write_table(head, table, csv, lang)
        return
    for row in result.rows:
        if row.in_force:
            show(
                "choices.in_force",
                lang,
                label=row.label[lang],
                choice=row.choice,
                option=row.option,
                means=row.option_label[lang],
            )
            continue
        reported = listed((f"{r} {y} {a}" for (r, y), a in zip(places, amounts(row), strict=True) if a), lang)
        effect = phrase("choices.effect", lang, amounts=reported) if row.change else row.remark[lang]
        show("choices.other", lang, option=row.option, means=row.option_label[lang], effect=effect)


def show_shares(result: SharesResult, csv: Path | None, lang: Lang) -> None:
    """Every share that rests on a default, with what another answer would change."""
    if csv is not None:
        from ...workbook.context import Reader
        from ...workbook.default_shares_sheet import SHARES

        write_listing(SHARES, result.shares, Reader(lang.value), csv, keyed=True)
        return
    if not result.shares:
        show("shares.no_share_rests_on", lang)
    for share in result.shares:
        result_line(_line(share, lang), lang)


def _line(s: DefaultShare, lang: str) -> str:
    return phrase(
        "shares.line",
        lang,
        region=s.region,
        year=s.year,
        split=s.split,
        parts=listed(s.parts, lang),
        co2=s.co2_t / WAN,
        other=s.other or "—",
        change=s.change_t / WAN,
        supplier=s.supplier,
        ask=s.ask[lang],
    )
