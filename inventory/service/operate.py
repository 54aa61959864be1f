"""Operation of the service without a web server: a new folder, migrations, the first administrators, backup, a check of
everything."""

from __future__ import annotations

import pkgutil
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .shared.service_settings import Settings, configure_service
from .shared.thrift import thrifty

if TYPE_CHECKING:
    from .store.integrity import Broken

CONFIG = """# 报送系统设置 / settings of the reporting service
database = "{database}"      # SQLite 文件，或 postgresql://角色:密码@主机:端口/库 / a file, or PostgreSQL
owner = "{owner}"            # 迁移所用的表所有者连接（仅 PostgreSQL） / connection of the owner of the tables, for migrations
app_role = "{app_role}"      # 运行所用的角色：不是所有者，也不是超级用户 / role of the running service
hosts = ["127.0.0.1", "localhost"]
https = {https}
secret_file = "secret.key"
media = "media"
# [jobs]                     # 仅 PostgreSQL / PostgreSQL only: listen = false 只轮询 / polls alone; poll_s = 5; stalled_s = 30
# dataset = "/srv/results"   # inventory batch --format parquet 的结果，供“结果查询” / results that the page Results asks
"""


@dataclass(frozen=True, slots=True)
class DoctorLine:
    """One line of the doctor's report."""

    name: str
    good: bool
    detail: str


