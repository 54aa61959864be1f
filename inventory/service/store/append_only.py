"""The base of tables whose rows are written once."""

from __future__ import annotations

from typing import Any

from django.db import models


class Immutable(Exception):
    """A row of an append-only table was to be changed."""


class AppendOnly(models.Model):
    """Rows are written once. The database's triggers refuse what gets past this."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None and not self._state.adding:
            raise Immutable(type(self).__name__)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise Immutable(type(self).__name__)
