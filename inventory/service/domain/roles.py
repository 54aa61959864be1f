"""Roles and what each may do, as a table; scope is the part of the organisation tree below the membership's
organisation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Level(StrEnum):
    """Levels of the organisation tree; a report is always held by exactly one of them."""

    enterprise = "enterprise"
    department = "department"
    county = "county"
    city = "city"
    province = "province"
    nation = "nation"


class Role(StrEnum):
    filler = "filler"
    approver = "approver"
    department = "department"
    county_reviewer = "county_reviewer"
    city_reviewer = "city_reviewer"
    province_reviewer = "province_reviewer"
    verifier = "verifier"
    system_admin = "system_admin"
    security_admin = "security_admin"
    audit_admin = "audit_admin"
    ministry = "ministry"


class May(StrEnum):
    """What can be done apart from the transitions of a report (those are in `states`)."""

    view_reports = "view_reports"
    view_submitted_only = "view_submitted_only"
    edit_draft = "edit_draft"
    remark = "remark"
    answer_remark = "answer_remark"
    attach = "attach"
    view_progress = "view_progress"
    remind = "remind"
    view_aggregates = "view_aggregates"
    manage_rounds = "manage_rounds"
    manage_organisations = "manage_organisations"
    manage_people = "manage_people"
    view_log = "view_log"
    verify_chain = "verify_chain"
    compile_inventory = "compile_inventory"
    view_data = "view_data"
    publish = "publish"
    ask_results = "ask_results"


LABELS: dict[Role, dict[str, str]] = {
    Role.filler: {"zh": "填报人", "en": "Filler"},
    Role.approver: {"zh": "审批人", "en": "Approver"},
    Role.department: {"zh": "部门填报人", "en": "Department filler"},
    Role.county_reviewer: {"zh": "县级审核员", "en": "County reviewer"},
    Role.city_reviewer: {"zh": "市级审核员", "en": "City reviewer"},
    Role.province_reviewer: {"zh": "省级审核员", "en": "Province reviewer"},
    Role.verifier: {"zh": "第三方核查员", "en": "Verifier"},
    Role.system_admin: {"zh": "系统管理员", "en": "System administrator"},
    Role.security_admin: {"zh": "安全管理员", "en": "Security administrator"},
    Role.audit_admin: {"zh": "审计管理员", "en": "Audit administrator"},
    Role.ministry: {"zh": "部级（只读）", "en": "Ministry (read only)"},
}
LEVEL_LABELS: dict[Level, dict[str, str]] = {  # apart: a role and a level are both called `department`
    Level.enterprise: {"zh": "企业", "en": "Enterprise"},
    Level.department: {"zh": "部门", "en": "Department"},
    Level.county: {"zh": "县级", "en": "County"},
    Level.city: {"zh": "市级", "en": "City"},
    Level.province: {"zh": "省级", "en": "Province"},
    Level.nation: {"zh": "国家", "en": "Nation"},
}

REVIEWER = frozenset(
    {
        May.view_reports,
        May.view_submitted_only,
        May.remark,
        May.view_progress,
        May.remind,
        May.view_aggregates,
        May.compile_inventory,
    }
)

# The three administrators are apart (等保): one sets the system up, one grants access, one reads the log; none of them
# sees or changes a figure.
GRANTS: dict[Role, frozenset[May]] = {
    Role.filler: frozenset({May.view_reports, May.edit_draft, May.answer_remark, May.attach}),
    Role.approver: frozenset({May.view_reports, May.answer_remark, May.attach}),
    Role.department: frozenset({May.view_reports, May.edit_draft, May.answer_remark, May.attach}),
    Role.county_reviewer: REVIEWER,
    Role.city_reviewer: REVIEWER,
    Role.province_reviewer: frozenset(
        {
            May.view_reports,
            May.view_submitted_only,
            May.remark,
            May.view_progress,
            May.remind,
            May.view_aggregates,
            May.verify_chain,
            May.compile_inventory,
            May.view_data,
            May.publish,
            May.ask_results,
        }
    ),
    Role.verifier: frozenset({May.view_reports, May.view_submitted_only, May.remark}),
    Role.system_admin: frozenset({May.manage_rounds, May.manage_organisations, May.view_progress, May.remind}),
    Role.security_admin: frozenset({May.manage_people}),
    Role.audit_admin: frozenset({May.view_log, May.verify_chain}),
    Role.ministry: frozenset({May.view_progress, May.view_aggregates, May.ask_results}),
}
SECOND_FACTOR = frozenset(
    {
        Role.county_reviewer,
        Role.city_reviewer,
        Role.province_reviewer,
        Role.verifier,
        Role.system_admin,
        Role.security_admin,
        Role.audit_admin,
        Role.ministry,
    }
)
ADMINISTRATORS = frozenset({Role.system_admin, Role.security_admin, Role.audit_admin})
FIGURES = frozenset({May.view_reports, May.edit_draft})


@dataclass(frozen=True, slots=True)
class RoleMembership:
    """One person in one role at one organisation, from a day to a day (both included; None: open)."""

    role: Role
    path: str
    since: date | None = None
    until: date | None = None

    def holds_on(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)

    def reaches(self, path: str) -> bool:
        """Paths end in `/`, so that 32/3201/ does not reach 32/32010/."""
        return path.startswith(self.path)


def may(memberships: tuple[RoleMembership, ...], what: May, path: str, day: date) -> bool:
    """Whether any membership that holds on the day grants this for an organisation. What is not in the table is
    refused."""
    return any(m.holds_on(day) and m.reaches(path) and what in GRANTS[m.role] for m in memberships)


def roles_at(memberships: tuple[RoleMembership, ...], path: str, day: date) -> frozenset[Role]:
    return frozenset(m.role for m in memberships if m.holds_on(day) and m.reaches(path))


_OFFICES = frozenset({Level.county, Level.city, Level.province, Level.nation})
AT: dict[Role, frozenset[Level]] = {  # at which organisations a role makes sense
    Role.filler: frozenset({Level.enterprise}),
    Role.approver: frozenset({Level.enterprise, Level.department}),
    Role.department: frozenset({Level.department}),
    Role.county_reviewer: frozenset({Level.county}),
    Role.city_reviewer: frozenset({Level.city}),
    Role.province_reviewer: frozenset({Level.province}),
    Role.verifier: _OFFICES | {Level.enterprise},
    Role.system_admin: _OFFICES,
    Role.security_admin: _OFFICES,
    Role.audit_admin: _OFFICES,
    Role.ministry: frozenset({Level.nation, Level.province}),
}


def compatible(roles: frozenset[Role]) -> bool:
    """The three administrators are three persons, and none of them holds a role that sees or changes a figure."""
    administers = roles & ADMINISTRATORS
    return len(administers) <= 1 and not (administers and any(GRANTS[r] & FIGURES for r in roles))
