"""Random sequences of acts on a real report in the database, by people with their real scopes: what the study's table
does not allow is refused and changes nothing, no figure changes after acceptance, no version disappears or changes,
there is exactly one holder."""

from __future__ import annotations

from typing import Any

import pytest
from check_loop import new_firm
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from test_service_domain import EXPECTED

CITY = "3212"
WHO = {  # of the study: which of the people below may do what
    "save": {"filler", "second"},
    "hand_over": {"filler", "second"},
    "take_back": {"filler", "second"},
    "refuse_signature": {"approver", "second"},
    "sign": {"approver", "second"},
    "withdraw": {"approver", "second"},
    "take_city": {"city"},
    "return_city": {"city"},
    "pass_on": {"city"},
    "take_province": {"province", "province2"},
    "return_province": {"province", "province2"},
    "accept": {"province", "province2"},
    "ask_reopen": {"province", "province2"},
    "refuse_reopen": {"province", "province2"},
    "confirm_reopen": {"province", "province2"},
}
BY_TWO = {"sign": "hand_over", "refuse_reopen": "ask_reopen", "confirm_reopen": "ask_reopen"}
SIGNED = {"sign", "accept", "confirm_reopen"}
PEOPLE = (
    "filler",
    "second",
    "approver",
    "city",
    "other_city",
    "province",
    "province2",
    "verifier",
    "ministry",
    "system",
)
HELD_BY = {"county": "county", "city": "city", "province": "province", "accepted": "province", "reopening": "province"}
REASON = "停炉检修两个月，附检修记录"
STEPS = st.lists(
    st.tuples(
        st.integers(0, 99),  # below 70: one that the table allows now, else any action
        st.sampled_from(sorted({a for _, a in EXPECTED})),
        st.sampled_from(PEOPLE),
        st.booleans(),  # the version or stamp quoted is the one there is
        st.booleans(),  # password given again
    ),
    min_size=8,
    max_size=30,
)


@pytest.fixture(scope="module")
def people(service: object) -> dict[str, Any]:
    """Firm 9401 with a filler, an approver, and a second who is both; its city and another, the province, others."""
    from inventory.service.store.models import Membership, Organisation, Person
    from inventory.service.store.scope import everything

    n = new_firm(9401, CITY)
    with everything():
        place = Organisation.objects.get(code=f"E{n}")
        both = Person.objects.create_person("demo-both", "两种角色", None)
        for role in ("filler", "approver"):
            Membership.objects.create(person=both, organisation=place, path=place.path, role=role)
        logins = {
            "filler": f"demo-filler-{n}",
            "second": "demo-both",
            "approver": f"demo-approver-{n}",
            "city": f"demo-city-{CITY}",
            "other_city": "demo-city-3201",
            **{who: f"demo-{who}" for who in ("province", "province2", "verifier", "ministry", "system")},
        }
        return {who: Person.objects.get(login=login) for who, login in logins.items()}


def snapshot(report: Any) -> tuple[Any, ...]:
    versions = tuple(report.versions.order_by("number").values_list("number", "sha256", "total_t", "draft", "verdict"))
    return (
        report.state,
        report.stamp,
        report.draft,
        report.total_t,
        report.current_id,
        report.in_force_id,
        repr(versions),
    )


