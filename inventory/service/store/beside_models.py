"""Tables beside a report: what the virus scanner says of an evidence file (attachments are never changed), and the
cells that a workbook replaced."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django.db import models

WAITING, CLEAN, INFECTED = "waiting", "clean", "infected"


class Scan(models.Model):
    """A verdict for each attachment that came while a scanner was installed. An attachment without one came before, or where
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


class FormerDraft(models.Model):
    """The cells of a draft before a workbook replaced them, for whoever sent the wrong one. `event`: the line of the log
    that says who replaced them, when and by what."""

    report: models.ForeignKey[Any, Any] = models.ForeignKey(
        "store.Report", on_delete=models.PROTECT, related_name="former_drafts"
    )
    path: models.CharField[str, str] = models.CharField(max_length=120)
    event: models.OneToOneField[Any, Any] = models.OneToOneField(
        "store.Event", on_delete=models.PROTECT, related_name="replaced"
    )
    draft: models.JSONField[Any, Any] = models.JSONField()

    class Meta:
        app_label = "store"
