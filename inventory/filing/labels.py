"""Words and marks of the tables: years, gases, sectors, letters of notes, the legend."""

from __future__ import annotations

from collections.abc import Sequence

from .basis import FilingBasis


def years_text(b: FilingBasis, years: Sequence[int]) -> str:
    return b.t("page.years", years="、".join(map(str, years)) if b.lang == "zh" else ", ".join(map(str, years)))


def gas_name(b: FilingBasis, gas: str) -> str:
    return {"total": b.t("column.total"), "C": b.t("column.carbon")}.get(gas, gas)


def ranges(letters: str) -> str:
    """`abcdfgh` -> `a–dfgh`: four or more letters in a row as their first and last."""
    runs: list[str] = []
    for letter in letters:
        if runs and ord(letter) == ord(runs[-1][-1]) + 1:
            runs[-1] += letter
        else:
            runs.append(letter)
    return "".join(f"{run[0]}–{run[-1]}" if len(run) > 3 else run for run in runs)


def tiny(value: float, decimals: int) -> bool:
    return value != 0 and abs(value) < 0.5 * 10.0**-decimals


def sector_name(b: FilingBasis, table: str) -> str:
    """能源活动清单 -> 能源活动; in English the sector all its lines belong to."""
    if b.lang == "zh":
        return table.removesuffix("清单")
    from ..core.completeness import ancestors

    tree = b.edition.categories
    tops = {
        list(ancestors(b.edition, c))[-1]
        for line in b.tables[table]
        for c in line.categories
        if c in tree and not tree[c].memo
    }
    return b.label(tops.pop()) if len(tops) == 1 else next((line.label["en"] for line in b.tables[table]), table)


def legend(b: FilingBasis) -> str:
    """The symbols and letters below a table, in two lines at most."""
    t = b.t
    letters = t.group("letter")
    means = (" " if b.lang == "zh" else "; ").join(
        f"{letter} {letters.get(flag, letters['other'])}" for flag, letter in b.letters.items()
    )
    if b.lang == "zh":
        return f"空格：不涉及；“…”：不足本表最小单位；NO 不存在；NE 未计算；NA 不适用；IE 计入他处；† 其中有未计算的部分。注：{means}。"
    return (
        "Blank: not applicable to the source; “…”: less than the smallest unit; NO not occurring; NE not "
        "estimated; NA not applicable; IE included "
        f"elsewhere; † a part is not estimated. Notes: {means}."
    )
