"""Paths in the order of their bytes, indexes that hold what the boards ask for, policies worked out once a statement."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models

from .. import guards


class Migration(migrations.Migration):
    dependencies: ClassVar = [("store", "0005_guards_later")]
    operations: ClassVar = [
        migrations.RunPython(guards.install_ordered, guards.remove_ordered),
        migrations.RemoveIndex("report", "report_round_path"),
        migrations.RemoveIndex("report", "report_state"),
        migrations.AddIndex("report", models.Index(fields=["round", "path", "state"], name="report_round_path_state")),
        migrations.AddIndex("report", models.Index(fields=["round", "state", "path"], name="report_round_state_path")),
        migrations.AddIndex("report", models.Index(fields=["path", "round"], name="report_path_round")),
        migrations.AddIndex("version", models.Index(fields=["path", "number"], name="version_path")),
    ]