def init(folder: Path, database: str = "service.db", owner: str = "", app_role: str = "", https: bool = False) -> Path:
    """A new service folder with settings and a secret of its own. Raises FileExistsError when there is one."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / "service.toml"
    if target.exists():
        raise FileExistsError(str(target))
    secret = folder / "secret.key"
    secret.write_text(secrets.token_urlsafe(48) + "\n", "utf-8")
    secret.chmod(0o600)
    (folder / "media").mkdir(exist_ok=True)
    target.write_text(
        CONFIG.format(database=database, owner=owner, app_role=app_role, https=str(https).lower()), "utf-8"
    )
    return target


def migrate(chosen: Settings) -> None:
    """Tables, triggers and policies; as the owner of the tables. Running processes answer that the service is closed
    meanwhile."""
    configure_service(chosen, as_owner=True)
    from django.core.management import call_command
    from django.db import connection

    from .shared.maintenance import closed
    from .store.guards import grant

    with closed(chosen.folder):
        call_command("migrate", verbosity=0, interactive=False)
        grant(connection)


def create_administrators(
    chosen: Settings, province: tuple[str, str], logins: tuple[str, str, str], passwords: tuple[str, str, str]
) -> list[str]:
    """The province and its three administrators, who invite everybody else. Returns what is wrong; empty when they were
    made."""
    configure_service(chosen)
    from .domain.roles import LABELS, Level, Role
    from .store.chain import record
    from .store.models import Membership, Organisation, Person
    from .store.scope import everything
    from .web.accounts import password_faults

    faults = [
        f"{login}: {x}"
        for login, password in zip(logins, passwords, strict=True)
        for x in password_faults(password, password, Person(login=login, name=login), "zh")
    ]
    if faults or len(set(logins)) != 3:
        return faults or ["三个管理员必须是三个人 / the three administrators must be three persons"]
    with everything():
        code, name = province[0], region_in_chinese(province[1])
        organisation, _ = Organisation.objects.get_or_create(
            path=f"{code}/", defaults={"code": code, "name": name, "level": Level.province.value}
        )
        for login, password, role in zip(
            logins, passwords, (Role.system_admin, Role.security_admin, Role.audit_admin), strict=True
        ):
            if Person.objects.filter(login=login).exists():
                return [f"{login}：已存在 / exists already"]
            person = Person.objects.create_person(login, f"{LABELS[role]['zh']} {login}", password)  # log and headings
            Membership.objects.create(person=person, organisation=organisation, path=organisation.path, role=role.value)
            record("join", organisation.path, f"person/{person.pk}", person, role=role.value)
    return []


def region_in_chinese(region: str) -> str:
    """The name by which the service and its reports know a region given in English; any other name as it stands."""
    from inventory.regions import built_in

    plain = region.casefold()
    return next((r.name for r in built_in().regions.values() if r.label_en.casefold() == plain), region)


def warm() -> None:
    """What every request needs, loaded once before the threads come: side by side each would load the edition for
    itself and keep it. What was needed for loading alone is dropped."""
    from importlib import import_module

    from inventory.core import problems
    from inventory.edition.methods import adapter
    from inventory.enterprise.industries import default_edition, industries

    from .shared import texts
    from .store import verdicts

    industries(default_edition())
    verdicts.edition_hash()
    adapter.cache_clear()  # of the edition's rows; another edition that is asked for gets its own
    problems.catalogue()
    texts.catalogue()
    import_module("inventory.service.web.urls")


class NotMigrated(Exception):
    """The tables are not there, or older than the program."""


def open_migrations() -> list[str]:
    """Migrations that wait to be done, by name: those that lie in the packages and are not recorded in the database.
    Their modules are not loaded, which a serving process would keep. Django must be configured."""
    from django.apps import apps
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    done = MigrationRecorder(connection).applied_migrations()
    specs = {app.label: find_spec(f"{app.name}.migrations") for app in apps.get_app_configs()}
    there = [
        (label, module.name)
        for label, spec in specs.items()
        for module in pkgutil.iter_modules(spec.submodule_search_locations if spec is not None else ())
        if module.name[0] not in "_~"  # as Django reads a package of migrations
    ]
    return [name for label, name in there if (label, name) not in done]


def run(chosen: Settings, host: str, port: int, threads: int, say: Callable[[str], None], worker: bool = True) -> None:
    """Serve with waitress, and do jobs in a thread beside it unless `inventory service worker` does them."""
    thrifty()
    configure_service(chosen)
    import threading

    import waitress
    from django.core.wsgi import get_wsgi_application

    from . import worker as workers
    from .shared.maintenance import is_closed

    if missing := open_migrations():
        raise NotMigrated(str(len(missing)))
    warm()
    server = waitress.create_server(  # takes the port: what is told after it is true
        get_wsgi_application(),
        host=host,
        port=port,
        threads=threads,
        ident="inventory",
        clear_untrusted_proxy_headers=True,
        max_request_body_size=30_000_000,
    )
    if worker:
        workers.start(threading.Event())
    if is_closed():
        say("系统处于维护状态：inventory service maintenance off 开放 / closed for maintenance")
    say(f"http://{host}:{port}/")
    server.run()


def demo(folder: Path, say: Callable[[str], None], firms: int = 60) -> Settings:
    """An SQLite service with the sample province in `folder`, which must be new or empty."""
    from dataclasses import replace

    from .shared.service_settings import read_settings

    fresh = not (folder / "service.toml").exists()
    if fresh:
        init(folder)
    chosen = replace(read_settings(folder), extra={"INVENTORY_DEMO": True})
    migrate(chosen)
    if fresh:
        password = f"示例-{secrets.token_hex(4)}-Demo"
        from .demo.seed import seed

        say("正在准备示例省……/ making the sample province …")
        seed(password, firms, departments=True)
        (folder / "demo-password.txt").write_text(password + "\n", "utf-8")
    say(f"演示密码 / password: {(folder / 'demo-password.txt').read_text('utf-8').strip()}")
    return chosen


def import_source(source: Path, login: str, lang: str) -> tuple[list[str], int, int]:
    """Organisations of a table, enterprises' workbooks of a folder, or the reports of an old collection database: what
    was not taken and why, how many organisations and how many reports came in. Django must be configured."""
    from inventory.core.problems import InventoryError

    from .domain.roles import Level
    from .shared.texts import text
    from .store.archive import import_collection, import_workbooks
    from .store.imports import import_organisations
    from .store.models import Organisation, Person
    from .store.scope import everything

    person = Person.objects.filter(login=login.strip().lower()).first()
    refused, reports = list[str](), 0
    try:
        with everything():
            before = Organisation.objects.count()
            if source.suffix.lower() in (".xlsx", ".csv"):
                refused = import_organisations(source.read_bytes(), source.name, person, lang)
            elif person is None:
                refused = [text("import.no_person", lang, login=login or "—")]
            elif source.is_dir():
                imported = import_workbooks(source, person, lang)
                refused, reports = list(imported.refused), imported.reports
            else:
                province = Organisation.objects.filter(level=Level.province).order_by("path").first()
                if province is None:
                    return [text("import.no_province", lang)], 0, 0
                imported = import_collection(source, province, person, lang)
                refused, reports = list(imported.refused), imported.reports
            return refused, Organisation.objects.count() - before, reports
    except InventoryError as error:
        return [p.text(lang) for p in error.problems], 0, 0


def doctor(chosen: Settings) -> Iterator[DoctorLine]:
    """Everything that should hold: migrations, triggers, policies, role, chain, evidence, recomputation of accepted
    versions, jobs that wait too long or whose worker died."""
    configure_service(chosen)
    from django.db import connection

    from .store import guards, integrity
    from .store.scope import everything

    with everything():
        plan = open_migrations()
        yield DoctorLine("migrations", not plan, f"{len(plan)} open")
        missing = guards.installed(connection)
        yield DoctorLine("triggers", not missing, ", ".join(missing) or "all there")
        if connection.vendor == "postgresql":
            yield _role(connection)
        number, broken = integrity.verify(files=True)
        of_evidence = [b for b in broken if b.kind in ("attachment", "file")]
        of_log = [b for b in broken if b not in of_evidence]
        yield DoctorLine("chain", not of_log, _places(of_log) or f"{number} events")
        yield _jobs()
        yield _scanner()
        yield DoctorLine("evidence", not of_evidence, _places(of_evidence) or "all hashes agree")
        yield from _recomputed()


def _places(broken: Sequence[Broken]) -> str:
    return "; ".join(f"{b.kind} {b.number}" for b in broken[:10])


def _role(connection: Any) -> DoctorLine:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        above = bool(cursor.fetchone()[0])
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tableowner = current_user")
        owns = int(cursor.fetchone()[0])
    return DoctorLine(
        "role",
        not above and not owns,
        "neither owner nor superuser" if not above and not owns else "the service runs as owner or superuser",
    )


def _jobs() -> DoctorLine:
    from .store import queues

    state = queues.state()
    return DoctorLine("jobs", state.good, str(state))


def _scanner() -> DoctorLine:
    from .store import scans

    return DoctorLine("scanner", *scans.state())


def _recomputed(most: int = 20) -> Iterator[DoctorLine]:
    """Versions computed again: the same figure, or the engine or edition is another one."""
    from .store import kinds, verdicts
    from .store.models import Version

    wrong, looked = [], 0
    for version in Version.objects.select_related("report__obligation__organisation", "report__round").order_by("?")[
        :most
    ]:
        looked += 1
        now = kinds.verdict_of(version.report, version.draft)
        same_engine = (version.engine, version.edition_hash) == (verdicts.engine_name(), now["edition_hash"])
        if now["total_t"] != version.total_t and same_engine:
            wrong.append(version.sha256[:12])
    yield DoctorLine("recomputation", not wrong, ", ".join(wrong) or f"{looked} versions give the same figure")
