"""What the service's views could not do, in words: a refusal of its rules, or what any site knows."""

from __future__ import annotations

from ..shared import faults as shared
from ..shared.texts import text
from ..store.acts import ActRefused


class faults(shared.faults):
    """Middleware that answers exceptions of views."""

    template = "web/fault.html"

    def own(self, error: Exception, lang: str) -> shared.Told | None:
        return (refusal_texts(error, lang), error.status) if isinstance(error, ActRefused) else None


def refusal_texts(error: ActRefused, lang: str) -> list[str]:
    return [
        text(
            f"refused.{code}",
            lang,
            **{
                "by": "",
                "cell": "",
                "now": "",
                "limit": "",
                "due": "",
                "blocking": "",
                "unexplained": "",
                **error.facts,
            },
        )
        for code in error.codes
    ]
