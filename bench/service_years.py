"""100,000 enterprises in ten yearly rounds on PostgreSQL: the pages' processor time with one round and with ten, and the
plans of the questions behind them. The reports are generated: one small draft and verdict for all of them, so that the
numbers of rows are real and the bytes of a row are not. `python bench/service_years.py [ENTERPRISES] [YEARS]`."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from service_help import PASSWORD, service

PROVINCES, CITIES = 31, 11  # of a generated nation; a city's code is its province's and two digits
ORGANISATIONS = """
INSERT INTO store_organisation (code, path, name, level, parent_id, credit_code, industry, status)
SELECT 'N' || n, p.path || 'N' || n || '/', '企业' || n, 'enterprise', p.id, '', '08', '在产'
FROM generate_series(1, %(count)s) AS n
JOIN (SELECT id, path, row_number() OVER (ORDER BY path) - 1 AS k FROM store_organisation WHERE level = 'city' AND code LIKE 'G%%') p
ON p.k = n %% (SELECT count(*) FROM store_organisation WHERE level = 'city' AND code LIKE 'G%%')
"""
ROUND = """
INSERT INTO store_round (name, year, edition, edition_hash, forms, opens, due_enterprise, due_city, due_province, late_rule, late,
                         grace_days, closed)
VALUES (%(year)s || '年度', %(year)s, 'enterprise2013', 'x', '[]', '2020-01-01', '2020-02-01', '2020-03-01', '2020-04-01', '',
        'mark', 0, %(closed)s) RETURNING id
"""
OBLIGATIONS = """
INSERT INTO store_obligation (round_id, organisation_id, path, exempt, reason)
SELECT %(round)s, id, path, false, '' FROM store_organisation WHERE level = 'enterprise'
"""
REPORTS = """
INSERT INTO store_report (obligation_id, round_id, path, state, stamp, blocking, total_t, draft, verdict, changed)
SELECT id, %(round)s, path, (ARRAY['accepted', 'accepted', 'accepted', 'city_wait', 'draft'])[1 + id %% 5], 1, 0, 1000 + id %% 997,
       '[]', '{"lines": [], "findings": []}', now() FROM store_obligation WHERE round_id = %(round)s
"""
VERSIONS = """
INSERT INTO store_version (report_id, path, number, sha256, draft, verdict, total_t, engine, edition_hash, author_id, created)
SELECT id, path, 1, md5(id::text) || md5(id::text), '[]',
       '{"lines": [{"source": "08-01", "label": {"zh": "燃料"}, "gas": "CO2", "mass_t": 10, "co2e_t": 10}], "findings": []}',
       total_t, 'bench', 'x', %(person)s, now() FROM store_report WHERE round_id = %(round)s AND state <> 'draft'
"""
CURRENT = """
UPDATE store_report r SET current_id = v.id, in_force_id = CASE WHEN r.state = 'accepted' THEN v.id END
FROM store_version v WHERE v.report_id = r.id AND r.round_id = %(round)s
"""
EVENTS = """
INSERT INTO store_event (number, at, person_id, action, path, subject, facts, before, sha256)
SELECT (SELECT coalesce(max(number), 0) FROM store_event) + row_number() OVER (ORDER BY id), '2020-01-02T03:04:05.000+00:00', %(person)s, 'sign', path,
       'report/' || id, '{}', 'x', 'x' FROM store_report WHERE round_id = %(round)s
