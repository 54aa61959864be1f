"""The virus scanner's verdict on evidence files, as a job: until it is there the file is shown as being scanned, is given
to nobody, and the report cannot be handed over with it."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from . import files
from .beside_models import CLEAN, INFECTED, WAITING, Scan
from .chain import record
from .jobs import Result, enqueue
from .models import Attachment, Job, Notice
from .notices import tell_people
from .refused import ActRefused
from .scope import everything

SCAN_S = 120
AGAIN = dt.timedelta(seconds=60)  # after a scanner that gave no answer
LATE = dt.timedelta(minutes=10)
UNKNOWN = "unknown"


def scanner() -> str | None:
    """ClamAV's program, where it is installed: the one that asks the daemon first."""
    return shutil.which("clamdscan") or shutil.which("clamscan")


def judged(path: Path) -> str:
    """What the scanner says of a file: clean, infected, or `UNKNOWN` where it gave no answer or is not there."""
    program = scanner()
    if program is None:
        return UNKNOWN
    # the daemon runs as a user of its own, who may not open the file: it is handed over opened
    options = ["--fdpass"] if Path(program).stem == "clamdscan" else []
    command = [program, *options, "--no-summary", str(path)]
    try:
        status = subprocess.run(command, capture_output=True, check=False, timeout=SCAN_S).returncode
    except (subprocess.TimeoutExpired, OSError):
        return UNKNOWN
    return {0: CLEAN, 1: INFECTED}.get(status, UNKNOWN)


def want(attachment: Attachment) -> None:
    """Want the verdict on a new attachment, in the transaction that keeps it."""
    scan = Scan.objects.create(attachment=attachment, path=attachment.path, created=attachment.created)
    enqueue("scan", attachment.path, {"scan": scan.pk})


def want_again() -> None:
    """Want those again on which the scanner gave no answer a while ago. Cheap enough to ask every few seconds."""
    with everything():
        rows = Scan.objects.filter(verdict=WAITING, tried__lt=timezone.now() - AGAIN).order_by("pk")
        for pk, path in rows.values_list("pk", "path")[:50]:
            enqueue("scan", path, {"scan": pk})
            Scan.objects.filter(pk=pk).update(tried=timezone.now())


def examine(job: Job) -> Callable[[], Result]:
    """The job: ask the scanner, outside a transaction; what follows from its answer is one."""
    with everything():
        scan = Scan.objects.select_related("attachment").filter(pk=job.facts["scan"], verdict=WAITING).first()
    if scan is None:
        return dict
    sha = scan.attachment.sha256
    path = next((p for p in (files.waiting_place(sha), files.place(sha)) if p.exists()), None)
    verdict = judged(path) if path is not None else UNKNOWN

    def effects() -> Result:
        waiting = Scan.objects.filter(pk=scan.pk, verdict=WAITING)
        if verdict == UNKNOWN:
            waiting.update(tried=timezone.now())
        elif verdict == CLEAN and waiting.update(verdict=CLEAN, finished=timezone.now()):
            files.release(sha)
        elif verdict == INFECTED:
            _remove_everywhere(sha)
        return {"verdict": verdict}

    return effects


def _remove_everywhere(sha: str) -> None:
    """No attachment with these bytes is given out any more, whenever it came; its people are told, the log says so, and
    the bytes go once that is certain."""
    now = timezone.now()
    for a in Attachment.objects.filter(sha256=sha).exclude(scan__verdict=INFECTED):
        defaults = {"path": a.path, "verdict": INFECTED, "finished": now}
        Scan.objects.update_or_create(attachment=a, defaults=defaults, create_defaults={**defaults, "created": now})
        record("evidence_removed", a.path, f"report/{a.report_id}", None, file=a.name, sha256=sha)
        notice = Notice(path=a.path, code="evidence_infected", facts={"file": a.name}, created=now)
        tell_people([notice], a.path)
    transaction.on_commit(lambda: files.remove(sha))


def refuse_unscanned(report_id: int) -> None:
    """Raises `ActRefused` while a file of the report waits for its verdict."""
    waiting = Scan.objects.filter(attachment__report_id=report_id, verdict=WAITING).count()
    if waiting:
        raise ActRefused("evidence_waits", status=409, facts={"count": str(waiting)})


def given_out(attachment: Attachment) -> Path:
    """Where the bytes of an attachment lie. Raises `ActRefused` for one that waits for its verdict or was removed."""
    verdict = Scan.objects.filter(attachment=attachment).values_list("verdict", flat=True).first()
    if verdict == WAITING:
        raise ActRefused("file_waits", status=409)
    if verdict == INFECTED:
        raise ActRefused("file_removed", status=410)
    return files.place(attachment.sha256)


def state() -> tuple[bool, str]:
    """For the doctor: whether no file waits too long, and in words what waits and the remedy."""
    waiting = Scan.objects.filter(verdict=WAITING)
    late = waiting.filter(created__lt=timezone.now() - LATE).count()
    program = scanner()
    if not late:
        return True, f"{waiting.count()} waiting, {Path(program).stem if program else 'no scanner installed'}"
    remedy = "start it (systemctl start clamav-daemon), then look at: clamdscan --version" if program else "install it"
    return False, f"{late} files wait for the scanner for more than 10 minutes, which gives no answer: {remedy}"
