"""Rounds: every day as it is in Asia/Shanghai, extensions and exemptions wherever a deadline shows, what came late stays
marked, who must report and has not, 催报 to whoever holds a report, inside and by mail."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from check_loop import act, give_reasons, new_firm, report_of
from conftest import PASSWORD, Desk

CITY = "3210"


@contextmanager
def due(day: dt.date, **more: object) -> Iterator[None]:
    """The enterprise's last day of the round, put back afterwards."""
    from inventory.service.store.models import Round
    from inventory.service.store.scope import everything

    with everything():
        kept = Round.objects.values("due_enterprise", "due_city", "late", "grace_days").get()
        Round.objects.update(due_enterprise=day, **more)
    try:
        yield
    finally:
        with everything():
            Round.objects.update(**kept)


def today() -> dt.date:
    from django.utils import timezone

    return timezone.localdate()


@pytest.fixture(scope="module")
def firm(service: object) -> int:
    return new_firm(9101, CITY)


@pytest.fixture(scope="module")
def row(desk):  # type: ignore[no-untyped-def]
    """A firm's line on the province's board."""

    def of(n: int, who: str = "province", more: str = "") -> str:
        page = desk(who).text(f"/board?q=自测水泥厂{n}{more}")
        return next((r for r in page.split("<tr>") if f"自测水泥厂{n}" in r and "state-" in r), "")

    return of


@pytest.mark.parametrize(("utc", "left"), [("2016-03-30T15:59:59", 1), ("2016-03-30T16:00:00", 0)])
def test_a_day_ends_at_midnight_in_shanghai(row, firm, monkeypatch, utc: str, left: int) -> None:  # type: ignore[no-untyped-def]
    from django.utils import timezone

    moment = dt.datetime.fromisoformat(utc).replace(tzinfo=dt.UTC)
    with due(dt.date(2016, 3, 31)):
        monkeypatch.setattr(timezone, "now", lambda: moment)
        Desk("demo-province")  # the session of now
        shown = _board_of(firm)
        monkeypatch.undo()
    assert f'<td class="n">{left}</td>' in shown, shown


def _board_of(n: int) -> str:
    page = Desk("demo-province").text(f"/board?q=自测水泥厂{n}")
    return next(r for r in page.split("<tr>") if f"自测水泥厂{n}" in r and "state-" in r)


def test_an_extension_holds_wherever_a_deadline_shows(desk, row, firm: int) -> None:  # type: ignore[no-untyped-def]
    from inventory.service.store.models import Obligation
    from inventory.service.store.scope import everything

    until = today() + dt.timedelta(days=9)
    with due(today() - dt.timedelta(days=2)):
        assert "逾期" in row(firm) and row(firm, more="&state=overdue")
        form = {"act": "extend", "code": f"E{firm}", "reason": "洪水停电", "until": str(until)}
        assert "延期至" in desk("system").client.post("/rounds", form, follow=True).content.decode()
        assert "逾期" not in row(firm) and '<td class="n">9</td>' in row(firm)
        assert row(firm, more="&state=missing") and not row(firm, more="&state=overdue")
        assert str(until) in desk(f"filler-{firm}").text(f"/report/{report_of(firm).pk}")
        assert '<td class="n">9</td>' in desk(f"filler-{firm}").text("/")
        with everything():
            Obligation.objects.filter(organisation__code=f"E{firm}").update(extended_to=None, reason="")


def test_one_that_need_not_report_is_neither_counted_nor_missing(desk, row, firm: int) -> None:  # type: ignore[no-untyped-def]
    from inventory.service.store.models import Obligation
    from inventory.service.store.scope import everything

    def counts() -> list[int]:
        page = desk(f"city-{CITY}").text("/board")
        return [
            int(n) for n in re.findall(r'<td class="n">(\d+)</td>', page.split('class="strong"')[1].split("</tr>")[0])
        ]

    before = counts()
    form = {"act": "exempt", "code": f"E{firm}", "reason": "全年停产"}
    assert "已免报" in desk("system").client.post("/rounds", form, follow=True).content.decode()
    after = counts()
    assert (after[0], after[2], after[-1]) == (before[0] - 1, before[2] - 1, before[-1] + 1)
    assert row(firm, more="&state=exempt") and not row(firm, more="&state=missing")
    assert "现在没有等您办理的报告" in desk(f"filler-{firm}").text("/")
    with everything():
        Obligation.objects.filter(organisation__code=f"E{firm}").update(exempt=False, reason="")
    assert counts() == before


