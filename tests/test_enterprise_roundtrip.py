"""Every hand-computed case of all 24 industries as a filed report: laid out, read back, recomputed, with nothing lost
and no finding."""

from __future__ import annotations

from pathlib import Path

import pytest
from casefile import Case, cases

from inventory.core.engine import compile_ledger
from inventory.edition import load
from inventory.enterprise.compute import Result, totals_of
from inventory.enterprise.industries import default_edition, industries
from inventory.enterprise.model import Enterprise, Profile
from inventory.enterprise.report import write_report
from inventory.enterprise.verify import verify_file

MINE = [c for c in cases() if c.edition == "enterprise2013"]
# a case may measure exactly the default; a disputed default is said with its candidates wherever it is used
EXPECTED = {
    "verify.measured_default",
    "verify.table_only",  # the cases have tables only: nobody filled in a ledger
    "enterprise.family_unconfirmed",
    "enterprise.no_code",
    "enterprise.conflict",
    "enterprise.printed_differently",
}


@pytest.mark.parametrize("case", MINE, ids=lambda c: c.id)
def test_a_case_survives_filing_and_verification(case: Case, tmp_path: Path) -> None:
    ledger = compile_ledger(case.project(), load("enterprise2013"))
    code = next(line.category for line in ledger.lines)[:2]
    enterprise = Enterprise(profile=Profile(name=ledger.lines[0].region, industry=code, year=2015, kind="示例"))
    industry = industries(default_edition())[code]
    totals = totals_of(ledger, industry)
    assert sum(t.mass_t for t in totals) == pytest.approx(sum(line.mass_t for line in ledger.lines))
    write_report(Result(enterprise, industry, ledger, totals, ()), tmp_path / "r.xlsx")
    v = verify_file(tmp_path / "r.xlsx")
    assert {f.problem.code for f in v.findings} <= EXPECTED, [f.problem.text() for f in v.findings]
    assert (
        v.total_recomputed == pytest.approx(ledger.co2e(), rel=1e-12) == pytest.approx(v.total_filed or 0.0, rel=1e-12)
    )
