"""What the database itself refuses, for both vendors: changes to append-only tables, and rows outside a session's scope
(PostgreSQL)."""

from __future__ import annotations

from typing import Any

from django.conf import settings

APPEND_ONLY = ("store_version", "store_event", "store_attachment", "store_anchor")
SCOPED = (
    "store_obligation",
    "store_report",
    "store_version",
    "store_explanation",
    "store_remark",
    "store_attachment",
    "store_event",
    "store_notice",
)
SETTING = "inventory.scope"
_POLICY = (
    f"EXISTS (SELECT 1 FROM unnest(string_to_array(current_setting('{SETTING}', true), ',')) AS p "
    "WHERE p = '*' OR (p <> '' AND left(path, length(p)) = p))"
)


def install(apps: Any, schema_editor: Any) -> None:
    """Run by the migration that follows the tables."""
    run = schema_editor.execute
    if schema_editor.connection.vendor == "postgresql":
        run(
            "CREATE FUNCTION store_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "RAISE EXCEPTION 'append-only: % of % refused', TG_OP, TG_TABLE_NAME; END $$",
            params=None,
        )
        for table in APPEND_ONLY:
            run(
                f"CREATE TRIGGER {table}_append BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE "
                "FUNCTION store_refuse()"
            )
            run(
                f"CREATE TRIGGER {table}_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE "
                "FUNCTION store_refuse()"
            )
        for table in SCOPED:
            run(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            run(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            run(f"CREATE POLICY {table}_scope ON {table} USING ({_POLICY}) WITH CHECK ({_POLICY})", params=None)
        grant(schema_editor.connection)
        return
    for table in APPEND_ONLY:
        for verb in ("UPDATE", "DELETE"):
            run(
                f"CREATE TRIGGER {table}_{verb.lower()} BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, "
                f"'append-only: {verb} of {table} refused'); END"
            )


def remove(apps: Any, schema_editor: Any) -> None:
    run = schema_editor.execute
    if schema_editor.connection.vendor == "postgresql":
        for table in SCOPED:
            run(f"DROP POLICY {table}_scope ON {table}")
            run(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
        run("DROP FUNCTION store_refuse() CASCADE")
        return
    for table in APPEND_ONLY:
        for verb in ("update", "delete"):
            run(f"DROP TRIGGER {table}_{verb}")


def grant(connection: Any) -> None:
    """What the application's role may do: it owns nothing, alters nothing, and of append-only tables only reads and
    inserts."""
    role = getattr(settings, "INVENTORY_APP_ROLE", "")
    if connection.vendor != "postgresql" or not role:
        return
    name = connection.ops.quote_name(role)
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {name}")
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {name}")
        for table in APPEND_ONLY:
            cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {name}")


def installed(connection: Any) -> list[str]:
    """Triggers and policies that should be there and are not."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O'")
            have = {r[0] for r in cursor.fetchall()}
            cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
            have |= {f"{r[0]}_scope" for r in cursor.fetchall()}
            need = {f"{t}_{k}" for t in APPEND_ONLY for k in ("append", "truncate")} | {f"{t}_scope" for t in SCOPED}
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            have = {r[0] for r in cursor.fetchall()}
            need = {f"{t}_{k}" for t in APPEND_ONLY for k in ("update", "delete")}
    return sorted(need - have)
