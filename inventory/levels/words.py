"""The words of the levels (`texts.toml`) in one language."""

from __future__ import annotations

from ..texts import Catalogue


class LevelWords(Catalogue):
    """The words of the levels."""

    package = "inventory.levels"
