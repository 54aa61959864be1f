"""What the figures of the service share: a service folder on SQLite or on a PostgreSQL cluster of its own, servers as
processes, and people who speak HTTP to them."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from urllib.parse import urlencode

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))
PASSWORD = "基准-口令-2015-Demo"
TICKS = os.sysconf("SC_CLK_TCK")

SEED = """
import sys
from dataclasses import replace
from pathlib import Path
from inventory.service.shared.service_settings import configure_service, read_settings
configure_service(replace(read_settings(Path(sys.argv[1])), extra={"INVENTORY_DEMO": True}))
from inventory.service.demo.seed import seed
seed(sys.argv[2], int(sys.argv[3]))
"""
SERVE = """
import os, sys
sys.modules.update(dict.fromkeys(os.environ["BENCH_WITHOUT"].split()))
from dataclasses import replace
from pathlib import Path
from inventory.service.operate import run
from inventory.service.shared.service_settings import read_settings
chosen = replace(read_settings(Path(sys.argv[1])), extra={"INVENTORY_DEMO": True})
run(chosen, "127.0.0.1", int(sys.argv[2]), int(sys.argv[3]), print)
"""


def beside_the_service() -> list[str]:
    """Modules of this environment that `pip install ghg-inventory-cn[service]` does not bring: Django and pint load
    some where they are there (dask, scipy, jinja2), so the figures of the service are measured without them."""

    def name(text: str) -> str:
        return re.sub(r"[-_.]+", "-", text).lower()

    ours: dict[str, frozenset[str]] = {}
    waiting = [("ghg-inventory-cn", frozenset({"service"}))]
    while waiting:
        package, extras = waiting.pop()
        if name(package) in ours and extras <= ours[name(package)]:
            continue
        ours[name(package)] = ours.get(name(package), frozenset()) | extras
        try:
            needed = [Requirement(r) for r in metadata.requires(package) or ()]
        except metadata.PackageNotFoundError:  # of another system
            continue
        wanted = [r for r in needed if not r.marker or any(r.marker.evaluate({"extra": e}) for e in ("", *extras))]
        waiting += [(r.name, frozenset(r.extras)) for r in wanted]
    return sorted(
        module
        for module, packages in metadata.packages_distributions().items()
        if not any(name(p) in ours for p in packages) and module.isidentifier()
    )


@contextmanager
def database(postgresql: bool) -> Iterator[tuple[str, str, str]]:
    """(database, owner, role) of an empty database."""
    if not postgresql:
        yield "service.db", "", ""
        return
    from postgres_help import cluster

    with cluster() as port:
        yield (f"postgresql://inv_app@127.0.0.1:{port}/inv", f"postgresql://inv_owner@127.0.0.1:{port}/inv", "inv_app")


@contextmanager
def service(postgresql: bool, firms: int = 60) -> Iterator[Path]:
    """A service folder with the sample province."""
    from inventory.service.operate import init

    with database(postgresql) as (url, owner, role), tempfile.TemporaryDirectory(prefix="bench-service-") as place:
        folder = Path(place) / "service"
        init(folder, url, owner, role)
        python("-m", "inventory", "service", "migrate", "--config", str(folder))
        python("-c", SEED, str(folder), PASSWORD, str(firms))
        yield folder


def python(*words: str) -> str:
    done = subprocess.run([sys.executable, *words], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stdout[-1500:] + done.stderr[-3000:])
    return done.stdout


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """One serving process; can be killed and started again on its port."""

    def __init__(self, folder: Path, threads: int = 4) -> None:
        self.folder, self.threads, self.port = folder, threads, free_port()
        self.start()

    def start(self) -> None:
        words = [
            os.environ.get("BENCH_PYTHON", sys.executable),
            "-c",
            SERVE,
            str(self.folder),
            str(self.port),
            str(self.threads),
        ]
        alone = {**os.environ, "BENCH_WITHOUT": " ".join(beside_the_service())}
        self.process = subprocess.Popen(words, env=alone, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                connection.request("GET", "/health")
                if connection.getresponse().status == 200:
                    return
            except OSError:
                time.sleep(0.05)
        raise SystemExit("the server does not answer")

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def cpu(self) -> float:
        return cpu_of(self.process.pid)

    def memory(self) -> dict[str, float]:
        """MiB: VmRSS now and VmHWM, the most so far."""
        text = Path(f"/proc/{self.process.pid}/status").read_text("ascii")
        return {k: int(re.search(rf"{k}:\s+(\d+)", text)[1]) / 1024 for k in ("VmRSS", "VmHWM")}  # type: ignore[index]


def cpu_of(pid: int) -> float:
    """Processor seconds of a process so far, its ended children's included."""
    parts = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return sum(int(parts[k]) for k in (11, 12, 13, 14)) / TICKS


def cpu_of_postgresql() -> float:
    """Processor seconds of all server processes of PostgreSQL on this machine: only differences mean anything."""
    total = 0.0
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if (place / "comm").read_text("utf-8").strip() == "postgres":
                parts = (place / "stat").read_text("utf-8").rpartition(")")[2].split()
                total += sum(int(parts[k]) for k in (11, 12)) / TICKS
        except OSError:
            continue
    return total


@dataclass
class Visitor:
    """A browser of one person, as far as requests go: cookies and the form token."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, body: bytes = b"", kind: str = "") -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
            headers["X-CSRFToken"] = self.cookies.get("csrftoken", "")
            if kind:
                headers["Content-Type"] = kind
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            content = answer.read()
            for name, value in answer.getheaders():
                if name.lower() == "set-cookie":
                    key, _, rest = value.partition("=")
                    self.cookies[key] = rest.partition(";")[0]
            return answer.status, content
        finally:
            connection.close()

    def login(self, name: str) -> Visitor:
        self.ask("GET", "/login")
        form = {"login": name, "password": PASSWORD, "csrfmiddlewaretoken": self.cookies["csrftoken"]}
        status, content = self.ask("POST", "/login", urlencode(form).encode(), "application/x-www-form-urlencoded")
        if status != 302:
            raise ConnectionError(f"{name}: {status} {content[:300]!r}")
        return self

    def send(self, path: str, body: object) -> tuple[int, bytes]:
        return self.ask("POST", path, json.dumps(body).encode(), "application/json")

    def form(self, path: str, **fields: str) -> tuple[int, bytes]:
        return self.ask("POST", path, urlencode(fields).encode(), "application/x-www-form-urlencoded")

    def upload(self, path: str, content: bytes) -> tuple[int, bytes]:
        mark = uuid.uuid4().hex
        head = f'--{mark}\r\nContent-Disposition: form-data; name="workbook"; filename="x.xlsx"\r\n\r\n'
        return self.ask(
            "POST",
            path,
            head.encode() + content + f"\r\n--{mark}--\r\n".encode(),
            f"multipart/form-data; boundary={mark}",
        )
