"""What the difference between a filed and a recomputed figure looks like, in words of both languages
(`messages/difference.toml`). A cause is read off the ratio or the difference; nobody is accused."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from ..core.declarations import Text
from ..core.edition import Edition
from ..core.equation import CONSTANTS
from ..core.problems import problem
from ..core.rounding import in_digits
from .tables import word_text

MOLAR = CONSTANTS["M_CO2"][0] / CONSTANTS["M_C"][0]  # what a forgotten or doubled 44/12 looks like
OXIDATION = (98, 93, 99)  # per cent, the printed rates that are forgotten most
RATIOS: tuple[tuple[float, str], ...] = (
    (MOLAR, "carbon_ratio_twice"),
    (1 / MOLAR, "carbon_ratio_missing"),
    (-1.0, "sign"),
    (100.0, "percent_as_fraction"),
    (0.01, "fraction_as_percent"),
)


def cause_text(cause: str, **facts: object) -> Text:
    """A cause in both languages, as a fact of a message."""
    p = problem(f"difference.{cause}", None, **facts)
    return {lang: p.part("what", lang) for lang in ("zh", "en")}


def cause_of(filed: float, expected: float, parts: Sequence[float]) -> Text:
    """What the ratio or the difference looks like; `parts` are the terms that the expected figure is the sum of."""
    if filed == 0:
        return cause_text("left_out")
    if expected == 0:
        return cause_text("no_activity")
    ratio = filed / expected
    for value, cause in RATIOS:
        if _near(ratio, value):
            return cause_text(cause)
    for rate in OXIDATION:
        if _near(ratio, 100 / rate):
            return cause_text("oxidation_missing", rate=f"{rate}%")
    power = math.log10(abs(ratio)) if ratio else 0.0
    if abs(power) > 0.5 and abs(power - round(power)) < 1e-4:
        return _off_by("power", power)
    for n, part in enumerate(parts, 1):
        if part and math.isclose(filed, expected - part, rel_tol=1e-4):
            return cause_text("term_left_out", n=n, part=in_digits(part))
        if part and math.isclose(filed, expected + part, rel_tol=1e-4):
            return cause_text("term_twice", n=n, part=in_digits(part))
    return cause_text("arithmetic")


def _off_by(code: str, power: float) -> Text:
    """A slip of the unit by a power of ten, as people say it: 大1,000倍."""
    return cause_text(f"{code}_{'large' if power > 0 else 'small'}", times=f"{10 ** abs(round(power)):,}")


def _near(ratio: float, value: float) -> bool:
    return math.isclose(ratio, value, rel_tol=2e-4)


def scale_of(value: float, expected: float) -> Text | None:
    """A power of ten between a factor and its default; None where there is none."""
    if not value or not expected or value * expected < 0:
        return None
    power = math.log10(value / expected)
    if abs(power) > 0.9 and abs(power - round(power)) < 0.12:
        return _off_by("factor_power", power)
    return None


def of_other_grids(keys: Iterable[Mapping[str, str]], edition: Edition) -> Text:
    """The figure stands for these grids and years."""
    places = sorted({(k.get("grid", ""), k.get("grid_year", "")) for k in keys})

    def of(lang: str) -> list[str]:
        return [cause_text("grid_of", grid=word_text("grid", g, edition, lang), year=year)[lang] for g, year in places]

    return cause_text("other_grid", grids={"zh": "、".join(of("zh")), "en": ", ".join(of("en"))})


def of_other_families(families: Iterable[str], edition: Edition) -> Text:
    """The figure is printed in these tables of parameters."""
    return cause_text("other_family", families=family_names(families, edition))


def family_names(families: Iterable[str], edition: Edition) -> Text:
    """Tables of parameters as a person calls them."""
    held = sorted(families)
    chinese = [edition.attribute("family", f, "name") or f for f in held]
    return {"zh": "、".join(chinese), "en": ", ".join(word_text("family", f, edition, "en") for f in held)}
