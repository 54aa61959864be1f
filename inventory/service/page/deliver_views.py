"""Files to be filed, sent or kept: each made by the same functions as the command, in a thread, with what is being done
said on the way."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET, require_POST

from inventory import api
from inventory.app.file import FileRequest, file_ledger
from inventory.app.forms import FormRequest, make_template
from inventory.core.files import replacing
from inventory.core.ledger import Ledger
from inventory.core.problems import InventoryError, Origin, problem
from inventory.reading.mark import mark_workbook
from inventory.templates_xlsx.checklist import write_checklist
from inventory.templates_xlsx.gaps import missing_figures, missing_rows
from inventory.templates_xlsx.gaps_book import write_gaps
from inventory.templates_xlsx.letters import LetterScope, letters
from inventory.templates_xlsx.missing_factors import factor_form, missing_factors
from inventory.templates_xlsx.plan import main_years
from inventory.templates_xlsx.write import template_bytes

from ..shared.texts import text
from . import apart, enterprise_views, site
from .actions import body
from .jobs import FileJob
from .render import lang_of, page

Work = Callable[[FileJob, Path], None]
KINDS = {
    "filing": ("上报清单.xlsx", True),
    "workbook": ("清单工作簿.xlsx", True),
    "report": ("清单报告.docx", True),
    "archive": ("定稿归档.zip", True),
    "results": ("逐行结果.csv", True),
    "checklist": ("因子核对表.xlsx", True),
    "marked": ("标注副本.zip", False),
}
FORMS = {
    "gaps": "数据缺口.xlsx",
    "template": "空白填报表.xlsx",
    "gap_list": "数据缺口.xlsx",
    "gap_workbook": "函和填报表.xlsx",
    "gap_factors": "因子填报表.xlsx",
}

ENTERPRISE = {
    "enterprise_report": "排放报告.xlsx",
    "enterprise_text": "排放报告.docx",
    "enterprise_workbook": "填报工作簿.xlsx",
}


@require_GET
def deliver(request: HttpRequest) -> HttpResponse:
    state, lang = site.workspace.state(), lang_of(request)
    kinds = [
        {"id": k, "label": text(f"deliver.{k}", lang), "about": text(f"deliver.{k}_about", lang), "needs_ledger": needs}
        for k, (_, needs) in KINDS.items()
    ]
    return page(request, "deliver", state, kinds=kinds)


@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Begin to make a file."""
    given, lang = body(request), lang_of(request)
    kind, department = str(given.get("kind", "")), str(given.get("department", ""))
    work = _work(kind, department, lang)
    if work is None:
        return JsonResponse({"problems": [text("deliver.blocked", lang)]}, status=400)
    stem = site.workspace.folder.name
    name = KINDS[kind][0] if kind in KINDS else {**FORMS, **ENTERPRISE}[kind]
    safe = "".join("_" if c in '\\/:*?"<>|' else c for c in department)
    job = site.jobs.start(kind, f"{stem}-{safe + '-' if safe else ''}{name}", work)
    return JsonResponse({"number": job.number, "name": job.name})


def _work(kind: str, department: str, lang: str) -> Work | None:
    """What to do for a kind of file; None for one that is not known or cannot be made now."""
    ledger = site.workspace.state().ledger
    with_ledger: dict[str, Callable[[Ledger, Path], Any]] = {
        "results": lambda x, path: api.write_results(x, path),
        "checklist": lambda x, path: write_checklist(x, path, lang),
    }
    if kind in with_ledger and ledger is not None:
        make = with_ledger[kind]

        def plain(job: FileJob, path: Path) -> None:
            job.at("writing")
            make(ledger, path)

        return plain
    if kind == "filing" and ledger is not None:
        return lambda job, path: _filing(ledger, job, path, lang)
    if kind in apart.KINDS and ledger is not None:
        return lambda job, path: _apart(kind, job, path, lang)
    others: dict[str, Work] = {"marked": lambda job, path: _marked(path, lang)}
    if kind in ENTERPRISE and department in site.enterprises().names():
        return lambda job, path: enterprise_views.write(kind, department, path, lang)
    if kind in FORMS:
        return lambda job, path: _for_department(kind, department, path, lang)
    return others.get(kind)


def _filing(ledger: Ledger, job: FileJob, path: Path, lang: str) -> None:
    """The book to be printed, signed and sealed."""
    job.at("writing")
    filed = file_ledger(
        ledger, FileRequest((site.workspace.folder,), path, site.workspace.edition, lang=lang, pdf=False)
    )
    job.notes = [text("deliver.seal", lang, code=filed.code)]


def _apart(kind: str, job: FileJob, path: Path, lang: str) -> None:
    """The working book, the report, the archive: by a process of its own."""
    job.at("apart")
    code = apart.write_apart(apart.FileOrder(kind, site.workspace.folder, site.workspace.edition, lang, path))
    if code:
        job.notes = [text("deliver.code", lang, code=code)]


def _marked(path: Path, lang: str) -> None:
    """Copies of all files with their problems and corrections marked, in one archive."""
    state = site.workspace.state()
    place = path.parent / "copies"
    place.mkdir(exist_ok=True)
    with replacing(path) as temporary, zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as packed:
        for file in state.files:
            if not state.of_file(file.name):
                continue
            copy = place / f"{file.stem}-标注.xlsx"
            mark_workbook(file, state.problems, copy, lang)
            packed.write(copy, copy.name)


def _for_department(kind: str, department: str, path: Path, lang: str) -> None:
    state = site.workspace.state()
    if kind == "template":
        source = (site.workspace.folder,) if state.files else ()
        make_template(FormRequest(path, project=source, edition=site.workspace.edition, lang=lang))
        return
    place = next((x.region for x in (*state.project.data, *state.project.notations)), "")
    span = tuple(sorted(main_years(state.project))) or (2005, 2010)
    if kind == "gap_factors":
        factors = missing_factors(state.problems, state.edition, lang)
        path.write_bytes(factor_form(factors, state.edition, place, span, lang))
    elif kind == "gap_workbook":
        rows = missing_rows(state.project, state.edition, place, span)
        requested = letters(state.project, state.edition, LetterScope(place, span, lang), rows, state.ledger)
        letter = next((x for x in requested if x.department == department), None)
        if letter is None:
            raise InventoryError([problem("output.not_writable", Origin(path.name), reason=text("gaps.none", lang))])
        path.write_bytes(template_bytes(letter.plan, state.project if letter.splits else None, state.ledger))
    else:
        unknown = text("gaps.unknown", lang)
        missing = missing_figures(state.project, state.edition, lang=lang)
        mine = [g for g in missing if kind == "gaps" or (g.department or unknown) == department]
        write_gaps(mine, path, state.problems if kind == "gaps" else (), lang, edition=state.edition)


@require_GET
def progress(request: HttpRequest, number: int) -> HttpResponse:
    """How a file is coming along."""
    lang = lang_of(request)
    job = site.jobs.known.get(number)
    if job is None:
        raise Http404
    return JsonResponse(
        {
            "state": job.state,
            "step": text(f"step.{job.step}", lang) if job.step else "",
            "name": job.name,
            "notes": job.notes,
            "problems": [p if isinstance(p, str) else p.text(lang) for p in job.problems],
            "size": job.path.stat().st_size if job.path else 0,
            "seconds": int(job.seconds),
        }
    )


@require_GET
def download(request: HttpRequest, number: int) -> FileResponse:
    job = site.jobs.known.get(number)
    if job is None or job.path is None:
        raise Http404
    return FileResponse(job.path.open("rb"), as_attachment=True, filename=job.name)
