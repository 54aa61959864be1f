"""Append-only triggers, row-level security and grants: what the database itself refuses."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from .. import guards


class Migration(migrations.Migration):
    dependencies: ClassVar = [("store", "0001_tables"), ("sessions", "0001_initial")]
    operations: ClassVar = [migrations.RunPython(guards.install, guards.remove)]