class Play:
    """One sequence, on a report whose transaction is rolled back at its end."""

    def __init__(self, people: dict[str, Any], report: Any) -> None:
        self.people, self.report, self.done, self.value = people, report, dict[str, str](), 0
        self.accepted: tuple[Any, ...] | None = None

    def step(self, action: str, who: str, current: bool, signed: bool) -> None:
        from inventory.service.domain.states import HOLDER, State
        from inventory.service.store.acts import ActRefused
        from inventory.service.store.models import Report

        before, state = snapshot(self.report), self.report.state
        try:
            self.act(action, who, current, signed)
            happened, codes = True, ()
        except ActRefused as refused:
            happened, codes = False, refused.codes
        self.report = Report.objects.select_related("round", "obligation__organisation").get(pk=self.report.pk)
        after = snapshot(self.report)
        lawful = (
            (state, action) in EXPECTED
            and who in WHO.get(action, set())
            and (current or action == "save")
            and (signed or action not in SIGNED)
            and not (action in BY_TWO and self.done.get(BY_TWO[action]) == who)
        )
        assert happened == lawful, (codes, state, action, who, current, signed, self.done)
        if not happened:
            assert after == before
            return
        assert self.report.state == EXPECTED[state, action]
        if action == "hand_over":
            self.done = {}
        self.done[action] = who
        old, new = before[-1], after[-1]
        assert (
            new == old
            if action != "hand_over"
            else new.startswith(old.removesuffix("]").removesuffix(")").removesuffix(","))
        )
        if action not in ("save",):
            assert after[2:4] == before[2:4]  # only typing changes a figure
        if action == "accept":
            assert self.report.in_force_id == self.report.current_id
        elif before[5] is not None:
            assert after[5] == before[5]  # what is in force stays so until another is accepted
        held = HOLDER[State(self.report.state)]
        assert held == HELD_BY.get(self.report.state.split("_")[0], "enterprise")

    def act(self, action: str, who: str, current: bool, signed: bool) -> None:
        from inventory.service.domain.states import Action
        from inventory.service.store import acts
        from inventory.service.store.scope import Scope

        scope, report = Scope(self.people[who]), self.report
        if action == "save":
            self.value += 1
            seen = acts.verdicts.shown(report.draft, "台账", "F6")
            typed = f"{float(seen) * (1 + self.value / 1e4):.2f}"
            explained(acts.save_cells(scope, report.pk, [acts.Edit("台账", "F6", typed, seen)]), self.people["filler"])
            return
        if action.startswith("return_") and report.state.endswith("_review") and who in WHO.get(action, ()):
            acts.remark(scope, report.pk, "台账", "F6", "请附发票")
            answered = report.remarks.filter(state="open").update(
                state="answered", answer="已附", answered_by=scope.person
            )
            report.remarks.filter(state="answered").order_by("-pk").first()
            assert answered
            acts.remark(scope, report.pk, "台账", "F7", "请附发票")
        if action == "hand_over":
            report.remarks.filter(state="open").update(state="answered", answer="已附", answered_by=scope.person)
        sha = report.current.sha256 if report.current else ""
        quoted = sha if current else "0" * 64
        stamp = report.stamp if current else report.stamp - 1
        acts.move(scope, report.pk, acts.Move(Action(action), quoted, REASON, signed, stamp))


@settings(
    max_examples=12,
    deadline=None,
    database=None,
    phases=(Phase.generate,),
    derandomize=False,
    suppress_health_check=list(HealthCheck),
)
@given(steps=STEPS)
def test_any_sequence_on_the_database(people: dict[str, Any], steps: list[tuple[int, str, str, bool, bool]]) -> None:
    from django.db import transaction

    from inventory.service.store.models import Report
    from inventory.service.store.scope import tell

    with transaction.atomic():
        tell(["*"])
        report = Report.objects.select_related("round", "obligation__organisation").get(path__endswith="/E9401/")
        report.explanations.all().delete()
        explained(report, people["filler"])
        play = Play(people, report)
        for choice, action, who, current, signed in steps:
            allowed = [a for s, a in EXPECTED if s == play.report.state and a in WHO]
            if choice < 70 and allowed:
                action = allowed[choice % len(allowed)]
                able = sorted(WHO[action] - {play.done.get(BY_TWO.get(action, ""), "")})
                who, current, signed = able[choice % len(able)], True, True
            play.step(action, who, current, signed)
        transaction.set_rollback(True)


def explained(report: Any, person: Any) -> None:
    from inventory.service.store import acts
    from inventory.service.store.scope import Scope

    keys = [f["key"] for f in report.verdict["findings"] if f["grade"] == "to_verify"]
    if keys:
        acts.explain(Scope(person), report.pk, keys, REASON)
