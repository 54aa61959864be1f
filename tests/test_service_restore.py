"""Backup and restore drill on PostgreSQL; migrations forward with data on both databases; imports of what was collected
before; `check --deploy`; the examples of deployment name what there is."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from postgres_help import cluster
from process_help import python, ran
from service_help import steps

pytest.importorskip("django")
pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parent.parent


def command(*words: str, **env: str) -> subprocess.CompletedProcess[str]:
    return ran([sys.executable, "-m", "inventory", "service", *words], env=env)


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def databases(request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """Addresses of empty databases: role and owner of `inv`, and what a drill may fill."""
    if request.param == "sqlite":
        yield {"database": "service.db", "owner": "", "role": "", "port": ""}
        return
    with cluster() as port:
        import psycopg

        with psycopg.connect(f"postgresql://postgres@127.0.0.1:{port}/postgres", autocommit=True) as above:
            for name in ("scratch", "scratch2", "inv2"):
                above.execute(f"CREATE DATABASE {name} OWNER inv_owner")
        urls = {name: f"postgresql://{name}@127.0.0.1:{port}" for name in ("inv_app", "inv_owner")}
        yield {
            "database": f"{urls['inv_app']}/inv",
            "owner": f"{urls['inv_owner']}/inv",
            "role": "inv_app",
            "port": str(port),
        }


def made(folder: Path, databases: dict[str, str], name: str = "inv") -> Path:
    """A service folder on these databases, not migrated."""
    from inventory.service.operate import init

    urls = [
        databases[k].removesuffix("inv") + name if databases["owner"] else databases[k] for k in ("database", "owner")
    ]
    init(folder, urls[0], urls[1], databases["role"])
    return folder


IN_ROLE = """
import sys
from pathlib import Path
from django.db import connection
from inventory.service.shared.service_settings import database, read_settings
chosen = read_settings(Path(sys.argv[1]))
connection.close()  # the owner's, of the migrations: from here on in the role of the running service
connection.settings_dict.update(database(chosen.database, chosen.folder))
"""
SEED = """
import sys
from dataclasses import replace
from pathlib import Path
from inventory.service.shared.service_settings import configure_service, read_settings
configure_service(replace(read_settings(Path(sys.argv[1])), extra={"INVENTORY_DEMO": True}))
from inventory.service.demo.seed import seed
from inventory.service.store import evidence
from inventory.service.store.models import Person, Report
from inventory.service.store.scope import Scope, everything
seed("示例-口令-2015-Demo", 12)
with everything():
    found = Report.objects.get(path__contains="/E0002/")
    evidence.attach(Scope(Person.objects.get(login="demo-filler-2")), found.pk, b"%PDF-1.4 two", "two.pdf")
"""


def test_backup_and_drill(databases: dict[str, str], tmp_path: Path) -> None:
    folder = made(tmp_path / "系统", databases)
    migrated, _, _, done = steps(
        folder,
        ("migrate", "--config", str(folder)),
        IN_ROLE,
        SEED,
        ("backup", "--config", str(folder), str(tmp_path / "备份")),
    )
    assert migrated.returncode == 0 and done.returncode == 0, done.stderr
    words = []
    if databases["port"]:
        assert command("restore-drill", str(tmp_path / "备份")).returncode != 0  # no database to fill was given
        words = ["--scratch", databases["owner"].removesuffix("inv") + "scratch"]
    drill = command("restore-drill", str(tmp_path / "备份"), *words)
    assert drill.returncode == 0, drill.stdout + drill.stderr
    assert "✗" not in drill.stdout and "13 reports" in drill.stdout and "✓  证明材料 / evidence" in drill.stdout
    if words:
        recovered(tmp_path, databases, words[1])
    # a backup whose evidence was changed does not pass
    stored = next(p for p in (tmp_path / "备份" / "media").rglob("*") if p.is_file())
    stored.write_bytes(b"changed")
    again = command("restore-drill", str(tmp_path / "备份"), *(f"{w}2" if "://" in w else w for w in words))
    assert again.returncode != 0 and "✗  证明材料 / evidence" in again.stdout


def recovered(place: Path, databases: dict[str, str], restored: str) -> None:
    """After the loss of a PostgreSQL server: the restored database under a new service folder, `migrate` for the grants,
    and the running role works within its scope behind the same triggers and policies."""
    folder, app = place / "新系统", restored.replace("inv_owner@", "inv_app@")
    words = ("--database", app, "--owner", restored, "--app-role", databases["role"])
    initiated, migrated, _, before = steps(
        folder,
        ("init", str(folder), *words),
        ("migrate", "--config", str(folder)),
        IN_ROLE,
        ("doctor", "--config", str(folder)),
    )
    assert (initiated.returncode, migrated.returncode) == (0, 0)
    assert "✗  证明材料 / evidence" in before.stdout  # said while the evidence files are not put back
    shutil.copytree(place / "备份" / "media", folder / "media", dirs_exist_ok=True)
    works, doctor = steps(folder, WORKS, ("doctor", "--config", str(folder)))
    assert all(f"/ {name}: " in doctor.stdout for name in ("role", "triggers", "chain")), doctor.stdout
    assert "✗" not in doctor.stdout, doctor.stdout
    assert works.stdout.strip() == "good"


WORKS = """
import sys
from dataclasses import replace
from pathlib import Path
from inventory.service.shared.service_settings import configure_service, read_settings
configure_service(replace(read_settings(Path(sys.argv[1])), extra={"INVENTORY_DEMO": True}))
from django.db import DatabaseError, connection, transaction
from django.test import Client
from inventory.service.store.chain import record
from inventory.service.store.integrity import verify
from inventory.service.store.models import Report
from inventory.service.store.scope import everything, tell
client = Client(HTTP_HOST="127.0.0.1")
assert client.post("/login", {"login": "demo-filler-2", "password": "示例-口令-2015-Demo"}).status_code == 302
assert client.get("/").status_code == 200
with transaction.atomic():
    tell(["32/3202/"])
    assert {r.path[:8] for r in Report.objects.all()} == {"32/3202/"}