"""

HEAD = "UPDATE store_chainhead SET number = (SELECT max(number) FROM store_event), sha256 = 'x'"


def fill(cursor: object, round_: int, person: int) -> None:
    for sql in (OBLIGATIONS, REPORTS, VERSIONS, CURRENT, EVENTS, HEAD):
        cursor.execute(sql, {"round": round_, "person": person})  # type: ignore[attr-defined]


def main(count: int, years: int) -> None:
    with service(True, 2) as folder:
        from inventory.service.shared.service_settings import configure_service, read_settings

        settings = replace(read_settings(folder), extra={"INVENTORY_DEMO": True})
        configure_service(replace(settings, database=settings.database + "?host=127.0.0.1"))
        from django.db import connection

        from inventory.service.store.models import Organisation, Person, Round
        from inventory.service.store.scope import everything

        with everything():
            nation = Organisation.objects.create(code="GN", path="GN/", name="全国（生成）", level="nation")
            for p in range(PROVINCES):
                province = Organisation.objects.create(
                    code=f"G{p:02}", path=f"GN/G{p:02}/", name=f"省{p:02}", level="province", parent=nation
                )
                for c in range(CITIES):
                    code = f"G{p:02}{c:02}"
                    Organisation.objects.create(
                        code=code, path=f"{province.path}{code}/", name=f"市{code}", level="city", parent=province
                    )
            person = Person.objects.get(login="demo-filler-1").pk
            Round.objects.update(closed=True, year=2000)
            people()
        with everything(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")
            cursor.execute(ORGANISATIONS, {"count": count})
        begun = time.monotonic()
        for n in range(years):
            with everything(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL statement_timeout = 0")
                cursor.execute(ROUND, {"year": 2021 + n, "closed": False})
                fill(cursor, cursor.fetchone()[0], person)
                cursor.execute("UPDATE store_round SET closed = (year < %s)", [2021 + n])
            if n in (0, years - 1):
                analyze(folder)
                print(f"-- {count} enterprises, {n + 1} rounds ({time.monotonic() - begun:.0f} s to fill)", flush=True)
                measure()
                plans()


def people() -> None:
    """A reader of the nation, a province's reviewer, a city's, an auditor, a filler."""
    from inventory.service.store.models import Membership, Organisation, Person

    known = Person.objects.get(login="demo-province").password
    for login, role, code in (
        ("nation", "ministry", "GN"),
        ("reviewer", "province_reviewer", "G05"),
        ("city", "city_reviewer", "G0503"),
        ("audit", "audit_admin", "GN"),
    ):
        person = Person.objects.create(login=f"bench-{login}", name=login, password=known)
        place = Organisation.objects.get(code=code)
        Membership.objects.create(person=person, organisation=place, path=place.path, role=role)


def analyze(folder: Path) -> None:
    import psycopg

    from inventory.service.shared.service_settings import read_settings

    with psycopg.connect(read_settings(folder).owner, autocommit=True) as owner:
        owner.execute("VACUUM ANALYZE")


PAGES = (
    ("bench-nation", "/board"),
    ("bench-nation", "/board?path=GN/G05/"),
    ("bench-reviewer", "/board"),
    ("bench-reviewer", "/board?state=city_wait&page=3"),
    ("bench-city", "/board"),
    ("bench-city", "/"),
    ("bench-reviewer", "/"),
    ("bench-reviewer", "/aggregates?by=industry"),
    ("bench-reviewer", "/data?kind=line"),
    ("bench-audit", "/log"),
    ("bench-audit", "/log?before=900"),
)


def measure(times: int = 8) -> None:
    """Processor time of the page, and the wall time of its statements: the least of some runs, since other work on the
    machine only adds."""
    from django.db import connection
    from django.test import Client

    clients: dict[str, Client] = {}
    spent: list[float] = []

    def timed(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        begun = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            spent.append(time.perf_counter() - begun)

    for login, path in PAGES:
        if login not in clients:
            clients[login] = Client(HTTP_HOST="127.0.0.1")
            assert clients[login].post("/login", {"login": login, "password": PASSWORD}).status_code == 302
        runs = []
        for _ in range(times):
            spent.clear()
            begun = time.process_time()
            with connection.execute_wrapper(timed):
                answer = clients[login].get(path)
            assert answer.status_code == 200, (path, answer.status_code)
            runs.append((time.process_time() - begun, sum(spent), max(spent), len(spent)))
        page, _, _, number = min(runs)
        database, longest = min((r[1], r[2]) for r in runs)
        print(
            f"{login.removeprefix('bench-'):9} {path:32} {1000 * page:6.1f} ms + {1000 * database:6.1f} ms in {number} "
            f"statements, the longest {1000 * longest:.1f}",
            flush=True,
        )


def plans(times: int = 5) -> None:
    """What PostgreSQL says it does and how long it takes by its own clock (the least of some runs: other work on the
    machine only adds), under the scope of the nation and of a province."""
    from django.db import connection, transaction

    from inventory.service.store.scope import tell

    assert connection.vendor == "postgresql"
    for name, prefix, rows in questions():
        with transaction.atomic():
            tell([prefix])
            texts = [rows.explain(analyze=True) for _ in range(times)]
        spent = min(float(re.search(r"Execution Time: ([0-9.]+)", t)[1]) for t in texts)  # type: ignore[index]
        scans = [x.strip().removeprefix("->").split("(cost")[0].strip() for x in texts[0].splitlines() if "Scan" in x]
        print(f"{name}: {spent:.1f} ms, {' | '.join(scans)}", flush=True)


def questions() -> Iterator[tuple[str, str, Any]]:
    """(name, scope, query) of the pages' questions."""
    from django.db import transaction
    from django.db.models import Count, F, Value
    from django.db.models.functions import Concat, StrIndex, Substr

    from inventory.service.store.models import Event, Report, Round, Version
    from inventory.service.store.scope import subtree, tell
    from inventory.service.web.boards import light
    from inventory.service.web.progress import Pages

    last = Round.objects.order_by("-year").first()
    for top in ("GN/", "GN/G05/"):
        rest = Substr(F("path"), len(top) + 1)
        part = Concat(Value(top), Substr(F("path"), len(top) + 1, StrIndex(rest, Value("/"))))
        reports = Report.objects.filter(subtree(top), round=last)
        yield f"counts of the board {top}", top, reports.values_list(part, "state").annotate(n=Count("*")).order_by()
        listed = Pages(reports), Pages(reports.filter(state="draft"))
        for name, pages in zip(("list of the board", "one state of it"), listed, strict=True):
            yield f"{name} {top}", top, pages.object_list[:50]
            with transaction.atomic():
                tell([top])
                numbers = list(pages.object_list[:50])
            yield f"{name} {top}, the rows of a page", top, light(Report.objects.filter(pk__in=numbers))
    events = Event.objects.filter(subtree("GN/G05/G0503/"), number__lt=10**6).order_by("-number")
    with transaction.atomic():
        tell(["GN/G05/"])
        numbers = list(events.values_list("number", flat=True)[:100])
    yield "a part of the log, its numbers", "GN/G05/", events.values_list("number", flat=True)[:100]
    yield "a part of the log, its rows", "GN/G05/", Event.objects.filter(number__in=numbers).select_related("person")
    yield "versions of a firm", "GN/G05/", Version.objects.filter(subtree("GN/G05/G0503/N100/")).order_by("-pk")[:200]


if __name__ == "__main__":
    words = [int(w) for w in sys.argv[1:]]
    main(words[0] if words else 100_000, words[1] if len(words) > 1 else 10)
