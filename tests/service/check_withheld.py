"""Sums for readers who see no single firm, on every road they leave by: the ministry's page, table and API, the public
page, what was published before. All of them together give no firm away. Last of the files: it accepts a report."""

from __future__ import annotations

import csv
import io
import itertools

import numpy as np
from check_loop import act, report_of
from check_products import pk_of_round
from conftest import PASSWORD

BY = ("city", "industry", "source", "gas", "fuel")
Row = frozenset[tuple[str, ...]]


def rows_behind() -> dict[tuple[str, str, str, str], Row]:
    """(table, which, key, unit) → the figures (firm, source, gas) or (firm, fuel, unit), read from the versions."""
    from inventory.enterprise.industries import default_edition, industries
    from inventory.service.store.models import Organisation, Report
    from inventory.service.store.scope import everything

    known = industries(default_edition())
    out: dict[tuple[str, str, str, str], set[tuple[str, ...]]] = {}
    with everything():
        cities = {o.path: o.name for o in Organisation.objects.filter(level="city")}
        rows = Report.objects.filter(obligation__organisation__level="enterprise")
        for r in rows.select_related("in_force", "current", "obligation__organisation"):
            signed = r.state not in ("empty", "draft", "returned", "signing")
            industry = known[r.obligation.organisation.industry]
            city = cities["/".join(r.path.split("/")[:2]) + "/"]
            for which, version in (("accepted", r.in_force), ("submitted", r.current if signed else None)):
                for x in version.verdict["lines"] if version else ():
                    part = (r.path, x["source"], x["gas"])
                    for by, key in (
                        ("city", city),
                        ("industry", f"{industry.code} {industry.name}"),
                        ("source", f"{x['source']} {x['label']['zh']}"),
                        ("gas", x["gas"]),
                    ):
                        out.setdefault((by, which, key, "t CO2e"), set()).add(part)
                for f in version.verdict["fuels"] if version else ():
                    out.setdefault(("fuel", which, f["fuel"], f["unit"]), set()).add((r.path, f["fuel"], f["unit"]))
    return {k: frozenset(v) for k, v in out.items()}


def given_away(rows: list[Row]) -> list[tuple[str, ...]]:
    """One or two firms of whom some combination of the sums speaks: without their figures the rank is smaller."""
    parts = sorted(set().union(*rows))
    matrix = np.array([[float(p in r) for p in parts] for r in rows])
    firms = sorted({p[0] for p in parts})
    few = [g for n in (1, 2) for g in itertools.combinations(firms, n)]
    whole = np.linalg.matrix_rank(matrix)
    return [g for g in few if np.linalg.matrix_rank(matrix[:, [p[0] not in g for p in parts]]) < whole]


def ministry_sees(desk) -> dict[tuple[str, str, str, str], float]:  # type: ignore[no-untyped-def]
    """Every sum with a value, the same by page, table and API."""
    from check_api import Program

    program, out = Program(desk, "ministry"), {}
    for by, which in itertools.product(BY, ("accepted", "submitted")):
        text = desk("ministry").text(f"/aggregates.csv?by={by}&which={which}").lstrip("\ufeff")
        table = list(csv.reader(io.StringIO(text)))[1:]
        shown = {(by, which, key, unit): float(value) for key, _, value, unit in table if value}
        answer = program.get(f"/aggregates?by={by}&which={which}")[1]
        assert {(by, which, r["key"], r["unit"]): r["value"] for r in answer if r["value"] is not None} == shown  # type: ignore[index]
        page = desk("ministry").text(f"/aggregates?by={by}&which={which}")
        assert page.count("不足三家") >= len(table) - len(shown)
        out.update(shown)
    return out


def test_the_ministrys_sums_together_give_no_firm_away(desk) -> None:  # type: ignore[no-untyped-def]
    behind, shown = rows_behind(), ministry_sees(desk)
    assert shown and set(shown) <= set(behind)
    assert given_away([behind[k] for k in shown]) == []
    province = (
        desk("province").text("/aggregates.csv?by=gas").lstrip("\ufeff")
    )  # its own office sees every firm, and all
    assert all(row[2] for row in list(csv.reader(io.StringIO(province)))[1:])


def publish(desk) -> dict[str, dict[str, float]]:  # type: ignore[no-untyped-def]
    from inventory.service.store.models import Round

    assert (
        desk("province").client.post("/products/publish", {"round": str(pk_of_round()), "on": "1"}).status_code == 302
    )
    published = Round.objects.get(pk=pk_of_round()).published
    return {
        by: {r["zh"]: r["value"] for r in published[by] if r["value"] is not None} for by in ("city", "industry", "gas")
    }


def test_a_publication_and_the_next_give_no_firm_away(desk) -> None:  # type: ignore[no-untyped-def]
    """One more report is accepted between two publications, the page withdrawn in between: no difference is that
    firm."""
    from django.test import Client

    waiting = next(n for n in range(1, 21) if report_of(n).state == "province_review")
    public: list[Row] = []
    for _ in range(2):
        behind = rows_behind()
        for by, rows in publish(desk).items():
            public += [behind[by, "accepted", key, "t CO2e"] for key in rows]
        page = Client(HTTP_HOST="127.0.0.1").get("/public?lang=zh").content.decode()
        assert f"E{waiting:04}" not in page and "parts" not in page
        if report_of(waiting).state != "accepted":
            assert act(desk, "province", waiting, "accept", signature=PASSWORD)[0] == 200
            assert desk("province").client.post("/products/publish", {"round": str(pk_of_round())}).status_code == 302
    assert public and given_away(public) == []
    assert given_away([*public, behind["gas", "accepted", "CO2", "t CO2e"]]) != []  # what would have been told
