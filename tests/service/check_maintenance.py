"""Closed for maintenance: people read why and until when, programs are told when to come back, nothing asks the database,
no job is begun; what was typed meanwhile is saved afterwards."""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

ADDRESSES = ("/", "/login", "/report/1", "/public", "/nowhere")


@pytest.fixture()
def closed(desk, service: Path) -> Iterator[Path]:  # type: ignore[no-untyped-def]
    from inventory.service.shared.maintenance import FILE, switch

    desk("filler-3")  # logged in before
    assert switch(service, True) is False
    yield service / FILE
    switch(service, False)


def nothing_asked(execute: object, sql: str, *more: object) -> None:
    raise AssertionError(sql)


def test_people_read_why_and_programs_when_to_come_back(desk, closed) -> None:  # type: ignore[no-untyped-def]
    from django.db import connection

    with connection.execute_wrapper(nothing_asked):
        for lang, words in (("zh", "系统维护中"), ("en", "Closed for maintenance")):
            for path in ADDRESSES:
                answer = desk("filler-3").client.get(f"{path}?lang={lang}")
                assert answer.status_code == 503 and answer["Retry-After"] == "300", path
                assert f"<h1>{words}</h1>" in answer.content.decode() and answer["Content-Security-Policy"]
        status, said = desk("filler-3").post("/report/1/cells", {"edits": []})
        assert status == 503 and "being upgraded" in said["problems"][0]
        answer = desk("").client.get("/api/v1/rounds")
        assert answer.status_code == 503 and json.loads(answer.content)["problems"] and answer["Retry-After"]
        assert desk("").get("/static/look.css") == 200 and desk("").get("/health") == 200
    desk("filler-3").get("/?lang=zh")


@pytest.mark.parametrize(("minutes", "expected"), [(90, True), (-5, False)])
def test_until_when(desk, closed: Path, service: Path, minutes: int, expected: bool) -> None:  # type: ignore[no-untyped-def]
    from django.utils import timezone

    from inventory.service.shared.maintenance import switch

    until = (timezone.localtime() + dt.timedelta(minutes=minutes)).replace(tzinfo=None, second=0, microsecond=0)
    switch(service, True, until)
    answer = desk("").client.get("/")
    assert (f"预计 {until:%Y-%m-%d %H:%M} 恢复" in answer.content.decode()) is expected
    assert (5200 < int(answer["Retry-After"]) <= 5400) is expected
    closed.write_text("until = nonsense", "utf-8")  # written by hand
    assert desk("").client.get("/").status_code == 503


def test_no_job_is_begun(desk, closed) -> None:  # type: ignore[no-untyped-def]
    from inventory.service.store import jobs, queues
    from inventory.service.store.models import Job
    from inventory.service.store.scope import everything

    class OneRound(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            self.set()
            return True

    with everything():
        number = jobs.enqueue("product", "32/", {"product": "none", "round": 0, "accepted": True, "lang": "zh"}).pk
    try:
        queues.work(OneRound())
        with everything():
            assert Job.objects.get(pk=number).state == "waiting"
    finally:
        with everything():
            Job.objects.filter(pk=number).delete()


def test_open_again_as_if_nothing_had_been(desk, service: Path) -> None:  # type: ignore[no-untyped-def]
    from inventory.service.shared.maintenance import closed, is_closed, switch

    with pytest.raises(ZeroDivisionError), closed(service):
        assert is_closed() and desk("filler-3").get("/") == 503
        raise ZeroDivisionError
    assert desk("filler-3").get("/") == 200  # still logged in
    switch(service, True)
    with closed(service):
        pass
    assert is_closed()  # closed by hand before: it stays so
    assert switch(service, False) is True and not is_closed()
