"""What a page says to the person before it: the way on and back, titles of its own, words of the reader's language."""

from __future__ import annotations

import re

import pytest
from conftest import PASSWORD
from django.test import Client


def title(page: str) -> str:
    return re.findall("<title>(.*?)</title>", page)[0]


def test_a_login_leads_to_the_page_that_was_wanted(service) -> None:  # type: ignore[no-untyped-def]
    client = Client(HTTP_HOST="127.0.0.1", HTTP_X_CSRFTOKEN="x")
    asked = client.get("/board?path=32/3201/")
    assert asked["Location"] == "/login?next=%2Fboard%3Fpath%3D32%2F3201%2F"
    wrong = client.post(asked["Location"], {"login": "demo-city-3201", "password": "?"}).content.decode()
    assert 'value="demo-city-3201"' in wrong  # the name need not be typed again
    right = client.post(asked["Location"], {"login": "demo-city-3201", "password": PASSWORD})
    assert right["Location"] == "/board?path=32/3201/"
    client.cookies["sessionid"] = "over"
    ended = client.get("/me")
    assert (
        ended["Location"] == "/login?over=1&next=%2Fme"
        and "登录已过期" in client.get(ended["Location"]).content.decode()
    )


@pytest.mark.parametrize(
    "wanted", ["//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_a_login_leads_nowhere_else(service, wanted: str) -> None:  # type: ignore[no-untyped-def]
    entry = Client(HTTP_HOST="127.0.0.1", HTTP_X_CSRFTOKEN="x")
    answer = entry.post(f"/login?next={wanted}", {"login": "demo-city-3201", "password": PASSWORD})
    assert answer.status_code == 302 and answer["Location"] == "/"


def test_pages_of_one_report_have_titles_of_their_own(desk) -> None:  # type: ignore[no-untyped-def]
    approver = desk("approver-9")  # accepted
    path = re.findall(r'href="(/report/\d+)"', approver.text("/?lang=zh"))[0]
    report, receipt = approver.text(path), approver.text(f"{path}/receipt")
    assert title(report) != title(receipt) and title(receipt).startswith("报送回执")
    assert "签发" in receipt and "demo" not in receipt
    english = approver.text(f"{path}?lang=en")
    assert ">Ledger</button>" in english and ">台账</button>" not in english
    approver.get("/?lang=zh")


def test_no_receipt_before_the_signature(desk) -> None:  # type: ignore[no-untyped-def]
    approver = desk("approver-3")  # handed over, not signed
    path = re.findall(r'href="(/report/\d+)"', approver.text("/?lang=zh"))[0]
    assert f"{path}/receipt" not in approver.text(path) and approver.get(f"{path}/receipt") == 404


def test_another_language_keeps_what_was_chosen(desk) -> None:  # type: ignore[no-untyped-def]
    page = desk("province").text("/board?path=32/3201/&state=draft&lang=zh")
    assert 'href="?path=32%2F3201%2F&amp;state=draft&amp;lang=en"' in page


def test_a_city_has_its_own_inventory(desk) -> None:  # type: ignore[no-untyped-def]
    assert "本级清单" in desk("city-3201").text("/?lang=zh") and "省级清单" in desk("province").text("/?lang=zh")


def test_a_total_never_stands_for_what_is_withheld(desk) -> None:  # type: ignore[no-untyped-def]
    """Where every city's sum is withheld there is no total of 0 below them."""
    page = desk("ministry").text("/aggregates?by=city&which=accepted&lang=zh")
    assert "不足三家" in page and not re.search(r'合计.*?<td class="n">0</td>', page, re.S)


def test_a_failure_outside_the_views_is_said_in_words(service) -> None:  # type: ignore[no-untyped-def]
    from django.test import RequestFactory

    from inventory.service.web.faults import failed

    request = RequestFactory().get("/board")
    request.lang = "zh"  # type: ignore[attr-defined]
    answer = failed(request)
    assert answer.status_code == 500 and "已保存的内容不受影响" in answer.content.decode()
