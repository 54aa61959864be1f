"""The local page answers this browser on this computer only: token once, host, origin, forgery, paths; one instance a
folder; an end when idle."""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from page_help import ROOT, Client, jiangsu, opened, upload
from process_help import ran

pytest.importorskip("django")
pytestmark = pytest.mark.slow
STRICT = ("default-src 'none'", "script-src 'self'", "style-src 'self'")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("page")
    with opened(jiangsu(folder), folder) as found:
        yield found


@pytest.fixture(scope="module")
def inside(address: str) -> Client:
    return Client(address).enter()


def test_token_works_once_and_the_cookie_is_needed(address: str, inside: Client) -> None:
    again = Client(address)
    assert again.ask(f"/?token={again.token}")[0] == 403
    assert again.ask("/")[0] == 403 and again.ask("/api/sheet?file=waste.csv")[0] == 403
    assert inside.ask("/")[0] == 200


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1", "0.0.0.0:1"])
def test_another_host_name_is_refused(inside: Client, host: str) -> None:
    assert inside.ask("/", Host=host)[0] == 403


def test_another_origin_and_a_missing_form_token_are_refused(inside: Client) -> None:
    body = json.dumps({"name": "x"}).encode()
    token = inside.forms_token()
    assert inside.ask("/api/person", "POST", body, Origin="http://evil.example", X_CSRFToken=token)[0] == 403
    assert inside.ask("/api/person", "POST", body, Origin=f"http://{inside.host}")[0] == 403
    assert inside.ask("/api/person", "POST", body, Origin=f"http://{inside.host}", X_CSRFToken=token)[0] == 200
    assert inside.ask("/api/correct", "GET")[0] == 405


@pytest.mark.parametrize("path", ["/", "/problems", "/inventory", "/static/common.js", "/nowhere"])
def test_every_answer_has_the_strict_policy(inside: Client, path: str) -> None:
    _, headers, text = inside.ask(path)
    policy = headers["content-security-policy"]
    assert all(part in policy for part in STRICT) and "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    if "html" in headers["content-type"] and path != "/nowhere":
        assert not re.search(r"<script(?![^>]*(src=|application/json))|\son[a-z]+=|style=|https?://", text)


@pytest.mark.parametrize(
    "path",
    [
        "/static/../site.py",
        "/static/%2e%2e/site.py",
        "/static/..%2f..%2f..%2fpyproject.toml",
        "/static//etc/passwd",
        "/api/sheet?file=" + quote("../../pyproject.toml"),
        "/api/sheet?file=" + quote("/etc/passwd"),
        "/download/99",
    ],
)
def test_nothing_outside_the_folder(inside: Client, path: str) -> None:
    assert inside.ask(path)[0] in (400, 404)


@pytest.mark.parametrize("name", ["更正.csv", ".hidden.csv", "a.exe", "~$x.xlsx", "a.svg"])
def test_files_that_are_not_taken(inside: Client, name: str) -> None:
    answer = upload(inside, name, b"region,year\n", inside.forms_token())
    assert answer["kept"] == [] and len(answer["refusals"]) == 1


def test_an_upload_never_leaves_the_folder_nor_replaces_a_file(inside: Client) -> None:
    token = inside.forms_token()
    assert upload(inside, "..\\..\\out.csv", b"region,year\n", token)["kept"] == ["out.csv"]
    answer = upload(inside, "waste.csv", b"nothing", token)
    assert answer["kept"] == [] and answer["refusals"][0]["exists"] is True
    bomb = (ROOT / "tests" / "page_help.py").read_bytes()
    assert upload(inside, "x.xlsx", b"PK\x03\x04" + bomb, token)["errors"] >= 1


def test_two_windows_on_one_cell(inside: Client) -> None:
    token = inside.forms_token()
    sheet = json.loads(inside.ask("/api/sheet?file=agriculture.csv")[2])
    seen = sheet["rows"][1][5]

    def put(text: str, seen: str) -> tuple[int, dict]:
        body = json.dumps(
            {"file": "agriculture.csv", "sheet": "", "edits": [{"cell": "F2", "text": text, "seen": seen}]}
        ).encode()
        status, _, text_ = inside.ask("/api/correct", "POST", body, X_CSRFToken=token, Origin=f"http://{inside.host}")
        return status, json.loads(text_)

    assert put("221", seen)[0] == 200
    status, answer = put("222", seen)
    assert status == 409 and "221" in answer["problems"][0]
    assert put(seen, "221")[0] == 200


def test_a_second_start_opens_the_first(tmp_path: Path) -> None:
    folder = jiangsu(tmp_path)
    with opened(folder, tmp_path) as first, opened(folder, tmp_path) as second:
        assert first != second and urlsplit(first).netloc == urlsplit(second).netloc
        assert Client(second).enter().ask("/")[0] == 200


def test_it_ends_when_nobody_looks(tmp_path: Path) -> None:
    begun = time.monotonic()
    words = ["open", str(jiangsu(tmp_path)), "--no-browser", "--idle", "5"]
    assert ran([sys.executable, "-m", "inventory", *words], 60).returncode == 0
    assert time.monotonic() - begun >= 5
