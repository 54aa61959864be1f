"""What was collected before the service: enterprises' workbooks and collection databases become reports of a round.

Nothing is accepted by being imported: a workbook becomes a draft that its firm signs. A report of an old database
keeps the standing that the old office gave it, with the figures it was given then, and the log says so."""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from inventory.core.problems import InventoryError
from inventory.enterprise.draft import draft_of as typed_draft
from inventory.enterprise.identity import folded
from inventory.enterprise.industries import default_edition, industries
from inventory.enterprise.read import enterprise_of
from inventory.enterprise.standing import AGAIN, COUNTED, standings
from inventory.enterprise.store import ACCEPTED, opened
from inventory.spreadsheets.cells import Unreadable

from ..domain.roles import Level
from ..domain.states import EDITABLE, State
from ..shared.texts import text
from . import acts, verdicts
from .chain import record
from .models import Obligation, Organisation, Person, Report, Round, Version
from .scope import subtree
from .verdicts import Draft

SUFFIXES = (".xlsx", ".xlsm", ".xls", ".et", ".ods")
OLD_ENGINE = "collection database"


@dataclass(frozen=True, slots=True)
class Imported:
    """How many reports came in, and one line for each that did not, with the reason."""

    reports: int
    refused: tuple[str, ...]


# ---- workbooks ----


def import_workbooks(folder: Path, person: Person, lang: str) -> Imported:
    """Filled enterprise workbooks below a folder, each the draft of its firm in the round of its year. What was typed
    is kept whole, readable or not."""
    refused, done = [], 0
    for path in sorted(p for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES and not p.name.startswith("~$")):
        try:
            reason = _workbook(path, person, lang)
        except Unreadable as unreadable:
            reason = unreadable.problem.text(lang)
        except InventoryError as error:
            reason = error.problems[0].text(lang)
        done += not reason
        refused.extend([f"{path.name}：{reason}"] if reason else [])
    return Imported(done, tuple(refused))


def _workbook(path: Path, person: Person, lang: str) -> str:
    """Why it was not taken; empty when it was."""
    draft = verdicts.draft_of(path.read_bytes(), path.name)
    profile = enterprise_of(typed_draft(verdicts.sheets_of(draft, path.name), path.name))[0].profile
    firm = _firm(profile.code, profile.name)
    if firm is None:
        return text("import.no_firm", lang, name=profile.name or "—", code=profile.code or "—")
    with transaction.atomic():
        report = _report(firm, profile.year)
        if report is None:
            return text("import.no_round", lang, year=profile.year or "—")
        report = acts.locked(report.pk)
        if State(report.state) not in EDITABLE:
            return text("refused.locked", lang)
        acts.replace(report, draft, person, "import", file=path.name)
    return ""


def _firm(code: str, name: str) -> Organisation | None:
    """The firm of a credit code, else of a name."""
    firms = Organisation.objects.filter(level=Level.enterprise)
    wanted = folded(code)
    known = (
        next((f for f in firms.exclude(credit_code="") if folded(f.credit_code) == wanted), None) if wanted else None
    )
    return known or firms.filter(name=name).first()


def _report(firm: Organisation, year: int) -> Report | None:
    """The firm's report in the newest round of a year, with an obligation made where there was none."""
    chosen = Round.objects.filter(year=year).order_by("-pk").first()
    if chosen is None:
        return None
    duty, _ = Obligation.objects.get_or_create(round=chosen, organisation=firm, defaults={"path": firm.path})
    return Report.objects.get_or_create(obligation=duty, defaults={"round": chosen, "path": firm.path})[0]


# ---- databases of a collection ----


@dataclass(frozen=True, slots=True)
class _Old:
    """A submission of a collection."""

    number: int
    head: Mapping[str, Any]
    draft: Draft
    verdict: Mapping[str, Any]
    standing: str


def import_collection(database: Path, province: Organisation, person: Person, lang: str) -> Imported:
    """Every submission that counts (or is wanted again) of a collection database, of whatever version. Firms that are
    not known are added below their city, or the province. Raises `InventoryError` for another kind of file."""
    with opened(database) as connection:
        submissions = _submissions(connection)
    refused, done = [], 0
    for old in submissions:
        reason = _take(old, province, person, lang)
        done += not reason
        refused.extend([f"{old.head['file']}：{reason}"] if reason else [])
    return Imported(done, tuple(refused))


def _submissions(connection: sqlite3.Connection) -> list[_Old]:
    now = standings(connection)
    names = ("id", "sha256", "file", "code", "name", "industry", "year", "city", "state", "total", "direct", "received")
    out = []
    for row in connection.execute(f"select {', '.join(names)} from submission order by id").fetchall():
        head = dict(zip(names, row, strict=True))
        number = int(head["id"])
        if now.of[number] in (COUNTED, AGAIN):
            cells = connection.execute("select cells from content where submission = ?", (number,)).fetchone()
            verdict = _verdict(connection, number, head)
            out.append(_Old(number, head, _cells(cells[0] if cells else None), verdict, now.of[number]))
    return out


