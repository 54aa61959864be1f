"""The few that need not report, by an index of their own."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("store", "0011_former")]
    operations: ClassVar = [
        migrations.AddIndex(
            "obligation",
            models.Index(fields=["round", "path"], name="obligation_exempt", condition=models.Q(exempt=True)),
        )
    ]
