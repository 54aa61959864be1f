"""Life of a report: states, who holds it, and every allowed transition as a table. An action that is not in the table
is refused."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from .roles import Level, Role


class State(StrEnum):
    empty = "empty"
    draft = "draft"
    signing = "signing"
    county_wait = "county_wait"
    county_review = "county_review"
    city_wait = "city_wait"
    city_review = "city_review"
    province_wait = "province_wait"
    province_review = "province_review"
    accepted = "accepted"
    reopening = "reopening"
    returned = "returned"


class Action(StrEnum):
    save = "save"
    hand_over = "hand_over"
    take_back = "take_back"
    refuse_signature = "refuse_signature"
    sign = "sign"
    withdraw = "withdraw"
    sign_county = "sign_county"
    withdraw_county = "withdraw_county"
    sign_province = "sign_province"
    withdraw_province = "withdraw_province"
    take_county = "take_county"
    return_county = "return_county"
    pass_city = "pass_city"
    take_city = "take_city"
    return_city = "return_city"
    pass_on = "pass_on"
    take_province = "take_province"
    return_province = "return_province"
    accept = "accept"
    ask_reopen = "ask_reopen"
    refuse_reopen = "refuse_reopen"
    confirm_reopen = "confirm_reopen"


STATE_LABELS: dict[State, dict[str, str]] = {
    State.empty: {"zh": "未填报", "en": "Not begun"},
    State.draft: {"zh": "草稿", "en": "Draft"},
    State.signing: {"zh": "待单位审批", "en": "To be signed"},
    State.county_wait: {"zh": "待县级审核", "en": "Waits for the county"},
    State.county_review: {"zh": "县级审核中", "en": "In review by the county"},
    State.city_wait: {"zh": "待市级审核", "en": "Waits for the city"},
    State.city_review: {"zh": "市级审核中", "en": "In review by the city"},
    State.province_wait: {"zh": "待省级审核", "en": "Waits for the province"},
    State.province_review: {"zh": "省级审核中", "en": "In review by the province"},
    State.accepted: {"zh": "已接受", "en": "Accepted"},
    State.reopening: {"zh": "申请重新打开", "en": "Reopening asked"},
    State.returned: {"zh": "退回修改", "en": "Returned"},
}
ACTION_LABELS: dict[Action, dict[str, str]] = {
    Action.save: {"zh": "保存", "en": "Save"},
    Action.hand_over: {"zh": "提交审批", "en": "Hand over for signature"},
    Action.take_back: {"zh": "撤回修改", "en": "Take back"},
    Action.refuse_signature: {"zh": "不予签发", "en": "Do not sign"},
    Action.sign: {"zh": "签发上报", "en": "Sign and submit"},
    Action.withdraw: {"zh": "撤回报告", "en": "Withdraw"},
    Action.sign_county: {"zh": "签发报县级", "en": "Sign and submit to the county"},
    Action.withdraw_county: {"zh": "撤回报告", "en": "Withdraw"},
    Action.sign_province: {"zh": "签发报省级", "en": "Sign and submit to the province"},
    Action.withdraw_province: {"zh": "撤回报告", "en": "Withdraw"},
    Action.take_county: {"zh": "开始县级审核", "en": "Take for review (county)"},
    Action.return_county: {"zh": "退回填报单位", "en": "Return"},
    Action.pass_city: {"zh": "通过，报市级", "en": "Pass to the city"},
    Action.take_city: {"zh": "开始市级审核", "en": "Take for review (city)"},
    Action.return_city: {"zh": "退回填报单位", "en": "Return"},
    Action.pass_on: {"zh": "通过，报省级", "en": "Pass to the province"},
    Action.take_province: {"zh": "开始省级审核", "en": "Take for review (province)"},
    Action.return_province: {"zh": "退回填报单位", "en": "Return"},
    Action.accept: {"zh": "接受并锁定", "en": "Accept and lock"},
    Action.ask_reopen: {"zh": "申请重新打开", "en": "Ask to reopen"},
    Action.refuse_reopen: {"zh": "不同意重新打开", "en": "Refuse to reopen"},
    Action.confirm_reopen: {"zh": "同意重新打开", "en": "Confirm reopening"},
}
SIGNING = (Action.sign, Action.sign_county, Action.sign_province)
WITHDRAWING = (Action.withdraw, Action.withdraw_county, Action.withdraw_province)
TAKING = (Action.take_county, Action.take_city, Action.take_province)
# may be done, but nobody waits for it
OPTIONAL = frozenset(
    {Action.take_back, Action.withdraw, Action.withdraw_county, Action.withdraw_province, Action.ask_reopen}
)
HOLDER: dict[State, Level] = {
    State.empty: Level.enterprise,
    State.draft: Level.enterprise,
    State.signing: Level.enterprise,
    State.returned: Level.enterprise,
    State.county_wait: Level.county,
    State.county_review: Level.county,
    State.city_wait: Level.city,
    State.city_review: Level.city,
    State.province_wait: Level.province,
    State.province_review: Level.province,
    State.accepted: Level.province,
    State.reopening: Level.province,
}
EDITABLE = frozenset({State.empty, State.draft, State.returned})
SUBMITTED = frozenset(
    {
        State.county_wait,
        State.county_review,
        State.city_wait,
        State.city_review,
        State.province_wait,
        State.province_review,
        State.accepted,
        State.reopening,
    }
)


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the table.

    makes_version: the draft is frozen as an immutable version. judges_version: the request must quote the hash of the
    current version. judges_draft: it must quote the stamp of the draft that was looked at. needs: `remark` (at least one
    open remark at a cell), `reason` (written), `signature` (password or one-time code again), `complete` (no blocking
    finding, every finding to verify has a reason), `answers` (every remark has an answer, or its cell was mended).
    not_by: the person who did that action on this version may not do this one. kinds: by which way it goes:
    `enterprise` through its city, `county` (an enterprise below a county) through county and city, `department` straight
    to the province.
    """

    action: Action
    sources: frozenset[State]
    target: State
    roles: frozenset[Role]
    creates_version: bool = False
    judges_version: bool = False
    judges_draft: bool = False
    needs: frozenset[str] = frozenset()
    not_by: Action | None = None
    kinds: frozenset[Level] = frozenset({Level.enterprise, Level.county, Level.department})


