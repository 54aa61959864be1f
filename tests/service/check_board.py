"""The progress board sorted and narrowed down: what is shown is what it is sorted by, and a total that is not shown sorts
nothing."""

from __future__ import annotations

import re

import pytest
from check_loop import report_of


def column(page: str, n: int) -> list[str]:
    """The texts of one column of the reports listed."""
    body = page.split('aria-label="报告列表"')[1].split("<tbody>")[1].split("</tbody>")[0]
    rows = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S) for row in body.split("<tr>")[1:]]
    return [re.sub(r"<[^>]+>", "", row[n]).strip() for row in rows]


def number(text: str) -> float:
    return float(text.replace(",", "").replace("−", "-")) if text not in ("", "—") else float("inf")


@pytest.mark.parametrize(("sort", "n"), [("left", 4), ("total", 5)])
def test_figures_sort_both_ways_and_nothing_known_is_last(desk, sort: str, n: int) -> None:  # type: ignore[no-untyped-def]
    up = [number(x) for x in column(desk("province").text(f"/board?sort={sort}"), n)]
    down = [number(x) for x in column(desk("province").text(f"/board?sort=-{sort}"), n)]
    known = [x for x in up if x != float("inf")]
    assert len(set(known)) > 3 or sort == "left"
    assert up == sorted(up) and down[: len(known)] == sorted(known, reverse=True)
    assert len(known) == len(down) or set(down[len(known) :]) == {float("inf")}


def test_words_sort(desk) -> None:  # type: ignore[no-untyped-def]
    from inventory.service.domain.states import STATE_LABELS, State

    names = column(desk("province").text("/board?sort=name"), 0)
    assert len(names) > 10 and names == list(reversed(column(desk("province").text("/board?sort=-name"), 0)))
    order = [STATE_LABELS[s]["zh"] for s in State]
    places = [order.index(x) for x in column(desk("province").text("/board?sort=state"), 2)]
    assert places == sorted(places) and len(set(places)) > 3
    page = desk("province").text("/board?sort=state&state=")
    assert 'aria-sort="ascending"' in page and "sort=-state" in page and page.count("aria-sort") == 1


def test_a_total_that_is_not_shown_sorts_nothing(desk, service) -> None:  # type: ignore[no-untyped-def]
    """A draft's total is its own people's: an office cannot find out by sorting whether it is large."""
    from inventory.service.store.models import Report
    from inventory.service.store.scope import everything

    draft = report_of(2)
    assert draft.state == "draft"
    orders = []
    for total in (0.5, 1e9):
        with everything():
            Report.objects.filter(pk=draft.pk).update(total_t=total)
        orders.append(column(desk("province").text("/board?sort=total"), 0))
    with everything():
        Report.objects.filter(pk=draft.pk).update(total_t=draft.total_t)
    assert orders[0] == orders[1]
    ministry = desk("ministry").text("/board?sort=total")
    assert (
        column(ministry, 0) == column(desk("ministry").text("/board"), 0)
        and "sort=total" not in ministry.split("<table")[2]
    )


def test_one_industry_and_pages_keep_what_was_chosen(desk) -> None:  # type: ignore[no-untyped-def]
    page = desk("province").text("/board?industry=08&sort=-name")
    assert set(column(page, 1)) == {"水泥"} and 'value="08" selected' in page
    assert 'name="sort" value="-name"' in page and "industry=08" in page.split("<thead>")[2]
    assert desk("province").text("/board?industry=nothing").count("没有符合条件的报告") == 1


def test_places_fuels_and_cells_have_their_english_names(desk) -> None:  # type: ignore[no-untyped-def]
    page = desk("province").text("/board?lang=en")
    assert ">Nanjing</a>" in page and ">南京</a>" not in page and "Jiangsu Province reviewer" in page
    assert ">Nanjing<" in desk("province").text("/aggregates?by=city&which=submitted&lang=en")
    fuels = desk("province").text("/aggregates?by=fuel&which=submitted&lang=en")
    assert ">natural gas<" in fuels and "万Nm3" not in fuels and ">天然气<" not in fuels
    assert "台账!" not in desk("audit").text("/log?lang=en")
    for who in ("province", "audit"):
        desk(who).get("/?lang=zh")


def test_a_departments_sheets_say_what_a_department_can_do(service) -> None:  # type: ignore[no-untyped-def]
    from inventory.service.store import departments

    said = str(departments.blank_draft("agriculture", "江苏", 2015)[0]["rows"])
    assert "上传工作簿" in said and "inventory check" not in said
