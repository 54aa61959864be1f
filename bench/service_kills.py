"""`kill -9` of the serving process (pages and jobs) at random moments while people save cells, upload workbooks and order
products: everything that was answered with success is there afterwards, the chain holds, no job is lost or done twice.
`python bench/service_kills.py [--postgresql] [KILLS]`."""

from __future__ import annotations

import io
import json
import random
import re
import sys
import threading
import time
import zipfile
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from service_help import ROOT, Server, Visitor, python, service

LOOK = """
import json, sys
from pathlib import Path
from inventory.service.shared.service_settings import configure_service, read_settings
configure_service(read_settings(Path(sys.argv[1])))
from inventory.service.store.integrity import verify
from inventory.service.store.models import Event, Job, Report
from inventory.service.store.scope import everything
from inventory.service.store.verdicts import shown
cells = json.loads(sys.argv[2])
with everything():
    number, broken = verify()
    facts = [json.loads(e) for e in Event.objects.filter(action="upload").values_list("facts", flat=True)]
    print(json.dumps({
        "events": number, "broken": [f"{b.kind} {b.number}" for b in broken],
        "uploads": [f["sha256"] for f in facts],
        "cells": {k: shown(Report.objects.get(pk=int(k)).draft, "产量", "Y99") for k in cells},
        "ordered": Event.objects.filter(action="product").count(),
        "jobs": [[j.pk, j.state, j.attempt] for j in Job.objects.filter(kind="product")],
    }))
"""


@dataclass
class Told:
    """What the people were told is done: the last number saved by report, hashes of workbooks, jobs ordered."""

    saved: dict[int, int] = field(default_factory=dict)
    saves: int = 0
    sent: dict[int, int] = field(default_factory=dict)
    uploads: list[str] = field(default_factory=list)
    orders: int = 0
    errors: list[str] = field(default_factory=list)


def another(content: bytes, mark: str) -> bytes:
    """The same workbook with other bytes."""
    out = io.BytesIO(content)
    with zipfile.ZipFile(out, "a") as book:
        book.comment = mark.encode()
    return out.getvalue()


def report_of(who: Visitor) -> int:
    """Number of the one report of a filler. Raises `ConnectionError` where the login did not come through."""
    found = re.search(rb'href="/report/(\d+)"', who.ask("GET", "/")[1])
    if found is None:
        raise ConnectionError("not logged in")
    return int(found[1])


def typist(server: Server, n: int, told: Told, stop: threading.Event) -> None:
    """Saves rising numbers into one cell; tries again when the server is away."""
    who, number, k = Visitor(server.port), 0, 0
    while not stop.is_set():
        try:
            if not number:
                who = Visitor(server.port).login(f"demo-filler-{n}")
                number = report_of(who)
            k += 1
            sheet = json.loads(who.ask("GET", f"/report/{number}/sheet?name=%E4%BA%A7%E9%87%8F")[1])
            seen = sheet["rows"][98][24] if len(sheet["rows"]) > 98 and len(sheet["rows"][98]) > 24 else ""
            edit = {"edits": [{"sheet": "产量", "cell": "Y99", "text": str(k), "seen": seen}]}
            told.sent[number] = k
            status, answer = who.send(f"/report/{number}/cells", edit)
            if status == 200:
                told.saved[number] = k
                told.saves += 1
            elif status >= 500:
                told.errors.append(f"{status} {answer[:200]!r}")
        except (OSError, ValueError, KeyError, EOFError):
            time.sleep(0.05)
        except Exception as error:  # a connection cut in the middle of an answer
            if type(error).__module__ != "http.client":
                raise
            time.sleep(0.05)


def uploader(server: Server, n: int, kind: str, told: Told, stop: threading.Event) -> None:
    who, number, k = Visitor(server.port), 0, 0
    content = (ROOT / "examples" / "enterprise" / f"{kind}.xlsx").read_bytes()
    while not stop.is_set():
        try:
            if not number:
                who = Visitor(server.port).login(f"demo-filler-{n}")
                number = report_of(who)
            k += 1
            book = another(content, f"{n}-{k}")
            status, answer = who.upload(f"/report/{number}/upload", book)
            if status == 200:
                told.uploads.append(sha256(book).hexdigest())
            elif status >= 500:
                told.errors.append(f"{status} {answer[:200]!r}")
        except Exception as error:
            if not isinstance(error, OSError) and type(error).__module__ != "http.client":
                raise
            time.sleep(0.05)


def office(server: Server, told: Told, stop: threading.Event) -> None:
    """Orders a product now and then."""
    who = None
    while not stop.is_set():
        try:
            who = who or Visitor(server.port).login("demo-province")
            form = {"round": "1", "product": "data_csv", "csrfmiddlewaretoken": who.cookies.get("csrftoken", "")}
            if who.form("/products/make", **form)[0] == 302:
                told.orders += 1
        except Exception as error:
            if not isinstance(error, OSError) and type(error).__module__ != "http.client":
                raise
        stop.wait(0.7)


def main(postgresql: bool, kills: int) -> int:
    chance, told, stop = random.Random(2011), Told(), threading.Event()
    with service(postgresql, 20) as folder:
        server = Server(folder)
        people = [
            threading.Thread(target=typist, args=(server, 2, told, stop)),
            threading.Thread(target=typist, args=(server, 12, told, stop)),
            threading.Thread(target=uploader, args=(server, 1, "发电厂", told, stop)),
            threading.Thread(target=uploader, args=(server, 11, "油气田", told, stop)),
            threading.Thread(target=office, args=(server, told, stop)),
        ]
        for thread in people:
            thread.start()
        for _ in range(kills):
            time.sleep(chance.uniform(0.05, 1.5))
            server.kill()
            server.start()
        time.sleep(1)
        stop.set()
        for thread in people:
            thread.join()
        server.kill()
        return judge(folder, told, kills, "PostgreSQL" if postgresql else "SQLite")


def judge(folder: Path, told: Told, kills: int, name: str) -> int:
    """Compare what was told with what is there; the jobs that wait are done first, as a worker would."""
    from datetime import datetime

    begun = datetime.now()
    while True:
        python("-m", "inventory", "service", "worker", "--config", str(folder), "--once")
        found = json.loads(python("-c", LOOK, str(folder), json.dumps([str(k) for k in told.saved])))
        if all(state in ("done", "failed") for _, state, _ in found["jobs"]) or (datetime.now() - begun).seconds > 180:
            break
        time.sleep(5)
    there = set(found["uploads"])
    lost = [h for h in told.uploads if h not in there]
    cells = {k: int(v or 0) for k, v in found["cells"].items()}
    behind = [k for k, n in told.saved.items() if not n <= cells[str(k)] <= told.sent[k]]
    undone = [j for j in found["jobs"] if j[1] != "done"]
    print(
        f"{name}: {kills} kills; told: {told.saves} saves, {len(told.uploads)} uploads, "
        f"{told.orders} orders; {len(lost)} uploads lost, {len(behind)} cells behind, {found['events']} events, chain "
        f"{found['broken'] or 'whole'}, {len(found['jobs'])} jobs of {found['ordered']} orders, {len(undone)} not done, "
        f"{sum(j[2] > 1 for j in found['jobs'])} taken over; {len(told.errors)} server errors"
    )
    for line in told.errors[:5]:
        print("  ", line)
    return len(lost) + len(behind) + len(found["broken"]) + len(undone) + len(told.errors)


if __name__ == "__main__":
    words = [w for w in sys.argv[1:] if not w.startswith("-")]
    sys.exit(1 if main("--postgresql" in sys.argv, int(words[0]) if words else 100) else 0)
