"""Fills an empty database with the sample province, by the same acts as people: every event is in the log, every
version has its hash."""

from __future__ import annotations

import copy
import datetime as dt
import json
from functools import cache
from pathlib import Path
from typing import Any

from django.utils import timezone

from ..domain.roles import Level, Role
from ..domain.states import Action
from ..store import acts, departments, verdicts
from ..store.acts import Edit, Move
from ..store.chain import record
from ..store.kinds import city_of
from ..store.models import Membership, Organisation, Person, Report
from ..store.scope import Scope, everything
from ..web.manage import open_round
from .make_drafts import KINDS

CITIES = (
    ("3201", "南京"),
    ("3202", "无锡"),
    ("3203", "徐州"),
    ("3204", "常州"),
    ("3205", "苏州"),
    ("3206", "南通"),
    ("3207", "连云港"),
    ("3208", "淮安"),
    ("3209", "盐城"),
    ("3210", "扬州"),
    ("3211", "镇江"),
    ("3212", "泰州"),
    ("3213", "宿迁"),
)
FIRMS = 60
PROFILE = "企业基本情况"
YEAR = 2015
NO_REASON = "示例数据，按样例工况填写"
PATHS: tuple[tuple[Action, ...], ...] = (
    (),
    (Action.save,),
    (Action.save, Action.hand_over),
    (Action.save, Action.hand_over, Action.sign),
    (Action.save, Action.hand_over, Action.sign, Action.take_city),
    (Action.save, Action.hand_over, Action.sign, Action.take_city, Action.return_city),
    (Action.save, Action.hand_over, Action.sign, Action.take_city, Action.pass_on),
    (Action.save, Action.hand_over, Action.sign, Action.take_city, Action.pass_on, Action.take_province),
    (Action.save, Action.hand_over, Action.sign, Action.take_city, Action.pass_on, Action.take_province, Action.accept),
    (
        Action.save,
        Action.hand_over,
        Action.sign,
        Action.take_city,
        Action.pass_on,
        Action.take_province,
        Action.accept,
        Action.ask_reopen,
    ),
)
WHO = {
    Action.save: "filler",
    Action.hand_over: "filler",
    Action.sign: "approver",
    Action.take_city: "city",
    Action.return_city: "city",
    Action.pass_on: "city",
    Action.take_province: "province",
    Action.accept: "province",
    Action.ask_reopen: "province",
}


DEPARTMENTS = (("D02", "林业局", "lucf", "forestry"), ("D03", "生态环境厅", "waste", "waste"))
DELIVERED = (
    (Action.hand_over, "filler"),
    (Action.sign_province, "approver"),
    (Action.take_province, "province"),
    (Action.accept, "province"),
)


@cache
def drafts() -> dict[str, Any]:
    kept: dict[str, Any] = json.loads((Path(__file__).resolve().parent / "drafts.json").read_text("utf-8"))
    return kept


def seed(password: str, firms: int = FIRMS, departments: bool = False) -> None:
    """The whole sample. Every demonstration account has this password. `departments`: with forestry and waste besides
    agriculture, and their data, so that there is an inventory to look at."""
    with everything():
        people = _people(password)
        organisations = _organisations(people, firms, password)
        bureaus = [_department(password, *d) for d in DEPARTMENTS] if departments else []
        today = timezone.localdate()
        chosen = open_round(
            people["system"],
            f"{YEAR}年度（示例）",
            YEAR,
            {
                "opens": today - dt.timedelta(40),
                "due_enterprise": today + dt.timedelta(5),
                "due_city": today + dt.timedelta(20),
                "due_province": today + dt.timedelta(40),
            },
        )
        for n, (firm, kind, filler, approver) in enumerate(organisations):
            report = Report.objects.get(round=chosen, path=firm.path)
            city = people[firm.path.split("/")[1]]
            _play(
                report,
                PATHS[n % len(PATHS)],
                kind,
                {"filler": filler, "approver": approver, "city": city, "province": people["province"]},
            )
        for bureau, filler, approver in bureaus:
            report = Report.objects.get(round=chosen, path=bureau.path)
            _deliver(report, {"filler": filler, "approver": approver, "province": people["province"]})


def _person(login: str, name: str, password: str, role: Role, organisation: Organisation) -> Person:
    person = Person.objects.create_person(f"demo-{login}", name, password)
    Membership.objects.create(person=person, organisation=organisation, path=organisation.path, role=role.value)
    return person


def _people(password: str) -> dict[str, Person]:
    province = Organisation.objects.create(code="32", path="32/", name="江苏", level=Level.province.value)
    persons = {
        "system": _person("system", "系统管理员（示例）", password, Role.system_admin, province),
        "security": _person("security", "安全管理员（示例）", password, Role.security_admin, province),
        "audit": _person("audit", "审计管理员（示例）", password, Role.audit_admin, province),
        "province": _person("province", "省级审核员甲（示例）", password, Role.province_reviewer, province),
        "province2": _person("province2", "省级审核员乙（示例）", password, Role.province_reviewer, province),
        "verifier": _person("verifier", "第三方核查员（示例）", password, Role.verifier, province),
        "ministry": _person("ministry", "部级（示例）", password, Role.ministry, province),
    }
    bureau = Organisation.objects.create(
        code="D01",
        path="32/D01/",
        name="农业农村厅（示例）",
        level=Level.department.value,
        parent=province,
        industry="agriculture",
    )
    persons["department"] = _person("department", "农业农村厅填报人（示例）", password, Role.department, bureau)
    persons["department-approver"] = _person(
        "department-approver", "农业农村厅审批人（示例）", password, Role.approver, bureau
    )
    for code, name in CITIES:
        city = Organisation.objects.create(
            code=code, path=f"32/{code}/", name=name, level=Level.city.value, parent=province
        )
        persons[code] = _person(f"city-{code}", f"{name}审核员（示例）", password, Role.city_reviewer, city)
    return persons


