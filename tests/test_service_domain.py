"""Rules of the reporting service without a database: every action not in the table is refused, one holder, nothing
changes after acceptance."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.service.domain import findings, roles, rounds, states
from inventory.service.domain.roles import GRANTS, Level, May, Role, RoleMembership
from inventory.service.domain.states import HOLDER, TABLE, Action, Refusal, Request, Situation, State, refusals

EXPECTED = {  # (state, action) -> state, as the study draws it
    ("empty", "save"): "draft",
    ("draft", "save"): "draft",
    ("returned", "save"): "draft",
    ("draft", "hand_over"): "signing",
    ("signing", "take_back"): "draft",
    ("signing", "refuse_signature"): "draft",
    ("signing", "sign"): "city_wait",
    ("city_wait", "withdraw"): "draft",
    ("signing", "sign_county"): "county_wait",
    ("county_wait", "withdraw_county"): "draft",
    ("county_wait", "take_county"): "county_review",
    ("county_review", "return_county"): "returned",
    ("county_review", "pass_city"): "city_wait",
    ("city_wait", "take_city"): "city_review",
    ("city_review", "return_city"): "returned",
    ("city_review", "pass_on"): "province_wait",
    ("province_wait", "take_province"): "province_review",
    ("province_review", "return_province"): "returned",
    ("province_review", "accept"): "accepted",
    ("signing", "sign_province"): "province_wait",
    ("province_wait", "withdraw_province"): "draft",
    ("accepted", "ask_reopen"): "reopening",
    ("reopening", "refuse_reopen"): "accepted",
    ("reopening", "confirm_reopen"): "returned",
}
GOOD = "停炉检修两个月，附检修记录"


def everything(state: State, action: Action, role: Role, kind: Level = Level.enterprise) -> tuple[Refusal, ...]:
    """All conditions met but the state and the role."""
    return refusals(
        Request(action, 1, frozenset({role}), "v", GOOD, True, 3),
        Situation(state, "v", open_remarks=1, kind=kind, stamp=3),
    )


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("action", Action)
def test_only_what_stands_in_the_table_is_allowed(state: State, action: Action) -> None:
    department_only = action.value in ("sign_province", "withdraw_province")
    through_city = action.value in ("sign", "withdraw", "take_city", "return_city", "pass_on")
    through_county = action.value in ("sign_county", "withdraw_county", "take_county", "return_county", "pass_city")
    for_firm = {role for role in Role if not everything(state, action, role)}
    for_county = {role for role in Role if not everything(state, action, role, Level.county)}
    for_department = {role for role in Role if not everything(state, action, role, Level.department)}
    assert not (department_only and (for_firm or for_county)) and not (through_city and for_department)
    assert not (through_county and (for_firm or for_department))
    if action.value in ("take_city", "return_city", "pass_on"):
        assert for_county == for_firm
    allowed = for_department if department_only else for_county if through_county else for_firm
    if (state.value, action.value) in EXPECTED:
        assert allowed == set(TABLE[action].roles) and TABLE[action].target.value == EXPECTED[state.value, action.value]
    else:
        assert not allowed


def test_reviewers_and_administrators_never_change_a_figure() -> None:
    editors = {role for role in Role if May.edit_draft in GRANTS[role]}
    assert editors == {Role.filler, Role.department} == set(TABLE[Action.save].roles)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"version_sha": "old"}, Refusal.stale),
        ({"signed": False}, Refusal.no_signature),
        ({"person": 7}, Refusal.same_person),
    ],
)
def test_signature_quotes_its_version_and_is_another_persons(change: dict, refusal: Refusal) -> None:
    now = Situation(State.signing, "v", done_by=((Action.hand_over, 7),))
    assert refusals(replace(Request(Action.sign, 1, frozenset({Role.approver}), "v", "", True), **change), now) == (
        refusal,
    )


def test_return_without_a_remark_and_handing_over_with_errors() -> None:
    reviewer = Request(Action.return_city, 1, frozenset({Role.city_reviewer}), "v")
    assert refusals(reviewer, Situation(State.city_review, "v")) == (Refusal.no_remark,)
    filler = Request(Action.hand_over, 1, frozenset({Role.filler}), stamp=5)
    now = Situation(State.draft, blocking=2, unexplained=1, unanswered=1, stamp=5)
    assert refusals(filler, now) == (Refusal.blocking, Refusal.unexplained, Refusal.unanswered)


@pytest.mark.parametrize("quoted", [None, 4, 6])
def test_handing_over_quotes_the_draft_that_was_looked_at(quoted: int | None) -> None:
    filler = Request(Action.hand_over, 1, frozenset({Role.filler}), stamp=quoted)
    assert refusals(filler, Situation(State.draft, stamp=5)) == (Refusal.stale,)


def test_every_step_but_saving_quotes_what_it_judges() -> None:
    """Saving is compared cell by cell instead."""
    assert {a for a, row in TABLE.items() if not (row.judges_version or row.judges_draft)} == {Action.save}


LEVELS = {level: {level} for level in Level} | {Level.enterprise: {Level.enterprise, Level.department}}
STEPS = st.lists(
    st.tuples(
        st.sampled_from(Action),
        st.sampled_from(Role),
        st.integers(1, 4),
        st.booleans(),
        st.booleans(),
        st.integers(0, 1),
    ),
    max_size=60,
)


@settings(max_examples=300, deadline=None)
@given(STEPS)
def test_any_sequence_of_requests_keeps_versions_and_one_holder(steps: list) -> None:
    """A small report played against the table: figure, versions, the accepted version in force."""
    state, figure, versions, in_force = State.empty, 0, [], None
    done: list[tuple[Action, int]] = []
    for action, role, person, signed, current, remarks in steps:
        sha = f"v{len(versions)}" if versions else ""
        now = Situation(state, sha, remarks, 0, 0, tuple(done))
        request = Request(action, person, frozenset({role}), sha if current else "other", GOOD, signed, 0)
        before = (figure, list(versions), in_force)
        if refusals(request, now):
            assert (figure, versions, in_force) == before
            continue
        row = TABLE[action]
        if action is Action.save:
            assert state in states.EDITABLE
            figure += 1
        if row.creates_version:
            versions.append(figure)
            done = []
        done.append((action, person))
        if action is Action.accept:
            in_force = len(versions)
        state = row.target
        assert versions[: len(before[1])] == before[1]
        acting = {r for a in states.offered(state, frozenset(Role)) if a not in states.OPTIONAL for r in TABLE[a].roles}
        assert all(roles.AT[r] & LEVELS[HOLDER[state]] for r in acting)  # nobody else's turn than the holder's
        if before[2] is not None:
            assert in_force is not None and versions[before[2] - 1] == before[1][before[2] - 1]
        if state in states.SUBMITTED:
            assert figure == versions[-1]
    by = dict(done)
    if state is State.city_wait:
        assert by[Action.sign] != by[Action.hand_over]


EMPTY = (
    "核实无误",
    "无",
    "同上",
    "已核实，数据无误。",
    "",
    "。。。",
    "123456",
    "OK",
    "verified, correct",
    "是的是的是的",
    "aaaaaaaa",
    "无无无无无无",
    "经核对，数据真实、准确、可靠，没有问题",
    "企业数据已经再次认真核实，确认无误",
    "请见附件说明材料",
    "as stated above",
    "Checked; the figures are correct.",
    "no problem, see attachment",
    "检修检修检修检修",
    "abcabcabcabc",
)
OWN = (
    GOOD,
    "新建2号窑于六月投产",
    "kiln no. 2 started in June",
    "三月停炉检修，未购煤",
    "meter replaced in May",
    "煤种改为褐煤",
)


@pytest.mark.parametrize("text", EMPTY)
def test_empty_words_are_no_reason(text: str) -> None:
    assert not findings.is_reason(text)


MARKS = st.text(alphabet=" 　。，、.,;!！-—…()（）\n", max_size=3)


@settings(deadline=None)
@given(st.sampled_from(["核实无误", "无", "同上", "已核实", "数据无误"]), MARKS, st.integers(1, 8), st.booleans())
def test_no_spacing_marks_width_or_repetition_makes_one_of_them(word: str, marks: str, times: int, wide: bool) -> None:
    text = marks.join(marks.join(word) for _ in range(times))
    if wide:
        text = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)
    assert not findings.is_reason(text)


@pytest.mark.parametrize(
    "text", ["ｏｋ", "ＶＥＲＩＦＩＥＤ", "Ｎｏｎｅ", "N / A", "核 实 无 误 核 实 无 误", "核。实。无。误，同-上"]
)
def test_full_width_and_set_apart(text: str) -> None:
    assert not findings.is_reason(text)


@pytest.mark.parametrize("text", OWN)
def test_a_reason_in_own_words(text: str) -> None:
    assert findings.is_reason(text)


def test_scope_is_a_subtree_and_has_an_end() -> None:
    nanjing = (RoleMembership(Role.city_reviewer, "32/3201/", date(2015, 1, 1), date(2015, 12, 31)),)
    assert roles.may(nanjing, May.remark, "32/3201/x/", date(2015, 12, 31))
    assert not roles.may(nanjing, May.remark, "32/3201/x/", date(2016, 1, 1))
    assert not roles.may(nanjing, May.remark, "32/32010/", date(2015, 6, 1))
    assert not roles.may(nanjing, May.edit_draft, "32/3201/x/", date(2015, 6, 1))


def test_three_administrators_are_three_persons() -> None:
    assert not roles.compatible(frozenset({Role.system_admin, Role.audit_admin}))
    assert roles.compatible(frozenset({Role.filler, Role.approver}))
    assert not any(
        roles.compatible(frozenset({a, r}))
        for a in roles.ADMINISTRATORS
        for r in Role
        if GRANTS[r] & {May.view_reports, May.edit_draft}
    )
    assert all(
        set(GRANTS[r]).isdisjoint({May.view_reports, May.edit_draft})
        for r in (Role.system_admin, Role.security_admin, Role.audit_admin)
    )


@pytest.mark.parametrize(
    ("t", "tce", "expected"),
    [(13_000, None, True), (12_999.9, 12_999, False), (None, 13_000, True), (None, None, None), (1, 20_000, True)],
)
def test_who_must_report(t: float | None, tce: float | None, expected: bool | None) -> None:
    assert rounds.must_report(t, tce) is expected


def test_standing_follows_the_holders_deadline() -> None:
    dates = rounds.Deadlines(
        date(2016, 1, 1),
        {Level.enterprise: date(2016, 3, 31), Level.city: date(2016, 4, 30), Level.province: date(2016, 5, 31)},
    )
    at = date(2016, 3, 31)
    assert rounds.standing(State.draft, False, dates, at) is rounds.Standing.due_soon
    assert rounds.standing(State.draft, False, dates, at + timedelta(1)) is rounds.Standing.late
    assert rounds.standing(State.city_wait, False, dates, at + timedelta(1)) is rounds.Standing.open
    assert rounds.standing(State.draft, True, dates, at + timedelta(90)) is rounds.Standing.exempt
    assert rounds.standing(State.accepted, False, dates, at + timedelta(90)) is rounds.Standing.done
    assert rounds.reminder_due(State.draft, False, dates, at - timedelta(3)) and not rounds.reminder_due(
        State.accepted, False, dates, at
    )
