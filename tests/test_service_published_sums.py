"""What leaves the circle of the reviewers gives no firm away: not by a small sum, not by subtracting, not across tables,
not between what was published before and now. Tried by exact elimination, apart from the product's own arithmetic."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.service.domain.publish import LEAST_FIRMS, CandidateSum, Part, withheld

Firms = dict[str, tuple[str, str, tuple[str, ...]]]  # firm -> city, industry, gases


def tables(firms: Firms, *by: str) -> dict[tuple[str, str], frozenset[Part]]:
    """Published tables as the service has them: every figure (firm, source, gas) enters a sum of each table."""
    out: dict[tuple[str, str], set[Part]] = {}
    for firm, (city, industry, gases) in firms.items():
        for gas in gases:
            keys = {"city": city, "industry": industry, "gas": gas, "source": f"{industry}-{gas}"}
            for table in by:
                out.setdefault((table, keys[table]), set()).add((firm, industry, gas))
    return {k: frozenset(v) for k, v in sorted(out.items())}


def given_away(rows: list[frozenset[Part]], firms: list[str]) -> list[tuple[str, ...]]:
    """Firms, alone or two together, of whom some combination of the rows speaks: their columns raise the rank."""
    parts = sorted(set().union(*rows)) if rows else []
    few = [g for n in range(1, LEAST_FIRMS) for g in itertools.combinations(firms, n)]
    whole = rank([[int(p in r) for p in parts] for r in rows])
    return [g for g in few if rank([[int(p in r) for p in parts if p[0] not in g] for r in rows]) < whole]


def rank(matrix: list[list[int]]) -> int:
    rows = [[Fraction(v) for v in r] for r in matrix]
    done = 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((i for i in range(done, len(rows)) if rows[i][column]), None)
        if pivot is None:
            continue
        rows[done], rows[pivot] = rows[pivot], rows[done]
        for i in range(done + 1, len(rows)):
            if factor := rows[i][column] / rows[done][column]:
                rows[i] = [a - factor * b for a, b in zip(rows[i], rows[done], strict=True)]
        done += 1
    return done


GASES = st.lists(st.sampled_from(("CO2", "CH4", "N2O")), min_size=1, max_size=2, unique=True).map(tuple)
FIRM = st.tuples(st.sampled_from(("南京", "苏州", "徐州")), st.sampled_from(("01", "08", "20")), GASES)
WORLD = st.lists(FIRM, min_size=1, max_size=8).map(lambda rows: {f"E{i}": r for i, r in enumerate(rows)})


@settings(max_examples=60, deadline=None)
@given(WORLD, st.integers(0, 8))
def test_no_combination_of_published_sums_speaks_of_one_or_two_firms(firms: Firms, accepted: int) -> None:
    """Of all tables at once, of what is accepted and of what is submitted."""
    first = dict(list(firms.items())[:accepted])
    sums = [CandidateSum(p, 0) for p in tables(first, "city", "industry", "gas", "source").values()]
    sums += [CandidateSum(p, 1) for p in tables(firms, "city", "industry", "gas", "source").values()]
    hidden = withheld(sums)
    assert given_away([s.parts for i, s in enumerate(sums) if i not in hidden], list(firms)) == []


@settings(max_examples=40, deadline=None)
@given(WORLD, st.integers(1, 8))
def test_what_is_published_again_gives_no_newcomer_away(firms: Firms, before: int) -> None:
    first = dict(list(firms.items())[:before])
    old = [CandidateSum(p) for p in tables(first, "city", "industry", "gas").values()]
    hidden = withheld(old)
    known = [s.parts for i, s in enumerate(old) if i not in hidden]
    new = [CandidateSum(p) for p in tables(firms, "city", "industry", "gas").values()]
    later = withheld(new, known)
    assert given_away([*known, *(s.parts for i, s in enumerate(new) if i not in later)], list(firms)) == []


def many(of: dict[tuple[str, str], int]) -> Firms:
    return {f"{c}{i}{n}": (c, i, ("CO2",)) for (c, i), count in of.items() for n in range(count)}


CASES = {
    "a part under three firms, and the next that it could be had by": (
        {("南京", "01"): 2, ("苏州", "01"): 5},
        {"南京", "苏州"},
    ),
    "two cells of one firm each: the third city stays": (
        {("南京", "01"): 1, ("苏州", "01"): 1, ("徐州", "01"): 5, ("无锡", "01"): 1},
        {"南京", "苏州", "无锡"},
    ),
    "a city wholly within an industry that has one firm more": (
        {("南京", "01"): 4, ("苏州", "01"): 1, ("苏州", "08"): 4, ("徐州", "08"): 4},
        {"南京", "徐州"},  # 01 less 南京 would be the firm, and so would 苏州 and 徐州 less 08
    ),
    "enough everywhere: nothing is withheld": ({(c, i): 3 for c in ("南京", "苏州") for i in ("01", "08")}, set()),
}


@pytest.mark.parametrize(("of", "wanted"), CASES.values(), ids=CASES)
def test_cases_by_hand(of: dict[tuple[str, str], int], wanted: set[str]) -> None:
    held = tables(many(of), "city", "industry")
    keys = list(held)
    hidden = withheld([CandidateSum(p) for p in held.values()])
    names = {keys[i][1] for i in hidden}
    assert names == wanted


def test_a_correction_may_be_published_and_a_newcomer_waits_for_two_more() -> None:
    firms = many({("南京", "01"): 4, ("苏州", "01"): 4})
    known = list(tables(firms, "city", "industry").values())
    assert withheld([CandidateSum(p) for p in known], known) == frozenset()  # the same firms with corrected figures
    for more, allowed in ((1, False), (2, False), (3, True)):
        newcomers = many({("南京", "01"): 4 + more, ("苏州", "01"): 4})
        sums = tables(newcomers, "city", "industry")
        hidden = {list(sums)[i] for i in withheld([CandidateSum(p) for p in sums.values()], known)}
        assert hidden == (set() if allowed else {("city", "南京"), ("industry", "01")})
