"""Evidence files: their kind by content, a limit of size, kept under their hash (`files`), scanned by a job (`scans`)."""

from __future__ import annotations

import zipfile
from io import BytesIO

from django.db import transaction
from django.utils import timezone

from inventory.spreadsheets.container import check_container

from ..domain.roles import May
from . import scans
from .acts import ActRefused, locked
from .chain import record
from .due import refuse_closed
from .files import keep as keep
from .files import keep_waiting
from .files import place as place
from .models import Attachment
from .scope import Scope

MAX_SIZE = 20_000_000
MAX_COUNT = 200
SIGNATURES = ((b"%PDF-", "pdf"), (b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpeg"))


def kind_of(content: bytes, name: str) -> str | None:
    """pdf, png, jpeg, xlsx, docx, csv or txt by what the file holds; None for everything that is not taken (programs,
    markup, archives, SVG)."""
    for signature, kind in SIGNATURES:
        if content.startswith(signature):
            return kind
    if content.startswith(b"PK\x03\x04"):
        return _office(content, name)
    if b"\0" in content[:4096] or content.lstrip()[:1] == b"<":
        return None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return "csv" if name.lower().endswith(".csv") else "txt" if name.lower().endswith(".txt") else None
    return None


def _office(content: bytes, name: str) -> str | None:
    if check_container(content, name) is not None:
        return None
    try:
        names = set(zipfile.ZipFile(BytesIO(content)).namelist())
    except zipfile.BadZipFile:
        return None
    if any("vbaProject" in n for n in names):
        return None
    return "xlsx" if "xl/workbook.xml" in names else "docx" if "word/document.xml" in names else None


def attach(scope: Scope, report_id: int, content: bytes, name: str, sheet: str = "", cell: str = "") -> Attachment:
    """Keep an evidence file; where a scanner is installed it waits for the verdict. Raises `ActRefused` for a size or kind
    that is not taken, `NoRoom` where the disk is full."""
    if len(content) > MAX_SIZE:
        raise ActRefused("file_too_large", status=413, facts={"limit": f"{MAX_SIZE / 1e6:.0f}"})
    kind = kind_of(content, name)
    if kind is None:
        raise ActRefused("file_kind", status=422)
    scanned = scans.scanner() is not None
    digest = keep_waiting(content) if scanned else keep(content)
    with transaction.atomic():
        report = locked(report_id)
        if not scope.may(May.attach, report.path):
            raise ActRefused("wrong_role")
        refuse_closed(report)
        if report.attachments.count() >= MAX_COUNT:
            raise ActRefused("too_many_files", status=422)
        twin = report.attachments.filter(name=name[:200]).exclude(sha256=digest).exists()
        attachment = Attachment(
            report=report,
            path=report.path,
            sheet=sheet[:60],
            cell=cell[:12],
            name=name[:200],
            sha256=digest,
            size=len(content),
            kind=kind,
            author=scope.person,
            created=timezone.now(),
        )
        attachment.save()
        if scanned:
            scans.want(attachment)
        record(
            "attach", report.path, f"report/{report.pk}", scope.person, file=name[:200], sha256=digest, replaces=twin
        )
    return attachment