def test_what_came_late_stays_marked_and_a_lock_holds_for_signing_too(desk, row) -> None:  # type: ignore[no-untyped-def]
    n = new_firm(9102, CITY)
    give_reasons(desk, n)
    past = today() - dt.timedelta(days=3)
    assert act(desk, f"filler-{n}", n, "hand_over")[0] == 200
    with due(past, late="lock", grace_days=0):
        status, said = act(desk, f"approver-{n}", n, "sign", signature=PASSWORD)
        assert status == 409 and str(past) in said["problems"][0]  # handed over in time, signed too late
        assert act(desk, f"filler-{n}", n, "take_back")[0] == 200
        assert act(desk, f"filler-{n}", n, "hand_over")[0] == 409  # a version there was opens no lock
    with due(past):
        assert act(desk, f"filler-{n}", n, "hand_over")[0] == 200
        assert act(desk, f"approver-{n}", n, "sign", signature=PASSWORD)[0] == 200
        assert "逾期 3 天报送" in row(n)
        assert act(desk, f"approver-{n}", n, "withdraw", reason="发现购入量抄错一行")[0] == 200
        assert report_of(n).submitted is None  # nobody has looked at it: as if it had not been sent
        assert act(desk, f"filler-{n}", n, "hand_over")[0] == 200
        assert act(desk, f"approver-{n}", n, "sign", signature=PASSWORD)[0] == 200
        number, city = report_of(n).pk, f"city-{CITY}"
        assert act(desk, city, n, "take_city")[0] == 200
        assert (
            desk(city).post(f"/report/{number}/remark", {"sheet": "台账", "cell": "F6", "text": "请附发票"})[0] == 200
        )
        assert act(desk, city, n, "return_city")[0] == 200
        assert "逾期 3 天报送" in desk(city).text(f"/report/{number}")
        assert ">逾期</span>" not in row(n)  # back for mending: due with the city, not late once more
    with due(past, late="lock", grace_days=0):  # what was returned may be mended though the round locks
        edit = {"edits": [{"sheet": "企业基本情况", "cell": "H40", "text": "x", "seen": ""}]}
        assert desk(f"filler-{n}").post(f"/report/{number}/cells", edit)[0] == 200


@pytest.fixture()
def outbox(service: object) -> Iterator[list[Any]]:
    from django.conf import settings
    from django.core import mail

    from inventory.service.store.models import Job, Notice
    from inventory.service.store.scope import everything

    kept, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, "django.core.mail.backends.locmem.EmailBackend"
    mail.outbox = []
    with everything():
        Job.objects.all().delete()
        Notice.objects.all().delete()
    yield mail.outbox
    settings.EMAIL_BACKEND = kept


def test_an_address_is_given_on_the_own_page(desk, firm: int) -> None:  # type: ignore[no-untyped-def]
    client = desk(f"filler-{firm}").client
    assert "不是邮箱地址" in client.post("/me", {"act": "email", "email": "kein at"}, follow=True).content.decode()
    page = client.post("/me", {"act": "email", "email": "filler@example.org"}, follow=True).content.decode()
    assert "邮箱已保存" in page and 'value="filler@example.org"' in page


def test_reminding_goes_to_whoever_holds_a_report_inside_and_by_mail(desk, outbox, firm: int) -> None:  # type: ignore[no-untyped-def]
    """Firms that have not reported, cities that have not reviewed; not those who are done with it, nor those whose
    place there has not begun."""
    from inventory.service.store import queues
    from inventory.service.store.models import Membership, Notice, Obligation, Organisation, Person, Round
    from inventory.service.store.scope import everything

    waits = new_firm(9103, CITY)
    give_reasons(desk, waits)
    assert act(desk, f"filler-{waits}", waits, "hand_over")[0] == 200
    assert act(desk, f"approver-{waits}", waits, "sign", signature=PASSWORD)[0] == 200
    with everything():
        for login in (f"filler-{firm}", f"filler-{waits}", f"city-{CITY}", "system", "ministry"):
            Person.objects.filter(login=f"demo-{login}").update(email=f"{login}@example.org")
        place = Organisation.objects.get(code=f"E{firm}")
        later = Person.objects.create_person("spaeter", "后来", None)
        Person.objects.filter(pk=later.pk).update(email="later@example.org")
        since = today() + dt.timedelta(days=5)
        Membership.objects.create(person=later, organisation=place, path=place.path, role="filler", since=since)
        Obligation.objects.update(reminded=None)
        number = Round.objects.get().pk
    answer = desk("province").client.post("/board/remind", {"round": number, "path": f"32/{CITY}/"})
    assert answer.status_code == 302
    queues.drain()
    with everything():
        notices = {(n.path, n.code) for n in Notice.objects.all()}
    assert (report_of(firm).path, "reminder") in notices and (f"32/{CITY}/", "review_due") in notices
    assert report_of(waits).path not in {p for p, _ in notices}
    reached = {to for m in outbox for to in m.bcc}
    assert reached == {f"filler-{firm}@example.org", f"city-{CITY}@example.org"}
    assert "份报告等您单位审核" in desk(f"city-{CITY}").text("/") and "催报" in desk(f"filler-{firm}").text("/")
    before = len(outbox)
    desk("province").client.post("/board/remind", {"round": number, "path": f"32/{CITY}/"})
    queues.drain()
    assert len(outbox) == before  # once a day