def _cells(kept: bytes | None) -> Draft:
    body: Mapping[str, Sequence[Sequence[Any]]] = json.loads(zlib.decompress(kept)) if kept else {}
    return [
        {"name": sheet, "rows": [[None if v == "" else v for v in row] for row in rows]} for sheet, rows in body.items()
    ]


def _verdict(connection: sqlite3.Connection, number: int, head: Mapping[str, Any]) -> dict[str, Any]:
    """The figures the database holds, as the verdict of a version."""
    sources = {s.id: s for i in industries(default_edition()).values() for s in i.sources}
    lines = connection.execute(
        "select source, gas, mass_t, co2e_t from line where submission = ?", (number,)
    ).fetchall()
    fuels = connection.execute("select fuel, amount, unit from fuel where submission = ?", (number,)).fetchall()
    findings = connection.execute("select grade, code, text from finding where submission = ?", (number,)).fetchall()
    return {
        "total_t": head["total"],
        "direct_t": head["direct"],
        "lines": [
            {
                "source": source,
                "label": _label(sources.get(source), source),
                "gas": gas,
                "scope": sources[source].scope if source in sources else "",
                "mass_t": mass,
                "co2e_t": co2e,
            }
            for source, gas, mass, co2e in lines
        ],
        "fuels": [{"fuel": fuel, "amount": amount, "unit": unit} for fuel, amount, unit in fuels],
        "findings": [_finding(n, *f) for n, f in enumerate(findings)],
        "year": head["year"],
        "industry": head["industry"],
        "name": head["name"],
        "engine": OLD_ENGINE,
        "edition_hash": "",
    }


def _label(source: Any, code: str) -> dict[str, str]:
    return (
        {"zh": source.label, "en": source.label_en or source.label} if source is not None else {"zh": code, "en": code}
    )


def _finding(n: int, grade: str, code: str, text: str) -> dict[str, Any]:
    """What the old verification said, as a hint: it was judged there."""
    both = {lang: {"what": f"{grade} {text}", "expected": "", "fix": ""} for lang in ("zh", "en")}
    return {"key": f"import:{n}", "code": code, "grade": "hint", "sheet": "", "cell": "", **both}


def _take(old: _Old, province: Organisation, person: Person, lang: str) -> str:
    """One submission into its report; why not, or empty."""
    head = old.head
    with transaction.atomic():
        firm = _firm(head["code"], head["name"]) or _added(head, province, person)
        report = _report(firm, int(head["year"]))
        if report is None:
            return text("import.no_round", lang, year=head["year"])
        report = acts.locked(report.pk)
        if report.current is not None or State(report.state) is not State.empty:
            return text("import.has_report", lang)
        version = _version(report, old, person)
        report.current, report.total_t, report.changed = version, version.total_t, timezone.now()
        report.submitted = timezone.localdate()
        accepted = head["state"] == ACCEPTED
        report.in_force = version if accepted else None
        report.state = (
            State.accepted if accepted else State.returned if old.standing == AGAIN else State.province_wait
        ).value
        report.stamp += 1
        report.save()
        record(
            "import",
            report.path,
            f"report/{report.pk}",
            person,
            file=head["file"],
            sha256=head["sha256"],
            received=head["received"],
            version=version.sha256,
        )
    return ""


def _version(report: Report, old: _Old, person: Person) -> Version:
    verdict = {**old.verdict, "reasons": {}}
    version = Version(
        report=report,
        path=report.path,
        number=1,
        sha256=verdicts.sha_of(old.draft, verdict),
        draft=old.draft,
        verdict=verdict,
        total_t=old.head["total"],
        engine=OLD_ENGINE,
        edition_hash="",
        author=person,
        created=timezone.now(),
    )
    version.save()
    return version


def _added(head: Mapping[str, Any], province: Organisation, person: Person) -> Organisation:
    """A firm that is not known yet, below the city it names or else the province."""
    city = str(head["city"]).strip()
    named: Iterable[str] = {city, city.removesuffix("市"), f"{city}市"} if city else ()
    parent = Organisation.objects.filter(subtree(province.path), level=Level.city, name__in=named).first()
    above = parent or province
    code = folded(head["code"]) or f"C{head['sha256'][:12]}"
    if Organisation.objects.filter(code=code).exists():
        code = f"C{head['sha256'][:12]}"
    organisation = Organisation.objects.create(
        code=code,
        path=f"{above.path}{code}/",
        name=head["name"][:200],
        level=Level.enterprise.value,
        parent=above,
        industry=head["industry"],
        credit_code=head["code"][:24],
    )
    record("organisation", organisation.path, f"organisation/{organisation.pk}", person, name=organisation.name)
    return organisation