assert Report.objects.count() == 0
with everything():
    record("login", "32/", "person/1", None)
    assert verify()[1] == [], verify()[1]
try:
    with everything(), connection.cursor() as cursor:
        cursor.execute("UPDATE store_event SET action = 'x'")
except DatabaseError:
    print("good")
"""


OLD = """
import datetime as dt, sys
from pathlib import Path
from inventory.service.shared.service_settings import configure_service, read_settings
configure_service(read_settings(Path(sys.argv[1])), as_owner=True)
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from inventory.service.store.scope import tell
for app in ("contenttypes", "auth", "sessions"):
    call_command("migrate", app, verbosity=0)
call_command("migrate", "store", sys.argv[2], verbosity=0)
apps = MigrationExecutor(connection).loader.project_state(("store", sys.argv[2])).apps
day, now = dt.date(2016, 1, 1), dt.datetime(2016, 1, 2, tzinfo=dt.UTC)
with transaction.atomic():
    tell(["*"])
    get = lambda name: apps.get_model("store", name).objects
    province = get("Organisation").create(code="32", path="32/", name="江苏", level="province")
    firm = get("Organisation").create(code="E1", path="32/E1/", name="厂", level="enterprise", parent=province, industry="08")
    person = get("Person").create(login="a", name="甲", password="x")
    round_ = get("Round").create(name="2015", year=2015, edition="enterprise2013", edition_hash="h", opens=day,
                                 due_enterprise=day, due_city=day, due_province=day, late_rule="逾期通报")
    duty = get("Obligation").create(round=round_, organisation=firm, path=firm.path)
    report = get("Report").create(obligation=duty, round=round_, path=firm.path, state="city_wait")
    version = get("Version").create(report=report, path=firm.path, number=1, sha256="s", draft=[], verdict={}, total_t=1e22,
                                    engine="e", edition_hash="h", author=person, created=now)
    report.current = version
    report.save()
    get("Event").create(number=1, at="t", person=person, action="save", path=firm.path, subject="x", before="0", sha256="1")
    get("Notice").create(path=firm.path, code="reminder", facts={}, created=now)
"""
UPGRADED = """
from inventory.service.operate import migrate
migrate(read_settings(Path(sys.argv[1])))
"""
NEW = """
from django.db import DatabaseError
from inventory.service.store import guards
from inventory.service.store.models import Event, Job, Report, Round, RoundFile
from inventory.service.store.scope import everything
with everything():
    found = Report.objects.select_related("current", "round").get()
    assert (found.state, found.current.total_t, found.current.sha256) == ("city_wait", 1e22, "s")
    assert (found.round.late_rule, found.round.late, found.round.grace_days) == ("逾期通报", "mark", 0)
    assert Event.objects.count() == 1 and guards.installed(connection) == []
    RoundFile.objects.create(round=found.round, path="32/", name="x.csv", sha256="s", content=b"x", created=found.current.created)
for sql in ("UPDATE store_version SET number = 2", "DELETE FROM store_event", "UPDATE store_roundfile SET name = 'y'"):
    try:
        with everything(), connection.cursor() as cursor:
            cursor.execute(sql)
    except DatabaseError:
        continue
    raise AssertionError(sql)
if connection.vendor == "postgresql":
    assert (Report.objects.count(), Job.objects.count(), RoundFile.objects.count()) == (0, 0, 0)