@pytest.mark.parametrize("path", ["", "32/", "32/3201/", "99/", "%"])
def test_reminding_elsewhere_reaches_the_own_part_only(desk, outbox, path: str) -> None:  # type: ignore[no-untyped-def]
    from inventory.service.store.models import Event, Notice, Obligation, Round
    from inventory.service.store.scope import everything

    with everything():
        Obligation.objects.update(reminded=None)
        number = Round.objects.get().pk
    answer = desk(f"city-{CITY}").client.post("/board/remind", {"round": number, "path": path})
    assert answer.status_code == 302
    with everything():
        assert all(p.startswith(f"32/{CITY}/") for p in Notice.objects.values_list("path", flat=True))
        assert Event.objects.filter(action="remind").order_by("-number")[0].path == f"32/{CITY}/"


def test_a_return_is_mailed(desk, outbox, firm: int) -> None:  # type: ignore[no-untyped-def]
    from inventory.service.store import queues

    n, city = 9103, f"city-{CITY}"
    number = report_of(n).pk
    assert act(desk, city, n, "take_city")[0] == 200
    assert desk(city).post(f"/report/{number}/remark", {"sheet": "台账", "cell": "F6", "text": "请附发票"})[0] == 200
    assert act(desk, city, n, "return_city")[0] == 200
    queues.drain()
    letters = [m for m in outbox if f"filler-{n}@example.org" in m.bcc]
    assert len(letters) == 1 and "退回修改" in letters[0].body and re.search(r"[0-9a-f]{64}", letters[0].body)


def test_offices_are_reminded_of_their_own_deadline(desk, outbox) -> None:  # type: ignore[no-untyped-def]
    """By itself: three days before the city's last day the city is told, and no firm that has submitted."""
    from inventory.service.store import daily, queues
    from inventory.service.store.models import Notice
    from inventory.service.store.scope import everything

    with due(today() - dt.timedelta(days=40), due_city=today() + dt.timedelta(days=3)):
        daily._planned.clear()
        daily.plan()
        queues.drain()
    with everything():
        paths = {n.path for n in Notice.objects.filter(code="review_due")}
        told = {n.path for n in Notice.objects.filter(code="reminder")}
    assert "32/3204/" in paths or "32/3205/" in paths
    assert not {p for p in told if p == report_of(5).path}


def test_a_round_of_chosen_forms_obliges_only_those(desk) -> None:  # type: ignore[no-untyped-def]
    from django.db import transaction

    from inventory.service.store.models import Obligation
    from inventory.service.store.scope import tell
    from inventory.service.web.manage import open_round

    day = today()
    dates = dict.fromkeys(("opens", "due_enterprise", "due_city", "due_province"), day)
    with transaction.atomic():
        tell(["*"])
        opened = open_round(None, "只要水泥和农业", 2016, dates, {"forms": ["08", "agriculture"]})
        asked = set(Obligation.objects.filter(round=opened).values_list("organisation__industry", flat=True))
        transaction.set_rollback(True)
    assert asked == {"08", "agriculture"}
    page = desk("system").text("/rounds")
    assert 'name="forms" value="08"' in page and 'name="forms" value="agriculture"' in page and "表式 全部" in page


def test_a_round_says_when_its_edition_has_changed(desk) -> None:  # type: ignore[no-untyped-def]
    from inventory.service.store.models import Round
    from inventory.service.store.scope import everything

    with everything():
        kept = Round.objects.get().edition_hash
        assert len(kept) == 64
    assert "核算版本有更新" not in desk("system").text("/rounds")
    with everything():
        Round.objects.update(edition_hash="0" * 64)
    try:
        assert "核算版本有更新" in desk("system").text("/rounds")
    finally:
        with everything():
            Round.objects.update(edition_hash=kept)


def test_progress_by_program_says_when_it_came(desk) -> None:  # type: ignore[no-untyped-def]
    from check_api import Program

    from inventory.service.store.models import Round
    from inventory.service.store.scope import everything

    with everything():
        number = Round.objects.get().pk
    rows = {r["organisation"]: r for r in Program(desk, "province").get(f"/rounds/{number}/progress")[1]}
    assert rows["E0009"]["submitted"] and rows["E0009"]["days_late"] == 0 and rows["E9101"]["submitted"] == ""
    assert json.dumps(rows)
