"""Append-only trigger and policies of the tables that came with rounds' files and jobs."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from .. import guards


class Migration(migrations.Migration):
    dependencies: ClassVar = [("store", "0004_operation")]
    operations: ClassVar = [migrations.RunPython(guards.install_later, guards.remove_later)]
