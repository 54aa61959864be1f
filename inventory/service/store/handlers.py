"""What each kind of job does."""

from __future__ import annotations

from collections.abc import Mapping

from . import daily
from .jobs import Handler


def handlers() -> Mapping[str, Handler]:
    """By kind; what makes products is loaded by who does jobs alone."""
    from . import products, scans

    return {"product": products.make, "reminders": daily.send_reminders, "mail": daily.send_mail, "scan": scans.examine}
