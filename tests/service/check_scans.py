"""Evidence files and the virus scanner, on both databases, with a script in ClamAV's place: nothing is given out or
handed over before its verdict, what is infected goes and is said, a scanner that is down is waited for and named."""

from __future__ import annotations

import datetime as dt
import errno
import hashlib
import os
from pathlib import Path

import pytest
from check_loop import give_reasons, report_of

pytestmark = pytest.mark.skipif(os.name == "nt", reason="a shell script stands for the scanner")
CLEAN, INFECTED, DOWN = 0, 1, 2


@pytest.fixture
def scanner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """The scanner answers this from now on, as `clamdscan` does, and only of a file that it can read."""

    def answers(status: int) -> None:
        program = tmp_path / "clamdscan"
        program.write_text(f'#!/bin/sh\nfor last; do :; done\ntest -s "$last" || exit 2\nexit {status}\n')
        program.chmod(0o755)

    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    return answers


def sent(desk, content: bytes, name: str = "查.pdf"):  # type: ignore[no-untyped-def]
    """The answer to an upload, and the attachment where there is one."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from inventory.service.store.models import Attachment
    from inventory.service.store.scope import everything

    client, number = desk("filler-2").client, report_of(2).pk
    answer = client.post(f"/report/{number}/attach", {"file": SimpleUploadedFile(name, content)})
    with everything():
        held = Attachment.objects.filter(sha256=hashlib.sha256(content).hexdigest()).order_by("-pk").first()
    return answer, held


def scanned() -> None:
    """What waits is looked at."""
    from inventory.service.store import queues

    queues.drain()


def handed_over(desk) -> str:  # type: ignore[no-untyped-def]
    """What the page says to a report that is handed over now."""
    body = {"action": "hand_over", "stamp": report_of(2).stamp}
    answer = desk("filler-2").client.post(f"/report/{report_of(2).pk}/act", body, content_type="application/json")
    return "".join(answer.json().get("problems", ()))


def test_a_file_waits_for_its_verdict(desk, scanner) -> None:  # type: ignore[no-untyped-def]
    from inventory.service.store import files

    scanner(CLEAN)
    content = b"%PDF-1.4 waits"
    answer, held = sent(desk, content)
    assert answer.status_code == 200, answer.content.decode()
    assert files.waiting_place(held.sha256).exists() and not files.place(held.sha256).exists()
    who, page = desk("filler-2"), f"/report/{report_of(2).pk}"
    assert "being scanned" in who.text(f"{page}?lang=en") and "正在查毒" in who.text(f"{page}?lang=zh")
    got = who.client.get(f"/attachment/{held.pk}")
    assert got.status_code == 409 and "正在查毒" in got.content.decode()
    scanned()
    assert not files.waiting_place(held.sha256).exists() and files.place(held.sha256).read_bytes() == content
    assert b"".join(who.client.get(f"/attachment/{held.pk}").streaming_content) == content
    assert "正在查毒" not in who.text(page)


def test_nothing_is_handed_over_with_a_file_that_waits(desk, scanner) -> None:  # type: ignore[no-untyped-def]
    from inventory.service.store import acts, scans
    from inventory.service.store.scope import everything

    give_reasons(desk, 2)  # nothing else is in the way
    scanner(DOWN)
    assert sent(desk, b"%PDF-1.4 in the way")[0].status_code == 200
    assert "正在查毒" in handed_over(desk)
    with everything(), pytest.raises(acts.ActRefused) as refused:
        scans.refuse_unscanned(report_of(2).pk)
    assert refused.value.codes == ("evidence_waits",) and refused.value.facts == {"count": "1"}
    scanner(CLEAN)
    later()
    scanned()
    with everything():
        scans.refuse_unscanned(report_of(2).pk)


def later() -> None:
    """A while after a scanner that gave no answer."""
    from inventory.service.store import scans
    from inventory.service.store.models import Scan
    from inventory.service.store.scope import everything

    scanned()
    with everything():
        Scan.objects.exclude(tried=None).update(tried=scans.timezone.now() - scans.AGAIN * 2)
    scans.want_again()


def test_an_infected_file_goes_and_is_said(desk, scanner) -> None:  # type: ignore[no-untyped-def]
    from inventory.service.store import files, integrity
    from inventory.service.store.models import Event, Notice
    from inventory.service.store.scope import everything

    scanner(INFECTED)
    answer, held = sent(desk, b"%PDF-1.4 a virus", "毒.pdf")
    assert answer.status_code == 200
    scanned()
    who = desk("filler-2")
    assert not files.waiting_place(held.sha256).exists() and not files.place(held.sha256).exists()
    got = who.client.get(f"/attachment/{held.pk}?lang=zh")
    assert got.status_code == 410 and "病毒" in got.content.decode()
    assert "有病毒，已删除" in who.text(f"/report/{report_of(2).pk}")
    with everything():
        assert Event.objects.filter(action="evidence_removed", subject=f"report/{held.report_id}").count() == 1
        assert [n.facts["file"] for n in Notice.objects.filter(code="evidence_infected")] == ["毒.pdf"]
        assert [b for b in integrity.verify(files=True)[1] if b.number == held.pk and b.kind == "file"] == []
    scanned()  # once
    with everything():
        assert Event.objects.filter(action="evidence_removed", subject=f"report/{held.report_id}").count() == 1


def test_bytes_found_infected_later_are_given_out_nowhere(desk, scanner) -> None:  # type: ignore[no-untyped-def]
    """Known as clean, then a newer list of viruses: every attachment with these bytes."""
    from inventory.service.store import files

    scanner(CLEAN)
    first = sent(desk, b"%PDF-1.4 known later", "甲.pdf")[1]
    scanned()
    scanner(INFECTED)
    second = sent(desk, b"%PDF-1.4 known later", "乙.pdf")[1]
    scanned()
    client = desk("filler-2").client
    assert [client.get(f"/attachment/{a.pk}").status_code for a in (first, second)] == [410, 410]
    assert not files.place(first.sha256).exists()


def test_a_scanner_that_is_down_is_waited_for_and_named(desk, scanner) -> None:  # type: ignore[no-untyped-def]
    from inventory.service.store import files, scans
    from inventory.service.store.models import Job, Scan
    from inventory.service.store.scope import everything

    scanner(DOWN)
    held = sent(desk, b"%PDF-1.4 nobody looks")[1]
    scanned()
    with everything():
        scan = Scan.objects.get(attachment=held)
        assert scan.verdict == "waiting" and scan.tried is not None and scans.state()[0]
        Scan.objects.filter(pk=scan.pk).update(created=scan.created - dt.timedelta(minutes=11))
        good, told = scans.state()
        assert not good and "systemctl start clamav-daemon" in told
        count = Job.objects.filter(kind="scan").count()
    scans.want_again()  # not every second
    with everything():
        assert Job.objects.filter(kind="scan").count() == count
    scanner(CLEAN)
    later()
    scanned()
    with everything():
        assert scans.state()[0] and Scan.objects.get(attachment=held).verdict == "clean"
    assert files.place(held.sha256).exists()


def test_a_full_disk_is_said_and_nothing_half_is_kept(desk, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    from django.conf import settings

    def full(self: Path, content: bytes) -> int:
        with self.open("wb") as file:
            file.write(content[:4])
        raise OSError(errno.ENOSPC, "No space left on device")

    def kept() -> list[Path]:
        return sorted(p for p in Path(settings.INVENTORY_MEDIA).rglob("*") if p.is_file())

    monkeypatch.setenv("PATH", "/nowhere")
    before = kept()
    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_bytes", full)
        answer, held = sent(desk, b"%PDF-1.4 no room")
    assert answer.status_code == 507 and "磁盘已满" in answer.json()["problems"][0] and held is None
    assert kept() == before
    assert sent(desk, b"%PDF-1.4 no room")[0].status_code == 200


def test_a_process_that_dies_between_file_and_row_leaves_nothing_that_counts(desk, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    """The bytes lie there, no row names them; the same file sent again is taken."""
    from inventory.service.store import evidence, files

    monkeypatch.setenv("PATH", "/nowhere")
    content = b"%PDF-1.4 dies between"
    with monkeypatch.context() as patched:

        def dead(*a: object, **k: object) -> None:
            raise KeyboardInterrupt

        patched.setattr(evidence, "record", dead)
        with pytest.raises(KeyboardInterrupt):
            sent(desk, content)
    digest = hashlib.sha256(content).hexdigest()
    assert files.place(digest).read_bytes() == content
    answer, held = sent(desk, content)
    assert answer.status_code == 200 and held is not None
    assert b"".join(desk("filler-2").client.get(f"/attachment/{held.pk}").streaming_content) == content
