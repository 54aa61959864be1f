"""Fifty people at once on one serving process over HTTP: errors, waiting time, processor time a request, memory of the
process. `python bench/service_load.py [--postgresql] [CLIENTS] [SECONDS]`."""

from __future__ import annotations

import statistics
import sys
import threading
import time
from collections import defaultdict

from service_help import ROOT, Server, Visitor, cpu_of_postgresql, service

EDITABLE = (0, 1, 5)  # of ten firms of the sample: not begun, draft, returned


class Crowd:
    """What the clients met: seconds by kind of request, and everything that is no success."""

    def __init__(self) -> None:
        self.seconds: dict[str, list[float]] = defaultdict(list)
        self.failed: list[str] = []
        self._lock = threading.Lock()

    def note(self, kind: str, seconds: float, status: int, content: bytes) -> None:
        with self._lock:
            self.seconds[kind].append(seconds)
            if status != 200:
                self.failed.append(f"{kind} {status} {content[:120]!r}")


def books() -> dict[int, bytes]:
    """The example workbook of each kind of firm, by number of the firm modulo the kinds (as the sample has them)."""
    kinds = ("发电厂", "钢铁厂", "化工厂", "水泥厂", "油气田", "食品厂")
    return {n: (ROOT / "examples" / "enterprise" / f"{kind}.xlsx").read_bytes() for n, kind in enumerate(kinds)}


def turns(n: int, port: int, content: dict[int, bytes]):  # type: ignore[no-untyped-def]
    """What client n does again and again: (kind, request)."""
    import re

    if n % 10 in EDITABLE:
        who = Visitor(port).login(f"demo-filler-{n + 1}")
    elif n % 10 in (2, 3):
        who = Visitor(port).login("demo-province" if n % 20 < 10 else "demo-city-3201")
        return [
            ("board", lambda: who.ask("GET", "/board")),
            ("sums", lambda: who.ask("GET", "/aggregates?by=industry&which=submitted")),
            ("tasks", lambda: who.ask("GET", "/")),
        ]
    else:
        who = Visitor(port).login(f"demo-approver-{n + 1}")
    number = re.search(rb'href="/report/(\d+)"', who.ask("GET", "/")[1])
    if number is None:
        return [("tasks", lambda: who.ask("GET", "/"))]
    place = f"/report/{number[1].decode()}"
    reading = [("report", lambda: who.ask("GET", place)), ("tasks", lambda: who.ask("GET", "/"))]
    if n % 10 not in EDITABLE:
        return reading
    return [("upload", lambda: who.upload(f"{place}/upload", content[n % len(content)])), *reading]


def main(postgresql: bool, clients: int, seconds: float) -> int:
    with service(postgresql) as folder:
        server = Server(folder)
        try:
            return crowd(server, clients, seconds, "PostgreSQL" if postgresql else "SQLite")
        finally:
            server.kill()


def crowd(server: Server, clients: int, seconds: float, name: str) -> int:
    met, content = Crowd(), books()
    work = [turns(n, server.port, content) for n in range(clients)]
    begun, cpu, below = time.monotonic(), server.cpu(), cpu_of_postgresql()

    def one(n: int) -> None:
        k = n
        while time.monotonic() - begun < seconds:
            kind, request = work[n][k % len(work[n])]
            start = time.monotonic()
            try:
                status, answer = request()
            except OSError as error:
                status, answer = 0, repr(error).encode()
            met.note(kind, time.monotonic() - start, status, answer)
            k += 1

    threads = [threading.Thread(target=one, args=(n,)) for n in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    count = sum(map(len, met.seconds.values()))
    spent = time.monotonic() - begun
    print(
        f"{name}: {clients} clients, {count} requests in {spent:.0f} s ({count / spent:.0f}/s), {len(met.failed)} failed"
    )
    for kind, times in sorted(met.seconds.items()):
        high = sorted(times)[int(0.95 * (len(times) - 1))]
        print(f"  {kind}: {len(times)}, p50 {1000 * statistics.median(times):.0f} ms, p95 {1000 * high:.0f} ms")
    print(
        f"  processor time a request: {1000 * (server.cpu() - cpu) / count:.1f} ms"
        + (f" + {1000 * (cpu_of_postgresql() - below) / count:.1f} ms in the database" if name == "PostgreSQL" else "")
    )
    print("  memory of the process: " + ", ".join(f"{k} {v:.0f} MiB" for k, v in server.memory().items()))
    for line in met.failed[:5]:
        print("  ", line)
    return len(met.failed)


if __name__ == "__main__":
    words = [w for w in sys.argv[1:] if not w.startswith("-")]
    sys.exit(
        1
        if main("--postgresql" in sys.argv, int(words[0]) if words else 50, float(words[1]) if len(words) > 1 else 30)
        else 0
    )
