"""Everything goes out: every table of the database is in the archive or named with the reason why it is not, in three
formats that say the same, and a version made again from it has its own hash."""

from __future__ import annotations

import csv
import io
import json
import sys
import zipfile

import pytest
from check_products import made, numbers


def archive(desk, who: str = "province") -> zipfile.ZipFile:  # type: ignore[no-untyped-def]
    csv.field_size_limit(sys.maxsize)
    return zipfile.ZipFile(io.BytesIO(made(desk, "everything", who)))


@pytest.fixture(scope="module")
def held(desk, accepted) -> zipfile.ZipFile:  # type: ignore[no-untyped-def]
    return archive(desk)


def rows(held: zipfile.ZipFile, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(held.read(f"{name}.csv").decode("utf-8-sig"))))


def test_every_table_of_the_database_is_in_it_or_named_with_its_reason(held) -> None:  # type: ignore[no-untyped-def]
    from django.apps import apps

    from inventory.service.store import dump
    from inventory.service.store.models import Round
    from inventory.service.store.scope import everything

    with everything():
        tables = [t.name for t in dump.round_tables(Round.objects.get(), "32/")]
    exported = {t.replace("_", "").rstrip("s") for t in tables} - {"cell", "figure"}
    known = {m._meta.model_name for m in apps.get_app_config("store").get_models()}
    kept = {m._meta.model_name for m in dump.NOT_EXPORTED}
    assert exported | kept == known and not exported & kept
    assert all(dump.NOT_EXPORTED.values())
    columns = {m: {f.name for f in m._meta.concrete_fields} for m in dump.WITHOUT}
    assert all(names <= columns[m] for m, names in dump.WITHOUT.items())
    assert {f"{t}.{e}" for t in tables for e in ("csv", "parquet")} | {"tables.xlsx"} == set(held.namelist())


def test_the_three_formats_say_the_same(held) -> None:  # type: ignore[no-untyped-def]
    import openpyxl
    import pandas as pd

    book = openpyxl.load_workbook(io.BytesIO(held.read("tables.xlsx")), read_only=True)
    for name in ("organisations", "versions", "cells", "figures"):
        table, frame = rows(held, name), pd.read_parquet(io.BytesIO(held.read(f"{name}.parquet")))
        sheet = list(book[name].iter_rows(values_only=True))
        assert len(table) == len(frame) == len(sheet) - 1 > 10, name
        assert list(table[0]) == list(frame.columns) == list(sheet[0]), name
    values = [float(r["number"]) for r in rows(held, "cells") if r["number"]]
    frame = pd.read_parquet(io.BytesIO(held.read("cells.parquet")))
    assert frame["number"].dropna().tolist() == values
    head, *body = book["cells"].iter_rows(values_only=True)
    assert numbers([r[head.index("number")] for r in body]) == values


def test_a_version_made_again_from_the_archive_has_its_hash(held) -> None:  # type: ignore[no-untyped-def]
    from inventory.service.store.dump import drafts_of
    from inventory.service.store.verdicts import sha_of

    drafts = drafts_of(rows(held, "cells"))
    versions = rows(held, "versions")
    assert len(versions) > 5
    for v in versions:
        assert sha_of(drafts[int(v["report"]), int(v["number"])], json.loads(v["verdict"])) == v["sha256"]


def test_nobody_gets_what_is_not_signed_or_not_theirs(desk, held) -> None:  # type: ignore[no-untyped-def]
    from inventory.service.store.models import Report
    from inventory.service.store.scope import everything

    with everything():
        unsigned = {r.pk for r in Report.objects.filter(state__in=("empty", "draft", "signing"), in_force=None)}
    assert unsigned and not unsigned & {int(r["report"]) for r in rows(held, "cells")}
    assert "total_t" not in rows(held, "reports")[0]
    text = held.read("versions.csv") + held.read("organisations.csv")
    assert b"argon2" not in text and b"totp" not in text
    city = archive(desk, "city-3202")
    assert {r["path"][:8] for r in rows(city, "obligations")} <= {"32/3202/"}
    assert {r["path"][:8] for r in rows(city, "organisations")} <= {"32/3202/"}
