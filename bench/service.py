"""Figures of the service on SQLite, in one process: processor time of an upload with its verdict, a corrected cell, the
board of 2,000 organisations, a report page; ten writers at once; memory. `python bench/service.py [ORGANISATIONS]`.
Quote them beside the command's own time for the same file.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

PASSWORD = "基准-口令-2015-Demo"


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
    """Organisations without people, with empty reports, in the round that is there."""
    from inventory.service.demo.seed import CITIES
    from inventory.service.store.models import Obligation, Organisation, Report, Round

    chosen = Round.objects.get()
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
        Report.objects.create(obligation=duty, round=chosen, path=firm.path)


def main(count: int) -> None:
    from inventory.service.operate import init, migrate
    from inventory.service.shared.service_settings import configure_service, read_settings

    folder = Path(tempfile.mkdtemp()) / "service"
    init(folder)
    chosen = replace(read_settings(folder), extra={"INVENTORY_DEMO": True})
    migrate(chosen)
    configure_service(chosen)
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.db import connection, transaction

    from inventory.enterprise.compute import compute_file
    from inventory.service.demo.seed import drafts, seed
    from inventory.service.store.models import Report
    from inventory.service.store.verdicts import workbook_of

    seed(PASSWORD, 20)
    with transaction.atomic():
        many(count)
    content = workbook_of(drafts()["水泥厂"], "08")
    path = folder / "水泥厂.xlsx"
    path.write_bytes(content)
    filler, province = client("demo-filler-2"), client("demo-province")
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
    }
    for name, seconds in figures.items():
        print(f"{name}: {1000 * seconds:.0f} ms ({seconds / command:.1f} x the command)")
    failed = writers(10, 5)
    print(f"10 writers at once on SQLite, 50 saves: {failed} failed")
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(
                "EXPLAIN QUERY PLAN SELECT id FROM store_report WHERE round_id = 1 AND path >= "
                "'32/3201/' AND path < '32/32010' ORDER BY path"
            )
            print("plan of the board:", cursor.fetchall()[0][-1])
    print(f"memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


def writers(people: int, saves: int) -> int:
    """Several people save cells of their own reports at the same time; how many saves failed."""
    from django.db import connections

    from inventory.service.store.acts import Edit, save_cells
    from inventory.service.store.models import Person, Report
    from inventory.service.store.scope import Scope

    failed: list[str] = []
    numbers = [
        r
        for r in range(1, 21)
        if Report.objects.get(path__contains=f"/E{r:04}/").state in ("empty", "draft", "returned")
    ]

    def one(number: int) -> None:
        scope = Scope(Person.objects.get(login=f"demo-filler-{number}"))
        report = Report.objects.get(path__contains=f"/E{number:04}/")
        for n in range(saves):
            try:
                save_cells(scope, report.pk, [Edit("产量", f"Y{number + 10}", f"{threading.get_ident()}-{n}", "")])
            except Exception as error:
                if "cell_conflict" not in str(error):
                    failed.append(repr(error))
        connections.close_all()

    threads = [threading.Thread(target=one, args=(numbers[n % len(numbers)],)) for n in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for line in failed[:3]:
        print(line)
    return len(failed)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1980)
