"""Jobs are handed out by a queue; a worker's lease of them is no longer kept in their rows."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("store", "0006_ordered")]
    operations: ClassVar = [migrations.RemoveField("job", "lease")]
