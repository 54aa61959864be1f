"""SQLite: REPLACE is refused on append-only tables as well."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from .. import guards


class Migration(migrations.Migration):
    dependencies: ClassVar = [("store", "0007_queue")]
    operations: ClassVar = [migrations.RunPython(guards.install_kept, guards.remove_kept)]
