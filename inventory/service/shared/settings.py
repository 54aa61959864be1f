"""Django's settings, made in one place for both faces; nothing is read at import."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"


def common(secret: str) -> dict[str, Any]:
    """What the local page and the service have alike."""
    return {
        "SECRET_KEY": secret,
        "DEBUG": False,
        "USE_TZ": True,
        "TIME_ZONE": "Asia/Shanghai",
        "LANGUAGE_CODE": "zh-hans",
        "USE_I18N": False,
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
        "APPEND_SLASH": False,
        "STATIC_URL": "/static/",
        "DATA_UPLOAD_MAX_MEMORY_SIZE": 25_000_000,
        "FILE_UPLOAD_MAX_MEMORY_SIZE": 25_000_000,
        "DATA_UPLOAD_MAX_NUMBER_FIELDS": 5000,
        "X_FRAME_OPTIONS": "DENY",
        "SECURE_CONTENT_TYPE_NOSNIFF": True,
        "SESSION_COOKIE_HTTPONLY": True,
        "CSRF_COOKIE_HTTPONLY": False,
        "TEMPLATES": [
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [TEMPLATES],
                "APP_DIRS": False,
                "OPTIONS": {
                    "context_processors": [
                        "inventory.service.shared.middleware.context",
                        "django.template.context_processors.csrf",
                    ],
                    "libraries": {"inventory_tags": "inventory.service.shared.templatetags.inventory_tags"},
                    "builtins": ["inventory.service.shared.templatetags.inventory_tags"],
                },
            }
        ],
        "LOGGING": {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
            "handlers": {"err": {"class": "logging.StreamHandler", "formatter": "plain"}},
            "loggers": {"django": {"handlers": ["err"], "level": "ERROR", "propagate": False}},
        },
    }


def configure(**chosen: Any) -> None:
    """Settings of this process, and Django ready. A second call with settings in place does nothing."""
    import django

    if not settings.configured:
        settings.configure(**chosen)
        django.setup()