print("good")
"""


@pytest.mark.parametrize("version", ["0002_guards", "0003_sectors", "0005_guards_later"])
def test_migrations_go_forward_with_data(databases: dict[str, str], tmp_path: Path, version: str) -> None:
    if databases["port"]:
        import psycopg

        with psycopg.connect(f"postgresql://postgres@127.0.0.1:{databases['port']}/postgres", autocommit=True) as above:
            above.execute("DROP DATABASE IF EXISTS inv2")
            above.execute("CREATE DATABASE inv2 OWNER inv_owner")
    folder = made(tmp_path / "旧系统", databases, "inv2")
    done = python("\n".join((OLD, UPGRADED, IN_ROLE, NEW)), str(folder), version)
    assert done.strip() == "good"


PEOPLE = """
import sys
from pathlib import Path
from inventory.service.shared.service_settings import configure_service, read_settings
configure_service(read_settings(Path(sys.argv[1])))
import datetime as dt
from inventory.service.store.models import Organisation, Person
from inventory.service.store.scope import everything
from inventory.service.web.manage import open_round
day = dt.date(2016, 1, 1)
with everything():
    top = Organisation.objects.create(code="32", path="32/", name="江苏", level="province")
    Organisation.objects.create(code="3201", path="32/3201/", name="南京", level="city", parent=top)
    person = Person.objects.create_person("office", "省中心", None)
    open_round(person, "2015", 2015, dict.fromkeys(("opens", "due_enterprise", "due_city", "due_province"), day))
"""
LOOK = """
import json, sys
from pathlib import Path
from inventory.service.shared.service_settings import configure_service, read_settings
configure_service(read_settings(Path(sys.argv[1])))
from inventory.service.store.integrity import verify
from inventory.service.store.models import Report
from inventory.service.store.scope import everything
with everything():
    rows = [(r.obligation.organisation.name, r.path, r.state, r.total_t, bool(r.in_force)) for r in
            Report.objects.select_related("obligation__organisation", "in_force").order_by("pk")]
    assert verify()[1] == []
print(json.dumps(rows))
"""


def test_what_was_collected_before_comes_in(tmp_path: Path) -> None:
    """The command's collection with an accepted and a received report, then filled workbooks of firms it made known."""
    import json
    import shutil

    from inventory.app.collection import CollectRequest, StatusRequest, collect_reports, set_submission_status
    from inventory.app.enterprise import ReportRequest, report
    from inventory.enterprise.store import opened

    reports, database = tmp_path / "报告", tmp_path / "企业.db"
    reports.mkdir()
    totals = {}
    for name in ("水泥厂", "发电厂"):
        done = report(
            ReportRequest(ROOT / "examples" / "enterprise" / f"{name}.xlsx", reports / f"{name}.xlsx", docx=False)
        )
        totals[done.computed.enterprise.profile.name] = done.computed.total(True)
    assert collect_reports(CollectRequest(reports, database)).added == 2
    with opened(database) as connection:
        first, year = connection.execute("select id, year from submission order by id").fetchone()
    set_submission_status(StatusRequest(database, first, "接受", "核对无误", "省中心"))
    # a workbook: taken as a draft where nothing was handed over, refused by name where there is no firm
    books = tmp_path / "工作簿"
    books.mkdir()
    shutil.copy(ROOT / "examples" / "enterprise" / "化工厂.xlsx", books)
    (books / "坏.xlsx").write_bytes(b"PK\x03\x04broken")
    folder = tmp_path / "系统"
    given = ("import", "--config", str(folder))
    initiated, migrated, _, nameless, done, looked, again, refused = steps(
        folder,
        ("init", str(folder)),
        ("migrate", "--config", str(folder)),
        PEOPLE.replace("2015", str(year)),
        (*given, str(database)),  # nobody's name under it
        (*given, str(database), "--as", "office"),
        LOOK,
        (*given, str(database), "--as", "office"),
        (*given, str(books), "--as", "office"),
    )
    assert (initiated.returncode, migrated.returncode, nameless.returncode) == (0, 0, 1)
    assert done.returncode == 0 and "2" in done.stdout, done.stdout + done.stderr
    rows = json.loads(looked.stdout)
    assert {r[0] for r in rows} == set(totals)
    for name, _, _, total, _ in rows:
        assert total == pytest.approx(totals[name], rel=1e-9)
    assert sorted((r[2], r[4]) for r in rows) == [("accepted", True), ("province_wait", False)]
    assert again.returncode == 1 and again.stderr.count("不覆盖") == 2
    assert refused.returncode == 1 and "没有这家企业" in refused.stderr and "坏.xlsx" in refused.stderr


def test_check_deploy_is_clean(tmp_path: Path) -> None:
    folder = tmp_path / "生产"
    assert command("init", str(folder), "--https").returncode == 0
    code = (
        "import sys; from pathlib import Path; "
        "from inventory.service.shared.service_settings import configure_service, read_settings; "
        "configure_service(read_settings(Path(sys.argv[1]))); from django.core.management import call_command; "
        "call_command('check', deploy=True, fail_level='WARNING')"
    )
    assert "no issues" in python(code, str(folder))
