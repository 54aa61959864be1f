"""The Django application that carries templates and tags of both faces."""

from __future__ import annotations

from django.apps import AppConfig


class SharedConfig(AppConfig):
    name = "inventory.service.shared"
    label = "inventory_shared"
