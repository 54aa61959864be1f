"""The Django application of the service's tables."""

from __future__ import annotations

from django.apps import AppConfig


class StoreConfig(AppConfig):
    name = "inventory.service.store"
    label = "store"
