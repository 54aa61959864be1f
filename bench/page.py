"""Figures of the local page, with the server as a process of its own: seconds from the command to the first page
(an empty folder, then the example), processor time for the example dropped in, a corrected cell until its tables are
there, an explanation, every screen; memory after each; the load of the machine meanwhile.

`python bench/page.py [EXAMPLE] [--python PATH]`: PATH is the Python of another installation, such as that of the
unpacked zip (`清单/.venv/bin/python`), which is what a bureau runs.
"""

from __future__ import annotations

import argparse
import http.cookiejar
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
TICK = os.sysconf("SC_CLK_TCK")
DELIVERED = ("filing", "workbook", "report", "archive")
SCREENS = ("problems", "gaps", "inventory", "charts", "checks", "uncertainty", "quality", "deliver", "enterprise")
EXPLAINED = 20
CELL = ("能源平衡表2010.csv", "", "D15")


class Page:
    """A browser without a screen: cookies, the CSRF token, JSON in and out."""

    def __init__(self, address: str) -> None:
        self.origin = address.split("/", 3)[0] + "//" + address.split("/", 3)[2]
        self.cookies = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(self.cookies), urllib.request.ProxyHandler({})
        )
        self.text(address)

    def text(self, address: str) -> str:
        found: bytes = self.opener.open(address, timeout=300).read()
        text = found.decode("utf-8")
        token = re.search(r'name="csrf"\s+content="([^"]+)"|csrfmiddlewaretoken" value="([^"]+)"', text)
        if token:
            self.token = token[1] or token[2]
        return text

    def get(self, path: str, **query: str) -> str:
        return self.text(f"{self.origin}/{path}" + (f"?{urlencode(query)}" if query else ""))

    def post(self, path: str, content: bytes, kind: str) -> str:
        request = urllib.request.Request(f"{self.origin}/{path}", content)
        request.add_header("Content-Type", kind)
        request.add_header("X-CSRFToken", self.token)
        request.add_header("Origin", self.origin)
        answer: bytes = self.opener.open(request, timeout=300).read()
        return answer.decode("utf-8")

    def send(self, path: str, given: object) -> str:
        return self.post(path, json.dumps(given).encode(), "application/json")

    def drop(self, files: list[Path]) -> str:
        edge = uuid.uuid4().hex
        parts = [
            f'--{edge}\r\nContent-Disposition: form-data; name="files"; filename="{f.name}"\r\n\r\n'.encode()
            + f.read_bytes()
            + b"\r\n"
            for f in files
        ]
        body = b"".join(parts) + f"--{edge}--\r\n".encode()
        return self.post("api/upload", body, f"multipart/form-data; boundary={edge}")


class Server:
    """`inventory open` on a folder, measured from outside."""

    def __init__(self, folder: Path, home: Path, python: str) -> None:
        begun = time.perf_counter()
        self.process = subprocess.Popen(
            [python, "-m", "inventory", "open", str(folder), "--no-browser"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**os.environ, "HOME": str(home), "USERPROFILE": str(home)},
            cwd=home,
        )
        assert self.process.stdout is not None
        self.page = Page(self.process.stdout.readline().strip())
        self.ready = time.perf_counter() - begun

    def cpu(self) -> float:
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICK

    def memory(self) -> float:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024  # type: ignore[index]

    def cost(self, work: Callable[[], object]) -> float:
        before = self.cpu()
        work()
        return self.cpu() - before


def corrected(server: Server, count: int) -> float:
    """Processor seconds of one corrected cell with the table asked for after it, the mean of several; the cell is put
    back at the end."""
    file, sheet, cell = CELL
    held = json.loads(server.page.get("api/sheet", file=file, sheet=sheet))["rows"][14][3]
    typed = [held, *(f"{float(held) * (1 + (n + 1) / 1000):.4f}" for n in range(count))]

    def put(text: str, seen: str) -> None:
        edits = [{"cell": cell, "text": text, "seen": seen}]
        server.page.send("api/correct", {"file": file, "sheet": sheet, "edits": edits})
        server.page.get("inventory")

    spent = server.cost(lambda: [put(text, seen) for seen, text in pairwise(typed)])
    put(held, typed[-1])
    return spent / count


def cells(page: Page) -> list[dict[str, str]]:
    """The first figures of the table on the inventory screen, as a click names them."""
    table = page.get("inventory")
    about = re.search(r'data-table="([^"]+)"[^>]*data-region="([^"]+)"', table)
    figures = re.findall(r'data-line="([^"]+)"[^>]*data-gas="([^"]+)"[^>]*data-year="(\d+)"', table)[:EXPLAINED]
    assert about is not None and len(figures) == EXPLAINED, table[:2000]
    return [
        {"table": about[1], "region": about[2], "line": line, "gas": gas, "year": year} for line, gas, year in figures
    ]


def delivered(page: Page, kind: str) -> None:
    """One file made, waited for."""
    number = json.loads(page.send("api/job", {"kind": kind}))["number"]
    while json.loads(page.get(f"api/job/{number}"))["state"] in ("waiting", "running"):
        time.sleep(0.1)


def stopped(server: Server) -> None:
    server.process.terminate()
    server.process.wait()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("example", nargs="?", type=Path, default=ROOT / "examples" / "jiangsu")
    parser.add_argument("--python", default=sys.executable)
    given = parser.parse_args()
    print(f"load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as place:
        home, folder = Path(place) / "home", Path(place) / "项 目"
        home.mkdir()
        folder.mkdir()
        server = Server(folder, home, given.python)
        try:
            measured(server, given.example)
        finally:
            stopped(server)
        full = Path(shutil.copytree(given.example, Path(place) / "已有 项目"))
        server = Server(full, home, given.python)
        print(f"ready with the example {server.ready:.2f} s wall, {server.cpu():.2f} s cpu, {server.memory():.0f} MiB")
        stopped(server)
    print(f"load {os.getloadavg()[0]:.1f}")
    return 0


def measured(server: Server, example: Path) -> None:
    print(f"ready {server.ready:.2f} s wall, {server.cpu():.2f} s cpu, {server.memory():.0f} MiB")
    files = sorted(p for p in example.iterdir() if p.suffix in (".csv", ".xlsx"))
    spent = server.cost(lambda: (server.page.drop(files), server.page.get("inventory")))
    print(f"dropped -> inventory {spent:.2f} s cpu, {server.memory():.0f} MiB")
    corrected(server, 2)
    print(f"corrected cell -> tables {corrected(server, 10):.3f} s cpu, {server.memory():.0f} MiB")
    spent = server.cost(lambda: [server.page.get("api/reasons", **cell) for cell in cells(server.page)])
    print(f"explanation {spent / EXPLAINED:.3f} s cpu")
    for screen in SCREENS:
        spent = server.cost(lambda screen=screen: server.page.get(screen))  # type: ignore[misc]
        print(f"{screen:12} {spent:.2f} s cpu, {server.memory():.0f} MiB")
    for kind in DELIVERED:
        spent = server.cost(lambda kind=kind: delivered(server.page, kind))  # type: ignore[misc]
        print(f"file: {kind:8} {spent:.2f} s cpu, {server.memory():.0f} MiB")


if __name__ == "__main__":
    sys.exit(main())
