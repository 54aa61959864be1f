"""Sheets that other parts add to a filing: each says when it is wanted and how it is filled. The planner walks this
list and knows no more.

They are laid out after every table of the guideline, so that they refer to its cells instead of adding up again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..sheets.model import OutputSheet
from . import (
    account_sheet,
    gwp_sheet,
    improve_sheet,
    indicator_sheet,
    key_sheet,
    montecarlo_sheet,
    quality_sheet,
    recalculation_sheet,
    review_sheets,
    shares_sheet,
    trend_sheet,
    uncertainty_sheet,
)
from .context import Filing
from .tables import ReportSheets


@dataclass(frozen=True)
class Extra:
    """`key` is the name in the words `[sheet]`; `after` the sheet it stands behind in the workbook (`memo`: with the
    results, `completeness`: at the end)."""

    key: str
    after: str
    tab: str
    wanted: Callable[[Filing], bool]
    fill: Callable[[Filing, OutputSheet, ReportSheets], None]


ORANGE, GREY = "#F79646", "#A6A6A6"

SHEETS: tuple[Extra, ...] = (
    Extra("trend", "memo", ORANGE, trend_sheet.applies, trend_sheet.fill),
    Extra("indicators", "memo", ORANGE, indicator_sheet.applies, indicator_sheet.fill),
    Extra("gwp_comparison", "memo", ORANGE, gwp_sheet.applies, gwp_sheet.fill),
    Extra("shares", "memo", ORANGE, shares_sheet.applies, shares_sheet.fill),
    Extra("uncertainty", "memo", ORANGE, uncertainty_sheet.applies, uncertainty_sheet.fill),
    Extra("montecarlo", "memo", ORANGE, montecarlo_sheet.applies, montecarlo_sheet.fill),
    Extra("improve", "memo", ORANGE, improve_sheet.applies, improve_sheet.fill),
    Extra("key_categories", "memo", ORANGE, key_sheet.applies, key_sheet.fill),
    Extra("recalculation", "memo", ORANGE, recalculation_sheet.applies, recalculation_sheet.fill),
    Extra("account", "completeness", GREY, account_sheet.applies, account_sheet.fill),
    Extra("quality", "completeness", GREY, quality_sheet.applies, quality_sheet.fill),
    Extra("review", "completeness", GREY, review_sheets.has_review, review_sheets.review),
    Extra("signatures", "completeness", GREY, review_sheets.always, review_sheets.signatures),
)


def after(key: str, f: Filing, own: Callable[[str, str], OutputSheet]) -> None:
    """Declare the wanted sheets that stand behind `key`."""
    for extra in SHEETS:
        if extra.after == key and extra.wanted(f):
            own(extra.key, extra.tab)


def fill(f: Filing, sheets: dict[str, OutputSheet], reports: ReportSheets) -> None:
    for extra in SHEETS:
        if extra.key in sheets:
            extra.fill(f, sheets[extra.key], reports)
