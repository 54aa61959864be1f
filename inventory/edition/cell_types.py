"""How cells of an edition's tables are read: bars, semicolons, numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from ..core.edition import ROLES, STANDINGS, pairs


@dataclass(frozen=True, slots=True)
class Of:
    """What the names in a column stand for (inventory/edition/references.py); `inventory edition check` reports one that
    there is none of."""

    kind: str


def bars(text: object) -> object:
    return tuple(part.strip() for part in text.split("|") if part.strip()) if isinstance(text, str) else text


def semicolons(text: object) -> object:
    return tuple(part.strip() for part in text.split(";") if part.strip()) if isinstance(text, str) else text


def number(text: object) -> object:
    return (text.replace(",", "") or None) if isinstance(text, str) else text


Bars = Annotated[tuple[str, ...], BeforeValidator(bars)]
Years = Annotated[tuple[int, ...], BeforeValidator(bars)]
Semicolons = Annotated[tuple[str, ...], BeforeValidator(semicolons)]
Pairs = Annotated[tuple[tuple[str, str], ...], BeforeValidator(lambda t: pairs(t) if isinstance(t, str) else t)]
Figure = Annotated[float | None, BeforeValidator(number)]
Whole = Annotated[int | None, BeforeValidator(number)]
Needed = Annotated[str, Field(min_length=1)]
CategoryNames = Annotated[Bars, Of("category")]
Region = Annotated[Needed, Of("region")]
QuantityName = Annotated[Needed, Of("quantity")]
ParameterName = Annotated[Needed, Of("parameter")]
Words = Annotated[Pairs, Of("words")]
UnitName = Annotated[str, Of("unit")]
Levels = Annotated[Bars, Of("level")]
Share = Annotated[float, Field(ge=0, le=1)]
StepName = Annotated[
    tuple[str, str] | None,
    BeforeValidator(lambda t: (tuple(t.split(".", 1)) if t else None) if isinstance(t, str) else t),
]
YesNo = Annotated[bool, BeforeValidator(lambda t: {"yes": True, "no": False, "": False}.get(str(t), t))]
Mark = Annotated[bool, BeforeValidator(lambda t: bool(t))]  # anything in the cell means yes
Standing = Literal[STANDINGS]  # type: ignore[valid-type]
Role = Annotated[Literal[ROLES], BeforeValidator(lambda t: t or "default")]  # type: ignore[valid-type]
