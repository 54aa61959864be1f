"""The API by a program: keys, scope, the same verdict, stamps, what its own description promises."""

from __future__ import annotations

import json
import re

import pytest
from check_loop import report_of


class Program:
    def __init__(self, desk, login: str, write: bool = False) -> None:  # type: ignore[no-untyped-def]
        page = (
            desk(login)
            .client.post("/me", {"act": "token", "name": "x", **({"write": "yes"} if write else {})})
            .content.decode()
        )
        self.key = re.search(r'class="hash">([\w-]{40,})<', page)[1]  # type: ignore[index]
        from django.test import Client

        self.client = Client(HTTP_HOST="127.0.0.1", HTTP_AUTHORIZATION=f"Bearer {self.key}")

    def get(self, path: str) -> tuple[int, object]:
        answer = self.client.get(f"/api/v1{path}")
        return answer.status_code, json.loads(answer.content)

    def send(self, method: str, path: str, body: object, **more: str) -> tuple[int, dict]:
        answer = getattr(self.client, method)(
            f"/api/v1{path}", json.dumps(body), content_type="application/json", **more
        )
        return answer.status_code, json.loads(answer.content)


@pytest.fixture(scope="module")
def filler(desk):  # type: ignore[no-untyped-def]
    return Program(desk, "filler-12", True)


def test_without_a_key_or_with_a_reading_one(desk) -> None:  # type: ignore[no-untyped-def]
    from django.test import Client

    assert Client(HTTP_HOST="127.0.0.1").get("/api/v1/rounds").status_code == 401
    reader = Program(desk, "filler-12")
    assert reader.get("/rounds")[0] == 200
    assert reader.send("put", f"/reports/{report_of(12).pk}/draft", {"edits": []})[0] == 401


def test_scope_is_that_of_the_pages(desk, filler) -> None:  # type: ignore[no-untyped-def]
    assert [r["organisation"] for r in filler.get("/reports")[1]] == ["E0012"]
    for path in ("draft", "verdict", "versions", "diff/1/2"):
        assert filler.get(f"/reports/{report_of(13).pk}/{path}")[0] == 404
    assert filler.get("/aggregates")[0] == 404 and filler.get("/chain/verify")[0] == 404
    audit = Program(desk, "audit")
    assert audit.get("/chain/verify")[1]["broken"] == [] and audit.get("/reports")[1] == []


def test_a_number_that_no_database_holds_is_said(filler) -> None:  # type: ignore[no-untyped-def]
    for path in (f"/reports?round={2**63}", f"/rounds/{2**63}/progress"):
        assert filler.get(path)[0] == 422
    assert filler.get(f"/reports/{2**63}/draft")[0] == 404


def test_cells_verdict_and_stamp(filler) -> None:  # type: ignore[no-untyped-def]
    number = report_of(12).pk
    answer = filler.client.get(f"/api/v1/reports/{number}/draft")
    stamp, body = answer["ETag"], json.loads(answer.content)
    rows = next(s["rows"] for s in body["sheets"] if s["name"] == "企业基本情况")
    row, column = next(
        (r, c) for r, line in enumerate(rows, 1) for c, v in enumerate(line) if str(v).startswith("联系电话")
    )
    cell = f"{chr(66 + column)}{row}"
    edit = {
        "edits": [
            {
                "sheet": "企业基本情况",
                "cell": cell,
                "text": "025-00000000",
                "seen": str(rows[row - 1][column + 1] or ""),
            }
        ]
    }
    status, made = filler.send("put", f"/reports/{number}/draft", edit, HTTP_IF_MATCH=stamp)
    assert status == 200, made
    assert made["verdict"]["total_t"] == report_of(12).total_t
    assert filler.send("put", f"/reports/{number}/draft", edit, HTTP_IF_MATCH=stamp)[0] == 412


def test_forms_and_unknown_ones(filler) -> None:  # type: ignore[no-untyped-def]
    from inventory.enterprise.industries import default_edition, industries

    status, form = filler.get("/forms/08")
    assert status == 200 and form["industry"] == "08" and any(t["name"] == "readings" for t in form["tables"])
    assert {"profile", "readings"} <= set(form["form_schema"]["properties"]) and form["form_schema"]["$schema"]
    assert all(filler.get(f"/forms/{code}")[0] == 200 for code in industries(default_edition()))
    assert filler.get("/forms/没有")[0] == 422
    assert filler.send("post", f"/reports/{report_of(12).pk}/transitions", {"action": "nothing"})[0] == 404
    assert filler.send("post", f"/reports/{report_of(12).pk}/transitions", {"action": "accept", "version_sha": ""})[
        0
    ] in (403, 409)
    assert (
        filler.send(
            "put", f"/reports/{report_of(12).pk}/draft", {"edits": [{"sheet": "没有", "cell": "A1", "text": "x"}]}
        )[0]
        == 400
    )


def test_nothing_that_is_sent_makes_it_fail(filler) -> None:  # type: ignore[no-untyped-def]
    """A few rounds of generated requests against its own OpenAPI description: no answer is a server error."""
    schemathesis = pytest.importorskip("schemathesis")
    from django.core.wsgi import get_wsgi_application
    from hypothesis import HealthCheck, given, settings

    application = get_wsgi_application()
    description = json.loads(filler.client.get("/api/v1/openapi.json").content)
    schema = schemathesis.openapi.from_dict(description)
    schema.app = application
    walked = set()
    for found in schema.get_all_operations():
        operation = found.ok()

        @settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        @given(case=operation.as_strategy())
        def one(case: object) -> None:
            answer = case.call(
                headers={"Authorization": f"Bearer {filler.key}", "Host": "127.0.0.1"}, base_url="http://127.0.0.1"
            )  # type: ignore[attr-defined]
            assert answer.status_code < 500, answer.text
            case.operation.validate_response(answer)  # type: ignore[attr-defined]  # of the shape described, where it is

        one()
        walked.add((operation.method.upper(), operation.path.removeprefix("/api/v1")))
    have = {
        (method.upper(), path.removeprefix("/api/v1"))
        for path, methods in description["paths"].items()
        for method in methods
    }
    assert walked == have and {("GET", "/reports/{number}/explain"), ("GET", "/reconciliation")} <= walked
