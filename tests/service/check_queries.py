"""What programs ask by `/api/v1`: why a figure, who did what, enterprises against the inventory, files of other
programs; each within the scope of its key, and no longer or oftener than that."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile

import pytest
from check_api import Program
from check_loop import report_of
from check_products import made, pk_of_round

ASKED = ("/reports/{own}/explain", "/reports/{own}/events", "/events", "/reconciliation", "/exports/primap2")


@pytest.fixture(scope="module")
def programs(desk):  # type: ignore[no-untyped-def]
    kept: dict[str, Program] = {}

    def of(who: str) -> Program:
        if who not in kept:
            kept[who] = Program(desk, who)
        return kept[who]

    return of


def places(node: dict) -> set[tuple[str, str]]:  # type: ignore[type-arg]
    own = {(node["place"][1], node["place"][2])} if node.get("place") and node["kind"] == "data" else set()
    return own.union(*(places(c) for c in node.get("children", ())))


def test_why_is_the_pages_tree_for_every_line(desk, programs) -> None:  # type: ignore[no-untyped-def]
    report = report_of(3)
    status, answer = programs("filler-3").get(f"/reports/{report.pk}/explain")
    assert status == 200 and (answer["cell"], answer["text"], answer["entered"]) == ("", "", "")
    by_line = {(f["source"], f["gas"]): f for f in answer["figures"]}
    assert {k: f["co2e_t"] for k, f in by_line.items()} == {
        (x["source"], x["gas"]): pytest.approx(x["co2e_t"], rel=1e-12) for x in report.verdict["lines"]
    }
    for (source, gas), figure in by_line.items():
        page = desk("filler-3").text(f"/report/{report.pk}/reasons?source={source}&gas={gas}")
        assert figure["tree"] == json.loads(page)["tree"]
        alone = programs("filler-3").get(f"/reports/{report.pk}/explain?source={source}&gas={gas}")[1]
        assert alone["figures"] == [figure]


def test_why_from_a_cell_to_every_figure_it_goes_into(programs) -> None:  # type: ignore[no-untyped-def]
    number, filler = report_of(3).pk, programs("filler-3")
    whole = filler.get(f"/reports/{number}/explain")[1]["figures"]
    rows = {s["name"]: s["rows"] for s in filler.get(f"/reports/{number}/draft")[1]["sheets"]}
    cells = sorted(set().union(*(places(f["tree"]) for f in whole)))
    assert cells
    for sheet, cell in cells[:: max(1, len(cells) // 4)]:
        answer = filler.get(f"/reports/{number}/explain?cell={sheet}!{cell}")[1]
        fed = [f for f in whole if (sheet, cell) in places(f["tree"])]
        assert fed and [f for f in answer["figures"] if f in fed] == fed
        assert answer["text"] and answer["text"] in {str(v) for row in rows[sheet] for v in row}
    status, idle = filler.get(f"/reports/{number}/explain?cell=企业基本情况!A1")
    assert status == 200 and idle["figures"] == []
    for nowhere in ("没有!A1", "企业基本情况!", "企业基本情况!ZZZ1", "A1", "企业基本情况!A0"):
        assert filler.get(f"/reports/{number}/explain?cell={nowhere}")[0] == 404, nowhere
    assert filler.get(f"/reports/{number}/explain?source=没有")[0] == 404


def test_why_of_a_department(programs, accepted) -> None:  # type: ignore[no-untyped-def]
    status, answer = programs("department").get(f"/reports/{accepted}/explain?gas=CH4")
    assert status == 200 and answer["figures"], answer
    assert {(f["gas"], f["region"]) for f in answer["figures"]} == {("CH4", "江苏")}
    sheet, cell = sorted(set().union(*(places(f["tree"]) for f in answer["figures"])))[0]
    from_cell = programs("province").get(f"/reports/{accepted}/explain?cell={sheet}!{cell}")[1]
    assert from_cell["figures"] and "农业" in from_cell["entered"]
    assert programs("city-3205").get(f"/reports/{accepted}/explain")[0] == 404


def test_the_log_of_a_report_and_of_ones_part(programs) -> None:  # type: ignore[no-untyped-def]
    from inventory.service.store.models import Event
    from inventory.service.store.scope import everything

    report = report_of(3)
    with everything():
        own = list(Event.objects.filter(subject=f"report/{report.pk}").order_by("-number"))
    status, rows = programs("filler-3").get(f"/reports/{report.pk}/events")
    assert status == 200 and [(r["number"], r["action"]) for r in rows] == [(e.number, e.action) for e in own[:200]]
    assert set(rows[0]) == {"number", "at", "person", "action"}
    older = programs("filler-3").get(f"/reports/{report.pk}/events?before={rows[0]['number']}")[1]
    assert older[: len(rows) - 1] == rows[1:]
    assert programs("filler-4").get(f"/reports/{report.pk}/events")[0] == 404
    status, log = programs("audit").get("/events")
    assert status == 200 and [r["number"] for r in log] == sorted((r["number"] for r in log), reverse=True)
    assert log[0]["number"] == log[1]["number"] + 1 and {"action", "path", "subject", "facts"} < set(log[0])
    assert programs("audit").get(f"/events?before={log[5]['number']}")[1][: len(log) - 6] == log[6:]
    figures = {"value", "total_t", "text", "verdict"}
    assert not any(figures & set(r["facts"]) for r in log) and all(len(r["sha256"]) == 64 for r in log)
    for who in ("filler-3", "city-3205", "province", "ministry", "system"):
        assert programs(who).get("/events")[0] == 404


def test_enterprises_against_the_inventory_within_the_part(programs, accepted) -> None:  # type: ignore[no-untyped-def]
    whole = programs("province").get("/reconciliation")[1]
    part = programs("city-3205").get(f"/reconciliation?round={pk_of_round()}")[1]
    firms = {(tuple(c["lines"]), c["gas"]): c["firms"] for c in whole["comparisons"]}
    assert whole["compiled"] and whole["comparisons"] and not part["compiled"]
    for c in part["comparisons"]:
        assert c["firms"] <= firms[tuple(c["lines"]), c["gas"]] and c["inventory_t"] is None and c["coverage"] is None
    for who in ("filler-3", "department", "verifier", "ministry", "audit"):
        assert programs(who).get("/reconciliation")[0] == 404
    assert programs("province").get("/reconciliation?round=999999")[0] == 404


def test_files_of_other_programs(desk, programs, accepted) -> None:  # type: ignore[no-untyped-def]
    from inventory.exports.interchange import entity_of

    ask = programs("province")
    status, refused = ask.get("/exports/primap2?accepted=false")
    assert status == 404 and refused["codes"] == ["no_export"] and "成果" in refused["problems"][0]
    content = made(desk, "primap2")
    answer = ask.client.get("/api/v1/exports/primap2")
    assert answer.status_code == 200 and b"".join(answer.streaming_content) == content and answer["ETag"]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        table = archive.read(next(n for n in names if n.endswith(".csv") and "notation" not in n)).decode()
    assert len(names) == 3 and any(n.endswith(".yaml") for n in names)
    head, *rows = [line.split(",") for line in table.splitlines() if line]
    gas, year = head.index("entity"), head.index("2015") if "2015" in head else len(head) - 1
    sums: dict[str, float] = {}
    for row in rows:
        sums[row[gas]] = sums.get(row[gas], 0.0) + float(row[year] or 0) * 1000.0  # Gg
    wanted: dict[str, float] = {}
    lines = [line.split(",") for line in made(desk, "results").decode("utf-8-sig").splitlines()]
    at = {name: lines[0].index(name) for name in ("gas", "year", "mass_t", "account")}
    for line in lines[1:]:
        if line[at["account"]] == "total" and line[at["year"]] == head[year]:
            name = entity_of(line[at["gas"]])
            wanted[name] = wanted.get(name, 0.0) + float(line[at["mass_t"]])
    assert wanted and sums == {k: pytest.approx(v, rel=1e-9) for k, v in wanted.items()}
    assert ask.get("/exports/nothing")[0] == 404
    for who in ("city-3205", "filler-3", "ministry"):  # a city's own files, of which there are none
        assert programs(who).get("/exports/primap2")[0] == 404


@pytest.mark.parametrize("path", ASKED)
def test_keys_end_and_are_counted(desk, monkeypatch, path: str) -> None:  # type: ignore[no-untyped-def]
    """Expired: 401; oftener than allowed: 429, said in words; a reading key is enough, and cannot write."""
    from django.utils import timezone

    from inventory.service.store.models import Token
    from inventory.service.web import api
    from inventory.service.web.invitations import hashed

    asking, address = Program(desk, "filler-3"), path.format(own=report_of(3).pk)
    assert asking.get(address)[0] in (200, 404)
    assert asking.client.post(f"/api/v1{address}").status_code in (401, 405)
    monkeypatch.setattr(api, "PER_MINUTE", 0)
    status, refused = asking.get(address)
    assert status == 429 and refused["problems"]
    monkeypatch.undo()
    assert asking.get(address)[0] in (200, 404)
    Token.objects.filter(token_hash=hashed(asking.key)).update(expires=timezone.now() - dt.timedelta(seconds=1))
    assert asking.get(address)[0] == 401


def test_every_answer_is_described(programs) -> None:  # type: ignore[no-untyped-def]
    """The shape of every answer and of every refusal; of a file, what kind."""
    description = programs("filler-3").get("/openapi.json")[1]
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            responses = operation["responses"]
            assert all(part["schema"] for part in responses["200"]["content"].values()), (method, path)
            expected = {"401", "404", "422", "429"} | ({"403", "409", "412"} if method != "get" else set())
            assert expected <= set(responses), (method, path)


@pytest.mark.parametrize("stamp", ['"999999"', "abc", 'W/"0"'])
def test_a_workbook_over_what_was_saved_since_is_refused(desk, stamp: str) -> None:  # type: ignore[no-untyped-def]
    from django.core.files.uploadedfile import SimpleUploadedFile

    filler, report = Program(desk, "filler-12", True), report_of(12)
    content = filler.client.get(f"/api/v1/reports/{report.pk}/workbook").content
    body = {"workbook": SimpleUploadedFile("x.xlsx", content)}
    answer = filler.client.post(f"/api/v1/reports/{report.pk}/workbook", body, HTTP_IF_MATCH=stamp)
    assert answer.status_code == 412 and json.loads(answer.content)["codes"] == ["stale"]
    assert report_of(12).draft == report.draft and report_of(12).stamp == report.stamp
    body = {"workbook": SimpleUploadedFile("x.xlsx", content)}
    as_read = filler.client.post(f"/api/v1/reports/{report.pk}/workbook", body, HTTP_IF_MATCH=f'"{report.stamp}"')
    assert as_read.status_code == 200, as_read.content.decode()
