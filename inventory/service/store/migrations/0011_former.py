"""Drafts that a workbook replaced are kept; who typed what is read from the log alone; requests of a key are counted for
all processes."""

from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

from .. import guards


class Migration(migrations.Migration):
    dependencies: ClassVar = [("store", "0010_scans")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="FormerDraft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("path", models.CharField(max_length=120)),
                ("draft", models.JSONField()),
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="replaced", to="store.event"
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="former_drafts", to="store.report"
                    ),
                ),
            ],
        ),
        migrations.RunPython(guards.install_former, guards.remove_former),
        migrations.RemoveField("report", "typed"),
        migrations.AddField("token", "minute", models.BigIntegerField(default=0)),
        migrations.AddField("token", "count", models.IntegerField(default=0)),
    ]