def _row(
    action: Action,
    sources: State | tuple[State, ...],
    target: State,
    roles: Role | tuple[Role, ...],
    needs: str = "",
    **terms: Any,
) -> Transition:
    """A row as the table writes it: one state or role or several, needs in one text; `terms`: the other fields."""
    many = sources if isinstance(sources, tuple) else (sources,)
    who = roles if isinstance(roles, tuple) else (roles,)
    return Transition(action, frozenset(many), target, frozenset(who), needs=frozenset(needs.split()), **terms)


A, S, R = Action, State, Role
BY_CITY, BY_COUNTY, DEPARTMENT = (frozenset({x}) for x in (Level.enterprise, Level.county, Level.department))
FIRM = BY_CITY | BY_COUNTY
TABLE: dict[Action, Transition] = {
    t.action: t
    for t in (
        _row(A.save, (S.empty, S.draft, S.returned), S.draft, (R.filler, R.department)),
        _row(
            A.hand_over,
            S.draft,
            S.signing,
            (R.filler, R.department),
            "complete answers",
            creates_version=True,
            judges_draft=True,
        ),
        _row(A.take_back, S.signing, S.draft, (R.filler, R.department), judges_version=True),
        _row(A.refuse_signature, S.signing, S.draft, R.approver, "reason", judges_version=True),
        _row(
            A.sign,
            S.signing,
            S.city_wait,
            R.approver,
            "signature complete",
            judges_version=True,
            not_by=A.hand_over,
            kinds=BY_CITY,
        ),
        _row(A.withdraw, S.city_wait, S.draft, R.approver, "reason", judges_version=True, kinds=BY_CITY),
        _row(
            A.sign_county,
            S.signing,
            S.county_wait,
            R.approver,
            "signature complete",
            judges_version=True,
            not_by=A.hand_over,
            kinds=BY_COUNTY,
        ),
        _row(A.withdraw_county, S.county_wait, S.draft, R.approver, "reason", judges_version=True, kinds=BY_COUNTY),
        _row(A.take_county, S.county_wait, S.county_review, R.county_reviewer, judges_version=True, kinds=BY_COUNTY),
        _row(
            A.return_county,
            S.county_review,
            S.returned,
            R.county_reviewer,
            "remark",
            judges_version=True,
            kinds=BY_COUNTY,
        ),
        _row(A.pass_city, S.county_review, S.city_wait, R.county_reviewer, judges_version=True, kinds=BY_COUNTY),
        _row(
            A.sign_province,
            S.signing,
            S.province_wait,
            R.approver,
            "signature complete",
            judges_version=True,
            not_by=A.hand_over,
            kinds=DEPARTMENT,
        ),
        _row(
            A.withdraw_province, S.province_wait, S.draft, R.approver, "reason", judges_version=True, kinds=DEPARTMENT
        ),
        _row(A.take_city, S.city_wait, S.city_review, R.city_reviewer, judges_version=True, kinds=FIRM),
        _row(A.return_city, S.city_review, S.returned, R.city_reviewer, "remark", judges_version=True, kinds=FIRM),
        _row(A.pass_on, S.city_review, S.province_wait, R.city_reviewer, judges_version=True, kinds=FIRM),
        _row(A.take_province, S.province_wait, S.province_review, R.province_reviewer, judges_version=True),
        _row(A.return_province, S.province_review, S.returned, R.province_reviewer, "remark", judges_version=True),
        _row(A.accept, S.province_review, S.accepted, R.province_reviewer, "signature", judges_version=True),
        _row(A.ask_reopen, S.accepted, S.reopening, R.province_reviewer, "reason", judges_version=True),
        _row(
            A.refuse_reopen,
            S.reopening,
            S.accepted,
            R.province_reviewer,
            "reason",
            judges_version=True,
            not_by=A.ask_reopen,
        ),
        _row(
            A.confirm_reopen,
            S.reopening,
            S.returned,
            R.province_reviewer,
            "reason signature",
            judges_version=True,
            not_by=A.ask_reopen,
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Situation:
    """What is true of a report when somebody asks for an action."""

    state: State
    version_sha: str = ""
    open_remarks: int = 0
    blocking: int = 0
    unexplained: int = 0
    done_by: tuple[tuple[Action, int], ...] = ()  # who last did what to the current version
    kind: Level = Level.enterprise
    unanswered: int = 0  # remarks whose cell stands as it stood, and without an answer
    stamp: int = 0  # of the draft: raised by everything that is saved


@dataclass(frozen=True, slots=True)
class Request:
    action: Action
    person: int
    roles: frozenset[Role]
    version_sha: str = ""
    reason: str = ""
    signed: bool = False
    stamp: int | None = None


class Refusal(StrEnum):
    """Why an action is refused; the texts are in the catalogue of the service."""

    not_allowed = "not_allowed"
    wrong_role = "wrong_role"
    stale = "stale"
    same_person = "same_person"
    no_remark = "no_remark"
    no_reason = "no_reason"
    no_signature = "no_signature"
    blocking = "blocking"
    unexplained = "unexplained"
    unanswered = "unanswered"


def refusals(request: Request, now: Situation) -> tuple[Refusal, ...]:
    """Every reason why this request cannot be done now; empty when it can."""
    from .findings import is_reason

    row = TABLE[request.action]
    if now.state not in row.sources or now.kind not in row.kinds:
        return (Refusal.not_allowed,)
    if not request.roles & row.roles:
        return (Refusal.wrong_role,)
    if row.judges_version and request.version_sha != now.version_sha:
        return (Refusal.stale,)
    if row.judges_draft and request.stamp != now.stamp:
        return (Refusal.stale,)
    out = []
    if row.not_by is not None and (row.not_by, request.person) in now.done_by:
        out.append(Refusal.same_person)
    checks = (
        ("remark", not now.open_remarks, Refusal.no_remark),
        ("reason", not is_reason(request.reason), Refusal.no_reason),
        ("signature", not request.signed, Refusal.no_signature),
        ("complete", now.blocking > 0, Refusal.blocking),
        ("complete", now.unexplained > 0, Refusal.unexplained),
        ("answers", now.unanswered > 0, Refusal.unanswered),
    )
    out.extend(refusal for need, failed, refusal in checks if need in row.needs and failed)
    return tuple(out)


def offered(state: State, roles: frozenset[Role], kind: Level = Level.enterprise) -> tuple[Action, ...]:
    """Actions that a person in these roles is shown in this state, saving apart."""
    return tuple(
        a
        for a, row in TABLE.items()
        if a is not Action.save and state in row.sources and kind in row.kinds and roles & row.roles
    )
