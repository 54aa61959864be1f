"""Forms of a round, the day a report was first submitted, who typed what, invitations from a day to a day."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations, models
from django.utils import timezone

from ..guards import SETTING

BEFORE = ("empty", "draft", "signing")


def first_days(apps: Any, schema_editor: Any) -> None:
    """Reports that are submitted already: the day of their first version, the nearest that is known without the log."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"SELECT set_config('{SETTING}', '*', true)", params=None)
    versions = apps.get_model("store", "Version").objects.order_by("report_id", "number")
    reports, seen = apps.get_model("store", "Report").objects, set[int]()
    states = dict(reports.exclude(state__in=BEFORE).values_list("pk", "state"))
    for report, created in versions.values_list("report_id", "created").iterator():
        if report in states and report not in seen:
            seen.add(report)
            reports.filter(pk=report).update(submitted=timezone.localtime(created).date())


class Migration(migrations.Migration):
    dependencies: ClassVar = [("store", "0008_kept")]
    operations: ClassVar = [
        migrations.AddField("invitation", "email", models.CharField(blank=True, max_length=120)),
        migrations.AddField("invitation", "since", models.DateField(null=True)),
        migrations.AddField("invitation", "until", models.DateField(null=True)),
        migrations.AddField("round", "forms", models.JSONField(default=list)),
        migrations.AddField("report", "submitted", models.DateField(null=True)),
        migrations.AddField("report", "typed", models.JSONField(default=dict)),
        migrations.RunPython(first_days, migrations.RunPython.noop),
    ]
