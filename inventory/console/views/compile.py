"""Totals of a compilation, and the default shares it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import typer

from ...core.gwp import set_label
from ...core.problems import Problem
from ..phrases import listed, phrase, show

if TYPE_CHECKING:
    from ...analysis.default_shares import DefaultShare
    from ...app.compile import CompileResult

WAN = 1e4


def show_totals(result: CompileResult, lang: str) -> None:
    """Totals per region and year, with and without LUCF, in 万吨 (10^4 t) CO2e; a total that is not complete says
    so."""
    gwp = set_label(result.ledger.gwp.name, lang, short=True)
    for x in result.totals:
        total, without = x.with_lucf_t / 1e4, x.without_lucf_t / 1e4
        short = "" if not x.missing else phrase("app.incomplete_lines_missing", lang, missing=x.missing)
        energy = (
            phrase("app.fuel_not_computed", lang)
            if x.fuel_co2_t is None
            else phrase("app.fuel_co2", lang, fuel=x.fuel_co2_t / 1e4)
        )
        region = result.ledger.edition.label_of_region(x.region, lang)
        show(
            "app.total",
            lang,
            region=region,
            year=x.year,
            total=total,
            without=without,
            energy=energy,
            gwp=gwp,
            short=short,
        )


def show_defaults(problems: Iterable[Problem], lang: str) -> None:
    """One line that says how many splits rest on defaults, and which command says what to refine first."""
    splits = {
        tuple(v for k, v in p.facts if k in ("region", "year", "split"))
        for p in problems
        if p.code == "balance.share_default"
    }
    if splits:
        show("shares.splits_rest_on_declared", lang, count=len(splits))


def show_shares(shares: Sequence[DefaultShare], lang: str) -> None:
    """Every share that rests on a default, with what another answer would change."""
    if not shares:
        show("shares.no_share_rests_on", lang)
    for share in shares:
        typer.echo(_line(share, lang))


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
