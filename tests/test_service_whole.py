"""Everything the pages are made of loads and answers: what another part of the program renames is met here, in seconds,
without a browser."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from process_help import python
from some import some

pytest.importorskip("django")
SERVICE = Path(__file__).resolve().parent.parent / "inventory" / "service"
PAGES = """
import sys, tempfile, json
from pathlib import Path
from inventory.service.page.guard import Door
from inventory.service.page.site import application
door = Door(80)
application(Path(sys.argv[1]), "prov2011", door)
from django.test import Client
client = Client(HTTP_HOST="127.0.0.1:80", REMOTE_ADDR="127.0.0.1")
client.cookies[door.cookie_name] = door.cookie
for lang in ("zh", "en"):
    for screen in ("", "problems", "gaps", "inventory", "charts", "checks", "uncertainty", "quality", "compare", "deliver", "enterprise"):
        answer = client.get(f"/{screen}?lang={lang}")
        assert answer.status_code == 200, (screen, answer.status_code, answer.content.decode()[-800:])
text = client.get("/inventory").content.decode()
import re, html
table, region = (html.unescape(re.search(f'data-{w}="([^"]*)"', text)[1]) for w in ("table", "region"))
answer = client.get("/api/reasons", {"table": table, "region": region, "line": "03", "gas": "CO2", "year": "2010"})
kinds = set()
def walk(node):
    kinds.add(node["kind"])
    for child in node.get("children", ()):
        walk(child)
walk(json.loads(answer.content)["tree"])
assert {"sum", "line", "step", "data", "factor"} <= kinds, kinds
"""


@pytest.mark.slow
def test_every_screen_answers(tmp_path: Path) -> None:
    from page_help import jiangsu

    python(PAGES, str(jiangsu(tmp_path)))


def test_the_service_loads() -> None:
    code = (
        "from pathlib import Path; from inventory.service.shared.service_settings import Settings, "
        "configure_service;"
        "configure_service(Settings(Path('.'), ':memory:', secret='x')); import "
        "inventory.service.web.urls, inventory.service.operate, "
        "inventory.service.demo.seed; from django.core.management import call_command; "
        "call_command('makemigrations', check=True, dry_run=True)"
    )
    python(code)


def test_texts_are_there_in_both_languages_and_used() -> None:
    from inventory.service.shared.texts import catalogue

    known = catalogue()
    code = "\n".join(p.read_text("utf-8") for p in SERVICE.rglob("*") if p.suffix == ".py")
    pages = "\n".join(p.read_text("utf-8") for p in SERVICE.rglob("*.html"))
    asked = set(re.findall(r"""{%\s*t\s+["']([\w.]+)["']""", pages)) | set(re.findall(r"""\btext\("([\w.]+)",""", code))
    assert asked <= set(known), asked - set(known)
    units = r"{\w+}|Excel|Word|CO2e|SHA-256|xlsx|docx|JPEG|GeoJSON|PRIMAP2|\bname\b|source|licence|map_number"
    english = {
        k for k, v in known.items() if re.search(r"[A-Za-z]{4,}", re.sub(units, "", v["zh"])) and k != "app.language"
    }
    assert not english, english
    chinese = {
        k for k, v in known.items() if re.search(r"[\u4e00-\u9fff]", re.sub(r"更正.csv|企业基本情况|中文", "", v["en"]))
    }
    assert not chinese, chinese


def test_no_inline_script_style_or_foreign_address() -> None:
    for path in some((SERVICE / "templates").rglob("*.html"), 20):
        text = path.read_text("utf-8")
        assert not re.search(r"\son\w+=|style=|https?://|<script(?![^>]*src=\"/static/)", text), path.name
    for path in some(p for p in SERVICE.glob("static/*") if p.suffix in (".js", ".css")):
        text = path.read_text("utf-8")
        assert not re.search(r"innerHTML|insertAdjacentHTML|eval\(|https?://(?!www\.w3\.org)", text), path.name


def test_rules_import_no_framework() -> None:
    for path in some((SERVICE / "domain").glob("*.py"), 5):
        names = [
            n.module or "" if isinstance(n, ast.ImportFrom) else n.names[0].name
            for n in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(n, ast.Import | ast.ImportFrom)
        ]
        assert not any(n.startswith(("django", "ninja")) for n in names), path.name
