"""People: from a day to a day, nobody grants oneself, administrators without figures, authenticators set up, replayed and
recovered, guesses at once, sessions and keys."""

from __future__ import annotations

import datetime as dt
import re
import threading
from collections.abc import Iterator

import pytest
from check_manage import workbook
from conftest import PASSWORD, Desk

HEADS = ("用户名", "姓名", "角色", "单位代码", "自", "至", "邮箱")


def day(n: int) -> str:
    from django.utils import timezone

    return str(timezone.localdate() + dt.timedelta(days=n))


def invited(desk, **form: str) -> str:  # type: ignore[no-untyped-def]
    return desk("security").client.post("/people", {"act": "invite", "name": "x", **form}, follow=True).content.decode()


def joins(page: str) -> Desk:
    link = re.search(r"/invitation/[\w-]+", page)
    assert link is not None, page[-2000:]
    guest = Desk("")
    assert guest.client.post(link[0], {"password": PASSWORD, "again": PASSWORD}).status_code == 302
    return guest


def test_passwords_are_kept_as_strongly_as_the_settings_say(service) -> None:  # type: ignore[no-untyped-def]
    """The checks hash in a measure that costs nothing; the service's own is Argon2id with 7 MiB and five passes."""
    from django.contrib.auth.hashers import get_hasher, verify_password
    from django.utils.module_loading import import_string

    from inventory.service.shared.service_settings import OWN_HASHERS
    from inventory.service.store.models import Person

    assert OWN_HASHERS == ["inventory.service.shared.hashers.Argon2id"]
    own = import_string(OWN_HASHERS[0])()
    encoded = own.encode(PASSWORD, own.salt())
    assert encoded.startswith("argon2$argon2id$v=19$m=7168,t=5,p=1$")
    assert own.verify(PASSWORD, encoded) and not own.verify(PASSWORD + "x", encoded)
    kept = Person.objects.get(
        login="demo-province"
    ).password  # of the checks: made anew at the next login by the service
    assert verify_password(PASSWORD, kept) == (True, False) and own.must_update(kept) and get_hasher() is not own


def test_a_place_has_a_first_and_a_last_day(desk, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    """A verifier for a week that begins in three days: nothing before, the reports on the first and the last day,
    nothing after."""
    from django.utils import timezone

    page = invited(desk, login="hecha2", role="verifier", code="32", since=day(3), until=day(9), email="h@example.org")
    guest = joins(page)
    seen, real = {}, timezone.now
    for n in (0, 2, 3, 9, 10):
        monkeypatch.setattr(timezone, "now", lambda n=n: real() + dt.timedelta(days=n))
        entry = Desk("")
        assert entry.client.post("/login", {"login": "hecha2", "password": PASSWORD}).status_code == 302
        seen[n] = "/report/" in entry.text("/")
    monkeypatch.undo()
    assert seen == {0: False, 2: False, 3: True, 9: True, 10: False} and guest.get("/") == 200
    shown = desk("security").text("/people?q=hecha2")
    assert "尚未开始" in shown and day(9) in shown


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"since": "下周"}, "不是日期：下周"),
        ({"since": "2099-02-01", "until": "2099-01-31"}, "终止日期早于"),
        ({"until": "2015-01-01"}, "终止日期早于"),
        ({"email": "kein at"}, "不是邮箱地址"),
        ({"login": "demo-security"}, "不能对自己"),
        ({"login": "demo-audit", "role": "province_reviewer", "code": "32"}, "也不能兼任"),
        ({"login": "demo-province", "role": "security_admin", "code": "32"}, "也不能兼任"),
    ],
)
def test_an_invitation_that_cannot_be(desk, form: dict[str, str], words: str) -> None:  # type: ignore[no-untyped-def]
    page = invited(desk, **{"login": "neu-9", "role": "filler", "code": "E0003", **form})
    assert words in page and "/invitation/" not in page


def test_a_dated_place_counts_among_those_that_go_not_together(desk) -> None:  # type: ignore[no-untyped-def]
    from inventory.service.store.models import Membership
    from inventory.service.store.scope import everything

    with everything():
        Membership.objects.filter(person__login="demo-audit").update(until=day(30))
    try:
        page = invited(desk, login="demo-audit", role="system_admin", code="32")
        assert "必须是三个人" in page and "/invitation/" not in page
    finally:
        with everything():
            Membership.objects.filter(person__login="demo-audit").update(until=None)


