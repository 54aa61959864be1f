"""Settings of the reporting service from a file (`service.toml`) and the environment; secrets are never in the code."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from .settings import common, configure

CONFIG = "INVENTORY_SERVICE"
OWN_HASHERS = ["inventory.service.shared.hashers.Argon2id"]
QUEUE = {"django.db.backends.postgresql": ("procrastinate.contrib.django",)}  # SQLite needs none


@dataclass(frozen=True)
class Settings:
    """database: `postgresql://user:password@host:port/name` or a path of an SQLite file; owner: the same with the
    owner's role, for migrations."""

    folder: Path
    database: str = "service.db"
    owner: str = ""
    app_role: str = ""
    hosts: tuple[str, ...] = ("127.0.0.1", "localhost")
    secret: str = ""
    https: bool = False
    media: str = "media"
    mail: Mapping[str, Any] = field(default_factory=dict)  # host, port, user, password_file, tls, sender
    jobs: Mapping[str, Any] = field(default_factory=dict)  # of PostgreSQL's queue: listen, poll_s, stalled_s
    dataset: str = ""  # results of `inventory batch --format parquet`, a folder or an address of an object store
    extra: dict[str, Any] = field(default_factory=dict)


def read_settings(path: Path | None = None) -> Settings:
    """The settings of a service folder or file; the environment goes first. Raises FileNotFoundError without any."""
    place = path or (Path(os.environ[CONFIG]) if CONFIG in os.environ else None)
    if place is None:
        raise FileNotFoundError(CONFIG)
    file = place / "service.toml" if place.is_dir() else place
    given = tomllib.loads(file.read_text("utf-8"))
    env = {
        k: os.environ[f"{CONFIG}_{k.upper()}"]
        for k in ("database", "owner", "app_role", "secret", "media", "dataset")
        if f"{CONFIG}_{k.upper()}" in os.environ
    }
    secret_file = file.parent / str(given.get("secret_file", "secret.key"))
    secret = env.get("secret") or (secret_file.read_text("utf-8").strip() if secret_file.exists() else "")
    return Settings(
        file.parent,
        env.get("database") or str(given.get("database", "service.db")),
        env.get("owner") or str(given.get("owner", "")),
        env.get("app_role") or str(given.get("app_role", "")),
        tuple(given.get("hosts", ("127.0.0.1", "localhost"))),
        secret,
        bool(given.get("https", False)),
        env.get("media") or str(given.get("media", "media")),
        mail=dict(given.get("mail", {})),
        jobs=dict(given.get("jobs", {})),
        dataset=env.get("dataset") or str(given.get("dataset", "")),
    )


def mail_settings(mail: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Django's mail settings: printed on the console until a host is given; the password stands in a file of its
    own."""
    sender = str(mail.get("sender", "inventory@localhost"))
    if not mail.get("host"):
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend", "DEFAULT_FROM_EMAIL": sender}
    secret = folder / str(mail.get("password_file", "mail.key"))
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": str(mail["host"]),
        "EMAIL_PORT": int(mail.get("port", 25)),
        "EMAIL_USE_TLS": bool(mail.get("tls", False)),
        "EMAIL_HOST_USER": str(mail.get("user", "")),
        "EMAIL_HOST_PASSWORD": secret.read_text("utf-8").strip() if secret.exists() else "",
        "EMAIL_TIMEOUT": 20,
        "DEFAULT_FROM_EMAIL": sender,
    }


def _patience(as_owner: bool) -> dict[str, Any]:
    """No wait of a PostgreSQL session is without an end: for the server, for a lock, for a statement, for a client that
    holds a transaction and says nothing. The owner's migrations may take their time once they have their locks."""
    limits = {
        "statement_timeout": 0 if as_owner else 30_000,
        "lock_timeout": 60_000 if as_owner else 15_000,
        "idle_in_transaction_session_timeout": 600_000,
    }
    return {
        "connect_timeout": 10,
        "keepalives_idle": 30,
        "keepalives_interval": 10,
        "keepalives_count": 3,
        "options": " ".join(f"-c {name}={value}" for name, value in limits.items()),
    }


def database(text: str, folder: Path, as_owner: bool = False) -> dict[str, Any]:
    """Django's entry for a database."""
    if text.startswith(("postgresql://", "postgres://")):
        url = urlsplit(text)
        host = unquote(url.hostname or "")
        options = dict(p.partition("=")[::2] for p in url.query.split("&") if p)
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": url.path.lstrip("/"),
            "USER": unquote(url.username or ""),
            "PASSWORD": unquote(url.password or ""),
            "HOST": options.get("host", host),
            "PORT": str(url.port or ""),
            "CONN_MAX_AGE": 60,
            "OPTIONS": _patience(as_owner),
        }
    path = Path(text) if Path(text).is_absolute() else folder / text
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON",
        },
    }


SECURE = {  # of a service behind https
    "SECURE_SSL_REDIRECT": True,
    "SECURE_HSTS_SECONDS": 31536000,
    "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
    "SECURE_HSTS_PRELOAD": True,
    "SESSION_COOKIE_SECURE": True,
    "CSRF_COOKIE_SECURE": True,
    "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https"),
}
VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("login", "name")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "inventory.service.shared.middleware.headers",
    "inventory.service.shared.middleware.language",
    "inventory.service.shared.maintenance.maintenance",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "inventory.service.web.access.access",
    "inventory.service.web.faults.faults",
]


def configure_service(chosen: Settings, *, as_owner: bool = False) -> None:
    """Django ready for the service; as the owner of the tables only for migrations and the like."""
    if not chosen.secret:
        raise FileNotFoundError("secret.key")
    text = chosen.owner if as_owner and chosen.owner else chosen.database
    databases = database(text, chosen.folder, as_owner)
    media = Path(chosen.media) if Path(chosen.media).is_absolute() else chosen.folder / chosen.media
    secure = {**SECURE, "CSRF_TRUSTED_ORIGINS": [f"https://{h}" for h in chosen.hosts]} if chosen.https else {}
    configure(
        **{
            **common(chosen.secret),
            "ALLOWED_HOSTS": list(chosen.hosts),
            "ROOT_URLCONF": "inventory.service.web.urls",
            "DATABASES": {"default": databases},
            "AUTH_USER_MODEL": "store.Person",
            "INVENTORY_MEDIA": str(media),
            "INVENTORY_APP_ROLE": chosen.app_role,
            "INVENTORY_FOLDER": str(chosen.folder),
            "INVENTORY_DATASET": chosen.dataset,
            "INSTALLED_APPS": [
                "django.contrib.contenttypes",
                "django.contrib.auth",
                "django.contrib.sessions",
                "inventory.service.shared.apps.SharedConfig",
                "inventory.service.store.apps.StoreConfig",
                *QUEUE.get(databases["ENGINE"], ()),
            ],
            "INVENTORY_JOBS": dict(chosen.jobs),
            "PASSWORD_HASHERS": OWN_HASHERS,
            "AUTH_PASSWORD_VALIDATORS": VALIDATORS,
            "SESSION_COOKIE_AGE": 30 * 60,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "SESSION_EXPIRE_AT_BROWSER_CLOSE": True,
            "LOGIN_URL": "/login",
            "CSRF_FAILURE_VIEW": "inventory.service.web.faults.old_form",
            **secure,
            **mail_settings(chosen.mail, chosen.folder),
            "MIDDLEWARE": MIDDLEWARE,
            **chosen.extra,
        }
    )
