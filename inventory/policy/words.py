"""The words of the yearly assessment (`texts.toml`) in one language."""

from __future__ import annotations

from collections.abc import Iterable

from ..regions import region_label
from ..texts import Catalogue


class PolicyWords(Catalogue):
    """The words of the assessment."""

    package = "inventory.policy"

    def region(self, name: str) -> str:
        return region_label(name, self.lang)

    def regions(self, names: Iterable[str]) -> str:
        return self.listed(map(self.region, names))