def test_days_and_addresses_by_workbook(desk) -> None:  # type: ignore[no-untyped-def]
    from inventory.service.store.models import Invitation
    from inventory.service.store.scope import everything

    rows = workbook(HEADS, ("neu-7", "七", "填报人", "E0002", day(1), "2099/12/31", "sieben@example.org"))
    answer = desk("security").client.post("/people", {"workbook": rows})
    assert "attachment" in answer.get("Content-Disposition", ""), answer.content.decode()[-1500:]
    with everything():
        kept = Invitation.objects.get(login="neu-7")
    assert (str(kept.since), str(kept.until), kept.email) == (day(1), "2099-12-31", "sieben@example.org")


@pytest.fixture()
def codes(service: object) -> Iterator[None]:
    """As outside the demonstration: reviewers and administrators need their one-time code."""
    from django.conf import settings

    settings.INVENTORY_DEMO = False
    yield
    settings.INVENTORY_DEMO = True


def begun(login: str) -> Desk:
    desk = Desk("")
    answer = desk.client.post("/login", {"login": login, "password": PASSWORD})
    assert answer.status_code == 302
    return desk


def secret_of(desk: Desk) -> str:
    shown = re.search(r'class="[^"]*secret[^"]*"[^>]*>([A-Z2-7 ]+)<', desk.text("/login/code"))
    return shown[1].replace(" ", "") if shown else ""


def test_an_authenticator_is_set_up_and_recovered(desk, codes) -> None:  # type: ignore[no-untyped-def]
    import pyotp

    from inventory.service.store.models import Event, Membership, Person, Token
    from inventory.service.store.scope import everything

    login = "demo-city-3212"
    first = begun(login)
    assert first.client.get("/").status_code == 302  # half in is not in
    secret = secret_of(first)
    assert len(secret) == 32
    assert "验证码不对" in first.client.post("/login/code", {"code": "000000"}).content.decode()
    assert first.client.post("/login/code", {"code": pyotp.TOTP(secret).now()}).status_code == 302
    assert first.get("/") == 200
    again = begun(login)
    assert secret_of(again) == ""  # shown the first time only
    with everything():
        Person.objects.filter(login=login).update(totp_last=0)
    code = pyotp.TOTP(secret).now()
    assert again.client.post("/login/code", {"code": code}).status_code == 302 and again.get("/") == 200
    assert begun(login).client.post("/login/code", {"code": code}).status_code == 200  # a code works once
    key = re.search(
        r'class="hash">([\w-]{40,})<', first.client.post("/me", {"act": "token"}, follow=True).content.decode()
    )
    assert key is not None
    with everything():
        place = Membership.objects.get(person__login=login).pk
    page = desk("security").client.post("/people", {"act": "reset", "membership": place}, follow=True).content.decode()
    anew = Desk("")
    link = re.search(r"/invitation/[\w-]+", page)[0]  # type: ignore[index]
    assert anew.client.post(link, {"password": PASSWORD, "again": PASSWORD}).status_code == 302
    fresh = secret_of(anew)
    assert fresh and fresh != secret
    assert anew.client.post("/login/code", {"code": pyotp.TOTP(secret).now()}).status_code == 200  # the old is dead
    assert anew.client.post("/login/code", {"code": pyotp.TOTP(fresh).now()}).status_code == 302
    assert anew.get("/") == 200 and first.get("/") == 302 and again.get("/") == 302
    from django.test import Client

    lost = Client(HTTP_HOST="127.0.0.1", HTTP_AUTHORIZATION=f"Bearer {key[1]}")
    assert lost.get("/api/v1/rounds").status_code == 401  # the keys made with the old login are over
    with everything():
        assert not Token.objects.filter(person__login=login).exists()
        assert Event.objects.filter(action="login_set_anew", person__login=login).exists()
        Person.objects.filter(login=login).update(totp_secret="", totp_last=0)


def test_a_second_half_login_does_not_replace_the_authenticator(desk, codes) -> None:  # type: ignore[no-untyped-def]
    """Two windows at the first login: what the second offered is not kept once the first has set one up."""
    import pyotp

    from inventory.service.store.models import Person
    from inventory.service.store.scope import everything

    login = "demo-city-3211"
    one, two = begun(login), begun(login)
    kept, other = secret_of(one), secret_of(two)
    assert one.client.post("/login/code", {"code": pyotp.TOTP(kept).now()}).status_code == 302
    with everything():
        Person.objects.filter(login=login).update(totp_last=0)
    assert two.client.post("/login/code", {"code": pyotp.TOTP(other).now()}).status_code == 200
    two.client.post("/login/code", {"code": pyotp.TOTP(kept).now()})
    with everything():
        assert Person.objects.get(login=login).totp_secret == kept
        Person.objects.filter(login=login).update(totp_secret="", totp_last=0)


