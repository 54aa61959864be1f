"""What the database itself refuses, for both vendors: changes to append-only tables, and rows outside a session's scope
(PostgreSQL)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings

FIRST_APPEND_ONLY = ("store_version", "store_event", "store_attachment", "store_anchor")
LATER_APPEND_ONLY = ("store_roundfile", "store_factorcheck")
APPEND_ONLY = (*FIRST_APPEND_ONLY, *LATER_APPEND_ONLY)
FIRST_SCOPED = (
    "store_obligation",
    "store_report",
    "store_version",
    "store_explanation",
    "store_remark",
    "store_attachment",
    "store_event",
    "store_notice",
)
LATER_SCOPED = ("store_roundfile", "store_job")
LAST_SCOPED = ("store_factorcheck",)
REGISTER = "store_organisation"  # who reports above and beside is no secret; an enterprise's row is
ORDERED_SCOPED = (*FIRST_SCOPED, *LATER_SCOPED, *LAST_SCOPED, REGISTER)  # there when paths were put in order
ORDERED_PATHS = (*ORDERED_SCOPED, "store_membership")
SCAN_SCOPED, FORMER_SCOPED = ("store_scan",), ("store_formerdraft",)
SCOPED = (*ORDERED_SCOPED, *SCAN_SCOPED, *FORMER_SCOPED)
WITH_PATH = (*ORDERED_PATHS, *SCAN_SCOPED, *FORMER_SCOPED)
SETTING = "inventory.scope"
# The patterns of a session's scope are made once a statement, not once a row; `*` is everything. A LIKE because forks of
# old PostgreSQL know nothing else that takes an array.
# What makes a row of an append-only table one of a kind, beside its number: SQLite's REPLACE would delete the row that
# stands in the way without asking the trigger of DELETE.
UNIQUE = {"store_version": ("report_id", "number"), "store_event": ("number",), "store_anchor": ("day",)}
_PATTERNS = (
    "(SELECT array_agg(CASE WHEN p = '*' THEN '%' ELSE replace(replace(replace(p, '\\', '\\\\'), '%', '\\%'), '_', "
    f"'\\_') || '%' END) FROM unnest(string_to_array(current_setting('{SETTING}', true), ',')) AS p WHERE p <> '')"
)
_POLICY = f"path LIKE ANY ({_PATTERNS}::text[])"


def install(apps: Any, schema_editor: Any) -> None:
    """Run by the migration that follows the first tables."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE FUNCTION store_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "RAISE EXCEPTION 'append-only: % of % refused', TG_OP, TG_TABLE_NAME; END $$",
            params=None,
        )
    secure(schema_editor, FIRST_APPEND_ONLY, FIRST_SCOPED)


def install_later(apps: Any, schema_editor: Any) -> None:
    """The same for the tables that came with rounds' files and jobs."""
    secure(schema_editor, LATER_APPEND_ONLY, LATER_SCOPED)


def secure(schema_editor: Any, append_only: Sequence[str], scoped: Sequence[str]) -> None:
    """Triggers on append-only tables; policies on scoped ones (PostgreSQL)."""
    run = schema_editor.execute
    if schema_editor.connection.vendor != "postgresql":
        for table in append_only:
            for verb in ("UPDATE", "DELETE"):
                run(
                    f"CREATE TRIGGER {table}_{verb.lower()} BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, "
                    f"'append-only: {verb} of {table} refused'); END"
                )
        return
    for table in append_only:
        for name, when, each in (("append", "UPDATE OR DELETE", "ROW"), ("truncate", "TRUNCATE", "STATEMENT")):
            run(
                f"CREATE TRIGGER {table}_{name} BEFORE {when} ON {table} FOR EACH {each} EXECUTE FUNCTION "
                "store_refuse()"
            )
    _police(run, scoped)
    grant(schema_editor.connection)


def _police(run: Any, scoped: Sequence[str]) -> None:
    for table in scoped:
        seen = f"level <> 'enterprise' OR {_POLICY}" if table == REGISTER else _POLICY
        run(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        run(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        run(f"CREATE POLICY {table}_scope ON {table} USING ({seen}) WITH CHECK ({_POLICY})", params=None)


def install_kept(apps: Any, schema_editor: Any) -> None:
    """SQLite: an INSERT OR REPLACE takes no row of an append-only table away."""
    if schema_editor.connection.vendor == "postgresql":
        return
    for table in APPEND_ONLY:
        unique = " AND ".join(f"{column} = NEW.{column}" for column in UNIQUE.get(table, ()))
        same = f"id = NEW.id OR ({unique})" if unique else "id = NEW.id"
        schema_editor.execute(
            f"CREATE TRIGGER {table}_insert BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) "
            f"BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE of {table} refused'); END"
        )


def remove_kept(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor != "postgresql":
        for table in APPEND_ONLY:
            schema_editor.execute(f"DROP TRIGGER {table}_insert")


def install_ordered(apps: Any, schema_editor: Any) -> None:
    """Paths compared by their bytes, as SQLite does, so that part of a tree is a range of an index whatever the
    database's language; policies that are worked out once a statement; the last tables under them."""
    run = schema_editor.execute
    if schema_editor.connection.vendor != "postgresql":
        return
    for table in ORDERED_SCOPED:
        run(f"DROP POLICY IF EXISTS {table}_scope ON {table}")
    for table in ORDERED_PATHS:
        run(f'ALTER TABLE {table} ALTER COLUMN path TYPE varchar(120) COLLATE "C"')
    _police(run, ORDERED_SCOPED)
    grant(schema_editor.connection)


def remove_ordered(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        unsecure(schema_editor, (), (*LAST_SCOPED, REGISTER))


def _install_scoped(schema_editor: Any, tables: Sequence[str]) -> None:
    """A table that came later like the others: under the policies, its paths in the order of their bytes."""
    if schema_editor.connection.vendor == "postgresql":
        for table in tables:
            schema_editor.execute(f'ALTER TABLE {table} ALTER COLUMN path TYPE varchar(120) COLLATE "C"')
    secure(schema_editor, (), tables)


def install_scans(apps: Any, schema_editor: Any) -> None:
    _install_scoped(schema_editor, SCAN_SCOPED)


def remove_scans(apps: Any, schema_editor: Any) -> None:
    unsecure(schema_editor, (), SCAN_SCOPED)


def install_former(apps: Any, schema_editor: Any) -> None:
    _install_scoped(schema_editor, FORMER_SCOPED)


def remove_former(apps: Any, schema_editor: Any) -> None:
    unsecure(schema_editor, (), FORMER_SCOPED)


def remove(apps: Any, schema_editor: Any) -> None:
    unsecure(schema_editor, FIRST_APPEND_ONLY, FIRST_SCOPED)
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION store_refuse() CASCADE")


def remove_later(apps: Any, schema_editor: Any) -> None:
    unsecure(schema_editor, LATER_APPEND_ONLY, LATER_SCOPED)


def unsecure(schema_editor: Any, append_only: Sequence[str], scoped: Sequence[str]) -> None:
    run, postgresql = schema_editor.execute, schema_editor.connection.vendor == "postgresql"
    for table in scoped if postgresql else ():
        run(f"DROP POLICY {table}_scope ON {table}")
        run(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    for table in append_only:
        for name in ("append", "truncate") if postgresql else ("update", "delete"):
            run(f"DROP TRIGGER {table}_{name}" + (f" ON {table}" if postgresql else ""))


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
        for table in set(APPEND_ONLY) & set(connection.introspection.table_names(cursor)):
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
            need = {f"{t}_{k}" for t in APPEND_ONLY for k in ("update", "delete", "insert")}
    return sorted(need - have)
