"""Totals of a compilation, and the default shares it rests on."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from ...core.gwp import set_label
from ...core.problems import Problem
from ..account import tell_account, write_account
from ..answers import Format, answer
from ..common import Lang, tell
from ..phrases import inform, phrase, show

if TYPE_CHECKING:
    from ...app.check import CheckResult
    from ...app.compile import CompileResult

FEW_PROBLEMS = 8  # on a screen that shows the result first


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


def show_compiled(result: CompileResult, output: Path, everything: bool, lang: Lang) -> None:
    """The result of `compile` on the screen: totals, the workbook, where figures went, problems."""
    show_totals(result, lang)
    show("analysis.workbook", lang, output=output)
    show_defaults(result.problems, lang)
    tell_account(result.account, lang, everything)
    tell(result.problems, lang, None if everything else FEW_PROBLEMS)


def show_checked(
    result: CheckResult, form: str, output: Path | None, account: Path | None, everything: bool, lang: Lang
) -> None:
    """The result of `check`: the problems as asked for, the account of figures; exit status 1 where there are errors."""
    for marked in result.marked:
        inform("app.marked", lang, marked=marked)
    answer(result.problems, lang, Format(str(form)), output)
    if account is not None:
        write_account(result.account, account, lang)
    if result.errors:
        inform("app.error_s", lang, errors=result.errors)
    else:
        show("app.no_errors", lang)
    if form == "lines":
        show_defaults(result.problems, lang)
        tell_account(result.account, lang, everything)
        tell(result.problems, lang, None if everything else FEW_PROBLEMS)
    if result.errors:
        raise typer.Exit(1)
