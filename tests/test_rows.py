"""Joining the rows of coarser variables, and what an option of a named choice does not use."""

from __future__ import annotations

from inventory.core.rows import joined, picker
from inventory.edition.methods import declarations as read

PLACE = ("region", "year")


def test_rows_of_two_variables_are_combined_within_their_place() -> None:
    deposits = (
        (*PLACE, "deposit_year"),
        [("江苏", "2005", "2003"), ("江苏", "2005", "2004"), ("广东", "2005", "2004")],
    )
    shares = ((*PLACE, "component"), [("江苏", "2005", "纸"), ("江苏", "2005", "食品")])
    keys, rows = joined([deposits, shares])
    assert keys == (*PLACE, "deposit_year", "component")
    assert rows == [
        ("江苏", "2005", "2003", "纸"),
        ("江苏", "2005", "2003", "食品"),
        ("江苏", "2005", "2004", "纸"),
        ("江苏", "2005", "2004", "食品"),
    ]


def test_the_order_of_variables_changes_only_the_order_of_keys() -> None:
    a = ((*PLACE, "x"), [("江苏", "2005", "1"), ("江苏", "2010", "2")])
    b = ((*PLACE, "y"), [("江苏", "2005", "p"), ("江苏", "2005", "q"), ("江苏", "2010", "r")])
    c = (PLACE, [("江苏", "2005"), ("江苏", "2010")])
    wanted = (*PLACE, "x", "y")
    results = []
    for tables in ([a, b, c], [c, b, a], [b, c, a]):
        keys, rows = joined(tables)
        results.append(sorted(picker(keys, wanted)(row) for row in rows))
    assert results[0] == results[1] == results[2]
    assert len(results[0]) == 3


def test_an_option_asks_only_for_what_it_uses() -> None:
    label = {"zh": "名", "en": "name"}
    body = {
        "quantity": {q: {"label": label, "unit": ["t"]} for q in ("all_people", "townspeople")},
        "choice": [{"id": "who", "label": label, "options": ["all", "town"], "default": "all", "reason": label}],
        "method": [
            {
                "id": "m",
                "label": label,
                "sheet": "s",
                "reference": "r",
                "tier": "1",
                "activity": {"everybody": {"quantity": "all_people"}, "town": {"quantity": "townspeople"}},
                "step": [
                    {"name": "aside", "label": label, "text": "town * 2", "unit": "t"},
                    {"name": "shown", "label": label, "text": "everybody * 3", "unit": "t"},
                    {
                        "name": "out",
                        "label": label,
                        "text": {"choice": "who", "all": "everybody", "town": "aside"},
                        "unit": "t",
                        "gas": "CO2",
                        "category": "1",
                    },
                ],
            }
        ],
    }
    method = read([("test.toml", body)]).methods["m"]
    assert method.in_use({"who": ("all", "")}) == {"out", "everybody", "shown"}
    assert method.in_use({"who": ("town", "")}) == {"out", "aside", "town", "shown", "everybody"}
