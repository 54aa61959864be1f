"""What the virus scanner says of an evidence file. A table of its own, since attachments are never changed."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django.db import models

WAITING, CLEAN, INFECTED = "waiting", "clean", "infected"


class Scan(models.Model):
    """One for each attachment that came while a scanner was installed. An attachment without one came before, or where
    there is none."""

    attachment: models.OneToOneField[Any, Any] = models.OneToOneField(
        "store.Attachment", on_delete=models.PROTECT, related_name="scan"
    )
    path: models.CharField[str, str] = models.CharField(max_length=120)
    verdict: models.CharField[str, str] = models.CharField(max_length=8, default=WAITING)
    created: models.DateTimeField[dt.datetime, dt.datetime] = models.DateTimeField()
    tried: models.DateTimeField[dt.datetime | None, dt.datetime | None] = models.DateTimeField(
        null=True
    )  # when the scanner last gave no answer
    finished: models.DateTimeField[dt.datetime | None, dt.datetime | None] = models.DateTimeField(null=True)

    class Meta:
        app_label = "store"
        indexes: ClassVar = [models.Index(fields=["verdict", "created"], name="scan_verdict")]
