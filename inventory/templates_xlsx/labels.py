"""Words of a fill-in sheet in its language, and the column in which a key stands."""

from __future__ import annotations

from ..core.declarations import Quantity
from .plan import TemplatePlan


class PrintedLabels:
    """Words as the sheet prints them in its language."""

    def __init__(self, plan: TemplatePlan) -> None:
        self.plan = plan

    def quantity(self, quantity: Quantity) -> str:
        return quantity.label.get(self.plan.lang) or quantity.label["zh"]

    def value(self, quantity: Quantity, key: str, value: str) -> str:
        words, edition = self.plan.words, self.plan.edition
        if key == "category":
            return f"{value} {edition.label_of_category(value, self.plan.lang)}"
        word = edition.word(key, value)
        if (
            self.plan.lang == "en"
            and word is not None
            and word.label_en
            and words.value(quantity, key, word.label_en) == value
        ):
            return word.label_en
        return value

    def choices(self, quantity: Quantity, key: str) -> tuple[str, ...]:
        return tuple(self.value(quantity, key, v) for v in self.plan.words.allowed(quantity, key))


def key_column(key: str, at: dict[str, int]) -> int | None:
    return at.get("category" if key == "category" else f"key:{key}", at.get("item"))
