"""The words of bulletins, accounts and self-assessments (`texts.toml`) in one language."""

from __future__ import annotations

from collections.abc import Iterable

from ..core.rounding import shown
from ..policy.present import pct
from ..regions import region_label
from ..texts import Catalogue
from .blocks import Block
from .official import Official


class ReportWords(Catalogue):
    """The words of these documents."""

    package = "inventory.report"

    def region(self, name: str) -> str:
        return region_label(name, self.lang)

    def wan(self, wan_t: float) -> str:
        """亿吨 with two decimals where it is that large, else 万吨, as the ministries write; Mt in English."""
        if self.lang == "en":
            return self("official.small", value=shown(wan_t / 100, 1))
        large = abs(wan_t) >= 1e4
        return (
            self("official.large", value=shown(wan_t / 1e4, 2))
            if large
            else self("official.small", value=shown(wan_t, 1))
        )

    def change(self, rate: float) -> str:
        """Against the year before."""
        return self("official.more" if rate >= 0 else "official.less", rate=pct(abs(rate), 1))


def official_bytes(title: str, body: Iterable[Block], t: ReportWords, illustrative: bool, office: str) -> bytes:
    """A document in the format of GB/T 9704; the same input gives the same bytes. Raises `InventoryError` without
    python-docx."""
    result = Official(t.lang)
    result.title(title, t("official.illustrative") if illustrative else "")
    result.add(body, False)
    result.close(t(f"official.{office}"), t("official.date"))
    return result.content(title)
