"""Figures of the service in one process: processor time of an upload with its verdict, a corrected cell, the
board of 2,000 organisations, a report page, an explanation; ten writers at once. `python bench/service.py
[--postgresql] [ORGANISATIONS]`. Quote them beside the command's own time for the same file; memory and fifty clients:
`service_load.py`, killed processes: `service_kills.py`, ten years: `service_years.py`.
"""

from __future__ import annotations

import json
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from service_help import PASSWORD, database, python


def cpu(work: Callable[[], object], times: int) -> float:
    """Processor seconds of one run, the mean of several."""
    work()
    begun = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - begun) / times


def client(login: str):  # type: ignore[no-untyped-def]
    from django.test import Client

    made = Client(HTTP_HOST="127.0.0.1")
    answer = made.post("/login", {"login": login, "password": PASSWORD})
    assert answer.status_code == 302, answer.content.decode()
    return made


def many(count: int) -> None:
    """Organisations without people, with accepted reports (the sample's cells), in the round that is there."""
    from inventory.service.demo.seed import CITIES
    from inventory.service.store.models import Obligation, Organisation, Report, Round, Version

    chosen = Round.objects.get()
    like = Version.objects.filter(in_force_of__isnull=False).order_by("pk")[0]
    for n in range(count):
        code, city = CITIES[n % len(CITIES)]
        firm = Organisation.objects.create(
            code=f"B{n:05}",
            path=f"32/{code}/B{n:05}/",
            name=f"{city}第{n}厂（示例）",
            level="enterprise",
            industry="08",
        )
        duty = Obligation.objects.create(round=chosen, organisation=firm, path=firm.path)
        report = Report.objects.create(
            obligation=duty, round=chosen, path=firm.path, state="accepted", draft=like.draft, verdict=like.verdict
        )
        fields = ("sha256", "draft", "verdict", "total_t", "engine", "edition_hash", "author_id", "created")
        version = Version(report=report, path=firm.path, number=1, **{f: getattr(like, f) for f in fields})
        version.save()
        Report.objects.filter(pk=report.pk).update(current=version, in_force=version, total_t=like.total_t)


def main(count: int, postgresql: bool) -> None:
    with database(postgresql) as (url, owner, role), tempfile.TemporaryDirectory(prefix="bench-") as place:
        from inventory.service.operate import init

        folder = Path(place) / "service"
        init(folder, url, owner, role)
        python("-m", "inventory", "service", "migrate", "--config", str(folder))
        measure(folder, count)


def measure(folder: Path, count: int) -> None:
    """The figures of a migrated, empty service."""
    from inventory.service.shared.service_settings import configure_service, read_settings

    configure_service(replace(read_settings(folder), extra={"INVENTORY_DEMO": True}))
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.db import connection

    from inventory.enterprise.compute import compute_file
    from inventory.service.demo.seed import drafts, seed
    from inventory.service.store.models import Report
    from inventory.service.store.scope import everything
    from inventory.service.store.verdicts import workbook_of

    seed(PASSWORD, 20)
    with everything():
        many(count)
    content = workbook_of(drafts()["水泥厂"], "08")
    path = folder / "水泥厂.xlsx"
    path.write_bytes(content)
    filler, province = client("demo-filler-2"), client("demo-province")
    with everything():
        report = Report.objects.get(path__contains="/E0002/")
    command = cpu(lambda: compute_file(path), 10)
    upload = cpu(
        lambda: filler.post(f"/report/{report.pk}/upload", {"workbook": SimpleUploadedFile("x.xlsx", content)}), 10
    )
    cells = iter(range(10**6))

    def correct() -> None:
        body = {"edits": [{"sheet": "产量", "cell": "Z9", "text": str(next(cells)), "seen": last[0]}]}
        answer = filler.post(f"/report/{report.pk}/cells", json.dumps(body), content_type="application/json")
        assert answer.status_code == 200, answer.content.decode()
        last[0] = body["edits"][0]["text"]

    last = [""]
    figures = {
        "command: read and compute the workbook": command,
        "upload -> verdict": upload,
        "a cell corrected -> verdict": cpu(correct, 20),
        f"board of {count + 20} organisations": cpu(lambda: province.get("/board"), 10),
        "report page": cpu(lambda: filler.get(f"/report/{report.pk}"), 10),
        "why is it this number": cpu(lambda: filler.get(f"/report/{report.pk}/reasons?source=08-01&gas=CO2"), 10),
        f"sums by city of {count + 20} organisations": cpu(lambda: province.get("/aggregates?by=city"), 10),
    }
    for name, seconds in figures.items():
        print(f"{name}: {1000 * seconds:.0f} ms ({seconds / command:.1f} x the command)")
    print(f"10 writers at once on {connection.vendor}, 50 saves: {writers(10, 5)} failed")
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(
                "EXPLAIN QUERY PLAN SELECT id FROM store_report WHERE round_id = 1 AND path >= "
                "'32/3201/' AND path < '32/32010' ORDER BY path"
            )
            print("plan of the board:", cursor.fetchall()[0][-1])


def writers(people: int, saves: int) -> int:
    """Several people save cells of their own reports at the same time; how many saves failed."""
    from django.db import connections

    from inventory.service.store.acts import Edit, save_cells
    from inventory.service.store.models import Person, Report
    from inventory.service.store.scope import Scope, everything

    failed: list[str] = []
    with everything():
        states = {r: Report.objects.get(path__contains=f"/E{r:04}/").state for r in range(1, 21)}
    numbers = [r for r, state in states.items() if state in ("empty", "draft", "returned")]

    def one(person: int) -> None:
        number, seen = numbers[person % len(numbers)], ""
        with everything():
            scope = Scope(Person.objects.get(login=f"demo-filler-{number}"))
            report = Report.objects.get(path__contains=f"/E{number:04}/")
        for n in range(saves):
            try:
                with everything():
                    save_cells(scope, report.pk, [Edit("产量", f"Y{100 + person}", f"{person}-{n}", seen)])
                seen = f"{person}-{n}"
            except Exception as error:
                failed.append(repr(error))
        connections.close_all()

    threads = [threading.Thread(target=one, args=(n,)) for n in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for line in failed[:3]:
        print(line)
    return len(failed)


if __name__ == "__main__":
    words = [w for w in sys.argv[1:] if not w.startswith("-")]
    main(int(words[0]) if words else 1980, "--postgresql" in sys.argv)
