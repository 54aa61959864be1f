"""Evidence files wait for the virus scanner's verdict."""

from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

from .. import guards


class Migration(migrations.Migration):
    dependencies: ClassVar = [("store", "0009_rounds")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="Scan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("path", models.CharField(max_length=120)),
                ("verdict", models.CharField(default="waiting", max_length=8)),
                ("created", models.DateTimeField()),
                ("tried", models.DateTimeField(null=True)),
                ("finished", models.DateTimeField(null=True)),
                (
                    "attachment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="scan", to="store.attachment"
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["verdict", "created"], name="scan_verdict")]},
        ),
        migrations.RunPython(guards.install_scans, guards.remove_scans),
    ]
