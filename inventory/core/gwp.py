"""Global warming potentials: one named set at a time, so that two sets can never meet in one total.

A CO2 equivalent of the Ledger is a `Co2e`: an ordinary number that knows its set. Adding, subtracting or dividing two
of different sets raises `MixedGwpError`, in `sum()` as well. `math.fsum` and numpy see plain numbers: use them inside
one ledger only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .problems import InventoryError, problem

# the sets as a person knows them; a set of one's own goes by its own name
LABELS = {
    "guideline": {
        "zh": "指南取值（IPCC第二次评估报告，HFC-245fa取第四次）",
        "en": "guideline (IPCC SAR, HFC-245fa from AR4)",
    },
    "enterprise": {"zh": "IPCC第二次评估报告（SAR，企业指南）", "en": "IPCC SAR (enterprise guidelines)"},
    "SAR": {"zh": "IPCC第二次评估报告（SAR）", "en": "IPCC SAR"},
    "AR4": {"zh": "IPCC第四次评估报告（AR4）", "en": "IPCC AR4"},
    "AR5": {"zh": "IPCC第五次评估报告（AR5）", "en": "IPCC AR5"},
    "AR6": {"zh": "IPCC第六次评估报告（AR6）", "en": "IPCC AR6"},
}
SHORT = {
    "guideline": {"zh": "指南取值", "en": "guideline"},
    "enterprise": {"zh": "企业指南取值", "en": "enterprise guidelines"},
}


def set_label(name: str, lang: str, short: bool = False) -> str:
    """A set by its name in words; `short` for a line of the screen."""
    labels = SHORT if short else LABELS
    return labels[name][lang] if name in labels else name


@dataclass(frozen=True)
class GwpSet:
    """GWP100 values (t CO2e per t of gas) of one report; `ids` and `standings` say where each value stands in the
    factor tables."""

    name: str
    values: Mapping[str, float]
    ids: Mapping[str, str] = field(default_factory=dict)
    standings: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, gas: str) -> float:
        try:
            return self.values[gas]
        except KeyError:
            raise InventoryError(
                [problem("gwp.missing", gas=gas, set=self.name, known=", ".join(self.values))]
            ) from None

    def same(self, other: GwpSet) -> bool:
        """The same name and the same values: two projects may each have a set called `custom`."""
        return self is other or (self.name == other.name and self.values == other.values)


class MixedGwpError(ValueError):
    """Two ledgers or figures under different GWP sets were to be added."""


class Co2e(float):
    """Tonnes of CO2 equivalent under one GWP set. Behaves as a float; arithmetic with a `Co2e` of another set raises
    `MixedGwpError`.

    Times or divided by a plain number it stays a `Co2e`; divided by another of the same set it is a plain ratio.
    """

    __slots__ = ("gwp",)
    gwp: GwpSet

    def __new__(cls, value: float, gwp: GwpSet) -> Co2e:
        result = super().__new__(cls, value)
        result.gwp = gwp
        return result

    def __reduce__(self) -> tuple[Any, ...]:
        return Co2e, (float(self), self.gwp)

    def _with(self, other: object) -> None:
        if isinstance(other, Co2e):
            one_set((self, other))

    def __add__(self, other: float) -> Co2e:
        self._with(other)
        return Co2e(float(self) + float(other), self.gwp)

    __radd__ = __add__

    def __sub__(self, other: float) -> Co2e:
        self._with(other)
        return Co2e(float(self) - float(other), self.gwp)

    def __rsub__(self, other: float) -> Co2e:
        self._with(other)
        return Co2e(float(other) - float(self), self.gwp)

    def __mul__(self, other: float) -> Co2e:
        self._with(other)
        return Co2e(float(self) * float(other), self.gwp)

    __rmul__ = __mul__

    def __truediv__(self, other: float) -> float:
        self._with(other)
        ratio = float(self) / float(other)
        return ratio if isinstance(other, Co2e) else Co2e(ratio, self.gwp)

    def __neg__(self) -> Co2e:
        return Co2e(-float(self), self.gwp)

    def __abs__(self) -> Co2e:
        return Co2e(abs(float(self)), self.gwp)


def one_set(things: Iterable[Any]) -> GwpSet:
    """The GWP set that all ledgers or figures share (`.gwp`). Raises `MixedGwpError` when they differ, ValueError when
    there are none."""
    chosen: GwpSet | None = None
    for thing in things:
        if chosen is None:
            chosen = thing.gwp
        elif not chosen.same(thing.gwp):
            same_name = "" if chosen.name != thing.gwp.name else " (same name, other values)"
            raise MixedGwpError(
                f"CO2 equivalents under GWP sets {chosen.name} and {thing.gwp.name}{same_name} "
                "cannot be added; "
                "bring both to one set with Ledger.with_gwp()"
            )
    if chosen is None:
        raise ValueError("no ledger or figure was given")
    return chosen
