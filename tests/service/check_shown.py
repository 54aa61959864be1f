"""What offices and everybody are shown of a round: why on every total, the map and the public page, questions to a data
set of results, the log in words and in the people's own time."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from pathlib import Path

import pytest
from check_products import ROOT, made, pk_of_round


def test_why_on_every_total_of_the_inventory(desk, accepted) -> None:  # type: ignore[no-untyped-def]
    """The tree of each total ends in cells of the department's sheets and factors, is the same in both languages, and a
    click takes less than 100 ms."""
    import re
    import time
    from html import unescape

    from check_study import leaves, shape

    page = desk("province").text("/compiled?lang=zh")
    links = [unescape(x) for x in re.findall(r'data-url="([^"]+)"', page)]
    assert links
    taken = []
    for link in links:
        trees = {}
        for lang in ("zh", "en"):
            begun = time.process_time()
            answer = desk("province").client.get(f"{link}&lang={lang}")
            taken.append(time.process_time() - begun)
            trees[lang] = json.loads(answer.content)["tree"]
        assert shape(trees["zh"]) == shape(trees["en"]) and leaves(trees["zh"]) & {"data", "factor"}
        assert "农业农村厅" in json.dumps(trees["zh"], ensure_ascii=False)  # the file is the department's
    desk("province").get("/?lang=zh")
    assert sorted(taken)[len(taken) // 2] <= 0.1, taken
    assert desk("city-3206").get(links[0]) == 404  # nothing of its own stands there
    assert desk("filler-5").get(links[0]) == 404 and desk("province").get(links[0].replace("year=", "year=1")) == 404


def test_the_map_of_the_public_page(desk, accepted) -> None:  # type: ignore[no-untyped-def]
    """A grid until the province gives an outline; an outline must state its licence and map number."""
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.test import Client
    from test_service_maps import outline

    visitor, round_ = Client(HTTP_HOST="127.0.0.1"), str(pk_of_round())

    def published() -> str:
        assert desk("province").client.post("/products/publish", {"round": round_, "on": "1"}).status_code == 302
        return visitor.get("/public?lang=zh").content.decode()

    def give(content: bytes) -> int:
        body = {"round": round_, "file": SimpleUploadedFile("底图.geojson", content)}
        return desk("province").client.post("/products/files", body).status_code

    page = published()
    assert page.count("<rect class=") >= 13 and "格图" in page and ">连云港<" in page
    assert give(outline(licence="")) == 422 and give(b"{}") == 422
    assert give(outline()) == 302
    page = published()
    assert "示例图形 · CC0-1.0 · 示例号" in page and page.count("<path class=") == 2
    assert made(desk, "results")  # the map file is none of the inventory's inputs
    grid = {"round": round_, "file": SimpleUploadedFile("格图.csv", "地区,行,列\n南京,0,0\n".encode())}
    assert desk("province").client.post("/products/files", grid).status_code == 302
    assert published().count('rx="8"') == 1
    assert desk("province").client.post("/products/publish", {"round": round_}).status_code == 302


def test_results_are_asked_within_the_scope(desk, settings_dataset) -> None:  # type: ignore[no-untyped-def]
    """The office's questions to a data set are the command's, of its own regions only; the API answers the same."""
    from check_api import Program

    from inventory.app.query import QueryRequest, run_query

    wanted = run_query(QueryRequest(settings_dataset, ("region", "year"), ("province=江苏",)))
    assert wanted.rows and wanted.exact
    text = desk("province").text("/results?by=region,year&file=1").lstrip("\ufeff")
    rows = list(csv.reader(io.StringIO(text)))
    assert tuple(rows[0]) == wanted.columns and len(rows) == len(wanted.rows) + 1
    assert [[str(v) if v is not None else "" for v in r] for r in wanted.rows] == rows[1:]
    program = Program(desk, "province")
    status, answer = program.get("/results?by=region,year")
    assert status == 200 and [tuple(r) for r in answer["rows"]] == list(wanted.rows)  # type: ignore[index]
    others = program.get("/results?by=province&where=province=湖南")[1]
    assert {r[0] for r in others["rows"]} == {"江苏"}  # type: ignore[index]
    assert program.get("/results?by=region,year,gas,item,flags")[0] == 422
    assert program.get("/results?by=nothing")[0] == 422 and program.get("/results?by=gas&where=drop")[0] == 422
    assert Program(desk, "city-3201").get("/results")[0] == 404
    page = desk("province").text("/results?column=gas&value=&column=account&value=&lang=zh")
    assert '<option value="CO2">' in page and ">计入总量</option>" in page and "先选列" in page
    page = desk("province").text("/results?column=category&value=&lang=en")
    chosen = re.search(r'<option value="([\d.]+)">[\d.]+ [A-Z]', page)
    assert chosen is not None, "a category stands in the reader's words"
    page = desk("province").text(f"/results?column=category&value={chosen[1]}")
    assert f'<option value="{chosen[1]}" selected>' in page and "=湖南" not in page
    assert "湖南" not in desk("province").text("/results?column=province&value=")  # choices of the own part only
    page = desk("province").text("/results?by=nothing&lang=en")
    assert 'class="refusals"' in page and desk("province").get("/results?lang=zh") == 200


@pytest.fixture()
def settings_dataset(service, tmp_path: Path):  # type: ignore[no-untyped-def]
    """Results of two provinces, and the service told where they are."""
    pytest.importorskip("duckdb")
    pytest.importorskip("pyarrow")
    from django.conf import settings

    place = data_set(tmp_path)
    before, settings.INVENTORY_DATASET = settings.INVENTORY_DATASET, place
    yield place
    settings.INVENTORY_DATASET = before


def data_set(place: Path) -> str:
    """What `inventory batch --format parquet` makes of generated figures of two cities in two provinces."""
    import sys

    from inventory.batch import BatchRequest, run_batch

    sys.path.insert(0, str(ROOT / "bench"))
    from bench_levels import counties

    made_, folder = place / "counties", place / "regions"
    made_.mkdir()
    folder.mkdir()
    counties(made_, 2)
    for old, region in (("县0000", "南京"), ("县0001", "长沙")):
        text = (made_ / f"{old}.csv").read_text("utf-8")
        (folder / f"{region}.csv").write_text(text.replace(old, region), "utf-8")
    assert run_batch(BatchRequest(str(folder), str(place / "set"), workers=1, format="parquet")).failed == {}
    return str(place / "set")


def test_the_public_page_is_off_until_the_province_says_so(desk, accepted) -> None:  # type: ignore[no-untyped-def]
    from django.test import Client

    visitor = Client(HTTP_HOST="127.0.0.1")
    assert visitor.get("/public").status_code == 404
    body = {"round": str(pk_of_round())}
    assert desk("city-3201").client.post("/products/publish", {**body, "on": "1"}).status_code == 404
    assert desk("province").client.post("/products/publish", {**body, "on": "1"}).status_code == 302
    for lang in ("zh", "en"):
        page = visitor.get(f"/public?lang={lang}")
        assert page.status_code == 200
    text = visitor.get("/public?lang=zh").content.decode()
    from inventory.service.store.models import Round

    shown = Round.objects.get(pk=pk_of_round()).published
    for by in ("city", "industry", "gas"):
        assert shown[by] and all(r["value"] is None for r in shown[by] if r["firms"] < 3), shown[by]
    assert shown["sectors"] and "不足三家" in text
    for name in ("示例", "E0009"):
        assert name not in json.dumps({by: shown[by] for by in ("city", "industry", "gas")}, ensure_ascii=False)
    assert desk("province").client.post("/products/publish", body).status_code == 302
    assert visitor.get("/public").status_code == 404


def test_the_log_speaks_in_words_and_in_the_peoples_time(desk) -> None:  # type: ignore[no-untyped-def]
    from inventory.service.store.models import Event
    from inventory.service.store.scope import everything

    with everything():
        last = Event.objects.order_by("-number")[0]
    local = dt.datetime.fromisoformat(last.at).astimezone(dt.timezone(dt.timedelta(hours=8)))
    for lang, word, never in (("zh", "登录", "ask_reopen"), ("en", "logged in", "登录<")):
        page = desk("audit").text(f"/log?lang={lang}")
        assert word in page and never not in page and f"{local:%Y-%m-%d %H:%M}" in page
    page = desk("audit").text("/log?before=3&lang=zh")
    assert page.count("<tr><td>") == 2 and "最新" in page


def test_the_log_names_the_firm_and_the_year(desk) -> None:  # type: ignore[no-untyped-def]
    from check_loop import organisation_of

    page = desk("audit").text(f"/log?q={organisation_of(9).name[:6]}&lang=zh")
    assert f"{organisation_of(9).name} 2015年度报告" in page and not re.search(r"<td>报告 \d", page)
    assert f"report of {organisation_of(9).name}, 2015" in desk("audit").text(
        "/log?lang=en&q=" + organisation_of(9).name[:6]
    )
    desk("audit").get("/?lang=zh")