@pytest.mark.parametrize("who", ["city-3210", "province", "verifier", "system", "security", "audit", "ministry"])
def test_reviewers_and_administrators_do_not_come_in_without_a_code(desk, codes, who: str) -> None:  # type: ignore[no-untyped-def]
    assert begun(f"demo-{who}").client.get("/").status_code == 302
    assert begun("demo-filler-18").get("/") == 200  # an enterprise by password alone


def test_guesses_at_once_all_count(service) -> None:  # type: ignore[no-untyped-def]
    from django.db import connection

    from inventory.service.store.models import Attempt
    from inventory.service.web.accounts import ACCOUNT_LIMIT, failed, throttled

    def guess() -> None:
        failed("account:vielgeraten", "address:10.5.5.5")
        connection.close()

    threads = [threading.Thread(target=guess) for _ in range(ACCOUNT_LIMIT)]
    for t in threads:
        t.start()
    for t in threads:
        t.join(60)
    assert throttled("account:vielgeraten")
    Attempt.objects.filter(key__in=("account:vielgeraten", "address:10.5.5.5")).delete()


def test_an_address_that_tries_many_names_is_held(service) -> None:  # type: ignore[no-untyped-def]
    from django.test import Client

    from inventory.service.store.models import Attempt
    from inventory.service.web.accounts import ADDRESS_LIMIT

    client = Client(HTTP_HOST="127.0.0.1", REMOTE_ADDR="10.6.6.6")
    for n in range(ADDRESS_LIMIT):
        client.post("/login", {"login": f"nobody-{n}", "password": "wrong"})
    assert "15 分钟" in client.post("/login", {"login": "demo-filler-9", "password": PASSWORD}).content.decode()
    assert (
        Client(HTTP_HOST="127.0.0.1", REMOTE_ADDR="10.6.6.7")
        .post("/login", {"login": "demo-filler-9", "password": PASSWORD})
        .status_code
        == 302
    )
    Attempt.objects.filter(key__startswith="address:10.6").delete()
    Attempt.objects.filter(key__startswith="account:nobody-").delete()


def test_a_session_lasts_half_an_hour_from_its_last_use(service) -> None:  # type: ignore[no-untyped-def]
    """Prolonged by use, noted once a minute; over when nobody used it."""
    from django.contrib.sessions.models import Session
    from django.utils import timezone

    from inventory.service.store.models import SessionRecord

    desk = Desk("demo-filler-18")
    key = desk.client.session.session_key
    left = Session.objects.get(session_key=key).expire_date - timezone.now()
    assert dt.timedelta(minutes=29) < left <= dt.timedelta(minutes=30)
    soon = timezone.now() + dt.timedelta(minutes=5)  # 25 minutes later, as it were
    Session.objects.filter(session_key=key).update(expire_date=soon)
    assert desk.get("/") == 200 and Session.objects.get(session_key=key).expire_date == soon  # used a moment ago
    SessionRecord.objects.filter(session_key=key).update(seen=timezone.now() - dt.timedelta(minutes=25))
    assert desk.get("/") == 200
    assert Session.objects.get(session_key=key).expire_date > timezone.now() + dt.timedelta(minutes=29)
    Session.objects.filter(session_key=key).update(expire_date=timezone.now() - dt.timedelta(seconds=1))
    assert desk.get("/") == 302


def test_sessions_are_listed_and_ended(service) -> None:  # type: ignore[no-untyped-def]
    one, two = Desk("demo-filler-17"), Desk("demo-filler-17")
    assert len(re.findall(r'name="session"', one.text("/me"))) == 1  # the other; the own cannot be ended here
    other = re.search(r'name="session" value="(\d+)"', one.text("/me"))[1]  # type: ignore[index]
    stranger = Desk("demo-filler-16")
    stranger.client.post("/me", {"act": "end", "session": other})
    assert two.get("/") == 200  # nobody ends another person's session
    one.client.post("/me", {"act": "end", "session": other})
    assert two.get("/") == 302 and 'name="session"' not in one.text("/me")
    new = "另一个-口令-2016-Demo"
    three = Desk("demo-filler-17")
    form = {"act": "password", "old": PASSWORD, "password": new, "again": new}
    assert "已全部结束" in one.client.post("/me", form, follow=True).content.decode()
    assert one.get("/") == 200 and three.get("/") == 302