def _organisations(
    people: dict[str, Person], firms: int, password: str
) -> list[tuple[Organisation, str, Person, Person]]:
    """Enterprises with a filler and an approver each."""
    out = []
    hashed = people["system"].password
    for n in range(firms):
        code, city = CITIES[n % len(CITIES)]
        kind, industry = KINDS[n % len(KINDS)]
        parent = Organisation.objects.get(path=f"32/{code}/")
        firm = Organisation.objects.create(
            code=f"E{n + 1:04}",
            path=f"32/{code}/E{n + 1:04}/",
            name=f"{city}第{n + 1}{kind}（示例）",
            parent=parent,
            level=Level.enterprise.value,
            industry=industry,
            emission_2010_t=13_000.0 + 1000 * n,
        )
        pair = []
        for role, word in ((Role.filler, "填报人"), (Role.approver, "审批人")):
            person = Person(login=f"demo-{role.value}-{n + 1}", name=f"{firm.name[:12]}{word}", password=hashed)
            person.save()
            Membership.objects.create(person=person, organisation=firm, path=firm.path, role=role.value)
            pair.append(person)
        out.append((firm, kind, pair[0], pair[1]))
    record("organisation", "32/", "demo", people["system"], count=firms)
    return out


def _department(password: str, code: str, name: str, sector: str, login: str) -> tuple[Organisation, Person, Person]:
    """A department of the province with its filler and approver."""
    province = Organisation.objects.get(path="32/")
    bureau = Organisation.objects.create(
        code=code,
        path=f"32/{code}/",
        name=f"{name}（示例）",
        level=Level.department.value,
        parent=province,
        industry=sector,
    )
    return (
        bureau,
        _person(login, f"{name}填报人（示例）", password, Role.department, bureau),
        _person(f"{login}-approver", f"{name}审批人（示例）", password, Role.approver, bureau),
    )


def _deliver(report: Report, people: dict[str, Person]) -> None:
    """A department's sheets with the figures of the sample province, up to acceptance."""
    scope = Scope(people["filler"])
    draft = json.loads((Path(__file__).resolve().parent / "departments.json").read_text("utf-8"))
    organisation = report.obligation.organisation
    content = departments.workbook_of(draft[organisation.industry])
    report = acts.upload(scope, report.pk, content, f"{organisation.name}.xlsx")
    for item in (report.verdict or {})["findings"]:
        if item["grade"] == "to_verify":
            acts.explain(scope, report.pk, [item["key"]], NO_REASON)
    for step, who in DELIVERED:
        report.refresh_from_db()
        sha = report.current.sha256 if report.current else ""
        acts.move(Scope(people[who]), report.pk, Move(step, sha, signed=True, stamp=report.stamp))


def _play(report: Report, steps: tuple[Action, ...], kind: str, people: dict[str, Person]) -> None:
    """Bring a report to a state, step by step."""
    for step in steps:
        scope = Scope(people[WHO[step]])
        report.refresh_from_db()
        if step is Action.save:
            _fill(scope, report, kind)
            continue
        if step is Action.return_city:
            acts.remark(scope, report.pk, "台账", "F6", "购入量与发票合计不符，请核对（示例意见）")
        sha = report.current.sha256 if report.current else ""
        acts.move(scope, report.pk, Move(step, sha, "样例演示重新打开流程", signed=True, stamp=report.stamp))


def example(kind: str, organisation: Organisation) -> verdicts.Draft:
    """The cells of the example of a kind, under the organisation's own name and city."""
    draft: verdicts.Draft = copy.deepcopy(drafts()[kind])
    for edit in own_cells(draft, organisation):
        verdicts.put(draft, edit.sheet, edit.cell, edit.text)
    return draft


def own_cells(draft: verdicts.Draft, organisation: Organisation) -> list[Edit]:
    """What of an example's first sheet is the organisation's own."""
    own = {"企业名称": organisation.name, "地市": city_of(organisation), "数据性质": "示例"}
    edits = []
    for r, row in enumerate(next(s["rows"] for s in draft if s["name"] == PROFILE), 1):
        for c, value in enumerate(row[:-1]):
            text = own.get(str(value).rstrip("*"), "")
            if text:
                edits.append(Edit(PROFILE, f"{chr(66 + c)}{r}", text, verdicts.text_of(row[c + 1])))
    return edits


def _fill(scope: Scope, report: Report, kind: str) -> None:
    """The example of this kind under the firm's own name, saved as cells typed."""
    report.draft = copy.deepcopy(drafts()[kind])
    report.save()
    report = acts.save_cells(scope, report.pk, own_cells(report.draft, report.obligation.organisation))
    for item in (report.verdict or {})["findings"]:
        if item["grade"] == "to_verify":
            acts.explain(scope, report.pk, [item["key"]], NO_REASON)
