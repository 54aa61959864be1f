"""`Project`: typed, frozen, and two of them together lose nothing that either states."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from inventory.core.activity import Project, datum
from inventory.core.extras import Comment, Gap, Signature
from inventory.core.gwp import GwpSet
from inventory.core.statements import Assumption, FindingAnswer


def stated(name: str) -> Project:
    return Project(
        (datum("江苏", 2010, "clinker", 1.0, "万t", source=name),),
        gwp_sets=(GwpSet(name, {"CH4": 25.0}),),
        gaps=(Gap("江苏", 2005, "clinker", (), "trend", name),),
        uncertainty=(Assumption("activity", name, uncertainty=5.0), Assumption("set", name)),
        answers=(FindingAnswer("completeness", "*", name, "甲", "2012-01-01"),),
        comments=(Comment("2.1", "", "", name, "乙", "2012-01-01"),),
        signatures=(Signature("编制", name),),
    )


def test_what_two_projects_state_is_kept_side_by_side() -> None:
    first, second = stated("甲"), stated("乙")
    both = first.merged(second)
    for name in ("data", "gwp_sets", "gaps", "uncertainty", "answers", "comments", "signatures"):
        assert getattr(both, name) == getattr(first, name) + getattr(second, name)
    assert [a.name for a in both.assumptions] == ["甲", "乙"] == list(both.chosen_sets)


def test_merging_forgets_no_field() -> None:
    """A field added to `Project` must be merged: with an empty project on either side nothing changes."""
    full = replace(stated("甲"), archive_code="x", title="t", choices={"a": ("b", "c")})
    for made in (full.merged(Project()), Project().merged(full)):
        assert {f.name: getattr(made, f.name) for f in fields(Project)} == {
            f.name: getattr(full, f.name) for f in fields(Project)
        }


@pytest.mark.parametrize("name", ["gwp_sets", "gaps", "uncertainty", "answers", "comments"])
def test_only_data_and_keys_are_plain(name: str) -> None:
    whole = stated("甲")
    bare = Project(whole.data)
    assert bare.plain and not whole.plain
    assert not replace(bare, **{name: getattr(whole, name)}).plain  # type: ignore[arg-type]
